/* SPDX-License-Identifier: Apache-2.0
 *
 * Caps on device codes: what one source may take in a minute and hold at once, what counts as one
 * source, and what happens when there are too many sources. */
#include "flow/issue_meter.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "check_main.h"

enum { MINUTE = 60000 };

static const struct issue_meter_options small = { .per_minute = 3, .live = 5 };

static struct address address_of(const char *text)
{
	struct address address = { .family = ADDRESS_LOCAL };
	if (text)
		ck_assert_int_eq(address_parse(slice_str(text), &address), ERR_OK);
	return address;
}

/* How many of `tries` pass. */
static int take(struct issue_meter *meter, const char *text, int64_t now_ms, int tries)
{
	struct address address = address_of(text);
	int passed = 0;
	for (int i = 0; i < tries; i++) {
		int64_t retry_after = -1;
		enum err err = issue_meter_take(meter, &address, now_ms, &retry_after);
		ck_assert(err == ERR_OK ? retry_after == 0 : err == ERR_FULL && retry_after > 0);
		passed += err == ERR_OK;
	}
	return passed;
}

static void release(struct issue_meter *meter, const char *text, int times)
{
	struct address address = address_of(text);
	while (times-- > 0)
		issue_meter_release(meter, issue_meter_source(meter, &address));
}

START_TEST(a_minute_has_its_cap)
{
	AUTO(issue_meter) struct issue_meter *meter = issue_meter_new(&small);
	ck_assert_int_eq(take(meter, "192.0.2.1", 0, 10), 3);
	ck_assert_int_eq(take(meter, "192.0.2.1", MINUTE - 1, 10), 0);
	release(meter, "192.0.2.1", 3);
	ck_assert_msg(take(meter, "192.0.2.1", MINUTE - 1, 10) == 0,
		      "decided codes were issued all the same");
	ck_assert_int_eq(take(meter, "192.0.2.1", MINUTE, 10), 3);
}
END_TEST

START_TEST(live_codes_have_their_cap)
{
	AUTO(issue_meter) struct issue_meter *meter = issue_meter_new(&small);
	ck_assert_int_eq(take(meter, "192.0.2.1", 0, 10), 3);
	ck_assert_int_eq(take(meter, "192.0.2.1", MINUTE, 10), 2);
	ck_assert_int_eq(take(meter, "192.0.2.1", 100 * MINUTE, 10), 0);
	release(meter, "192.0.2.1", 1);
	ck_assert_int_eq(take(meter, "192.0.2.1", 100 * MINUTE, 10), 1);
}
END_TEST

static const struct wait {
	const char *name;
	int64_t now_ms;
	int64_t seconds;
} waits[] = {
	{ .name = "at the start of a minute", .now_ms = 5 * MINUTE, .seconds = 60 },
	{ .name = "in the middle", .now_ms = 5 * MINUTE + 30000, .seconds = 30 },
	{ .name = "a part of a second is a second", .now_ms = 5 * MINUTE + 30001, .seconds = 30 },
	{ .name = "in the last moment", .now_ms = 6 * MINUTE - 1, .seconds = 1 },
};

START_TEST(whoever_waits_as_told_gets_through)
{
	const struct wait *row = &waits[_i];
	AUTO(issue_meter) struct issue_meter *meter = issue_meter_new(&small);
	struct address address = address_of("192.0.2.1");
	int64_t retry_after;
	take(meter, "192.0.2.1", row->now_ms, 3);
	ck_assert_int_eq(issue_meter_take(meter, &address, row->now_ms, &retry_after), ERR_FULL);
	ck_assert_msg(retry_after == row->seconds, "%s: %d", row->name, (int)retry_after);
	ck_assert_int_eq(
		issue_meter_take(meter, &address, row->now_ms + retry_after * 1000, &retry_after),
		ERR_OK);
}
END_TEST

static const struct pair {
	const char *name;
	const char *one; /* NULL: a unix socket */
	const char *two;
	bool same;
} pairs[] = {
	{ .name = "one address", .one = "192.0.2.1", .two = "192.0.2.1", .same = true },
	{ .name = "one /24", .one = "192.0.2.1", .two = "192.0.2.254", .same = true },
	{ .name = "one /64", .one = "2001:db8::1", .two = "2001:db8::ffff:1", .same = true },
	{ .name = "IPv4 in IPv6", .one = "192.0.2.1", .two = "::ffff:192.0.2.9", .same = true },
	{ .name = "loopback is a source as any",
	  .one = "127.0.0.1",
	  .two = "127.0.0.2",
	  .same = true },
	{ .name = "unix sockets", .same = true },
	{ .name = "another /24", .one = "192.0.2.1", .two = "192.0.3.1" },
	{ .name = "another /64", .one = "2001:db8::1", .two = "2001:db8:0:1::1" },
	{ .name = "IPv4 and IPv6", .one = "192.0.2.1", .two = "2001:db8::1" },
	{ .name = "the two loopbacks", .one = "127.0.0.1", .two = "::1" },
	{ .name = "a unix socket and loopback", .two = "127.0.0.1" },
};

START_TEST(what_is_one_source)
{
	const struct pair *row = &pairs[_i];
	AUTO(issue_meter) struct issue_meter *meter = issue_meter_new(&small);
	struct address one = address_of(row->one);
	struct address two = address_of(row->two);
	ck_assert_uint_ne(issue_meter_source(meter, &one), 0);
	ck_assert_msg((issue_meter_source(meter, &one) == issue_meter_source(meter, &two)) ==
			      row->same,
		      "%s", row->name);
	ck_assert_int_eq(take(meter, row->one, 0, 10), 3);
	ck_assert_msg(take(meter, row->two, 0, 10) == (row->same ? 0 : 3), "%s", row->name);
}
END_TEST

START_TEST(keys_of_two_processes_differ)
{
	AUTO(issue_meter) struct issue_meter *one = issue_meter_new(&small);
	AUTO(issue_meter) struct issue_meter *two = issue_meter_new(&small);
	struct address address = address_of("192.0.2.1");
	ck_assert_uint_ne(issue_meter_source(one, &address), issue_meter_source(two, &address));
}
END_TEST

START_TEST(exempt_networks_are_counted_and_never_refused)
{
	struct network network;
	ck_assert_int_eq(network_parse(SLICE("10.0.0.0/9"), &network), ERR_OK);
	struct issue_meter_options options = {
		.per_minute = 3, .live = 5, .exempt = &network, .exempt_count = 1
	};
	AUTO(issue_meter) struct issue_meter *meter = issue_meter_new(&options);
	network = (struct network){ .prefix = 0 }; /* the meter has a copy */
	ck_assert_int_eq(take(meter, "10.1.1.1", 0, 100), 100);
	ck_assert_int_eq(take(meter, "10.200.1.1", 0, 100), 3);
	ck_assert_int_eq(take(meter, "192.0.2.1", 0, 100), 3);
}
END_TEST

START_TEST(codes_from_before_the_start_are_live)
{
	AUTO(issue_meter) struct issue_meter *meter = issue_meter_new(&small);
	struct address address = address_of("192.0.2.1");
	for (int i = 0; i < 5; i++)
		issue_meter_add_live(meter, issue_meter_source(meter, &address));
	ck_assert_int_eq(take(meter, "192.0.2.1", MINUTE, 1), 0);
	release(meter, "192.0.2.1", 5);
	ck_assert_int_eq(take(meter, "192.0.2.1", MINUTE, 10), 3);
}
END_TEST

START_TEST(releasing_too_often_gives_nothing_away)
{
	AUTO(issue_meter) struct issue_meter *meter = issue_meter_new(&small);
	release(meter, "192.0.2.1", 10);
	ck_assert_int_eq(take(meter, "192.0.2.1", 0, 3), 3);
	release(meter, "192.0.2.1", 10);
	ck_assert_int_eq(take(meter, "192.0.2.1", MINUTE, 3), 3);
	ck_assert_int_eq(take(meter, "192.0.2.1", 2 * MINUTE, 3), 2);
}
END_TEST

static const char *numbered(char text[20], unsigned number)
{
	snprintf(text, 20, "%u.%u.%u.1", 1 + (number >> 16 & 63), number >> 8 & 255, number & 255);
	return text;
}

START_TEST(too_many_sources_pass_and_quiet_ones_are_forgotten)
{
	enum { MANY = 200000 };
	AUTO(issue_meter) struct issue_meter *meter = issue_meter_new(&small);
	char text[20];
	for (unsigned i = 0; i < MANY; i++)
		ck_assert_int_eq(take(meter, numbered(text, i), 0, 1), 1);
	/* the first ones have their place, and their count; most of the last have none and pass */
	ck_assert_int_eq(take(meter, numbered(text, 0), 0, 10), 2);
	unsigned passed = 0;
	for (unsigned i = MANY - 100; i < MANY; i++)
		passed += take(meter, numbered(text, i), 0, 10) == 10;
	ck_assert_uint_gt(passed, 90);
	/* without live codes they make room */
	for (unsigned i = 0; i < MANY; i++)
		release(meter, numbered(text, i), 10);
	ck_assert_int_eq(take(meter, "200.0.0.1", MINUTE, 10), 3);
}
END_TEST

START_TEST(without_a_meter_nothing_is_refused)
{
	struct address address = address_of("192.0.2.1");
	ck_assert_uint_ne(issue_meter_source(NULL, &address), 0);
	ck_assert_int_eq(take(NULL, "192.0.2.1", 0, 100), 100);
	issue_meter_add_live(NULL, 1);
	issue_meter_release(NULL, 1);
	struct issue_meter *none = NULL;
	issue_meter_free(&none);
}
END_TEST

/* --- threads
 * ---------------------------------------------------------------------------------------------------------
 */

enum { THREADS = 4, EACH = 5000, CAP = 1000 };

static _Atomic int taken;
static const struct address one_source = { .family = ADDRESS_V4, .bytes = { 192, 0, 2, 1 } };

static void *work(void *arg)
{
	struct issue_meter *meter = arg;
	for (int i = 0; i < EACH; i++) {
		int64_t retry_after;
		if (issue_meter_take(meter, &one_source, 0, &retry_after) != ERR_OK)
			continue;
		atomic_fetch_add(&taken, 1);
		/* every second one is decided at once, but was issued */
		if (i % 2)
			issue_meter_release(meter, issue_meter_source(meter, &one_source));
	}
	return NULL;
}

START_TEST(many_threads_take_no_more_than_one)
{
	const struct issue_meter_options options = { .per_minute = CAP, .live = 1000000 };
	AUTO(issue_meter) struct issue_meter *meter = issue_meter_new(&options);
	pthread_t threads[THREADS];
	for (size_t i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, work, meter), 0);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(taken, CAP);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, a_minute_has_its_cap);
	tcase_add_test(tc, live_codes_have_their_cap);
	tcase_add_loop_test(tc, whoever_waits_as_told_gets_through, 0, ARRAY_LEN(waits));
	tcase_add_loop_test(tc, what_is_one_source, 0, ARRAY_LEN(pairs));
	tcase_add_test(tc, keys_of_two_processes_differ);
	tcase_add_test(tc, exempt_networks_are_counted_and_never_refused);
	tcase_add_test(tc, codes_from_before_the_start_are_live);
	tcase_add_test(tc, releasing_too_often_gives_nothing_away);
	tcase_add_test(tc, too_many_sources_pass_and_quiet_ones_are_forgotten);
	tcase_add_test(tc, without_a_meter_nothing_is_refused);
	tcase_add_test(tc, many_threads_take_no_more_than_one);
}

TEST_MAIN("flow/issue_meter", add_tests)
