/* SPDX-License-Identifier: Apache-2.0
 *
 * Migrations of SQLite, and what the later built-in ones do with rows of the first schema. */
#include "check_main.h"

#include <stdio.h>
#include <string.h>

#include "migrations.h"
#include "sqlite_engine.h"
#include "store/sqlite/object.h"
#include "world.h"

static const struct migrations_engine sqlite_migrations = {
	.databases = &sqlite_for_tests,
	.folder = "sql/sqlite/",
	.run = migrate_run_set,
	.state = migrate_state_of,
};

/* --- rows of older programs
 * ---------------------------------------------------------------------------------------------- */

/* What a program of the first and the second schema writes: a person with a session, an application
 * with a secret, a redeemed grant with its tokens. `%1$s` is two hexadecimal digits: all that is
 * random consists of them. */
static const char old_rows[] =
	"INSERT INTO user (id, name, folded_name, admin, enabled, created, last_sign_in)"
	" VALUES (x'%2$s', 'n%1$s', 'n%1$s', 0, 1, 1800000000, 0);"
	"INSERT INTO credential (user, kind, number, value) VALUES (x'%2$s', 'password', 0, 'hash');"
	"INSERT INTO session (hash, created, seen) VALUES (x'%2$s%2$s', 1800000000, 1800000000);"
	"INSERT INTO session_user (session, user, auth_time, amr, acr, sid)"
	" VALUES (x'%2$s%2$s', x'%2$s', 1800000000, 'pwd', '', x'%2$s');"
	"INSERT INTO client (id, client_id, name, type, grants, redirect_uris, post_logout_redirect_uris,"
	" allowed_origins, allowed_scopes, default_scopes, algorithm, owner, enabled, reviewed, created,"
	" updated) VALUES (x'%2$s', 'n%1$s', 'Television', 1, 1, '', '', '', '', '', 0, x'%2$s', 1, 0,"
	" 1800000000, 1800000000);"
	"INSERT INTO client_secret (id, client, key_id, mac, created, expires, last_used)"
	" VALUES (x'%2$s', x'%2$s', 7, x'%2$s%2$s', 1800000000, 0, 0);"
	"INSERT INTO device_grant (authorization, code_hash, user_code, client, scope, address,"
	" user_agent, created, expires, status, user, decided, redeemed) VALUES (x'%2$s', x'%2$s%2$s',"
	" x'%2$s%2$s', x'%2$s', 'openid', '', '', 1800000000, 1800001800, 3, x'%2$s', 1800000010,"
	" 1800000020);"
	"INSERT INTO user_code (hash, key_id, authorization, expires)"
	" VALUES (x'%2$s%2$s', 7, x'%2$s', 1800001800);"
	"INSERT INTO authorization (id, user, client, grant_type, scope, origin, auth_time, amr, acr, sid,"
	" created, revoked, last_used, ends) VALUES (x'%2$s', x'%2$s', x'%2$s', 0, 'openid', '',"
	" 1800000000, 'pwd', '', x'%2$s', 1800000010, 0, 1800000020, 1800086420);"
	"INSERT INTO access_token (hash, authorization, scope, created, expires)"
	" VALUES (x'%2$s%2$s', x'%2$s', 'openid', 1800000020, 1800003620);"
	"INSERT INTO refresh_token (hash, authorization, scope, created, expires)"
	" VALUES (x'%2$s%2$s', x'%2$s', 'openid', 1800000020, 1800086420);"
	"INSERT INTO event (kind, at, user, address, request_id, detail)"
	" VALUES ('device.redeemed', 1800000020, x'%2$s', '', '', '');";

enum { OLD_SQL_MAX = 8192 };

static void write_old_rows(const char *database, unsigned tag)
{
	static char sql[OLD_SQL_MAX];
	char digits[3];
	char id[2 * ID_BYTES + 1] = "";
	struct conn conn;
	snprintf(digits, sizeof(digits), "%02x", tag);
	for (size_t i = 0; i < ID_BYTES; i++)
		snprintf(id + 2 * i, 3, "%s", digits);
	int len = snprintf(sql, sizeof(sql), old_rows, digits, id);
	ck_assert(len > 0 && len < OLD_SQL_MAX);
	ck_ok(conn_open(&conn, database, CONN_WRITES));
	ck_ok(conn_script(&conn, sql));
	conn_fini(&conn);
}

/* The person and the application are those of the rows. */
static struct redemption tag_world(struct world *w, unsigned tag)
{
	struct redemption redeemed = { 0 };
	memset(&w->user, (int)tag, sizeof(w->user));
	memset(&w->client, (int)tag, sizeof(w->client));
	memset(&w->session, (int)tag, sizeof(w->session));
	memset(&redeemed.authorization, (int)tag, sizeof(redeemed.authorization));
	memset(&redeemed.issue.access.hash, (int)tag, sizeof(redeemed.issue.access.hash));
	memset(&redeemed.issue.refresh.hash, (int)tag, sizeof(redeemed.issue.refresh.hash));
	redeemed.client = w->client;
	return redeemed;
}

static void verify_client(struct world *w)
{
	struct client *client;
	struct client_secret_list secrets;
	ck_found(store_client_find(w->store, w->arena, &w->client, &client));
	ck_slice(client->settings, "");
	ck_found(store_client_secrets(w->store, w->arena, &w->client, &secrets));
	ck_assert(secrets.count == 1 && secrets.items[0].sealed.len == 0);
}

static void verify_person(struct world *w)
{
	struct session *session;
	struct claim_list claims;
	int64_t changed;
	ck_found(store_session_find(w->store, w->arena, &w->session, &session));
	ck_assert(id_equal(&session->user.id, &w->user));
	ck_ok(store_user_claims(w->store, w->arena, &w->user, &claims, &changed));
	ck_assert(claims.count == 0 && changed == 0);
}

static void verify_tokens(struct world *w, const struct redemption *redeemed)
{
	struct authorization *a;
	struct token_row token;
	struct refresh_token *refresh;
	ck_found(store_access_token_find(w->store, w->arena, &WORLD_ACCESS(*redeemed), &a, &token));
	ck_assert(slice_is_empty(token.resource) && slice_is_empty(token.binding));
	ck_assert(slice_is_empty(a->resource) && slice_is_empty(a->claims) &&
		  id_is_zero(&a->parent));
	ck_found(store_refresh_token_find(w->store, w->arena, &WORLD_REFRESH(*redeemed), &refresh));
	ck_assert(slice_is_empty(refresh->binding));
	ck_assert(slice_is_empty(world_find_grant(w, &redeemed->authorization)->resource));
	struct rotation rotation = world_rotation(w, redeemed);
	ck_ok(store_refresh_token_rotate(w->store, &rotation, NULL));
	ck_assert(world_has_tokens(w, &rotation));
}

/* All of it is there, and is good for what it was good for. */
static void verify_old_rows(struct world *w, unsigned tag)
{
	size_t faults;
	struct redemption redeemed = tag_world(w, tag);
	verify_client(w);
	verify_person(w);
	verify_tokens(w, &redeemed);
	ck_ok(store_check(w->store, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
}

/* --- tests
 * ---------------------------------------------------------------------------------------------- */

static void open_at(struct world *w, size_t version)
{
	struct steps steps;
	*w = (struct world){ .engine = &sqlite_for_tests, .now = 1800000000, .arena = arena_new() };
	steps_init(&steps, &sqlite_migrations, version);
	w->engine->create(w->database);
	ck_ok(store_open(&(struct store_options){ .database = w->database }, &w->store));
	ck_ok(migrate_run_set(w->store, &steps.set, w->now));
}

/* From each older schema to today's. */
START_TEST(rows_of_an_older_schema_are_there_in_the_newest)
{
	struct world w;
	open_at(&w, (size_t)_i);
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_OLD);
	write_old_rows(w.database, 0xa1);
	ck_ok(store_migrate(w.store, w.now));
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_CURRENT);
	verify_old_rows(&w, 0xa1);
	world_fini(&w);
}
END_TEST

/* A command line of before, beside a server of today. */
START_TEST(a_program_of_the_second_schema_goes_on_writing_to_the_newest)
{
	struct world w;
	open_at(&w, 2);
	write_old_rows(w.database, 0xa1);
	ck_ok(store_migrate(w.store, w.now));
	write_old_rows(w.database, 0xb2);
	verify_old_rows(&w, 0xa1);
	verify_old_rows(&w, 0xb2);
	world_fini(&w);
}
END_TEST

static void add_tests(TCase *tc)
{
	migrations_add_tests(tc, &sqlite_migrations);
	tcase_add_loop_test(tc, rows_of_an_older_schema_are_there_in_the_newest, 1, 3);
	tcase_add_test(tc, a_program_of_the_second_schema_goes_on_writing_to_the_newest);
}

TEST_MAIN_TIMEOUT("store/migrations of sqlite", add_tests, 120)
