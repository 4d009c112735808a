/* SPDX-License-Identifier: Apache-2.0
 *
 * When a session ends by itself, and when its row is written again. */
#include "domain/session.h"

#include "base/attr.h"
#include "check_main.h"

static const struct session_limits limits = { .idle = 1000, .absolute = 5000 };

static const struct row {
	const char *name;
	int64_t created;
	int64_t seen;
	int64_t now;
	bool disabled;
	bool alive;
} rows[] = {
	{ .name = "fresh", .created = 100, .seen = 100, .now = 100, .alive = true },
	{ .name = "in the last second of its idle time",
	  .created = 100,
	  .seen = 200,
	  .now = 1199,
	  .alive = true },
	{ .name = "in the last second of its life",
	  .created = 100,
	  .seen = 5000,
	  .now = 5099,
	  .alive = true },
	{ .name = "made by a node whose clock is ahead",
	  .created = 103,
	  .seen = 103,
	  .now = 100,
	  .alive = true },
	/* ASVS 7.3.1 */
	{ .name = "idle for as long as it may be", .created = 100, .seen = 200, .now = 1200 },
	{ .name = "idle for ever", .created = 100, .seen = 200, .now = 1000000 },
	/* ASVS 7.3.2 */
	{ .name = "busy and too old", .created = 100, .seen = 5099, .now = 5100 },
	{ .name = "its person is disabled",
	  .created = 100,
	  .seen = 100,
	  .now = 100,
	  .disabled = true },
	{ .name = "idle, and its person disabled",
	  .created = 100,
	  .seen = 100,
	  .now = 9000,
	  .disabled = true },
};

START_TEST(life)
{
	const struct row *row = &rows[_i];
	struct session session = { .created = row->created, .seen = row->seen };

	session.user.enabled = !row->disabled;
	ck_assert_msg(session_is_alive(&session, &limits, row->now) == row->alive, "%s", row->name);
}
END_TEST

START_TEST(touch_at_most_once_a_minute)
{
	struct session session = { .seen = 1000 };

	ck_assert(!session_wants_touch(&session, 1000));
	ck_assert(!session_wants_touch(&session, 1059));
	ck_assert(session_wants_touch(&session, 1060));
	ck_assert(!session_wants_touch(&session, 900));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, life, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, touch_at_most_once_a_minute);
}

TEST_MAIN("domain/session", add_tests)
