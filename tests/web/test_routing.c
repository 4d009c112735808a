/* SPDX-License-Identifier: Apache-2.0
 *
 * Which route a path finds, over a small table and over the program's own. */
#include "web/routing.h"

#include "check_main.h"
#include "check_slice.h"
#include "endpoint/routes.h"

static void handle(struct web_context *context)
{
	(void)context;
}

static const struct route few[] = {
	{ .pattern = "/", .get = handle },
	{ .pattern = "/o/applications", .get = handle },
	{ .pattern = "/o/applications/register", .get = handle, .post = handle },
	{ .pattern = "/o/applications/{}", .get = handle },
	{ .pattern = "/o/applications/{}/update", .get = handle, .post = handle },
	{ .pattern = "/o/token", .post = handle },
};
static const struct route_table table = { few, ARRAY_LEN(few) };

static const struct row {
	const char *path;
	const char *pattern; /* NULL: none */
	const char *part;
} rows[] = {
	{ "/", "/", "" },
	{ "/o/token", "/o/token", "" },
	{ "/o/applications", "/o/applications", "" },
	{ "/o/applications/register", "/o/applications/register", "" },
	{ "/o/applications/abc", "/o/applications/{}", "abc" },
	{ "/o/applications/registered", "/o/applications/{}", "registered" },
	{ "/o/applications/abc/update", "/o/applications/{}/update", "abc" },
	{ "/o/applications/register/update", "/o/applications/{}/update", "register" },
	{ "/o/applications/update", "/o/applications/{}", "update" },
	{ "", NULL, NULL },
	{ "//", NULL, NULL },
	{ "/o", NULL, NULL },
	{ "/O/TOKEN", NULL, NULL },
	{ "/o/token/x", NULL, NULL },
	{ "o/token", NULL, NULL },
	{ "/o//token", NULL, NULL },
	{ "/o/applications/", NULL, NULL },
	{ "/o/applications//update", NULL, NULL },
	{ "/o/applications/a/b", NULL, NULL },
	{ "/o/applications/a/b/update", NULL, NULL },
	{ "/o/applications/{}", "/o/applications/{}", "{}" },
	{ "/o/applications/abc/delete", NULL, NULL },
};

START_TEST(a_path_finds_its_route)
{
	const struct row *row = &rows[_i];
	struct slice part;
	const struct route *route = routing_find(&table, slice_str(row->path), &part);
	if (!row->pattern) {
		ck_assert_msg(route == NULL, "%s", row->path);
		return;
	}
	ck_assert_msg(route != NULL, "%s", row->path);
	ck_assert_str_eq(route->pattern, row->pattern);
	ck_slice_row(row->path, part, slice_str(row->part));
}
END_TEST

START_TEST(a_route_says_what_it_takes)
{
	const struct route get = { .get = handle };
	const struct route post = { .post = handle };
	const struct route both = { .get = handle, .post = handle };
	const struct route all = { .get = handle, .put = handle, .delete = handle };
	AUTO(arena) struct arena *arena = arena_new();
	ck_slice_str(routing_allow(&get, arena), "GET, HEAD, OPTIONS");
	ck_slice_str(routing_allow(&post, arena), "POST, OPTIONS");
	ck_slice_str(routing_allow(&both, arena), "GET, HEAD, POST, OPTIONS");
	ck_slice_str(routing_allow(&all, arena), "GET, HEAD, PUT, DELETE, OPTIONS");
}
END_TEST

/* --- the program's own
 * -----------------------------------------------------------------------------------------------
 */

START_TEST(fixed_patterns_stand_before_those_that_would_take_them)
{
	const struct route *route = &routes.routes[_i];
	struct slice part;
	if (!slice_is_empty(slice_str(route->pattern)) && !strstr(route->pattern, "{}"))
		ck_assert_msg(routing_find(&routes, slice_str(route->pattern), &part) == route,
			      "%s", route->pattern);
}
END_TEST

/* Where OpenID Connect lets other sites post a form: it changes nothing there, and is kept for the
 * page that asks the person. OIDC#3.1.2.1, RPLOGOUT#2 */
static bool takes_foreign_forms(const struct route *route)
{
	return slice_equal(slice_str(route->pattern), SLICE("/o/authorize")) ||
	       slice_equal(slice_str(route->pattern), SLICE("/o/logout"));
}

START_TEST(no_route_is_left_open)
{
	const struct route *route = &routes.routes[_i];
	ck_assert_msg(route->face != NULL, "%s: refuses in no language", route->pattern);
	ck_assert_msg(route->get || route->post, "%s: does nothing", route->pattern);
	/* a form that changes something for a person carries our token: RFC6749#10.12 */
	if (route->post && route->access != ANYONE && !takes_foreign_forms(route))
		ck_assert_msg(route->has_own_form, "%s: anybody's form", route->pattern);
	/* RFC9700#2.6: nothing of a person is for other sites to read */
	if (route->access != ANYONE || route->csp != CSP_NONE)
		ck_assert_msg(route->cors != CORS_CLIENT, "%s: shared", route->pattern);
	/* what people see is not to be framed: RFC6749#10.13 */
	if (route->get && route->access != ANYONE)
		ck_assert_msg(route->csp != CSP_NONE, "%s: no policy", route->pattern);
	size_t len = strlen(route->pattern);
	ck_assert_msg(route->pattern[0] == '/' && (len == 1 || route->pattern[len - 1] != '/'),
		      "%s", route->pattern);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, a_path_finds_its_route, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_route_says_what_it_takes);
	tcase_add_loop_test(tc, fixed_patterns_stand_before_those_that_would_take_them, 0,
			    (int)routes.count);
	tcase_add_loop_test(tc, no_route_is_left_open, 0, (int)routes.count);
}

TEST_MAIN("web/routing", add_tests)
