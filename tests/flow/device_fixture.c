/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps of the device grant, each of which must succeed. */
#include "flow/device_fixture.h"

#include <check.h>
#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/rng.h"
#include "flow/signing_fixture.h"

void devices_init(struct devices *devices)
{
	struct slice secret;
	struct fixture *fixture = &devices->fixture;
	fixture_start(fixture, "1");
	fixture_sign(fixture);
	struct flow_settings *settings = &fixture->flow.settings;
	settings->device_code_lifetime = DEVICES_LIFETIME;
	settings->device_interval = 5;
	settings->device_handle_lifetime = DEVICES_HANDLE_LIFETIME;
	settings->access_token_lifetime = 36000;
	settings->refresh_token_idle = 30 * 86400;
	settings->replay_window = 10;
	settings->user_code = (struct user_code_form){ SLICE("BCDFGHJKLMNPQRSTVWXZ"), 8, 4 };
	devices->tv = fixture_client(fixture, "tv", CLIENT_PUBLIC, &secret);
	devices->web = fixture_client(fixture, "web", CLIENT_CONFIDENTIAL, &secret);
	devices->ada = fixture_person(fixture, "ada");
	devices->session = devices_session(devices, devices->ada);
}

void devices_fini(struct devices *devices)
{
	fixture_stop(&devices->fixture);
}

struct client_authenticated devices_client(struct client *client)
{
	return (struct client_authenticated){
		.entry = { .client = client },
		.proved = client->type == CLIENT_CONFIDENTIAL,
	};
}

struct session *devices_session(struct devices *devices, const struct user *user)
{
	const struct call *call = &devices->fixture.call;
	struct session_new new = {
		.session = {
			.user = *user,
			.created = call->now,
			.seen = call->now,
			.auth_time = call->now,
			.amr = SLICE("pwd"),
			.acr = SLICE_EMPTY,
		},
	};
	struct session *session = NULL;
	rng_bytes(new.session.hash.bytes, HASH_BYTES);
	rng_bytes(new.session.sid.bytes, ID_BYTES);
	ck_assert_int_eq(store_session_insert(devices->fixture.store, &new, NULL), ERR_OK);
	ck_assert_int_eq(store_session_find(devices->fixture.store, call->arena, &new.session.hash,
					    &session),
			 FOUND);
	return session;
}

enum oauth_error devices_ask(struct devices *devices, const struct client *client,
			     const char *scope, struct device_started *out)
{
	const struct device_start_request request = { .client = client, .scope = slice_str(scope) };
	return device_start(&devices->fixture.flow, &devices->fixture.call, &request, out);
}

struct device_started devices_start(struct devices *devices, struct client *client,
				    const char *scope)
{
	struct device_started started;
	ck_assert_int_eq(devices_ask(devices, client, scope, &started), OAUTH_OK);
	return started;
}

struct slice devices_enter(struct devices *devices, const struct session *session,
			   const struct device_started *started)
{
	struct entered entered;
	enum enter_outcome outcome = device_enter(&devices->fixture.flow, &devices->fixture.call,
						  session, slice_str(started->user_code), &entered);
	ck_assert_int_eq(outcome, ENTER_OK);
	return entered.handle;
}

struct device_shown devices_show(struct devices *devices, const struct session *session,
				 struct slice handle)
{
	struct device_shown shown;
	ck_assert_int_eq(device_show(&devices->fixture.flow, &devices->fixture.call, session,
				     handle, &shown),
			 FOUND);
	return shown;
}

void devices_decide(struct devices *devices, const struct device_started *started, bool accept)
{
	struct slice handle = devices_enter(devices, devices->session, started);
	struct device_shown shown = devices_show(devices, devices->session, handle);
	ck_assert_int_eq(device_decide(&devices->fixture.flow, &devices->fixture.call,
				       devices->session, &shown, accept),
			 ERR_OK);
}

struct device_polled devices_poll(struct devices *devices, struct client *client,
				  const struct device_started *started)
{
	const struct flow *flow = &devices->fixture.flow;
	const struct client_authenticated authenticated = devices_client(client);
	const struct device_redeem_request request = { .client = &authenticated,
						       .code = &started->code };
	struct device_polled polled = { 0 };
	if (!device_poll_quick(flow, &devices->fixture.call, &client->id, &started->code, &polled))
		device_redeem(flow, &devices->fixture.call, &request, &polled);
	return polled;
}

struct token_answer devices_tokens(struct devices *devices, struct client *client,
				   const char *scope)
{
	struct device_started started = devices_start(devices, client, scope);
	devices_decide(devices, &started, true);
	struct device_polled polled = devices_poll(devices, client, &started);
	ck_assert_int_eq(polled.error, OAUTH_OK);
	return polled.answer;
}

void devices_disable_person(struct devices *devices, const struct device_started *started UNUSED)
{
	devices_set_user_enabled(devices, devices->ada, false);
}

void devices_remove_person(struct devices *devices, const struct device_started *started UNUSED)
{
	ck_assert_int_eq(store_user_remove(devices->fixture.store, &devices->ada->id, NULL),
			 ERR_OK);
}

void devices_disable_client(struct devices *devices, const struct device_started *started UNUSED)
{
	devices_set_client_enabled(devices, devices->tv, false);
}

void devices_revoke(struct devices *devices, const struct device_started *started)
{
	struct id id;
	memcpy(id.bytes, started->code.authorization, ID_BYTES);
	ck_assert_int_eq(store_authorization_revoke(devices->fixture.store, &id, NULL,
						    devices->fixture.call.now, NULL),
			 ERR_OK);
}

void devices_set_client_enabled(struct devices *devices, const struct client *client, bool enabled)
{
	struct store *store = devices->fixture.store;
	struct client *now = NULL;
	ck_assert_int_eq(store_client_find(store, devices->fixture.call.arena, &client->id, &now),
			 FOUND);
	now->enabled = enabled;
	ck_assert_int_eq(store_client_update(store, now, now->updated + 1, NULL), ERR_OK);
}

void devices_set_user_enabled(struct devices *devices, const struct user *user, bool enabled)
{
	ck_assert_int_eq(store_user_set_enabled(devices->fixture.store, &user->id, enabled,
						devices->fixture.call.now, NULL),
			 ERR_OK);
}

void devices_break(struct devices *devices, const char *table)
{
	sqlite3 *db = NULL;
	struct slice path = arena_printf(devices->fixture.call.arena, "%s/test.db",
					 devices->fixture.dir);
	struct slice sql = arena_printf(devices->fixture.call.arena,
					"PRAGMA legacy_alter_table=ON;"
					"ALTER TABLE %s RENAME TO taken_away",
					table);
	ck_assert_int_eq(sqlite3_open(path.ptr, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, sql.ptr, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static bool stands_in(const char *path, struct slice bytes)
{
	FILE *file = fopen(path, "rb");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
	size_t size = (size_t)ftell(file);
	rewind(file);
	char *text = xmalloc(size + 1);
	ck_assert_uint_eq(fread(text, 1, size, file), size);
	bool found = memmem(text, size, bytes.ptr, bytes.len) != NULL;
	free(text);
	fclose(file);
	return found;
}

bool devices_stored(struct devices *devices, struct slice bytes)
{
	bool found = false;
	DIR *dir = opendir(devices->fixture.dir);
	ck_assert_ptr_nonnull(dir);
	const struct dirent *entry;
	while ((entry = readdir(dir)) != NULL) {
		char path[512];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", devices->fixture.dir, entry->d_name);
		found = stands_in(path, bytes) || found;
	}
	closedir(dir);
	return found;
}
