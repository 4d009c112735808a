/* SPDX-License-Identifier: Apache-2.0
 *
 * The second name of an endpoint. */
#include "flow/alias.h"

#include "check_main.h"
#include "check_slice.h"

static const struct row {
	const char *name;
	const char *mtls_base_url;
	const char *url;
	const char *alias;
} rows[] = {
	{ "another host", "https://m.a.example", "https://a.example/o/token/",
	  "https://m.a.example/o/token/" },
	{ "another port", "https://a.example:8443", "https://a.example/o/token",
	  "https://a.example:8443/o/token" },
	{ "no second name", "", "https://a.example/o/token/", "https://a.example/o/token/" },
	{ "no place of ours", "https://m.a.example", "https://b.example/o/token/",
	  "https://b.example/o/token/" },
	{ "nothing", "https://m.a.example", "", "" },
};

START_TEST(names)
{
	const struct row *row = &rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	const struct flow flow = {
		.settings = { .base_url = SLICE("https://a.example"),
			      .mtls_base_url = slice_str(row->mtls_base_url) },
	};
	ck_slice_row(row->name, alias_of(&flow, arena, slice_str(row->url)), slice_str(row->alias));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, names, 0, ARRAY_LEN(rows));
}

TEST_MAIN("flow/alias", add_tests)
