/* SPDX-License-Identifier: Apache-2.0
 *
 * Decimal, hexadecimal and base64 with the vectors of RFC 4648 section 10, percent-encoding, HTML.
 */
#include "base/encode.h"

#include <sodium.h>
#include <string.h>

#include "check_main.h"
#include "check_slice.h"

static const struct base64_row {
	const char *name;
	struct slice text;
	struct slice bytes;
	bool only_decode;
	enum err err;
} base64_rows[] = {
	{ .name = "RFC4648#10: empty", .text = SLICE(""), .bytes = SLICE("") },
	{ .name = "RFC4648#10: f", .text = SLICE("Zg=="), .bytes = SLICE("f") },
	{ .name = "RFC4648#10: fo", .text = SLICE("Zm8="), .bytes = SLICE("fo") },
	{ .name = "RFC4648#10: foo", .text = SLICE("Zm9v"), .bytes = SLICE("foo") },
	{ .name = "RFC4648#10: foob", .text = SLICE("Zm9vYg=="), .bytes = SLICE("foob") },
	{ .name = "RFC4648#10: fooba", .text = SLICE("Zm9vYmE="), .bytes = SLICE("fooba") },
	{ .name = "RFC4648#10: foobar", .text = SLICE("Zm9vYmFy"), .bytes = SLICE("foobar") },
	{ .name = "the last letters of the alphabet",
	  .text = SLICE("+/+/"),
	  .bytes = SLICE("\xfb\xff\xbf") },
	{ .name = "a NUL byte", .text = SLICE("AA=="), .bytes = SLICE("\0") },
	{ .name = "no padding, two missing",
	  .text = SLICE("Zg"),
	  .bytes = SLICE("f"),
	  .only_decode = true },
	{ .name = "no padding, one missing",
	  .text = SLICE("Zm8"),
	  .bytes = SLICE("fo"),
	  .only_decode = true },
	{ .name = "half the padding", .text = SLICE("Zg="), .err = ERR_INVALID },
	{ .name = "padding alone", .text = SLICE("=="), .err = ERR_INVALID },
	{ .name = "four signs of padding", .text = SLICE("===="), .err = ERR_INVALID },
	{ .name = "padding where none is due", .text = SLICE("Zm9v=="), .err = ERR_INVALID },
	{ .name = "padding in the middle", .text = SLICE("Zg==Zg=="), .err = ERR_INVALID },
	{ .name = "one character over", .text = SLICE("Zm9vY"), .err = ERR_INVALID },
	{ .name = "bits left over in the last of two", .text = SLICE("Zh=="), .err = ERR_INVALID },
	{ .name = "bits left over in the last of three",
	  .text = SLICE("Zm9="),
	  .err = ERR_INVALID },
	{ .name = "a line feed", .text = SLICE("Zm9v\n"), .err = ERR_INVALID },
	{ .name = "a blank inside", .text = SLICE("Zm 9v"), .err = ERR_INVALID },
	{ .name = "the other alphabet", .text = SLICE("-_-_"), .err = ERR_INVALID },
	{ .name = "a NUL inside", .text = SLICE("Zm\0v"), .err = ERR_INVALID },
	{ .name = "a byte that is not ASCII", .text = SLICE("Zm9\xff"), .err = ERR_INVALID },
};

START_TEST(base64)
{
	const struct base64_row *row = &base64_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct slice bytes;
	ck_assert_msg(decode_base64(arena, row->text, &bytes) == row->err, "%s", row->name);
	if (row->err != ERR_OK)
		return;
	ck_slice_row(row->name, bytes, row->bytes);
	if (!row->only_decode)
		ck_slice_row(row->name, encode_base64(arena, row->bytes), row->text);
}
END_TEST

static void check_encoded(struct slice text, struct slice data, int variant)
{
	char expected[512];
	sodium_bin2base64(expected, sizeof(expected), (const uint8_t *)data.ptr, data.len, variant);
	ck_slice_eq(text, slice_str(expected));
}

/* Every letter at every place, against libsodium's encoder. */
START_TEST(base64_of_every_length)
{
	AUTO(arena) struct arena *arena = arena_new();
	uint8_t bytes[256];
	struct slice again;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * (size_t)(2 * _i + 1) ^ (size_t)_i << 3);
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		struct slice data = slice_of(bytes, len);
		struct slice standard = encode_base64(arena, data);
		struct slice url = encode_base64url(arena, data);
		check_encoded(standard, data, sodium_base64_VARIANT_ORIGINAL);
		check_encoded(url, data, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
		ck_assert_int_eq(decode_base64(arena, standard, &again), ERR_OK);
		ck_slice_eq(again, data);
		ck_assert_int_eq(decode_base64url(arena, url, &again), ERR_OK);
		ck_slice_eq(again, data);
	}
}
END_TEST

/* libsodium takes some bytes over 7f for letters when char is signed. */
START_TEST(base64_takes_its_alphabet_alone)
{
	static const char common[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	AUTO(arena) struct arena *arena = arena_new();
	const char text[] = { 'A', (char)(uint8_t)_i, 'A', 'A' };
	bool letter = memchr(common, (uint8_t)_i, sizeof(common) - 1) != NULL;
	struct slice bytes;
	enum err e = decode_base64(arena, slice_of(text, sizeof(text)), &bytes);
	ck_assert_int_eq(e, letter || _i == '+' || _i == '/' ? ERR_OK : ERR_INVALID);
	e = decode_base64url(arena, slice_of(text, sizeof(text)), &bytes);
	ck_assert_int_eq(e, letter || _i == '-' || _i == '_' ? ERR_OK : ERR_INVALID);
}
END_TEST

START_TEST(base64url_is_read_strictly)
{
	static const struct slice wrong[] = {
		SLICE("Zg=="), SLICE("Zm9vY"), SLICE("Zh"),
		SLICE("Zm9"),  SLICE("Z"),     SLICE("Zm9v="),
	};
	AUTO(arena) struct arena *arena = arena_new();
	struct slice bytes;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ck_assert_int_eq(decode_base64url(arena, wrong[i], &bytes), ERR_INVALID);
}
END_TEST

static const struct exact_row {
	const char *name;
	const char *text;
	enum err err;
} exact_rows[] = {
	{ .name = "as many as there must be", .text = "Zm9v" },
	{ .name = "none", .text = "", .err = ERR_INVALID },
	{ .name = "one too few", .text = "Zm8", .err = ERR_INVALID },
	{ .name = "one too many", .text = "Zm9vYg", .err = ERR_INVALID },
	{ .name = "padding", .text = "Zm9v=", .err = ERR_INVALID },
	{ .name = "bits left over", .text = "Zm9", .err = ERR_INVALID },
	{ .name = "the other alphabet", .text = "Zm9/", .err = ERR_INVALID },
};

START_TEST(base64url_of_a_known_length)
{
	const struct exact_row *row = &exact_rows[_i];
	uint8_t bytes[4] = { 0, 0, 0, 'x' };
	ck_assert_msg(decode_base64url_exact(slice_str(row->text), bytes, 3) == row->err, "%s",
		      row->name);
	if (row->err == ERR_OK)
		ck_assert_mem_eq(bytes, "foox", 4);
	ck_assert_int_eq(bytes[3], 'x');
}
END_TEST

START_TEST(decimal)
{
	char text[DECIMAL_MAX];
	ck_slice_eq(encode_decimal(0, text), SLICE("0"));
	ck_slice_eq(encode_decimal(-7, text), SLICE("-7"));
	ck_slice_eq(encode_decimal(1234567890, text), SLICE("1234567890"));
	ck_slice_eq(encode_decimal(INT64_MAX, text), SLICE("9223372036854775807"));
	ck_slice_eq(encode_decimal(INT64_MIN, text), SLICE("-9223372036854775808"));
}
END_TEST

static const struct hex_row {
	const char *name;
	struct slice text;
	size_t len;
	enum err err;
} hex_rows[] = {
	{ .name = "lower case", .text = SLICE("00ff7fa5"), .len = 4 },
	{ .name = "upper case", .text = SLICE("00FF7FA5"), .len = 4 },
	{ .name = "one too short", .text = SLICE("00ff7fa"), .len = 4, .err = ERR_INVALID },
	{ .name = "two too short", .text = SLICE("00ff7f"), .len = 4, .err = ERR_INVALID },
	{ .name = "one too long", .text = SLICE("00ff7fa55"), .len = 4, .err = ERR_INVALID },
	{ .name = "a foreign letter", .text = SLICE("00ff7fag"), .len = 4, .err = ERR_INVALID },
	{ .name = "a prefix", .text = SLICE("0xff7fa5"), .len = 4, .err = ERR_INVALID },
};

START_TEST(hex)
{
	const struct hex_row *row = &hex_rows[_i];
	uint8_t bytes[4];
	char text[8];
	ck_assert_msg(decode_hex(row->text, bytes, row->len) == row->err, "%s", row->name);
	if (row->err != ERR_OK)
		return;
	ck_slice_row(row->name, slice_of(bytes, 4), SLICE("\x00\xff\x7f\xa5"));
	encode_hex(bytes, 4, text);
	ck_slice_row(row->name, slice_of(text, 8), SLICE("00ff7fa5"));
}
END_TEST

static const struct percent_row {
	const char *name;
	struct slice text;
	bool plus;
	struct slice bytes;
	enum err err;
} percent_rows[] = {
	{ .name = "nothing to decode", .text = SLICE("abc"), .bytes = SLICE("abc") },
	{ .name = "nothing", .text = SLICE(""), .bytes = SLICE("") },
	{ .name = "either case", .text = SLICE("%2f%2F"), .bytes = SLICE("//") },
	{ .name = "decoded once only", .text = SLICE("%2541"), .bytes = SLICE("%41") },
	{ .name = "a NUL", .text = SLICE("a%00"), .bytes = SLICE("a\0") },
	{ .name = "a plus is a plus in a path", .text = SLICE("a+b"), .bytes = SLICE("a+b") },
	{ .name = "a plus is a blank in a form",
	  .text = SLICE("a+b"),
	  .plus = true,
	  .bytes = SLICE("a b") },
	{ .name = "an escaped plus stays one",
	  .text = SLICE("a%2Bb"),
	  .plus = true,
	  .bytes = SLICE("a+b") },
	{ .name = "a lone percent sign", .text = SLICE("%"), .err = ERR_INVALID },
	{ .name = "one digit at the end", .text = SLICE("abc%2"), .err = ERR_INVALID },
	{ .name = "a foreign first digit", .text = SLICE("%g0"), .err = ERR_INVALID },
	{ .name = "a foreign second digit", .text = SLICE("%0g"), .err = ERR_INVALID },
	{ .name = "a sign in the place of a digit", .text = SLICE("%+1"), .err = ERR_INVALID },
	{ .name = "two percent signs", .text = SLICE("%%20"), .err = ERR_INVALID },
	{ .name = "a bad one behind a good one", .text = SLICE("%20%zz"), .err = ERR_INVALID },
	{ .name = "the u form", .text = SLICE("%u0041"), .err = ERR_INVALID },
};

START_TEST(percent)
{
	const struct percent_row *row = &percent_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct slice bytes;
	ck_assert_msg(decode_percent(arena, row->text, row->plus, &bytes) == row->err, "%s",
		      row->name);
	if (row->err == ERR_OK)
		ck_slice_row(row->name, bytes, row->bytes);
}
END_TEST

START_TEST(percent_round_trip)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO_FINI(buf) struct buf buf;
	char all[256];
	struct slice back;
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)(uint8_t)i;
	buf_init(&buf, 1000);
	encode_percent(&buf, slice_of(all, sizeof(all)));
	ck_assert_int_eq(decode_percent(arena, buf_slice(&buf), true, &back), ERR_OK);
	ck_assert(slice_equal(back, slice_of(all, sizeof(all))));
	buf_reset(&buf);
	encode_percent(&buf, SLICE("aZ09-._~ /+%\xc3\xa9"));
	ck_slice_str(buf_slice(&buf), "aZ09-._~%20%2F%2B%25%C3%A9");
}
END_TEST

START_TEST(html)
{
	AUTO_FINI(buf) struct buf buf;
	buf_init(&buf, 1000);
	encode_html(&buf, SLICE("<a href=\"x\" title='y'>&amp;</a>"));
	ck_slice_str(buf_slice(&buf),
		     "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
	buf_reset(&buf);
	encode_html(&buf, SLICE("plain \xc3\xa9"));
	ck_slice_str(buf_slice(&buf), "plain \xc3\xa9");
	buf_reset(&buf);
	encode_html(&buf, SLICE(""));
	ck_slice_str(buf_slice(&buf), "");
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, base64url_of_a_known_length, 0, ARRAY_LEN(exact_rows));
	tcase_add_test(tc, base64url_is_read_strictly);
	tcase_add_test(tc, decimal);
	tcase_add_loop_test(tc, base64, 0, ARRAY_LEN(base64_rows));
	tcase_add_loop_test(tc, base64_of_every_length, 0, 32);
	tcase_add_loop_test(tc, base64_takes_its_alphabet_alone, 0, 256);
	tcase_add_loop_test(tc, hex, 0, ARRAY_LEN(hex_rows));
	tcase_add_loop_test(tc, percent, 0, ARRAY_LEN(percent_rows));
	tcase_add_test(tc, percent_round_trip);
	tcase_add_test(tc, html);
}

TEST_MAIN("base/encode", add_tests)
