/* SPDX-License-Identifier: Apache-2.0
 *
 * The standard claims, and which values are one. */
#include "domain/claim.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"

static const struct value_row {
	const char *name;
	const char *claim;
	struct slice value;
	bool good;
} value_rows[] = {
	{ .name = "a name", .claim = "name", .value = SLICE("Ada Lovelace"), .good = true },
	{ .name = "a name of another script",
	  .claim = "family_name",
	  .value = SLICE("\xe6\x9d\x8e"),
	  .good = true },
	{ .name = "an empty name", .claim = "name", .value = SLICE("") },
	{ .name = "a name of two lines", .claim = "name", .value = SLICE("Ada\nLovelace") },
	{ .name = "a name with a NUL", .claim = "name", .value = SLICE("Ada\0") },
	{ .name = "a name that turns the writing",
	  .claim = "nickname",
	  .value = SLICE("\xe2\x80\xae"
			 "ada") },
	{ .name = "a name that is no UTF-8", .claim = "given_name", .value = SLICE("\xff") },
	{ .name = "a page",
	  .claim = "website",
	  .value = SLICE("https://ada.example/~ada?a=1"),
	  .good = true },
	{ .name = "a page over http",
	  .claim = "profile",
	  .value = SLICE("http://[::1]/x"),
	  .good = true },
	{ .name = "a script", .claim = "picture", .value = SLICE("javascript:alert(1)") },
	{ .name = "data", .claim = "picture", .value = SLICE("data:image/png;base64,AAAA") },
	{ .name = "a scheme alone", .claim = "website", .value = SLICE("https://") },
	{ .name = "a page without a host", .claim = "website", .value = SLICE("https:///x") },
	{ .name = "a page with a blank", .claim = "website", .value = SLICE("https://a b") },
	{ .name = "a page with a quote", .claim = "website", .value = SLICE("https://a\"") },
	{ .name = "an address",
	  .claim = "email",
	  .value = SLICE("ada.l+x@mail.example"),
	  .good = true },
	{ .name = "an address without a domain", .claim = "email", .value = SLICE("ada@") },
	{ .name = "an address without a name", .claim = "email", .value = SLICE("@example") },
	{ .name = "an address without @", .claim = "email", .value = SLICE("ada") },
	{ .name = "an address with two", .claim = "email", .value = SLICE("a@b@c") },
	{ .name = "an address with a name before it",
	  .claim = "email",
	  .value = SLICE("Ada <ada@mail.example>") },
	{ .name = "two addresses", .claim = "email", .value = SLICE("a@b.example,c@d.example") },
	{ .name = "a domain that ends in a dot", .claim = "email", .value = SLICE("a@b.") },
	{ .name = "true", .claim = "email_verified", .value = SLICE("true"), .good = true },
	{ .name = "false",
	  .claim = "phone_number_verified",
	  .value = SLICE("false"),
	  .good = true },
	{ .name = "yes", .claim = "email_verified", .value = SLICE("yes") },
	{ .name = "1", .claim = "email_verified", .value = SLICE("1") },
	{ .name = "True", .claim = "email_verified", .value = SLICE("True") },
	{ .name = "a day", .claim = "birthdate", .value = SLICE("1815-12-10"), .good = true },
	{ .name = "a leap day", .claim = "birthdate", .value = SLICE("0000-02-29"), .good = true },
	{ .name = "a year", .claim = "birthdate", .value = SLICE("1815"), .good = true },
	{ .name = "a month alone", .claim = "birthdate", .value = SLICE("1815-12") },
	{ .name = "a 13th month", .claim = "birthdate", .value = SLICE("1815-13-01") },
	{ .name = "a 31st of June", .claim = "birthdate", .value = SLICE("1815-06-31") },
	{ .name = "a day of the English", .claim = "birthdate", .value = SLICE("10/12/1815") },
	{ .name = "a zone", .claim = "zoneinfo", .value = SLICE("Europe/Paris"), .good = true },
	{ .name = "a zone of hours",
	  .claim = "zoneinfo",
	  .value = SLICE("Etc/GMT+1"),
	  .good = true },
	{ .name = "a path", .claim = "zoneinfo", .value = SLICE("../etc/passwd") },
	{ .name = "a zone that ends in a slash", .claim = "zoneinfo", .value = SLICE("Europe/") },
	{ .name = "hours", .claim = "zoneinfo", .value = SLICE("+01:00") },
	{ .name = "a language", .claim = "locale", .value = SLICE("en-GB"), .good = true },
	{ .name = "a language with an underscore",
	  .claim = "locale",
	  .value = SLICE("zh_Hant_TW"),
	  .good = true },
	{ .name = "a language with a dot", .claim = "locale", .value = SLICE("de_DE.UTF-8") },
	{ .name = "a dash too many", .claim = "locale", .value = SLICE("en--GB") },
	{ .name = "a number",
	  .claim = "phone_number",
	  .value = SLICE("+1 (604) 555-1234;ext=5678"),
	  .good = true },
	{ .name = "an emergency number",
	  .claim = "phone_number",
	  .value = SLICE("112"),
	  .good = true },
	{ .name = "words", .claim = "phone_number", .value = SLICE("call me") },
	{ .name = "no digits", .claim = "phone_number", .value = SLICE("+ext") },
	{ .name = "lines of an address",
	  .claim = "address.formatted",
	  .value = SLICE("12 St James's Square\nLondon"),
	  .good = true },
	{ .name = "a town", .claim = "address.locality", .value = SLICE("London"), .good = true },
	{ .name = "a town of two lines", .claim = "address.locality", .value = SLICE("Lon\ndon") },
	{ .name = "an address with a tab", .claim = "address.formatted", .value = SLICE("a\tb") },
	/* OIDC#5.1 */
	{ .name = "when it changed", .claim = "updated_at", .value = SLICE("1700000000") },
};

START_TEST(values)
{
	const struct value_row *row = &value_rows[_i];
	const struct claim_row *claim = claim_find(slice_str(row->claim));
	ck_assert_msg(claim != NULL, "%s", row->name);
	struct slice fault = claim_fault(claim, row->value);
	ck_assert_msg(slice_is_empty(fault) == row->good, "%s: %.*s", row->name, SLICE_ARG(fault));
}
END_TEST

START_TEST(a_value_has_a_bound)
{
	char text[2048];
	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < claim_count(); i++) {
		const struct claim_row *row = claim_row(i);
		ck_assert_uint_lt(row->most, sizeof(text));
		ck_assert_msg(!slice_is_empty(claim_fault(row, slice_of(text, row->most + 1))),
			      "%s", row->name);
	}
	const struct claim_row *name = claim_find(SLICE("name"));
	ck_assert(slice_is_empty(claim_fault(name, slice_of(text, name->most))));
}
END_TEST

static const struct known_row {
	const char *name;
	const char *scope;
	enum claim_type type;
	const char *member;
} known_rows[] = {
	/* OIDC#5.1, #5.4 */
	{ "name", "profile", CLAIM_TEXT, NULL },
	{ "given_name", "profile", CLAIM_TEXT, NULL },
	{ "family_name", "profile", CLAIM_TEXT, NULL },
	{ "middle_name", "profile", CLAIM_TEXT, NULL },
	{ "nickname", "profile", CLAIM_TEXT, NULL },
	{ "preferred_username", "profile", CLAIM_TEXT, NULL },
	{ "profile", "profile", CLAIM_TEXT, NULL },
	{ "picture", "profile", CLAIM_TEXT, NULL },
	{ "website", "profile", CLAIM_TEXT, NULL },
	{ "gender", "profile", CLAIM_TEXT, NULL },
	{ "birthdate", "profile", CLAIM_TEXT, NULL },
	{ "zoneinfo", "profile", CLAIM_TEXT, NULL },
	{ "locale", "profile", CLAIM_TEXT, NULL },
	{ "updated_at", "profile", CLAIM_NUMBER, NULL },
	{ "email", "email", CLAIM_TEXT, NULL },
	{ "email_verified", "email", CLAIM_FLAG, NULL },
	{ "address.formatted", "address", CLAIM_ADDRESS_PART, "formatted" },
	{ "address.street_address", "address", CLAIM_ADDRESS_PART, "street_address" },
	{ "address.locality", "address", CLAIM_ADDRESS_PART, "locality" },
	{ "address.region", "address", CLAIM_ADDRESS_PART, "region" },
	{ "address.postal_code", "address", CLAIM_ADDRESS_PART, "postal_code" },
	{ "address.country", "address", CLAIM_ADDRESS_PART, "country" },
	{ "phone_number", "phone", CLAIM_TEXT, NULL },
	{ "phone_number_verified", "phone", CLAIM_FLAG, NULL },
};

START_TEST(the_standard_claims) /* OIDC#5.1, #5.4 */
{
	ck_assert_uint_eq(claim_count(), ARRAY_LEN(known_rows));
	for (size_t i = 0; i < ARRAY_LEN(known_rows); i++) {
		const struct known_row *known = &known_rows[i];
		const struct claim_row *row = claim_find(slice_str(known->name));
		ck_assert_msg(row != NULL, "%s", known->name);
		ck_assert_str_eq(row->scope, known->scope);
		ck_assert_int_eq(row->type, known->type);
		ck_assert_msg((row->member == NULL) == (known->member == NULL), "%s", known->name);
		if (known->member)
			ck_assert_str_eq(row->member, known->member);
	}
}
END_TEST

START_TEST(what_is_no_claim)
{
	static const char *const names[] = { "",     "sub",     "Name",  "address", "address.",
					     "role", "name#de", "name ", "admin" };
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		ck_assert_msg(claim_find(slice_str(names[i])) == NULL, "\"%s\"", names[i]);
}
END_TEST

START_TEST(what_an_account_holds)
{
	struct claim items[] = { { SLICE("name"), SLICE("Ada") },
				 { SLICE("email"), SLICE("a@b") } };
	const struct claim_list list = { items, ARRAY_LEN(items) };
	ck_slice_str(claim_value(&list, "email"), "a@b");
	ck_slice_str(claim_value(&list, "e"), "");
	ck_slice_str(claim_value(&list, "phone_number"), "");
	const struct claim_list none = { NULL, 0 };
	ck_slice_str(claim_value(&none, "name"), "");
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, values, 0, ARRAY_LEN(value_rows));
	tcase_add_test(tc, a_value_has_a_bound);
	tcase_add_test(tc, the_standard_claims);
	tcase_add_test(tc, what_is_no_claim);
	tcase_add_test(tc, what_an_account_holds);
}

TEST_MAIN("domain/claim", add_tests)
