/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing and wiping secrets. */
#include "base/secret.h"

#include <string.h>

#include "base/rng.h"
#include "check_main.h"

START_TEST(compares)
{
	ck_assert(secret_equal("abc", "abc", 3));
	ck_assert(secret_equal(NULL, NULL, 0));
	ck_assert(!secret_equal("abc", "abd", 3));
	ck_assert(!secret_equal("xbc", "abc", 3));
	ck_assert(!secret_equal("a\0b", "a\0c", 3));
}
END_TEST

START_TEST(wipes)
{
	static const uint8_t zero[SECRET_KEY_BYTES];
	struct secret key;
	rng_bytes(key.bytes, sizeof(key.bytes));
	ck_assert(memcmp(key.bytes, zero, sizeof(zero)) != 0);
	secret_fini(&key);
	ck_assert(memcmp(key.bytes, zero, sizeof(zero)) == 0);
	char text[] = "secret";
	secret_wipe(text, 3);
	ck_assert(memcmp(text, "\0\0\0ret", 7) == 0);
	secret_wipe(NULL, 0);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, compares);
	tcase_add_test(tc, wipes);
}

TEST_MAIN("base/secret", add_tests)
