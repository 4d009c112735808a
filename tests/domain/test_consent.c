/* SPDX-License-Identifier: Apache-2.0
 *
 * What an earlier consent covers. */
#include "domain/consent.h"

#include "base/attr.h"
#include "check_main.h"

#define API "https://api.example.com/"
#define FILES "https://files.example.com/"

static const struct row {
	const char *name;
	struct slice had_scope;
	struct slice had_resource;
	struct slice scope;
	struct slice resource;
	bool covers;
} rows[] = {
	/* OIDC#3.1.2.4 */
	{ .name = "the same",
	  .had_scope = SLICE("openid email"),
	  .scope = SLICE("openid email"),
	  .covers = true },
	{ .name = "in another order",
	  .had_scope = SLICE("email openid"),
	  .scope = SLICE("openid email"),
	  .covers = true },
	{ .name = "less",
	  .had_scope = SLICE("openid email"),
	  .scope = SLICE("openid"),
	  .covers = true },
	{ .name = "the same resource",
	  .had_scope = SLICE("read"),
	  .had_resource = SLICE(FILES " " API),
	  .scope = SLICE("read"),
	  .resource = SLICE(API),
	  .covers = true },

	{ .name = "more", .had_scope = SLICE("openid"), .scope = SLICE("openid email") },
	{ .name = "staying connected",
	  .had_scope = SLICE("openid"),
	  .scope = SLICE("openid offline_access") },
	{ .name = "another case", .had_scope = SLICE("openid"), .scope = SLICE("OpenID") },
	{ .name = "a part of a name", .had_scope = SLICE("files.read"), .scope = SLICE("files") },
	{ .name = "nothing was allowed", .had_scope = SLICE(""), .scope = SLICE("openid") },
	{ .name = "a resource that was not allowed",
	  .had_scope = SLICE("read"),
	  .had_resource = SLICE(FILES),
	  .scope = SLICE("read"),
	  .resource = SLICE(FILES " " API) },
	{ .name = "a resource where none was named",
	  .had_scope = SLICE("read"),
	  .scope = SLICE("read"),
	  .resource = SLICE(API) },
	{ .name = "what is no scope", .had_scope = SLICE("\""), .scope = SLICE("\"") },
};

START_TEST(coverage)
{
	const struct row *row = &rows[_i];
	const struct consent consent = { .scope = row->had_scope, .resource = row->had_resource };
	ck_assert_msg(consent_covers(&consent, row->scope, row->resource) == row->covers, "%s",
		      row->name);
	ck_assert_msg(!consent_covers(NULL, row->scope, row->resource), "%s: no consent at all",
		      row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, coverage, 0, ARRAY_LEN(rows));
}

TEST_MAIN("domain/consent", add_tests)
