/* SPDX-License-Identifier: Apache-2.0
 *
 * The claims parameter: what is taken out of it, and what it demands. */
#include "flow/claims_parameter.h"

#include "check_main.h"
#include "check_slice.h"

static const struct scope scope_rows[] = {
	{ SLICE("openid"), SLICE(""), true }, { SLICE("profile"), SLICE(""), false },
	{ SLICE("email"), SLICE(""), false }, { SLICE("phone"), SLICE(""), false },
	{ SLICE("files"), SLICE(""), false },
};
static const struct scope_list known = { scope_rows, ARRAY_LEN(scope_rows) };

static const struct row {
	const char *name;
	const char *text;
	const char *granted; /* NULL: openid */
	const char *allowed; /* NULL: all */
	enum err err;
	const char *kept;
	const char *scope;
	const char *sub; /* the last of them */
	size_t subs;
	size_t acr;
	bool demands_acr;
} rows[] = {
	/* OIDC#5.5 */
	{ .name = "nothing", .text = "", .kept = "", .scope = "" },
	{ .name = "an empty object", .text = "{}", .kept = "", .scope = "" },
	{ .name = "a claim of a scope that is granted",
	  .text = "{\"userinfo\":{\"email\":null}}",
	  .granted = "openid email",
	  .kept = "{\"userinfo\":{\"email\":null}}",
	  .scope = "" },
	{ .name = "a claim of another scope must be shown",
	  .text = "{\"userinfo\":{\"email\":{\"essential\":true}}}",
	  .kept = "{\"userinfo\":{\"email\":null}}",
	  .scope = "email" },
	{ .name = "in both places, each scope once",
	  .text = "{\"id_token\":{\"name\":null,\"email\":null},\"userinfo\":{\"nickname\":null,"
		  "\"email_verified\":null}}",
	  .kept = "{\"userinfo\":{\"nickname\":null,\"email_verified\":null},\"id_token\":{\"name\":null,"
		  "\"email\":null}}",
	  .scope = "profile email" },
	{ .name = "what is not known is passed over",
	  .text = "{\"userinfo\":{\"magic\":null,\"name#de\":null,\"sub\":null},\"other\":{\"email\":null}}",
	  .kept = "",
	  .scope = "" },
	{ .name = "a place that is null", .text = "{\"userinfo\":null}", .kept = "", .scope = "" },

	{ .name = "a claim of a scope that the client may not have",
	  .text = "{\"userinfo\":{\"email\":null,\"name\":null}}",
	  .allowed = "openid profile",
	  .kept = "{\"userinfo\":{\"name\":null}}",
	  .scope = "profile" },
	{ .name = "a claim of a scope that does not exist here",
	  .text = "{\"userinfo\":{\"address\":null}}",
	  .kept = "",
	  .scope = "" },
	{ .name = "a part of an address",
	  .text = "{\"userinfo\":{\"address.country\":null}}",
	  .kept = "",
	  .scope = "" },

	/* OIDC#5.5.1 */
	{ .name = "a person",
	  .text = "{\"id_token\":{\"sub\":{\"value\":\"ada\"}}}",
	  .kept = "",
	  .scope = "",
	  .sub = "ada",
	  .subs = 1 },
	{ .name = "one of several people",
	  .text = "{\"id_token\":{\"sub\":{\"values\":[\"ada\",\"bea\"]}}}",
	  .kept = "",
	  .scope = "",
	  .sub = "bea",
	  .subs = 2 },
	{ .name = "a person, no matter who",
	  .text = "{\"id_token\":{\"sub\":{\"essential\":true}}}",
	  .kept = "",
	  .scope = "" },
	{ .name = "a person at UserInfo is no demand",
	  .text = "{\"userinfo\":{\"sub\":{\"value\":\"ada\"}}}",
	  .kept = "",
	  .scope = "" },
	{ .name = "a person that is a number",
	  .text = "{\"id_token\":{\"sub\":{\"value\":7}}}",
	  .err = ERR_INVALID },
	{ .name = "people without end",
	  .text = "{\"id_token\":{\"sub\":{\"values\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}}}",
	  .err = ERR_INVALID },
	/* OIDC#5.5.1.1 */
	{ .name = "a way to sign in",
	  .text = "{\"id_token\":{\"acr\":{\"essential\":true,\"value\":\"gold\"}}}",
	  .kept = "",
	  .scope = "",
	  .acr = 1,
	  .demands_acr = true },
	{ .name = "one of several ways",
	  .text = "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"gold\",\"silver\"]}}}",
	  .kept = "",
	  .scope = "",
	  .acr = 2,
	  .demands_acr = true },
	{ .name = "none of no ways",
	  .text = "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[]}}}",
	  .kept = "",
	  .scope = "",
	  .demands_acr = true },
	{ .name = "a wish for a way",
	  .text = "{\"id_token\":{\"acr\":{\"essential\":false,\"value\":\"gold\"}}}",
	  .kept = "",
	  .scope = "" },
	{ .name = "an essential acr of any value",
	  .text = "{\"id_token\":{\"acr\":{\"essential\":true}}}",
	  .kept = "",
	  .scope = "" },

	{ .name = "a list", .text = "[]", .err = ERR_INVALID },
	{ .name = "no JSON", .text = "email", .err = ERR_INVALID },
	{ .name = "something behind it", .text = "{} {}", .err = ERR_INVALID },
	{ .name = "a member twice",
	  .text = "{\"userinfo\":{},\"userinfo\":{}}",
	  .err = ERR_INVALID },
	{ .name = "a place that is a list",
	  .text = "{\"userinfo\":[\"email\"]}",
	  .err = ERR_INVALID },
	{ .name = "a place that is a text",
	  .text = "{\"id_token\":\"email\"}",
	  .err = ERR_INVALID },
	{ .name = "a place that is a number", .text = "{\"id_token\":1}", .err = ERR_INVALID },
	{ .name = "a place that is a flag", .text = "{\"id_token\":false}", .err = ERR_INVALID },
	{ .name = "ways that are no texts",
	  .text = "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[1]}}}",
	  .err = ERR_INVALID },
	{ .name = "nine ways",
	  .text = "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"1\",\"2\",\"3\",\"4\",\"5\","
		  "\"6\",\"7\",\"8\",\"9\"]}}}",
	  .err = ERR_INVALID },
};

START_TEST(parameters)
{
	const struct row *row = &rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	const struct claims_rules rules = {
		.granted = slice_str(row->granted ? row->granted : "openid"),
		.allowed = slice_str(row->allowed),
		.known = &known,
	};
	struct claims_parameter claims;
	enum err err = claims_parameter_read(arena, slice_str(row->text), &rules, &claims);
	ck_assert_msg(err == row->err, "%s", row->name);
	if (err != ERR_OK)
		return;
	ck_slice_row(row->name, claims.text, slice_str(row->kept));
	ck_slice_row(row->name, claims.scope, slice_str(row->scope));
	ck_assert_msg(claims.sub_count == row->subs, "%s", row->name);
	if (row->subs > 0)
		ck_slice_row(row->name, claims.sub[row->subs - 1], slice_str(row->sub));
	ck_assert_msg(claims.acr_count == row->acr, "%s", row->name);
	ck_assert_msg(claims.demands_acr == row->demands_acr, "%s", row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, parameters, 0, ARRAY_LEN(rows));
}

TEST_MAIN("flow/claims_parameter", add_tests)
