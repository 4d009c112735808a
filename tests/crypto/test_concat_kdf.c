/* SPDX-License-Identifier: Apache-2.0
 *
 * The key agreement of RFC 7518 appendix C: Alice's key for this message, Bob's own, and the key
 * that both arrive at. */
#include "crypto/concat_kdf.h"

#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"

/* The point that they share, as the appendix prints it. */
static const uint8_t z[] = { 158, 86,  217, 29,  129, 113, 53,  211, 114, 131, 66,
			     131, 191, 132, 38,  156, 251, 49,  110, 163, 218, 128,
			     106, 72,  246, 218, 167, 121, 140, 254, 144, 196 };

/* RFC7518#C, RFC7518#4.6.2 */
START_TEST(appendix_c)
{
	AUTO(arena) struct arena *arena = arena_new();
	const struct concat_kdf input = { .z = slice_of(z, sizeof(z)),
					  .algorithm = SLICE("A128GCM"),
					  .apu = SLICE("Alice"),
					  .apv = SLICE("Bob") };
	uint8_t key[16];
	concat_kdf(&input, key, sizeof(key));
	ck_slice_str(encode_base64url(arena, slice_of(key, sizeof(key))), "VqqN6vgjbSBcIijNcacQGg");
}
END_TEST

START_TEST(every_input_counts)
{
	const struct concat_kdf inputs[] = {
		{ slice_of(z, 32), SLICE("A128GCM"), SLICE("ab"), SLICE("c") },
		{ slice_of(z, 32), SLICE("A128GCM"), SLICE("a"), SLICE("bc") },
		{ slice_of(z, 32), SLICE("A128GCM"), SLICE(""), SLICE("abc") },
		{ slice_of(z, 32), SLICE("A256GCM"), SLICE("ab"), SLICE("c") },
		{ slice_of(z, 31), SLICE("A128GCM"), SLICE("ab"), SLICE("c") },
	};
	uint8_t keys[ARRAY_LEN(inputs) + 1][32];
	for (size_t i = 0; i < ARRAY_LEN(inputs); i++)
		concat_kdf(&inputs[i], keys[i], 16);
	concat_kdf(&inputs[0], keys[ARRAY_LEN(inputs)], 32);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		for (size_t k = 0; k < i; k++)
			ck_assert(!slice_equal(slice_of(keys[i], 16), slice_of(keys[k], 16)));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, appendix_c);
	tcase_add_test(tc, every_input_counts);
}

TEST_MAIN("crypto/concat_kdf", add_tests)
