/* SPDX-License-Identifier: Apache-2.0
 *
 * Grant types by wire name and form value, and sets of them. */
#include "domain/grant.h"

#include "check_main.h"
#include "check_slice.h"
#include "domain/names.h"

#define DEVICE GRANT_BIT(GRANT_DEVICE_CODE)
#define CODE GRANT_BIT(GRANT_AUTHORIZATION_CODE)
#define CREDENTIALS GRANT_BIT(GRANT_CLIENT_CREDENTIALS)
#define REFRESH GRANT_BIT(GRANT_REFRESH_TOKEN)

static const struct name_row {
	const char *name;
	const char *text;
	enum grant wire;
	enum grant form;
} name_rows[] = {
	{ .name = "the URN, which the seed's form sends too",
	  .text = NAME_GRANT_DEVICE_CODE,
	  .wire = GRANT_DEVICE_CODE,
	  .form = GRANT_DEVICE_CODE },
	{ .name = "device-code is a form value alone",
	  .text = "device-code",
	  .wire = GRANT_COUNT,
	  .form = GRANT_DEVICE_CODE },
	{ .name = "authorization-code is a form value alone",
	  .text = "authorization-code",
	  .wire = GRANT_COUNT,
	  .form = GRANT_AUTHORIZATION_CODE },
	{ .name = "authorization_code",
	  .text = "authorization_code",
	  .wire = GRANT_AUTHORIZATION_CODE,
	  .form = GRANT_AUTHORIZATION_CODE },
	{ .name = "client-credentials is a form value alone",
	  .text = "client-credentials",
	  .wire = GRANT_COUNT,
	  .form = GRANT_CLIENT_CREDENTIALS },
	{ .name = "refresh_token is on the wire, but never chosen",
	  .text = "refresh_token",
	  .wire = GRANT_REFRESH_TOKEN,
	  .form = GRANT_COUNT },
	/* RFC8628#3.4: the grant has no short name */
	{ .name = "device_code is no grant type",
	  .text = "device_code",
	  .wire = GRANT_COUNT,
	  .form = GRANT_COUNT },
	{ .name = "case matters",
	  .text = "Authorization_Code",
	  .wire = GRANT_COUNT,
	  .form = GRANT_COUNT },
	{ .name = "password has no row",
	  .text = "password",
	  .wire = GRANT_COUNT,
	  .form = GRANT_COUNT },
	{ .name = "implicit has no row",
	  .text = "implicit",
	  .wire = GRANT_COUNT,
	  .form = GRANT_COUNT },
	{ .name = "nothing has no row", .text = "", .wire = GRANT_COUNT, .form = GRANT_COUNT },
};

START_TEST(names)
{
	const struct name_row *row = &name_rows[_i];

	ck_assert_msg(grant_from_wire(slice_str(row->text)) == row->wire, "%s", row->name);
	ck_assert_msg(grant_from_form(slice_str(row->text)) == row->form, "%s", row->name);
}
END_TEST

START_TEST(refresh_comes_along)
{
	ck_assert(grants_have(DEVICE, GRANT_DEVICE_CODE));
	ck_assert(grants_have(DEVICE, GRANT_REFRESH_TOKEN));
	ck_assert(grants_have(CODE | CREDENTIALS, GRANT_REFRESH_TOKEN));
	ck_assert(!grants_have(DEVICE, GRANT_AUTHORIZATION_CODE));
	ck_assert(!grants_have(0, GRANT_DEVICE_CODE));
	ck_assert(!grants_have(0, GRANT_REFRESH_TOKEN));
	/* RFC6749#4.4.3: client credentials bring no refresh token */
	ck_assert(!grants_have(CREDENTIALS, GRANT_REFRESH_TOKEN));
	/* RFC6749#4.4: they are for confidential clients */
	ck_assert(grant_row(GRANT_CLIENT_CREDENTIALS)->needs_secret);
	ck_assert(grant_row(GRANT_AUTHORIZATION_CODE)->needs_redirect_uri);
	ck_assert(!grant_row(GRANT_DEVICE_CODE)->needs_redirect_uri);
	ck_assert(!grant_row(GRANT_REFRESH_TOKEN)->may_be_chosen);
}
END_TEST

static const struct set_row {
	const char *name;
	uint32_t grants;
	const char *text;
} set_rows[] = {
	{ .name = "none", .grants = 0, .text = "" },
	{ .name = "one", .grants = DEVICE, .text = NAME_GRANT_DEVICE_CODE },
	{ .name = "in the order of the table",
	  .grants = CREDENTIALS | CODE,
	  .text = "authorization_code client_credentials" },
	{ .name = "refresh where it is written",
	  .grants = CODE | REFRESH,
	  .text = "authorization_code refresh_token" },
};

START_TEST(sets)
{
	const struct set_row *row = &set_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();

	ck_slice_row(row->name, grants_text(row->grants, arena), slice_str(row->text));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, names, 0, ARRAY_LEN(name_rows));
	tcase_add_test(tc, refresh_comes_along);
	tcase_add_loop_test(tc, sets, 0, ARRAY_LEN(set_rows));
}

TEST_MAIN("domain/grant", add_tests)
