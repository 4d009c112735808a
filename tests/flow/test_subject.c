/* SPDX-License-Identifier: Apache-2.0
 *
 * What a person is called by which client. */
#include "flow/subject.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/flow_fixture.h"
#include "flow/signing_fixture.h"

static struct fixture fixture;
static const struct id ada = { { 1 } };
static const struct id bob = { { 2 } };
static const struct id nobody;

static void setup(void)
{
	fixture_start(&fixture, "1");
	fixture_sign(&fixture);
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

#define PAIRWISE "subject_type=pairwise"

static const struct sector_row {
	const char *name;
	const char *settings;
	const char *redirect_uris;
	const char *sector;
} sector_rows[] = {
	/* OIDC#8.1 */
	{ .name = "the host of its redirect URI",
	  .redirect_uris = "https://shop.example/cb",
	  .sector = "shop.example" },
	{ .name = "without the port",
	  .redirect_uris = "https://shop.example:8443/cb",
	  .sector = "shop.example" },
	{ .name = "without path and query",
	  .redirect_uris = "https://shop.example?x=1",
	  .sector = "shop.example" },
	{ .name = "of the first",
	  .redirect_uris = "https://a.example/\nhttps://b.example/",
	  .sector = "a.example" },
	{ .name = "an address in brackets",
	  .redirect_uris = "http://[::1]:8080/cb",
	  .sector = "[::1]" },
	{ .name = "the host of the document that names its redirect URIs",
	  .settings = PAIRWISE "\nsector_identifier_uri=https://sector.example/uris.json",
	  .redirect_uris = "https://a.example/\nhttps://b.example/",
	  .sector = "sector.example" },
	{ .name = "itself, where it has no address", .redirect_uris = "", .sector = "tv" },
	{ .name = "itself, where its address has no host",
	  .redirect_uris = "com.example.app:/cb",
	  .sector = "tv" },
};

START_TEST(sectors)
{
	const struct sector_row *row = &sector_rows[_i];
	const struct client client = {
		.client_id = SLICE("tv"),
		.settings = slice_str(row->settings ? row->settings : PAIRWISE),
		.redirect_uris = slice_str(row->redirect_uris),
	};
	ck_slice_row(row->name, subject_sector(&client), slice_str(row->sector));
}
END_TEST

static const struct moving_row {
	const char *name;
	const char *before[2]; /* settings, redirect URIs */
	const char *after[2];
	bool moves;
} moving_rows[] = {
	/* OIDC#8.1, OIDC#12.2 */
	{ .name = "another path",
	  .before = { PAIRWISE, "https://a.example/" },
	  .after = { PAIRWISE, "https://a.example/x" } },
	{ .name = "public all along",
	  .before = { "", "https://a.example/" },
	  .after = { "", "https://b.example/" } },
	{ .name = "public from now on",
	  .before = { PAIRWISE, "https://a.example/" },
	  .after = { "", "https://b.example/" } },
	{ "another host",
	  { PAIRWISE, "https://a.example/" },
	  { PAIRWISE, "https://b.example/" },
	  true },
	{ "an address where there was none",
	  { PAIRWISE, "" },
	  { PAIRWISE, "https://b.example/" },
	  true },
	{ "pairwise from now on, with one of the hosts that it had",
	  { "", "https://b.example/\nhttps://a.example/" },
	  { PAIRWISE, "https://b.example/" },
	  true },
};

START_TEST(names_that_would_move)
{
	const struct moving_row *row = &moving_rows[_i];
	const struct client before = {
		.client_id = SLICE("tv"),
		.settings = slice_str(row->before[0]),
		.redirect_uris = slice_str(row->before[1]),
	};
	const struct client after = {
		.client_id = SLICE("tv"),
		.settings = slice_str(row->after[0]),
		.redirect_uris = slice_str(row->after[1]),
	};
	ck_assert_msg(subject_moves(&before, &after) == row->moves, "%s", row->name);
}
END_TEST

static struct slice called(const char *client_id, const char *settings, const char *redirect_uris,
			   const struct id *user)
{
	const struct client client = {
		.client_id = slice_str(client_id),
		.settings = slice_str(settings),
		.redirect_uris = slice_str(redirect_uris),
	};
	return subject_of(&fixture.flow, fixture.call.arena, &client, user);
}

START_TEST(a_public_subject_is_the_id) /* OIDC#8 */
{
	char text[ID_TEXT_LEN + 1];
	ck_slice_eq(called("tv", "", "", &ada), id_text(&ada, text));
	ck_slice_eq(called("web", "", "https://shop.example/", &ada), id_text(&ada, text));
}
END_TEST

START_TEST(a_pairwise_one_is_of_its_sector) /* OIDC#8.1 */
{
	struct slice one = called("one", PAIRWISE, "https://shop.example/cb", &ada);
	char text[ID_TEXT_LEN + 1];
	struct id id;
	ck_assert_uint_eq(one.len, ID_TEXT_LEN);
	ck_assert_int_eq(id_parse(one, &id), ERR_OK);
	ck_assert(!slice_equal(one, id_text(&ada, text)));
	ck_slice_eq(called("two", PAIRWISE, "https://shop.example:444/", &ada), one);
	ck_assert(!slice_equal(called("one", PAIRWISE, "https://shop.example/cb", &bob), one));
	ck_assert(!slice_equal(called("one", PAIRWISE, "https://shop.example.org/cb", &ada), one));
	ck_assert(!slice_equal(called("tv", PAIRWISE, "", &ada),
			       called("radio", PAIRWISE, "", &ada)));
}
END_TEST

START_TEST(another_secret_gives_other_subjects)
{
	static const struct secret other = { { 7 } };
	struct slice one = called("one", PAIRWISE, "", &ada);
	fixture.flow.pairwise = &other;
	ck_assert(!slice_equal(called("one", PAIRWISE, "", &ada), one));
}
END_TEST

START_TEST(a_client_of_its_own_looks_like_nobody) /* RFC9700#4.15 */
{
	ck_slice_str(called("tv", "", "", NULL), "client:tv");
	ck_slice_str(called("tv", "", "", &nobody), "client:tv");
	ck_slice_str(called("tv", PAIRWISE, "", &nobody), "client:tv");
	struct slice id = called("tv", "", "", &ada);
	ck_assert(!slice_equal(called(arena_cstr(fixture.call.arena, id), "", "", NULL), id));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, names_that_would_move, 0, ARRAY_LEN(moving_rows));
	tcase_add_loop_test(tc, sectors, 0, ARRAY_LEN(sector_rows));
	tcase_add_test(tc, a_public_subject_is_the_id);
	tcase_add_test(tc, a_pairwise_one_is_of_its_sector);
	tcase_add_test(tc, another_secret_gives_other_subjects);
	tcase_add_test(tc, a_client_of_its_own_looks_like_nobody);
}

TEST_MAIN("flow/subject", add_tests)
