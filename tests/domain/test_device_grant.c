/* SPDX-License-Identifier: Apache-2.0
 *
 * What a device grant answers in each state, before and after its time. */
#include "domain/device_grant.h"

#include "base/attr.h"
#include "check_main.h"

enum { EXPIRES = 1800 };

static const struct row {
	const char *name;
	enum device_status status;
	int64_t now;
	enum oauth_error poll;
	bool open;
} rows[] = {
	/* RFC8628#3.5 */
	{ .name = "pending at first",
	  .status = DEVICE_PENDING,
	  .now = 0,
	  .poll = OAUTH_AUTHORIZATION_PENDING,
	  .open = true },
	{ .name = "pending in its last second",
	  .status = DEVICE_PENDING,
	  .now = EXPIRES - 1,
	  .poll = OAUTH_AUTHORIZATION_PENDING,
	  .open = true },
	{ .name = "approved", .status = DEVICE_APPROVED, .now = 10, .poll = OAUTH_OK },
	{ .name = "approved, redeemed in the last second",
	  .status = DEVICE_APPROVED,
	  .now = EXPIRES - 1,
	  .poll = OAUTH_OK },
	{ .name = "pending at the very end",
	  .status = DEVICE_PENDING,
	  .now = EXPIRES,
	  .poll = OAUTH_EXPIRED_TOKEN },
	{ .name = "approved, polled at the very end",
	  .status = DEVICE_APPROVED,
	  .now = EXPIRES,
	  .poll = OAUTH_EXPIRED_TOKEN },
	{ .name = "approved, polled long after",
	  .status = DEVICE_APPROVED,
	  .now = INT64_MAX,
	  .poll = OAUTH_EXPIRED_TOKEN },
	{ .name = "denied", .status = DEVICE_DENIED, .now = 10, .poll = OAUTH_ACCESS_DENIED },
	{ .name = "denied and expired",
	  .status = DEVICE_DENIED,
	  .now = EXPIRES,
	  .poll = OAUTH_EXPIRED_TOKEN },
	/* RFC6749#5.2 */
	{ .name = "redeemed", .status = DEVICE_REDEEMED, .now = 10, .poll = OAUTH_INVALID_GRANT },
	{ .name = "redeemed and expired",
	  .status = DEVICE_REDEEMED,
	  .now = EXPIRES,
	  .poll = OAUTH_INVALID_GRANT },
	{ .name = "a number that no state has",
	  .status = (enum device_status)77,
	  .now = 10,
	  .poll = OAUTH_INVALID_GRANT },
	{ .name = "a negative number",
	  .status = (enum device_status) - 1,
	  .now = 10,
	  .poll = OAUTH_INVALID_GRANT },
};

START_TEST(states)
{
	const struct row *row = &rows[_i];

	ck_assert_msg(device_grant_poll(row->status, EXPIRES, row->now) == row->poll, "%s",
		      row->name);
	ck_assert_msg(device_grant_is_open(row->status, EXPIRES, row->now) == row->open, "%s",
		      row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, states, 0, ARRAY_LEN(rows));
}

TEST_MAIN("domain/device_grant", add_tests)
