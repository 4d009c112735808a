/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of types, algorithms and fields, and which client ids are valid. */
#include "domain/client.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"

START_TEST(types)
{
	for (unsigned i = 0; i < CLIENT_TYPE_COUNT; i++)
		ck_assert_uint_eq(
			client_type_parse(slice_str(client_type_name((enum client_type)i))), i);
	ck_assert_str_eq(client_type_name(CLIENT_PUBLIC), "public");
	ck_assert_str_eq(client_type_name(CLIENT_CONFIDENTIAL), "confidential");
	ck_assert_int_eq(client_type_parse(SLICE("Public")), CLIENT_TYPE_COUNT);
	ck_assert_int_eq(client_type_parse(SLICE("")), CLIENT_TYPE_COUNT);
	ck_assert_int_eq(client_type_parse(SLICE("public\0")), CLIENT_TYPE_COUNT);
}
END_TEST

START_TEST(algorithms)
{
	for (unsigned i = 0; i < CLIENT_ALG_COUNT; i++) {
		const char *name = client_algorithm_name((enum client_algorithm)i);

		ck_assert_uint_eq(client_algorithm_parse(slice_str(name)), i);
	}
	ck_assert_int_eq(client_algorithm_parse(SLICE("")), CLIENT_ALG_DEFAULT);
	ck_assert_int_eq(client_algorithm_parse(SLICE("ES256")), CLIENT_ALG_ES256);
	ck_assert_int_eq(client_algorithm_parse(SLICE("es256")), CLIENT_ALG_COUNT);
	ck_assert_int_eq(client_algorithm_parse(SLICE("HS256")), CLIENT_ALG_COUNT);
	ck_assert_int_eq(client_algorithm_parse(SLICE("none")), CLIENT_ALG_COUNT);
}
END_TEST

START_TEST(fields)
{
	struct slice name = slice_str(client_field_name((enum client_field)_i));

	ck_assert_uint_gt(name.len, 0);
	for (int i = 0; i < _i; i++)
		ck_assert(!slice_equal(name, slice_str(client_field_name((enum client_field)i))));
}
END_TEST

START_TEST(fields_of_the_seed)
{
	ck_assert_str_eq(client_field_name(CLIENT_FIELD_TYPE), "client_type");
	ck_assert_str_eq(client_field_name(CLIENT_FIELD_GRANT), "authorization_grant_type");
	ck_assert_str_eq(client_field_name(CLIENT_FIELD_REDIRECT_URIS), "redirect_uris");
}
END_TEST

static const struct id_row {
	const char *name;
	struct slice text;
	bool good;
} id_rows[] = {
	/* RFC6749#A.1 */
	{ .name = "letters and digits", .text = SLICE("tv-4711"), .good = true },
	{ .name = "a URL", .text = SLICE("https://client.example.com/id"), .good = true },
	{ .name = "the first and last permitted characters", .text = SLICE("!~"), .good = true },
	{ .name = "nothing", .text = SLICE("") },
	{ .name = "a blank", .text = SLICE("tv 4711") },
	{ .name = "a line feed", .text = SLICE("tv\n") },
	{ .name = "a NUL", .text = SLICE("tv\0") },
	{ .name = "DEL", .text = SLICE("tv\x7f") },
	{ .name = "UTF-8", .text = SLICE("t\xc3\xbcv") },
};

START_TEST(client_ids)
{
	const struct id_row *row = &id_rows[_i];

	ck_assert_msg(client_id_is_valid(row->text) == row->good, "%s", row->name);
}
END_TEST

START_TEST(client_id_length)
{
	char text[CLIENT_ID_MAX + 1];

	memset(text, 'a', sizeof(text));
	ck_assert(client_id_is_valid(slice_of(text, CLIENT_ID_MAX)));
	ck_assert(!client_id_is_valid(slice_of(text, CLIENT_ID_MAX + 1)));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, types);
	tcase_add_test(tc, algorithms);
	tcase_add_loop_test(tc, fields, 0, CLIENT_FIELD_COUNT);
	tcase_add_test(tc, fields_of_the_seed);
	tcase_add_loop_test(tc, client_ids, 0, ARRAY_LEN(id_rows));
	tcase_add_test(tc, client_id_length);
}

TEST_MAIN("domain/client", add_tests)
