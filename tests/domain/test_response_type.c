/* SPDX-License-Identifier: Apache-2.0
 *
 * Response types and response modes by their names. */
#include "domain/response_type.h"

#include "base/attr.h"
#include "check_main.h"

static const struct row {
	const char *name;
	struct slice text;
	enum response_type type;
} rows[] = {
	{ .name = "code", .text = SLICE("code"), .type = RESPONSE_TYPE_CODE },
	{ .name = "id_token", .text = SLICE("id_token"), .type = RESPONSE_TYPE_ID_TOKEN },
	{ .name = "code id_token",
	  .text = SLICE("code id_token"),
	  .type = RESPONSE_TYPE_CODE_ID_TOKEN },
	{ .name = "in the other order", /* RFC6749#3.1.1 */
	  .text = SLICE("id_token code"),
	  .type = RESPONSE_TYPE_CODE_ID_TOKEN },
	{ .name = "token", .text = SLICE("token"), .type = RESPONSE_TYPE_TOKEN },
	{ .name = "token and id_token",
	  .text = SLICE("token id_token"),
	  .type = RESPONSE_TYPE_ID_TOKEN_TOKEN },
	{ .name = "token and code", .text = SLICE("token code"), .type = RESPONSE_TYPE_CODE_TOKEN },
	{ .name = "all three",
	  .text = SLICE("token id_token code"),
	  .type = RESPONSE_TYPE_CODE_ID_TOKEN_TOKEN },
	{ .name = "none", .text = SLICE("none"), .type = RESPONSE_TYPE_NONE },

	{ .name = "nothing", .text = SLICE(""), .type = RESPONSE_TYPE_COUNT },
	{ .name = "a word that is not known", .text = SLICE("magic"), .type = RESPONSE_TYPE_COUNT },
	{ .name = "a known word and another",
	  .text = SLICE("code magic"),
	  .type = RESPONSE_TYPE_COUNT },
	{ .name = "a word twice", .text = SLICE("code code"), .type = RESPONSE_TYPE_COUNT },
	{ .name = "capitals", .text = SLICE("Code"), .type = RESPONSE_TYPE_COUNT },
	{ .name = "none and another", .text = SLICE("none code"), .type = RESPONSE_TYPE_COUNT },
	{ .name = "two blanks", .text = SLICE("code  id_token"), .type = RESPONSE_TYPE_COUNT },
	{ .name = "a blank behind", .text = SLICE("code "), .type = RESPONSE_TYPE_COUNT },
	{ .name = "a comma", .text = SLICE("code,id_token"), .type = RESPONSE_TYPE_COUNT },
	{ .name = "a tab", .text = SLICE("code\tid_token"), .type = RESPONSE_TYPE_COUNT },
	{ .name = "a NUL", .text = SLICE("code\0"), .type = RESPONSE_TYPE_COUNT },
};

START_TEST(types)
{
	const struct row *row = &rows[_i];
	ck_assert_msg(response_type_parse(row->text) == row->type, "%s", row->name);
}
END_TEST

START_TEST(no_type_with_an_access_token_is_offered) /* RFC9700#2.1.2, ASVS#10.6.1 */
{
	const struct response_type_row *row = response_type_row((enum response_type)_i);
	bool has_access_token = _i >= RESPONSE_TYPE_TOKEN &&
				_i <= RESPONSE_TYPE_CODE_ID_TOKEN_TOKEN;
	ck_assert(!(row->is_offered && has_access_token));
	ck_assert_msg(!row->gives_id_token || row->mode == RESPONSE_MODE_FRAGMENT,
		      "%s: an ID token travels in no query", row->name);
	ck_assert_int_eq(response_type_parse(slice_str(row->name)), _i);
}
END_TEST

START_TEST(a_list_names_types_in_whatever_order)
{
	struct slice list = SLICE("code,id_token code");
	ck_assert(response_type_listed(list, RESPONSE_TYPE_CODE));
	ck_assert(response_type_listed(list, RESPONSE_TYPE_CODE_ID_TOKEN));
	ck_assert(!response_type_listed(list, RESPONSE_TYPE_ID_TOKEN));
	ck_assert(response_type_listed(SLICE("id_token, code"), RESPONSE_TYPE_CODE));
	ck_assert(!response_type_listed(SLICE(""), RESPONSE_TYPE_CODE));
	ck_assert(!response_type_listed(SLICE("codes"), RESPONSE_TYPE_CODE));
}
END_TEST

START_TEST(a_list_gives_what_one_of_it_gives)
{
	static const struct {
		const char *list;
		bool code;
		bool id_token;
	} lists[] = {
		{ "code", true, false },
		{ "id_token", false, true },
		{ "code id_token", true, true },
		{ "id_token,code", true, true },
		{ "token", false, false },
		{ "none", false, false },
		{ "", false, false },
	};
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct slice list = slice_str(lists[i].list);
		ck_assert(response_type_gives(list, RESPONSE_GIVES_CODE) == lists[i].code);
		ck_assert(response_type_gives(list, RESPONSE_GIVES_ID_TOKEN) == lists[i].id_token);
	}
}
END_TEST

START_TEST(modes)
{
	ck_assert_int_eq(response_mode_from_name(SLICE("query")), RESPONSE_MODE_QUERY);
	ck_assert_int_eq(response_mode_from_name(SLICE("fragment")), RESPONSE_MODE_FRAGMENT);
	ck_assert_int_eq(response_mode_from_name(SLICE("form_post")), RESPONSE_MODE_FORM_POST);
	const struct slice wrong[] = { SLICE(""), SLICE("Query"), SLICE("query.jwt"),
				       SLICE("web_message"), SLICE("query\0") };
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ck_assert_msg(response_mode_from_name(wrong[i]) == RESPONSE_MODE_COUNT, "%zu", i);
	for (unsigned i = 0; i < RESPONSE_MODE_COUNT; i++)
		ck_assert_uint_eq(response_mode_from_name(
					  slice_str(response_mode_name((enum response_mode)i))),
				  i);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, types, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tc, no_type_with_an_access_token_is_offered, 0, RESPONSE_TYPE_COUNT);
	tcase_add_test(tc, a_list_names_types_in_whatever_order);
	tcase_add_test(tc, a_list_gives_what_one_of_it_gives);
	tcase_add_test(tc, modes);
}

TEST_MAIN("domain/response_type", add_tests)
