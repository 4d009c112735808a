/* SPDX-License-Identifier: Apache-2.0
 *
 * Budgets, and the counters that an attempt takes from. */
#include "domain/throttle.h"

#include "base/attr.h"
#include "check_main.h"
#include "check_slice.h"

static const struct budget_row {
	const char *name;
	enum throttle_kind kind;
	uint32_t limit;
	uint32_t window;
	bool refuses;
} budget_rows[] = {
	/* ASVS 6.3.1 */
	{ .name = "name and address",
	  .kind = THROTTLE_NAME_ADDRESS,
	  .limit = 10,
	  .window = 900,
	  .refuses = true },
	{ .name = "address alone",
	  .kind = THROTTLE_ADDRESS,
	  .limit = 50,
	  .window = 900,
	  .refuses = true },
	{ .name = "name alone: twenty times the first",
	  .kind = THROTTLE_NAME,
	  .limit = 200,
	  .window = 900,
	  .refuses = true },
	{ .name = "a known device",
	  .kind = THROTTLE_KNOWN_DEVICE,
	  .limit = 20,
	  .window = 900,
	  .refuses = true },
	/* RFC6749#2.3.1 */
	{ .name = "client secrets",
	  .kind = THROTTLE_CLIENT_ADDRESS,
	  .limit = 20,
	  .window = 900,
	  .refuses = true },
	/* RFC8628#5.1 */
	{ .name = "user codes of a session",
	  .kind = THROTTLE_CODE_SESSION,
	  .limit = 5,
	  .window = 600,
	  .refuses = true },
	{ .name = "user codes of an account",
	  .kind = THROTTLE_CODE_USER,
	  .limit = 10,
	  .window = 600,
	  .refuses = true },
	{ .name = "user codes of an address",
	  .kind = THROTTLE_CODE_ADDRESS,
	  .limit = 20,
	  .window = 600,
	  .refuses = true },
	{ .name = "user codes of the server: counted, never refused",
	  .kind = THROTTLE_CODE_SERVER,
	  .limit = 600,
	  .window = 60 },
	/* ASVS 6.3.8 */
	{ .name = "new accounts of an address",
	  .kind = THROTTLE_SIGN_UP_ADDRESS,
	  .limit = 60,
	  .window = 3600,
	  .refuses = true },
	/* RFC7591#5 */
	{ .name = "clients that register themselves",
	  .kind = THROTTLE_REGISTRATION_ADDRESS,
	  .limit = 20,
	  .window = 60,
	  .refuses = true },
};

_Static_assert(ARRAY_LEN(budget_rows) == THROTTLE_KIND_COUNT, "a row for each kind");

START_TEST(budgets)
{
	const struct budget_row *want = &budget_rows[_i];
	const struct throttle_row *row = throttle_row(want->kind);

	ck_assert_msg(row->limit == want->limit && row->window == want->window, "%s", want->name);
	ck_assert_msg(row->refuses == want->refuses, "%s", want->name);
	for (int i = 0; i < _i; i++)
		ck_assert_str_ne(row->name, throttle_row(budget_rows[i].kind)->name);
}
END_TEST

static struct address address_of(const char *text)
{
	struct address address;

	ck_assert_int_eq(address_parse(slice_str(text), &address), ERR_OK);
	return address;
}

static void check_counter(const struct throttle_counter *counter, enum throttle_kind kind,
			  struct slice first, struct slice second)
{
	ck_assert_int_eq(counter->kind, kind);
	ck_slice_eq(counter->parts[0], first);
	ck_slice_eq(counter->parts[1], second);
}

START_TEST(sign_in_of_a_stranger)
{
	struct address address = address_of("192.0.2.7");
	uint8_t prefix[ADDRESS_PREFIX_BYTES];
	struct throttle_plan plan;

	address_prefix(&address, prefix);
	struct slice source = slice_of(prefix, sizeof(prefix));

	throttle_plan_sign_in(&plan, SLICE("ada"), &address, SLICE_EMPTY);
	ck_assert_uint_eq(plan.count, 3);
	check_counter(&plan.counters[0], THROTTLE_NAME_ADDRESS, SLICE("ada"), source);
	check_counter(&plan.counters[1], THROTTLE_ADDRESS, source, SLICE_EMPTY);
	check_counter(&plan.counters[2], THROTTLE_NAME, SLICE("ada"), SLICE_EMPTY);
}
END_TEST

START_TEST(sign_up_counts_the_network)
{
	struct address address = address_of("2001:db8:1:2:3::4");
	uint8_t prefix[ADDRESS_PREFIX_BYTES];
	struct throttle_plan plan;

	address_prefix(&address, prefix);
	throttle_plan_sign_up(&plan, &address);
	ck_assert_uint_eq(plan.count, 1);
	check_counter(&plan.counters[0], THROTTLE_SIGN_UP_ADDRESS, slice_of(prefix, sizeof(prefix)),
		      SLICE_EMPTY);
}
END_TEST

START_TEST(registration_counts_the_network)
{
	struct address address = address_of("2001:db8:1:2:3::4");
	uint8_t prefix[ADDRESS_PREFIX_BYTES];
	struct throttle_plan plan;

	address_prefix(&address, prefix);
	throttle_plan_registration(&plan, &address);
	ck_assert_uint_eq(plan.count, 1);
	check_counter(&plan.counters[0], THROTTLE_REGISTRATION_ADDRESS,
		      slice_of(prefix, sizeof(prefix)), SLICE_EMPTY);
}
END_TEST

START_TEST(sign_in_from_a_known_device)
{
	struct address address = address_of("192.0.2.7");
	struct throttle_plan plan;

	/* ASVS 6.3.1: a stranger who spends the name's budget does not lock the person out of his
	 * own browser */
	throttle_plan_sign_in(&plan, SLICE("ada"), &address, SLICE("ada/laptop"));
	ck_assert_uint_eq(plan.count, 1);
	check_counter(&plan.counters[0], THROTTLE_KNOWN_DEVICE, SLICE("ada/laptop"), SLICE_EMPTY);
}
END_TEST

START_TEST(client_is_never_counted_alone)
{
	struct address address = address_of("2001:db8:1:2::7");
	uint8_t prefix[ADDRESS_PREFIX_BYTES];
	struct throttle_plan plan;

	address_prefix(&address, prefix);
	throttle_plan_client(&plan, SLICE("tv"), &address);
	ck_assert_uint_eq(plan.count, 1);
	check_counter(&plan.counters[0], THROTTLE_CLIENT_ADDRESS, SLICE("tv"),
		      slice_of(prefix, sizeof(prefix)));
}
END_TEST

START_TEST(user_codes)
{
	struct address address = address_of("192.0.2.7");
	uint8_t prefix[ADDRESS_PREFIX_BYTES];
	struct throttle_plan plan;

	address_prefix(&address, prefix);
	throttle_plan_user_code(&plan, SLICE("session"), SLICE("user"), &address);
	ck_assert_uint_eq(plan.count, 4);
	check_counter(&plan.counters[0], THROTTLE_CODE_SESSION, SLICE("session"), SLICE_EMPTY);
	check_counter(&plan.counters[1], THROTTLE_CODE_USER, SLICE("user"), SLICE_EMPTY);
	check_counter(&plan.counters[2], THROTTLE_CODE_ADDRESS, slice_of(prefix, sizeof(prefix)),
		      SLICE_EMPTY);
	check_counter(&plan.counters[3], THROTTLE_CODE_SERVER, SLICE_EMPTY, SLICE_EMPTY);
}
END_TEST

static const struct source_row {
	const char *name;
	const char *one;
	const char *other;
	bool same;
} source_rows[] = {
	{ .name = "the /24 of IPv4", .one = "192.0.2.1", .other = "192.0.2.254", .same = true },
	{ .name = "the /64 of IPv6",
	  .one = "2001:db8:1:2::1",
	  .other = "2001:db8:1:2:ffff::1",
	  .same = true },
	{ .name = "IPv4 written as IPv6",
	  .one = "192.0.2.1",
	  .other = "::ffff:192.0.2.1",
	  .same = true },
	{ .name = "the next /24", .one = "192.0.2.1", .other = "192.0.3.1" },
	{ .name = "the next /64", .one = "2001:db8:1:2::1", .other = "2001:db8:1:3::1" },
	{ .name = "another family with the same bytes", .one = "32.1.13.0", .other = "2001:d00::" },
};

START_TEST(sources)
{
	const struct source_row *row = &source_rows[_i];
	struct address one = address_of(row->one);
	struct address other = address_of(row->other);
	struct throttle_plan first;
	struct throttle_plan second;

	throttle_plan_client(&first, SLICE("tv"), &one);
	throttle_plan_client(&second, SLICE("tv"), &other);
	ck_assert_msg(slice_equal(first.counters[0].parts[1], second.counters[0].parts[1]) ==
			      row->same,
		      "%s", row->name);
}
END_TEST

START_TEST(server_is_attacked)
{
	ck_assert(!throttle_server_is_attacked(0));
	ck_assert(!throttle_server_is_attacked(599));
	ck_assert(throttle_server_is_attacked(600));
	ck_assert(throttle_server_is_attacked(UINT32_MAX));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, budgets, 0, ARRAY_LEN(budget_rows));
	tcase_add_test(tc, sign_in_of_a_stranger);
	tcase_add_test(tc, sign_up_counts_the_network);
	tcase_add_test(tc, registration_counts_the_network);
	tcase_add_test(tc, sign_in_from_a_known_device);
	tcase_add_test(tc, client_is_never_counted_alone);
	tcase_add_test(tc, user_codes);
	tcase_add_loop_test(tc, sources, 0, ARRAY_LEN(source_rows));
	tcase_add_test(tc, server_is_attacked);
}

TEST_MAIN("domain/throttle", add_tests)
