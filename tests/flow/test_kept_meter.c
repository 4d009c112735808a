/* SPDX-License-Identifier: Apache-2.0
 *
 * How many requests of strangers are kept. */
#include "flow/kept_meter.h"

#include "check_main.h"

static struct address address_of(const char *text)
{
	struct address address;
	ck_assert_int_eq(address_parse(slice_str(text), &address), ERR_OK);
	return address;
}

START_TEST(a_source_has_its_share_of_a_minute)
{
	struct kept_meter *meter = kept_meter_new(NULL, 0);
	const struct address one = address_of("192.0.2.7");
	const struct address neighbour = address_of("192.0.2.8");
	const struct address other = address_of("198.51.100.7");
	int64_t retry_after;
	for (int i = 0; i < KEPT_METER_POSTED; i++)
		ck_assert_int_eq(kept_meter_take(meter, KEPT_AUTHORIZE, &one, 30000, &retry_after),
				 ERR_OK);
	ck_assert_int_eq(kept_meter_take(meter, KEPT_AUTHORIZE, &one, 30000, &retry_after),
			 ERR_FULL);
	ck_assert_int_eq(retry_after, 30);
	ck_assert_int_eq(kept_meter_take(meter, KEPT_AUTHORIZE, &neighbour, 30000, &retry_after),
			 ERR_FULL);
	ck_assert_int_eq(kept_meter_take(meter, KEPT_AUTHORIZE, &other, 30000, &retry_after),
			 ERR_OK);
	/* of each kind */
	ck_assert_int_eq(kept_meter_take(meter, KEPT_LOGOUT, &one, 30000, &retry_after), ERR_OK);
	ck_assert_int_eq(kept_meter_take(meter, KEPT_PUSHED, &one, 30000, &retry_after), ERR_OK);
	ck_assert_int_eq(kept_meter_take(meter, KEPT_AUTHORIZE, &one, 60000, &retry_after), ERR_OK);
	kept_meter_free(&meter);
	ck_assert_ptr_null(meter);
}
END_TEST

START_TEST(all_together_have_an_end_too)
{
	const struct network network = { .prefix = 8, .address = address_of("10.0.0.0") };
	struct kept_meter *meter = kept_meter_new(&network, 1);
	const struct address office = address_of("10.1.2.3");
	const struct address other = address_of("198.51.100.7");
	int64_t retry_after;
	for (int i = 0; i < KEPT_METER_ALL; i++)
		ck_assert_int_eq(kept_meter_take(meter, KEPT_AUTHORIZE, &office, 1, &retry_after),
				 ERR_OK);
	ck_assert_int_eq(kept_meter_take(meter, KEPT_AUTHORIZE, &office, 1, &retry_after),
			 ERR_FULL);
	ck_assert_int_eq(kept_meter_take(meter, KEPT_AUTHORIZE, &other, 1, &retry_after), ERR_FULL);
	ck_assert_int_gt(retry_after, 0);
	ck_assert_int_eq(kept_meter_take(meter, KEPT_AUTHORIZE, &other, 60001, &retry_after),
			 ERR_OK);
	kept_meter_free(&meter);
}
END_TEST

START_TEST(no_meter_lets_all_pass)
{
	const struct address one = address_of("192.0.2.7");
	int64_t retry_after;
	for (int i = 0; i < 2 * KEPT_METER_ALL; i++)
		ck_assert_int_eq(kept_meter_take(NULL, KEPT_AUTHORIZE, &one, 1, &retry_after),
				 ERR_OK);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, a_source_has_its_share_of_a_minute);
	tcase_add_test(tc, all_together_have_an_end_too);
	tcase_add_test(tc, no_meter_lets_all_pass);
}

TEST_MAIN("flow/kept_meter", add_tests)
