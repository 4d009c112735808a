/* SPDX-License-Identifier: Apache-2.0
 *
 * Scope names, sets, and what a request gets. */
#include "domain/scope.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"

static const struct name_row {
	const char *name;
	struct slice text;
	bool good;
} name_rows[] = {
	/* RFC6749#3.3 */
	{ .name = "a word", .text = SLICE("openid"), .good = true },
	{ .name = "a URL", .text = SLICE("https://api.example.com/files:read"), .good = true },
	{ .name = "the first and last permitted characters", .text = SLICE("!#[]~"), .good = true },
	{ .name = "nothing", .text = SLICE("") },
	{ .name = "a blank", .text = SLICE("a b") },
	{ .name = "a quote", .text = SLICE("a\"b") },
	{ .name = "a backslash", .text = SLICE("a\\b") },
	{ .name = "a line feed", .text = SLICE("a\nb") },
	{ .name = "a NUL", .text = SLICE("a\0b") },
	{ .name = "DEL", .text = SLICE("a\x7f") },
	{ .name = "a letter that is not ASCII", .text = SLICE("caf\xc3\xa9") },
};

START_TEST(names)
{
	const struct name_row *row = &name_rows[_i];

	ck_assert_msg(scope_is_name(row->text) == row->good, "%s", row->name);
}
END_TEST

START_TEST(name_length)
{
	char text[SCOPE_NAME_MAX + 1];

	memset(text, 'a', sizeof(text));
	ck_assert(scope_is_name(slice_of(text, SCOPE_NAME_MAX)));
	ck_assert(!scope_is_name(slice_of(text, SCOPE_NAME_MAX + 1)));
}
END_TEST

static const struct set_row {
	const char *name;
	struct slice text;
	enum err err;
	const char *written;
} set_rows[] = {
	{ .name = "empty", .text = SLICE(""), .written = "" },
	{ .name = "blanks alone", .text = SLICE("   "), .written = "" },
	{ .name = "in the order given", .text = SLICE("write read"), .written = "write read" },
	{ .name = "blanks around and between", .text = SLICE(" a  b "), .written = "a b" },
	{ .name = "repeats are dropped", .text = SLICE("a b a b c"), .written = "a b c" },
	{ .name = "case matters", .text = SLICE("a A"), .written = "a A" },
	{ .name = "a tab does not separate", .text = SLICE("a\tb"), .err = ERR_INVALID },
	{ .name = "a line feed does not separate", .text = SLICE("a\nb"), .err = ERR_INVALID },
	{ .name = "a quote in the second", .text = SLICE("a \"b\""), .err = ERR_INVALID },
	{ .name = "a NUL at the end", .text = SLICE("a b\0"), .err = ERR_INVALID },
	{ .name = "UTF-8", .text = SLICE("a \xc3\xbc"), .err = ERR_INVALID },
};

START_TEST(sets)
{
	const struct set_row *row = &set_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct scope_set set;

	ck_assert_msg(scope_set_parse(row->text, &set) == row->err, "%s", row->name);
	if (row->err == ERR_OK)
		ck_slice_row(row->name, scope_set_text(&set, arena), slice_str(row->written));
	else
		ck_assert_msg(set.count == 0, "%s: nothing is left of a refused set", row->name);
}
END_TEST

START_TEST(set_bounds)
{
	char text[SCOPE_TEXT_MAX + 1];
	struct scope_set set;
	size_t len = 0;

	for (int i = 0; i < SCOPE_MAX; i++) {
		text[len++] = (char)('A' + i / 32);
		text[len++] = (char)('A' + i % 32 + (i % 32 > 26));
		text[len++] = ' ';
	}
	ck_assert_int_eq(scope_set_parse(slice_of(text, len), &set), ERR_OK);
	ck_assert_uint_eq(set.count, SCOPE_MAX);
	text[len++] = 'z';
	ck_assert_int_eq(scope_set_parse(slice_of(text, len), &set), ERR_INVALID);

	memset(text, ' ', sizeof(text));
	ck_assert_int_eq(scope_set_parse(slice_of(text, SCOPE_TEXT_MAX), &set), ERR_OK);
	ck_assert_int_eq(scope_set_parse(slice_of(text, SCOPE_TEXT_MAX + 1), &set), ERR_INVALID);
}
END_TEST

START_TEST(covers)
{
	struct scope_set all;
	struct scope_set part;

	ck_assert_int_eq(scope_set_parse(SLICE("a b c"), &all), ERR_OK);
	ck_assert_int_eq(scope_set_parse(SLICE("c a"), &part), ERR_OK);
	ck_assert(scope_set_covers(&all, &part));
	ck_assert(scope_set_covers(&all, &all));
	ck_assert(!scope_set_covers(&part, &all));
	ck_assert(scope_set_has(&all, SLICE("b")));
	ck_assert(!scope_set_has(&part, SLICE("b")));
	ck_assert(!scope_set_has(&all, SLICE("B")));
}
END_TEST

static const struct scope known_rows[] = {
	{ .name = SLICE("openid"), .description = SLICE("Know who you are"), .is_default = true },
	{ .name = SLICE("profile"), .description = SLICE("Your name") },
	{ .name = SLICE("read"), .description = SLICE("Read your files"), .is_default = true },
	{ .name = SLICE("write"), .description = SLICE("Change your files") },
};
static const struct scope_list known = { known_rows, ARRAY_LEN(known_rows) };

START_TEST(finds_rows)
{
	ck_assert_ptr_eq(scope_list_find(&known, SLICE("read")), &known_rows[2]);
	ck_assert_ptr_null(scope_list_find(&known, SLICE("Read")));
	ck_assert_ptr_null(scope_list_find(&known, SLICE("")));
}
END_TEST

static const struct grant_row {
	const char *name;
	const char *requested;
	const char *allowed;
	const char *defaults;
	enum oauth_error error;
	const char *given;
} grant_rows[] = {
	/* RFC6749#3.3, RFC8628#3.1 */
	{ .name = "none named: the server's defaults",
	  .requested = "",
	  .allowed = "",
	  .defaults = "",
	  .given = "openid read" },
	{ .name = "blanks count as none named",
	  .requested = "  ",
	  .allowed = "",
	  .defaults = "",
	  .given = "openid read" },
	{ .name = "none named: the client's defaults before the server's",
	  .requested = "",
	  .allowed = "",
	  .defaults = "write profile",
	  .given = "write profile" },
	{ .name = "defaults that are not allowed are left out",
	  .requested = "",
	  .allowed = "read write",
	  .defaults = "",
	  .given = "read" },
	{ .name = "defaults that exist no more are left out",
	  .requested = "",
	  .allowed = "",
	  .defaults = "gone write",
	  .given = "write" },
	{ .name = "named, in the order asked",
	  .requested = "write openid",
	  .allowed = "",
	  .defaults = "read",
	  .given = "write openid" },
	{ .name = "named and allowed",
	  .requested = "profile",
	  .allowed = "profile read",
	  .defaults = "",
	  .given = "profile" },
	{ .name = "a name that does not exist",
	  .requested = "openid admin",
	  .allowed = "",
	  .defaults = "",
	  .error = OAUTH_INVALID_SCOPE },
	/* ASVS#10.4.11 */
	{ .name = "one that is not allowed",
	  .requested = "read write",
	  .allowed = "read",
	  .defaults = "",
	  .error = OAUTH_INVALID_SCOPE },
	{ .name = "allowed, but the row is gone",
	  .requested = "gone",
	  .allowed = "gone",
	  .defaults = "",
	  .error = OAUTH_INVALID_SCOPE },
	{ .name = "in other case",
	  .requested = "OpenID",
	  .allowed = "",
	  .defaults = "",
	  .error = OAUTH_INVALID_SCOPE },
	{ .name = "malformed",
	  .requested = "read \"write\"",
	  .allowed = "",
	  .defaults = "",
	  .error = OAUTH_INVALID_SCOPE },
	{ .name = "no default is left",
	  .requested = "",
	  .allowed = "profile",
	  .defaults = "",
	  .error = OAUTH_INVALID_SCOPE },
	{ .name = "no default of the client is left",
	  .requested = "",
	  .allowed = "profile",
	  .defaults = "write",
	  .error = OAUTH_INVALID_SCOPE },
	{ .name = "a damaged list of the client allows nothing",
	  .requested = "read",
	  .allowed = "re\nad",
	  .defaults = "",
	  .error = OAUTH_INVALID_SCOPE },
};

START_TEST(grants)
{
	const struct grant_row *row = &grant_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct scope_request request = {
		.requested = slice_str(row->requested),
		.allowed = slice_str(row->allowed),
		.defaults = slice_str(row->defaults),
		.known = &known,
	};
	struct scope_set set;

	ck_assert_msg(scope_grant(&request, &set) == row->error, "%s", row->name);
	if (row->error == OAUTH_OK)
		ck_slice_row(row->name, scope_set_text(&set, arena), slice_str(row->given));
	else
		ck_assert_msg(set.count == 0, "%s: refused, nothing is given", row->name);
}
END_TEST

START_TEST(missing_parameter)
{
	struct scope_request request = { .known = &known }; /* slices without bytes at all */
	struct scope_set set;

	ck_assert_int_eq(scope_grant(&request, &set), OAUTH_OK);
	ck_assert_uint_eq(set.count, 2);
}
END_TEST

static const struct narrow_row {
	const char *name;
	const char *granted;
	const char *requested;
	enum oauth_error error;
	const char *given;
} narrow_rows[] = {
	/* RFC6749#6 */
	{ .name = "nothing asked: all that was granted",
	  .granted = "a b",
	  .requested = "",
	  .given = "a b" },
	{ .name = "the same in another order",
	  .granted = "a b",
	  .requested = "b a",
	  .given = "b a" },
	{ .name = "narrower", .granted = "a b c", .requested = "b", .given = "b" },
	{ .name = "wider", .granted = "a b", .requested = "a b c", .error = OAUTH_INVALID_SCOPE },
	{ .name = "another", .granted = "a b", .requested = "c", .error = OAUTH_INVALID_SCOPE },
	{ .name = "in other case",
	  .granted = "a b",
	  .requested = "A",
	  .error = OAUTH_INVALID_SCOPE },
	{ .name = "malformed", .granted = "a b", .requested = "a\\", .error = OAUTH_INVALID_SCOPE },
};

START_TEST(narrows)
{
	const struct narrow_row *row = &narrow_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct scope_set set;

	ck_assert_msg(scope_narrow(slice_str(row->granted), slice_str(row->requested), &set) ==
			      row->error,
		      "%s", row->name);
	if (row->error == OAUTH_OK)
		ck_slice_row(row->name, scope_set_text(&set, arena), slice_str(row->given));
	else
		ck_assert_msg(set.count == 0, "%s", row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, names, 0, ARRAY_LEN(name_rows));
	tcase_add_test(tc, name_length);
	tcase_add_loop_test(tc, sets, 0, ARRAY_LEN(set_rows));
	tcase_add_test(tc, set_bounds);
	tcase_add_test(tc, covers);
	tcase_add_test(tc, finds_rows);
	tcase_add_loop_test(tc, grants, 0, ARRAY_LEN(grant_rows));
	tcase_add_test(tc, missing_parameter);
	tcase_add_loop_test(tc, narrows, 0, ARRAY_LEN(narrow_rows));
}

TEST_MAIN("domain/scope", add_tests)
