/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and writing the parameters of an authorization request. */
#include "domain/authorization_parameters.h"

#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "check_main.h"
#include "check_slice.h"

static struct arena *arena;

static void setup(void)
{
	arena = arena_new();
}

static void teardown(void)
{
	arena_free(&arena);
}

static const struct row {
	const char *name;
	struct slice text;
	enum err err;
	const char *written;
	uint32_t repeated;
	bool other_repeated;
} rows[] = {
	{ .name = "nothing", .text = SLICE(""), .written = "" },
	{ .name = "in whatever order",
	  .text = SLICE("state=x&client_id=a"),
	  .written = "client_id=a&state=x" },
	/* RFC6749#3.1 */
	{ .name = "no value is no parameter", .text = SLICE("state=&client_id"), .written = "" },
	{ .name = "what is not known is nothing",
	  .text = SLICE("foo=bar&client_id=a&display=popup&ui_locales=de&acr_values=1"),
	  .written = "client_id=a" },
	{ .name = "escapes and plus signs",
	  .text = SLICE("scope=openid+email%20a&state=%26%3D%2B"),
	  .written = "scope=openid%20email%20a&state=%26%3D%2B" },
	{ .name = "UTF-8", .text = SLICE("state=%C3%A4"), .written = "state=%C3%A4" },
	{ .name = "an equals sign in a value",
	  .text = SLICE("state=a=b"),
	  .written = "state=a%3Db" },
	{ .name = "empty pairs", .text = SLICE("&&state=x&"), .written = "state=x" },
	/* RFC8707#2 */
	{ .name = "several resources",
	  .text = SLICE("resource=https://a.example&resource=https://b.example"),
	  .written = "resource=https%3A%2F%2Fa.example&resource=https%3A%2F%2Fb.example" },
	{ .name = "ours are not passed on",
	  .text = SLICE("doorcode_kept=a&doorcode_mark=b&state=x"),
	  .written = "state=x" },

	/* RFC6749#3.1 */
	{ .name = "a parameter twice",
	  .text = SLICE("state=a&state=b"),
	  .written = "state=a",
	  .repeated = PARAMETER_BIT(PARAMETER_STATE) },
	{ .name = "a parameter twice, once without a value",
	  .text = SLICE("state=&state=b"),
	  .written = "",
	  .repeated = PARAMETER_BIT(PARAMETER_STATE) },
	{ .name = "a parameter twice, once escaped",
	  .text = SLICE("%73tate=a&state=a"),
	  .written = "state=a",
	  .repeated = PARAMETER_BIT(PARAMETER_STATE) },
	{ .name = "an unknown parameter twice",
	  .text = SLICE("foo=a&foo=b"),
	  .written = "",
	  .other_repeated = true },
	{ .name = "a bad escape", .text = SLICE("state=%zz"), .err = ERR_INVALID },
	{ .name = "half an escape", .text = SLICE("state=%4"), .err = ERR_INVALID },
	{ .name = "a NUL", .text = SLICE("state=a%00"), .err = ERR_INVALID },
	{ .name = "a NUL in a name", .text = SLICE("sta%00te=a"), .err = ERR_INVALID },
};

START_TEST(texts)
{
	const struct row *row = &rows[_i];
	struct authorization_parameters parameters;
	enum err err = authorization_parameters_parse(arena, row->text, &parameters);
	ck_assert_msg(err == row->err, "%s", row->name);
	if (err != ERR_OK)
		return;
	ck_slice_row(row->name, authorization_parameters_write(&parameters, arena),
		     slice_str(row->written));
	ck_assert_msg(parameters.repeated == row->repeated, "%s", row->name);
	ck_assert_msg(parameters.other_repeated == row->other_repeated, "%s", row->name);
	ck_assert_msg(parameters.unfit == 0, "%s", row->name);
}
END_TEST

START_TEST(a_text_keeps_what_is_wrong_with_it)
{
	struct slice text = authorization_text(
		arena, SLICE("state=a&x=1+%31&doorcode_mark=m&state=b&resource=c&&client_id"));
	ck_slice_str(text, "state=a&x=1%201&state=b&resource=c&client_id=");
	ck_slice_eq(authorization_text(arena, text), text);
	ck_slice_str(authorization_text(arena, SLICE("")), "");
	ck_slice_str(authorization_text(arena, SLICE("state=%ff%22%3C")), "state=%FF%22%3C");
}
END_TEST

START_TEST(ours_are_read)
{
	struct authorization_parameters parameters;
	ck_assert_int_eq(authorization_parameters_parse(
				 arena, SLICE("doorcode_kept=a&doorcode_mark=b"), &parameters),
			 ERR_OK);
	ck_slice_str(parameters.of[PARAMETER_KEPT], "a");
	ck_slice_str(parameters.of[PARAMETER_MARK], "b");
}
END_TEST

static struct slice filled(const char *name, size_t count)
{
	char *text = arena_alloc(arena, count);
	memset(text, 'a', count);
	return arena_printf(arena, "%s=%.*s", name, (int)count, text);
}

START_TEST(what_is_too_long_is_known_as_such)
{
	static const struct {
		enum authorization_parameter parameter;
		const char *name;
		size_t most;
	} limits[] = {
		{ PARAMETER_STATE, "state", 4096 },
		{ PARAMETER_NONCE, "nonce", 512 },
		{ PARAMETER_REDIRECT_URI, "redirect_uri", 1024 },
		{ PARAMETER_CLAIMS, "claims", 4096 },
	};
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		const char *name = limits[i].name;
		struct authorization_parameters parameters;
		ck_assert_int_eq(authorization_parameters_parse(arena, filled(name, limits[i].most),
								&parameters),
				 ERR_OK);
		ck_assert_uint_eq(parameters.of[limits[i].parameter].len, limits[i].most);
		ck_assert_uint_eq(parameters.unfit, 0);
		ck_assert_int_eq(authorization_parameters_parse(
					 arena, filled(name, limits[i].most + 1), &parameters),
				 ERR_OK);
		ck_assert_uint_eq(parameters.of[limits[i].parameter].len, 0);
		ck_assert_uint_eq(parameters.unfit, PARAMETER_BIT(limits[i].parameter));
	}
}
END_TEST

START_TEST(what_is_no_text_is_known_as_such)
{
	const struct slice wrong[] = { SLICE("state=%ff"), SLICE("state=a%0Ab"), SLICE("state=%C3"),
				       SLICE("state=%1b") };
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct authorization_parameters parameters;
		ck_assert_int_eq(authorization_parameters_parse(arena, wrong[i], &parameters),
				 ERR_OK);
		ck_assert_uint_eq(parameters.unfit, PARAMETER_BIT(PARAMETER_STATE));
		ck_slice_str(parameters.of[PARAMETER_STATE], "");
	}
}
END_TEST

START_TEST(a_wish_that_cannot_be_heard_is_passed_over) /* OIDC#15.1 */
{
	const struct slice wishes[] = { filled("login_hint", 257), SLICE("login_hint=%ff") };
	for (size_t i = 0; i < ARRAY_LEN(wishes); i++) {
		struct authorization_parameters parameters;
		ck_assert_int_eq(authorization_parameters_parse(arena, wishes[i], &parameters),
				 ERR_OK);
		ck_assert_uint_eq(parameters.unfit, 0);
		ck_slice_str(parameters.of[PARAMETER_LOGIN_HINT], "");
	}
}
END_TEST

START_TEST(nothing_grows_without_end)
{
	struct authorization_parameters parameters;
	struct buf buf;
	buf_init_arena(&buf, arena, 4096);
	for (int i = 0; i < AUTHORIZATION_FIELDS_MAX; i++)
		buf_addf(&buf, "f%d=x&", i);
	ck_assert_int_eq(authorization_parameters_parse(arena, buf_slice(&buf), &parameters),
			 ERR_OK);
	buf_add_str(&buf, "more=x");
	ck_assert_int_eq(authorization_parameters_parse(arena, buf_slice(&buf), &parameters),
			 ERR_INVALID);
	ck_assert_int_eq(authorization_parameters_parse(
				 arena, filled("foo", AUTHORIZATION_TEXT_MAX), &parameters),
			 ERR_INVALID);
	buf_reset(&buf);
	for (int i = 0; i <= RESOURCES_MAX; i++)
		buf_addf(&buf, "resource=https://r%d.example&", i);
	ck_assert_int_eq(authorization_parameters_parse(arena, buf_slice(&buf), &parameters),
			 ERR_OK);
	ck_assert_uint_eq(parameters.resource_count, RESOURCES_MAX);
	ck_assert(parameters.too_many_resources);
}
END_TEST

/* Whatever is read is written in a form that is read the same. */
START_TEST(there_and_back)
{
	struct authorization_parameters first;
	struct authorization_parameters second;
	if (authorization_parameters_parse(arena, rows[_i].text, &first) != ERR_OK)
		return;
	struct slice text = authorization_parameters_write(&first, arena);
	ck_assert_int_eq(authorization_parameters_parse(arena, text, &second), ERR_OK);
	ck_slice_row(rows[_i].name, authorization_parameters_write(&second, arena), text);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, texts, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tc, there_and_back, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_text_keeps_what_is_wrong_with_it);
	tcase_add_test(tc, ours_are_read);
	tcase_add_test(tc, what_is_too_long_is_known_as_such);
	tcase_add_test(tc, what_is_no_text_is_known_as_such);
	tcase_add_test(tc, a_wish_that_cannot_be_heard_is_passed_over);
	tcase_add_test(tc, nothing_grows_without_end);
}

TEST_MAIN("domain/authorization_parameters", add_tests)
