/* SPDX-License-Identifier: Apache-2.0
 *
 * How long a nonce is good, when the next one is due, and that nobody else can make one. */
#include "flow/dpop_nonce.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"
#include "crypto/rings.h"

#define NOW 1700000000

/* RFC9449#8, #8.2 */
static const struct row {
	const char *name;
	int64_t age;
	const char *keys;
	enum dpop_nonce state;
} rows[] = {
	{ "fresh", 0, "1", DPOP_NONCE_GOOD },
	{ "at half of its time", DPOP_NONCE_S / 2, "1", DPOP_NONCE_GOOD },
	{ "of a clock a little ahead", -5, "1", DPOP_NONCE_GOOD },
	{ "under a key that is no longer the first", 0, "21", DPOP_NONCE_GOOD },
	{ "past half of its time", DPOP_NONCE_S / 2 + 1, "1", DPOP_NONCE_AGED },
	{ "at its end", DPOP_NONCE_S, "1", DPOP_NONCE_AGED },
	{ "past its end", DPOP_NONCE_S + 1, "1", DPOP_NONCE_BAD },
	{ "far ahead", -DPOP_NONCE_S - 1, "1", DPOP_NONCE_BAD },
	{ "under a key that we do not have", 0, "2", DPOP_NONCE_BAD },
};

START_TEST(ages)
{
	const struct row *row = &rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(keyring) struct keyring *first = ring_of("1");
	AUTO(keyring) struct keyring *ring = ring_of(row->keys);
	struct slice nonce = dpop_nonce_make(first, arena, NOW - row->age);
	ck_assert_msg(dpop_nonce_check(ring, nonce, NOW) == row->state, "%s", row->name);
}
END_TEST

/* Any character changed, or any part missing, makes it none of ours. */
START_TEST(changed)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(keyring) struct keyring *ring = ring_of("1");
	struct slice nonce = dpop_nonce_make(ring, arena, NOW);
	for (size_t i = 0; i < nonce.len; i++) {
		char *copy = arena_alloc(arena, nonce.len);
		memcpy(copy, nonce.ptr, nonce.len);
		copy[i] = copy[i] == '1' ? '2' : '1';
		ck_assert_int_eq(dpop_nonce_check(ring, slice_of(copy, nonce.len), NOW),
				 DPOP_NONCE_BAD);
		ck_assert_int_eq(dpop_nonce_check(ring, slice_sub(nonce, 0, i), NOW),
				 DPOP_NONCE_BAD);
	}
	ck_assert_int_eq(dpop_nonce_check(ring, SLICE_EMPTY, NOW), DPOP_NONCE_BAD);
}
END_TEST

/* RFC9449#8: 1*NQCHAR, so that it fits a header and a JSON string as it stands */
START_TEST(characters)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(keyring) struct keyring *ring = ring_of("1");
	struct slice nonce = dpop_nonce_make(ring, arena, NOW);
	for (size_t i = 0; i < nonce.len; i++)
		ck_assert(nonce.ptr[i] > 0x20 && nonce.ptr[i] < 0x7f && nonce.ptr[i] != '"' &&
			  nonce.ptr[i] != '\\');
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, ages, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, changed);
	tcase_add_test(tc, characters);
}

TEST_MAIN("flow/dpop_nonce", add_tests)
