/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a program with these keys may start on this database, and which keys may leave the file.
 */
#include "flow/keys.h"

#include <string.h>

#include "check_main.h"
#include "crypto/rings.h"
#include "flow/client_auth.h"
#include "flow/flow_fixture.h"

static struct fixture fixture;

static void setup(void)
{
	fixture_start(&fixture, "1");
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

static enum err check(const char *keys, bool may_adopt)
{
	fixture_set_keys(&fixture, keys);
	return keys_check(fixture.store, fixture.ring, may_adopt);
}

/* Each row is one start after another; `used` is the key that a row needs in between. */
static const struct row {
	const char *name;
	const char *first; /* NULL: the database is new */
	char used;         /* 0: nothing is keyed */
	const char *then;
	bool may_adopt;
	enum err err;
} rows[] = {
	{ .name = "a new database takes the ring's", .then = "1", .may_adopt = true },
	{ .name = "the same key again", .first = "1", .then = "1" },
	{ .name = "a key put before the known one", .first = "1", .then = "21" },
	{ .name = "the same keys in another order", .first = "21", .then = "12" },
	{ .name = "the old key has left, and nothing needs it",
	  .first = "21",
	  .used = '2',
	  .then = "2" },
	{ .name = "the old key stays as long as it is needed",
	  .first = "1",
	  .used = '1',
	  .then = "21" },
	{ .name = "a database without check values is not adopted unasked",
	  .then = "1",
	  .err = ERR_CRYPTO },
	{ .name = "another key", .first = "1", .then = "2", .err = ERR_CRYPTO },
	{ .name = "another key, even when it may adopt",
	  .first = "1",
	  .then = "2",
	  .may_adopt = true,
	  .err = ERR_CRYPTO },
	{ .name = "another key while rows need theirs",
	  .first = "1",
	  .used = '1',
	  .then = "2",
	  .may_adopt = true,
	  .err = ERR_CRYPTO },
	{ .name = "a new key without the one that rows need",
	  .first = "21",
	  .used = '1',
	  .then = "2",
	  .err = ERR_CRYPTO },
	{ .name = "none of several keys", .first = "21", .then = "34", .err = ERR_CRYPTO },
};

/* A row that needs this key. */
static void use_key(char key)
{
	const char keys[2] = { key, '\0' };
	struct slice secret;
	fixture_set_keys(&fixture, keys);
	fixture_client(&fixture, "tv", CLIENT_CONFIDENTIAL, &secret);
}

/* The first start with "21" is one with "1" and, later, one with "21". */
static void start_first(const char *keys)
{
	for (size_t from = strlen(keys); from-- > 0;)
		ck_assert_int_eq(check(keys + from, keys[from + 1] == '\0'), ERR_OK);
}

START_TEST(start)
{
	const struct row *row = &rows[_i];
	if (row->first)
		start_first(row->first);
	if (row->used)
		use_key(row->used);
	enum err err = check(row->then, row->may_adopt);
	ck_assert_msg(err == row->err, "%s: %s", row->name, err_name(err));
	if (row->err == ERR_OK)
		ck_assert_msg(check(row->then, false) == ERR_OK, "%s: the next start", row->name);
}
END_TEST

START_TEST(another_key_under_the_same_id_is_refused)
{
	const uint32_t id = 1;
	struct secret bytes;
	ck_assert_int_eq(check("1", true), ERR_OK);
	memset(bytes.bytes, 0x55, sizeof(bytes.bytes));
	AUTO(keyring) struct keyring *ring = keyring_from_keys(&id, &bytes, 1);
	ck_assert_int_eq(keys_check(fixture.store, ring, true), ERR_CRYPTO);
}
END_TEST

START_TEST(a_check_value_of_a_wrong_form_is_refused)
{
	ck_assert_int_eq(check("1", true), ERR_OK);
	ck_assert_int_eq(store_meta_insert(fixture.store, SLICE("key_check/000000zz"), SLICE("x")),
			 ERR_OK);
	ck_assert_int_eq(check("1", true), ERR_CRYPTO);
}
END_TEST

START_TEST(a_key_that_nothing_needs_may_leave)
{
	struct keys_report reports[KEYRING_MAX];
	size_t count = KEYRING_MAX;
	start_first("21");
	fixture_set_keys(&fixture, "21");
	ck_assert_int_eq(keys_reseal(fixture.store, fixture.ring, reports, &count), ERR_OK);
	ck_assert_uint_eq(count, 2);
	ck_assert(reports[0].key_id == 2 && reports[0].current && !reports[0].dropped);
	ck_assert(reports[1].key_id == 1 && !reports[1].current && reports[1].dropped);
	/* with the line, and without it */
	ck_assert_int_eq(check("21", false), ERR_OK);
	ck_assert_int_eq(check("2", false), ERR_OK);
	ck_assert_msg(check("1", false) == ERR_CRYPTO, "the old key alone no longer belongs here");
}
END_TEST

START_TEST(a_key_that_rows_need_stays_until_they_have_moved)
{
	struct keys_report reports[KEYRING_MAX];
	struct slice secret;
	size_t count = KEYRING_MAX;
	ck_assert_int_eq(check("1", true), ERR_OK);
	fixture_client(&fixture, "tv", CLIENT_CONFIDENTIAL, &secret);
	ck_assert_int_eq(check("21", false), ERR_OK);
	ck_assert_int_eq(keys_reseal(fixture.store, fixture.ring, reports, &count), ERR_OK);
	ck_assert(!reports[1].dropped && reports[1].uses == 1);
	/* a good use of the secret moves its MAC under the current key */
	const struct client_credentials credentials = { .client_id = SLICE("tv"),
							.secret = secret };
	struct client_authenticated client;
	ck_assert_int_eq(client_auth_check(&fixture.flow, &fixture.call, &credentials, &client),
			 CLIENT_AUTH_OK);
	count = KEYRING_MAX;
	ck_assert_int_eq(keys_reseal(fixture.store, fixture.ring, reports, &count), ERR_OK);
	ck_assert(reports[1].dropped && reports[1].uses == 0 && reports[0].uses == 1);
	ck_assert_int_eq(check("2", false), ERR_OK);
	ck_assert_int_eq(client_auth_check(&fixture.flow, &fixture.call, &credentials, &client),
			 CLIENT_AUTH_OK);
}
END_TEST

START_TEST(the_current_key_is_never_dropped)
{
	struct keys_report reports[1];
	size_t count = 1;
	start_first("21");
	ck_assert_int_eq(keys_reseal(fixture.store, fixture.ring, reports, &count), ERR_OK);
	ck_assert_uint_eq(count, 1);
	ck_assert(reports[0].current && !reports[0].dropped);
}
END_TEST

START_TEST(a_key_that_the_database_alone_knows_is_reported)
{
	struct keys_report reports[KEYRING_MAX];
	size_t count = KEYRING_MAX;
	start_first("21");
	fixture_set_keys(&fixture, "2");
	ck_assert_int_eq(keys_reseal(fixture.store, fixture.ring, reports, &count), ERR_OK);
	ck_assert_uint_eq(count, 2);
	ck_assert(reports[1].key_id == 1 && reports[1].dropped);
	count = KEYRING_MAX;
	ck_assert_int_eq(keys_reseal(fixture.store, fixture.ring, reports, &count), ERR_OK);
	ck_assert_uint_eq(count, 1);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, start, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, another_key_under_the_same_id_is_refused);
	tcase_add_test(tc, a_check_value_of_a_wrong_form_is_refused);
	tcase_add_test(tc, a_key_that_nothing_needs_may_leave);
	tcase_add_test(tc, a_key_that_rows_need_stays_until_they_have_moved);
	tcase_add_test(tc, the_current_key_is_never_dropped);
	tcase_add_test(tc, a_key_that_the_database_alone_knows_is_reported);
}

TEST_MAIN("flow/keys", add_tests)
