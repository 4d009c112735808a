/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures on what a browser holds for us. */
#include "flow/signature.h"

#include "check_main.h"
#include "check_slice.h"
#include "crypto/rings.h"

static struct arena *arena;
static struct keyring *ring;

static void setup(void)
{
	arena = arena_new();
	ring = ring_of("1");
}

static void teardown(void)
{
	keyring_free(&ring);
	arena_free(&arena);
}

static void use_keys(const char *keys)
{
	keyring_free(&ring);
	ring = ring_of(keys);
}

START_TEST(a_signature_is_the_same_each_time)
{
	struct slice one = signature_make(ring, arena, "form", SLICE("value"));
	ck_slice_eq(signature_make(ring, arena, "form", SLICE("value")), one);
	ck_assert_uint_eq(one.len, SIGNATURE_TEXT);
}
END_TEST

static const struct row {
	const char *name;
	const char *label;
	struct slice value;
	const char *keys;
	bool fits;
} rows[] = {
	{ "the same value", "form", SLICE("value"), "1", true },
	{ "under an older key", "form", SLICE("value"), "21", true },
	{ "among many keys", "form", SLICE("value"), "5432167", true },
	{ "another value", "form", SLICE("valuf"), "1", false },
	{ "a value with a NUL behind it", "form", SLICE("value\0"), "1", false },
	{ "nothing", "form", SLICE(""), "1", false },
	{ "another use", "anonymous", SLICE("value"), "1", false },
	{ "a part of the label moved to the value", "for", SLICE("mvalue"), "1", false },
	{ "under another key", "form", SLICE("value"), "2", false },
};

START_TEST(a_signature_fits_its_value_alone)
{
	const struct row *row = &rows[_i];
	struct slice signature = signature_make(ring, arena, "form", SLICE("value"));
	use_keys(row->keys);
	ck_assert_msg(signature_fits(ring, row->label, row->value, signature) == row->fits, "%s",
		      row->name);
}
END_TEST

START_TEST(no_other_text_is_a_signature)
{
	struct slice signature = signature_make(ring, arena, "form", SLICE("value"));
	char *text = arena_cstr(arena, signature);
	for (size_t i = 0; i < signature.len; i++) {
		char kept = text[i];
		text[i] = kept == '0' ? '1' : '0';
		ck_assert_msg(!signature_fits(ring, "form", SLICE("value"), slice_str(text)),
			      "changed at %zu", i);
		text[i] = kept;
	}
	const struct slice wrong[] = {
		SLICE(""),
		slice_sub(signature, 0, signature.len - 1),
		slice_sub(signature, 1, signature.len),
		arena_printf(arena, "%s0", text),
		SLICE("0000000000000000000000"),
		{ NULL, 0 },
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ck_assert_msg(!signature_fits(ring, "form", SLICE("value"), wrong[i]), "%zu", i);
	ck_assert(signature_fits(ring, "form", SLICE("value"), slice_str(text)));
}
END_TEST

START_TEST(the_current_key_signs)
{
	struct slice by_one = signature_make(ring, arena, "form", SLICE("value"));
	use_keys("21");
	struct slice by_two = signature_make(ring, arena, "form", SLICE("value"));
	ck_assert(!slice_equal(by_one, by_two));
	use_keys("2");
	ck_assert(signature_fits(ring, "form", SLICE("value"), by_two));
	ck_assert(!signature_fits(ring, "form", SLICE("value"), by_one));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_signature_is_the_same_each_time);
	tcase_add_loop_test(tc, a_signature_fits_its_value_alone, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, no_other_text_is_a_signature);
	tcase_add_test(tc, the_current_key_signs);
}

TEST_MAIN("flow/signature", add_tests)
