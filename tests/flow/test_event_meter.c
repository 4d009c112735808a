/* SPDX-License-Identifier: Apache-2.0
 *
 * How many refusals are recorded: anybody can send as many as he likes. */
#include "flow/event_meter.h"

#include "check_main.h"
#include "flow/flow_fixture.h"

static struct fixture fixture;

static void setup(void)
{
	fixture_start(&fixture, "1");
	fixture.flow.events = event_meter_new();
}

static void teardown(void)
{
	event_meter_free(&fixture.flow.events);
	fixture_stop(&fixture);
}

static bool take(enum event_kind kind)
{
	return event_meter_take(fixture.flow.events, kind, &fixture.call.address,
				fixture.call.now_ms);
}

/* How many of so many are recorded. */
static size_t take_many(enum event_kind kind, size_t count)
{
	size_t taken = 0;
	for (size_t i = 0; i < count; i++)
		taken += take(kind);
	return taken;
}

START_TEST(a_source_gets_so_many_rows_of_a_kind)
{
	ck_assert_uint_eq(take_many(EVENT_CLIENT_REFUSED, 1000), EVENT_METER_SOURCE);
	ck_assert_msg(take(EVENT_CODE_REFUSED), "another kind");
	fixture_set_address(&fixture, "192.0.2.200");
	ck_assert_msg(!take(EVENT_CLIENT_REFUSED), "the same /24");
	fixture_set_address(&fixture, "198.51.100.1");
	ck_assert_msg(take(EVENT_CLIENT_REFUSED), "somebody else");
}
END_TEST

START_TEST(a_new_span_gives_new_rows)
{
	take_many(EVENT_CLIENT_REFUSED, 1000);
	fixture_wait(&fixture, EVENT_METER_SPAN_S);
	ck_assert_uint_eq(take_many(EVENT_CLIENT_REFUSED, 1000), EVENT_METER_SOURCE);
}
END_TEST

START_TEST(any_number_of_sources_gets_so_many_rows_together)
{
	size_t taken = 0;
	for (int i = 0; i < 3 * EVENT_METER_ALL; i++) {
		fixture.call.address.bytes[0] = (uint8_t)(1 + i % 200);
		fixture.call.address.bytes[1] = (uint8_t)(i / 200 % 250);
		taken += take(EVENT_CLIENT_REFUSED);
	}
	ck_assert_uint_eq(taken, EVENT_METER_ALL);
	fixture_wait(&fixture, EVENT_METER_SPAN_S);
	ck_assert(take(EVENT_CLIENT_REFUSED));
}
END_TEST

START_TEST(the_clock_of_the_meter_may_begin_at_zero)
{
	fixture.call.now_ms = 0;
	ck_assert_uint_eq(take_many(EVENT_CLIENT_REFUSED, 1000), EVENT_METER_SOURCE);
}
END_TEST

START_TEST(no_meter_says_yes)
{
	for (int i = 0; i < 2 * EVENT_METER_ALL; i++)
		ck_assert(event_meter_take(NULL, EVENT_CLIENT_REFUSED, &fixture.call.address, 0));
}
END_TEST

START_TEST(a_flood_of_refusals_does_not_fill_the_database)
{
	const struct refusal refusal = { EVENT_CLIENT_REFUSED, NULL, NULL,
					 SLICE("unknown client") };
	for (int i = 0; i < 1000; i++)
		flow_refused(&fixture.flow, &fixture.call, &refusal);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_CLIENT_REFUSED), EVENT_METER_SOURCE);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_source_gets_so_many_rows_of_a_kind);
	tcase_add_test(tc, a_new_span_gives_new_rows);
	tcase_add_test(tc, any_number_of_sources_gets_so_many_rows_together);
	tcase_add_test(tc, the_clock_of_the_meter_may_begin_at_zero);
	tcase_add_test(tc, no_meter_says_yes);
	tcase_add_test(tc, a_flood_of_refusals_does_not_fill_the_database);
}

TEST_MAIN("flow/event_meter", add_tests)
