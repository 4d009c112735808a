/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of several keys signs, which are published, and when the next is due. */
#include "domain/signing_key.h"

#include "check_main.h"
#include "check_slice.h"

enum { NOW = 1000000, HOUR = 3600, DAY = 86400 };

static struct signing_key rows_of_keys[] = {
	{ .kid = SLICE("retired"), .alg = ALG_RS256, .signs_from = NOW - 3 * DAY, .expires = NOW },
	{ .kid = SLICE("old"),
	  .alg = ALG_RS256,
	  .signs_from = NOW - 2 * DAY,
	  .expires = NOW + DAY },
	{ .kid = SLICE("next"), .alg = ALG_RS256, .signs_from = NOW + HOUR },
	{ .kid = SLICE("current"), .alg = ALG_RS256, .signs_from = NOW - DAY },
	{ .kid = SLICE("curve"), .alg = ALG_ES256, .signs_from = NOW },
};
static const struct signing_key_list keys = { rows_of_keys, ARRAY_LEN(rows_of_keys) };

static const struct choice_row {
	const char *name;
	enum alg alg;
	int64_t now;
	const char *kid; /* NULL: none */
} choice_rows[] = {
	{ .name = "the newest whose time has come", .now = NOW, .kid = "current" },
	{ .name = "a second before the next one's", .now = NOW + HOUR - 1, .kid = "current" },
	{ .name = "the next one, when it is its time", .now = NOW + HOUR, .kid = "next" },
	{ .name = "as it was before the current one", .now = NOW - DAY - 1, .kid = "old" },
	{ .name = "before all", .now = NOW - 4 * DAY },
	/* RFC8725#3.5 */
	{ .name = "each algorithm has a key of its own",
	  .alg = ALG_ES256,
	  .now = NOW,
	  .kid = "curve" },
	{ .name = "an algorithm whose key's time has not come", .alg = ALG_ES256, .now = NOW - 1 },
	{ .name = "an algorithm that has no key", .alg = ALG_PS256, .now = NOW },
};

START_TEST(choices)
{
	const struct choice_row *row = &choice_rows[_i];
	const struct signing_key *key = signing_key_choose(&keys, row->alg, row->now);
	ck_assert_msg((key == NULL) == (row->kid == NULL), "%s", row->name);
	if (key)
		ck_slice_row(row->name, key->kid, slice_str(row->kid));
}
END_TEST

START_TEST(an_expired_key_does_not_sign)
{
	struct signing_key one = { .alg = ALG_RS256, .signs_from = NOW, .expires = NOW + 10 };
	const struct signing_key_list list = { &one, 1 };
	ck_assert_ptr_eq(signing_key_choose(&list, ALG_RS256, NOW + 9), &one);
	ck_assert_ptr_null(signing_key_choose(&list, ALG_RS256, NOW + 10));
}
END_TEST

START_TEST(published)
{
	/* OIDC#10.1.1 */
	ck_assert(!signing_key_is_published(&rows_of_keys[0], NOW));
	ck_assert(signing_key_is_published(&rows_of_keys[0], NOW - 1));
	ck_assert(signing_key_is_published(&rows_of_keys[1], NOW));
	ck_assert_msg(signing_key_is_published(&rows_of_keys[2], NOW), "before it signs");
	ck_assert(signing_key_is_published(&rows_of_keys[3], NOW + (int64_t)10 * 365 * DAY));
}
END_TEST

START_TEST(the_newest)
{
	ck_slice_str(signing_key_newest(&keys, ALG_RS256)->kid, "next");
	ck_slice_str(signing_key_newest(&keys, ALG_ES256)->kid, "curve");
	ck_assert_ptr_null(signing_key_newest(&keys, ALG_PS256));
}
END_TEST

static const struct due_row {
	const char *name;
	int64_t lifetime;
	int64_t age; /* since it signs */
	bool due;
} due_rows[] = {
	{ .name = "when the next has the time to become known",
	  .lifetime = DAY,
	  .age = DAY - HOUR,
	  .due = true },
	{ .name = "long after", .lifetime = DAY, .age = 40 * DAY, .due = true },
	{ .name = "a lifetime shorter than that time", .lifetime = 60, .age = 0, .due = true },
	{ .name = "a second before", .lifetime = DAY, .age = DAY - HOUR - 1 },
	{ .name = "a new one", .lifetime = DAY, .age = 0 },
	{ .name = "the next one is there already", .lifetime = 60, .age = -1 },
	{ .name = "keys that last for ever", .lifetime = 0, .age = (int64_t)100 * 365 * DAY },
};

START_TEST(due)
{
	const struct due_row *row = &due_rows[_i];
	const struct signing_key newest = { .signs_from = NOW - row->age };
	ck_assert_msg(signing_key_is_due(&newest, row->lifetime, HOUR, NOW) == row->due, "%s",
		      row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, choices, 0, ARRAY_LEN(choice_rows));
	tcase_add_test(tc, an_expired_key_does_not_sign);
	tcase_add_test(tc, published);
	tcase_add_test(tc, the_newest);
	tcase_add_loop_test(tc, due, 0, ARRAY_LEN(due_rows));
}

TEST_MAIN("domain/signing_key", add_tests)
