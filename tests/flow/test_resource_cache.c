/* SPDX-License-Identifier: Apache-2.0
 *
 * The resource table in memory: how long it is believed, and who serves what. */
#include "flow/resource_cache.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/flow_fixture.h"

static struct fixture fixture;
static struct id api;

static void add(const char *uri, const struct id *client)
{
	struct resource resource = { .uri = slice_str(uri),
				     .name = SLICE("Words"),
				     .scopes = SLICE("openid"),
				     .created = FIXTURE_NOW };
	if (client)
		resource.client = *client;
	ck_assert_int_eq(store_resource_insert(fixture.store, &resource, NULL), ERR_OK);
}

static void setup(void)
{
	struct slice secret;
	fixture_start(&fixture, "1");
	fixture.flow.resources = resource_cache_new();
	api = fixture_client(&fixture, "api", CLIENT_CONFIDENTIAL, &secret)->id;
	add("https://a.example/", &api);
	add("https://b.example/", NULL);
}

static void teardown(void)
{
	row_cache_free(&fixture.flow.resources);
	fixture_stop(&fixture);
}

static const struct row {
	const char *name;
	const char *resources;
	bool other; /* asks */
	enum find find;
} rows[] = {
	{ "its own", "https://a.example/", false, FOUND },
	{ "its own among others", "https://b.example/ https://a.example/", false, FOUND },
	{ "nobody's", "https://b.example/", false, ABSENT },
	{ "one that is not known", "https://c.example/", false, ABSENT },
	{ "another spelling", "https://a.example", false, ABSENT },
	{ "none: the server's own", "", false, ABSENT },
	{ "somebody else asks", "https://a.example/", true, ABSENT },
};

START_TEST(a_client_serves_what_is_said)
{
	const struct row *row = &rows[_i];
	const struct id other = { { 9 } };
	const struct id *client = row->other ? &other : &api;
	struct resource_list list;
	for (int i = 0; i < 3; i++) {
		/* read, out of memory, and without one */
		enum find find = resource_cache_serves(&fixture.flow, &fixture.call, client,
						       slice_str(row->resources));
		ck_assert_msg(find == row->find, "%s, %d: %d", row->name, i, find);
		ck_assert_int_eq(resource_cache_list(&fixture.flow, &fixture.call, &list), ERR_OK);
		if (i == 1)
			row_cache_free(&fixture.flow.resources);
	}
}
END_TEST

static const struct resource *find(const char *uri)
{
	struct resource_list list;
	ck_assert_int_eq(resource_cache_list(&fixture.flow, &fixture.call, &list), ERR_OK);
	return resource_list_find(&list, slice_str(uri));
}

START_TEST(a_new_one_is_known_within_five_seconds)
{
	ck_assert_ptr_null(find("https://new.example/"));
	add("https://new.example/", &api);
	ck_assert_ptr_null(find("https://new.example/"));
	fixture_wait(&fixture, 5);
	const struct resource *found = find("https://new.example/");
	ck_assert_ptr_nonnull(found);
	ck_slice_str(found->name, "Words");
	ck_slice_str(found->scopes, "openid");
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_client_serves_what_is_said, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_new_one_is_known_within_five_seconds);
}

TEST_MAIN("flow/resource_cache", add_tests)
