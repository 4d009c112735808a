/* SPDX-License-Identifier: Apache-2.0
 *
 * The documents in which the server says what it offers: when they are made anew, and where that of
 * UserInfo is. What stands in them is tested over HTTP. */
#include "flow/server_metadata.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/flow_fixture.h"

static struct fixture fixture;

static void setup(void)
{
	fixture_start(&fixture, "1");
	fixture.flow.metadata = server_metadata_new();
	fixture.flow.settings.base_url = SLICE("https://login.example");
	fixture.flow.settings.issuer = SLICE("https://login.example/o");
}

static void teardown(void)
{
	server_metadata_free(&fixture.flow.metadata);
	fixture_stop(&fixture);
}

static struct slice read_document(enum server_document which, struct slice *etag)
{
	const struct server_metadata_query query = { which, true };
	struct slice document;
	ck_assert_int_eq(
		server_metadata_find(&fixture.flow, &fixture.call, &query, &document, etag), FOUND);
	return document;
}

static bool holds(struct slice document, const char *word)
{
	return strstr(arena_cstr(fixture.call.arena, document), word) != NULL;
}

START_TEST(a_new_scope_makes_a_new_document)
{
	struct slice before;
	struct slice after;
	const struct scope scope = { .name = SLICE("photos"), .description = SLICE("Words") };
	ck_assert(!holds(read_document((enum server_document)_i, &before), "photos"));
	ck_assert_int_eq(store_scope_insert(fixture.store, &scope, NULL), ERR_OK);
	read_document((enum server_document)_i, &after);
	ck_assert_msg(slice_equal(before, after), "it is known for five seconds");
	fixture_wait(&fixture, 6);
	bool is_told = holds(read_document((enum server_document)_i, &after), "photos");
	/* a scope that is about no claim of a person means nothing to UserInfo */
	ck_assert_int_eq(is_told, _i == DOCUMENT_OF_SERVER);
	ck_assert_int_eq(slice_equal(before, after), _i != DOCUMENT_OF_SERVER);
}
END_TEST

static const struct place {
	const char *base_url;
	const char *url;
} places[] = {
	{ "https://login.example",
	  "https://login.example/.well-known/oauth-protected-resource/o/userinfo/" },
	{ "http://127.0.0.1:8000",
	  "http://127.0.0.1:8000/.well-known/oauth-protected-resource/o/userinfo/" },
	{ "https://a.example/auth/x",
	  "https://a.example/.well-known/oauth-protected-resource/auth/x/o/userinfo/" },
};

/* RFC9728#3.1 */
START_TEST(the_place_of_userinfo_stands_between_host_and_path)
{
	fixture.flow.settings.base_url = slice_str(places[_i].base_url);
	ck_slice_str(server_metadata_userinfo_url(&fixture.flow, fixture.call.arena),
		     places[_i].url);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_new_scope_makes_a_new_document, 0, DOCUMENT_COUNT);
	tcase_add_loop_test(tc, the_place_of_userinfo_stands_between_host_and_path, 0,
			    ARRAY_LEN(places));
}

TEST_MAIN("flow/server_metadata", add_tests)
