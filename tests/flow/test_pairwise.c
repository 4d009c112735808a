/* SPDX-License-Identifier: Apache-2.0
 *
 * The secret of pairwise subjects: one for ever, whatever becomes of the master keys. */
#include "flow/pairwise.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"
#include "crypto/rings.h"
#include "flow/flow_fixture.h"

static struct fixture fixture;

static void setup(void)
{
	fixture_start(&fixture, "1");
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

static enum err load(const char *keys, struct secret *out)
{
	fixture_set_keys(&fixture, keys);
	return pairwise_load(fixture.store, fixture.ring, out);
}

static uint64_t uses(uint32_t key_id)
{
	uint64_t count;
	ck_assert_int_eq(pairwise_uses(fixture.store, key_id, &count), ERR_OK);
	return count;
}

START_TEST(it_is_made_once)
{
	struct secret first;
	struct secret second;
	ck_assert_uint_eq(uses(1), 0);
	ck_assert_int_eq(load("1", &first), ERR_OK);
	ck_assert_int_eq(load("1", &second), ERR_OK);
	ck_assert_mem_eq(first.bytes, second.bytes, SECRET_KEY_BYTES);
	ck_assert_uint_eq(uses(1), 1);
}
END_TEST

START_TEST(another_database_has_another)
{
	struct fixture other;
	struct secret first;
	struct secret second;
	ck_assert_int_eq(load("1", &first), ERR_OK);
	fixture_start(&other, "1");
	ck_assert_int_eq(pairwise_load(other.store, other.ring, &second), ERR_OK);
	ck_assert_mem_ne(first.bytes, second.bytes, SECRET_KEY_BYTES);
	fixture_stop(&other);
}
END_TEST

START_TEST(it_outlives_the_master_key)
{
	struct secret first;
	struct secret later;
	ck_assert_int_eq(load("1", &first), ERR_OK);
	ck_assert_int_eq(load("21", &later), ERR_OK);
	ck_assert_mem_eq(first.bytes, later.bytes, SECRET_KEY_BYTES);
	ck_assert_msg(uses(1) == 1, "it is not moved by being read");
	ck_assert_int_eq(pairwise_reseal(fixture.store, fixture.ring), ERR_OK);
	ck_assert_int_eq(pairwise_reseal(fixture.store, fixture.ring), ERR_OK);
	ck_assert_uint_eq(uses(1), 0);
	ck_assert_uint_eq(uses(2), 1);
	ck_assert_int_eq(load("2", &later), ERR_OK);
	ck_assert_mem_eq(first.bytes, later.bytes, SECRET_KEY_BYTES);
}
END_TEST

START_TEST(without_its_master_key_it_does_not_open)
{
	struct secret secret;
	ck_assert_int_eq(load("1", &secret), ERR_OK);
	ck_assert_int_eq(load("2", &secret), ERR_CRYPTO);
	ck_assert_int_eq(pairwise_reseal(fixture.store, fixture.ring), ERR_CRYPTO);
	ck_assert_msg(uses(1) == 1 && uses(2) == 0, "and is not replaced");
}
END_TEST

START_TEST(there_is_nothing_to_move_in_a_database_without_one)
{
	ck_assert_int_eq(pairwise_reseal(fixture.store, fixture.ring), ERR_OK);
	ck_assert_uint_eq(uses(1), 0);
}
END_TEST

/* Two nodes with different current keys that made one at the same moment. */
START_TEST(of_two_the_first_by_name_is_the_one)
{
	struct secret first;
	struct secret second;
	struct slice value;
	struct meta_list list;
	ck_assert_int_eq(load("2", &second), ERR_OK);
	ck_assert_int_eq(store_meta_find(fixture.store, fixture.call.arena,
					 SLICE("pairwise/00000002"), &value),
			 FOUND);
	ck_assert_int_eq(store_meta_remove(fixture.store, SLICE("pairwise/00000002")), ERR_OK);
	ck_assert_int_eq(load("1", &first), ERR_OK);
	ck_assert_int_eq(store_meta_insert(fixture.store, SLICE("pairwise/00000002"), value),
			 ERR_OK);
	struct secret taken;
	ck_assert_int_eq(load("21", &taken), ERR_OK);
	ck_assert_mem_eq(taken.bytes, first.bytes, SECRET_KEY_BYTES);
	ck_assert_int_eq(pairwise_reseal(fixture.store, fixture.ring), ERR_OK);
	ck_assert_int_eq(load("2", &taken), ERR_OK);
	ck_assert_mem_eq(taken.bytes, first.bytes, SECRET_KEY_BYTES);
	ck_assert_int_eq(
		store_meta_list(fixture.store, fixture.call.arena, SLICE("pairwise/"), 8, &list),
		ERR_OK);
	ck_assert_uint_eq(list.count, 1);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, it_is_made_once);
	tcase_add_test(tc, another_database_has_another);
	tcase_add_test(tc, it_outlives_the_master_key);
	tcase_add_test(tc, without_its_master_key_it_does_not_open);
	tcase_add_test(tc, there_is_nothing_to_move_in_a_database_without_one);
	tcase_add_test(tc, of_two_the_first_by_name_is_the_one);
}

TEST_MAIN("flow/pairwise", add_tests)
