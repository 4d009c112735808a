/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients of the code grant, and codes. */
#include "flow/authorize_fixture.h"

#include <check.h>
#include <string.h>

#include "base/rng.h"

static struct client *add_client(struct fixture *fixture, const char *client_id,
				 enum client_type type, const char *uri)
{
	struct client *client;
	struct slice secret;
	struct client_faults faults;
	struct slice grant = SLICE("authorization-code");
	const struct application_new application = {
		.form = {
			.name = SLICE("Photo printer"),
			.client_type = slice_str(client_type_name(type)),
			.grant_types = &grant,
			.grant_type_count = 1,
			.redirect_uris = slice_str(uri),
		},
		.client_id = slice_str(client_id),
	};
	ck_assert_int_eq(fixture_add(&fixture->flow, &fixture->call, &application, &client, &secret,
				     &faults),
			 ERR_OK);
	return client;
}

void authorizing_init(struct authorizing *authorizing)
{
	struct fixture *fixture = &authorizing->devices.fixture;
	devices_init(&authorizing->devices);
	fixture->flow.settings.base_url = SLICE("https://login.example");
	fixture->flow.settings.issuer = SLICE("https://login.example/o");
	fixture->flow.settings.code_lifetime = 60;
	fixture->flow.settings.pushed_lifetime = 90;
	fixture->flow.settings.id_token_lifetime = 3600;
	authorizing->web = add_client(fixture, "photos-web", CLIENT_CONFIDENTIAL,
				      "https://web.example/cb");
	authorizing->spa = add_client(fixture, "photos-spa", CLIENT_PUBLIC,
				      "https://spa.example/cb");
	authorizing->app = add_client(fixture, "photos-app", CLIENT_PUBLIC, "http://127.0.0.1/cb");
}

void authorizing_fini(struct authorizing *authorizing)
{
	devices_fini(&authorizing->devices);
}

void authorizing_set(struct authorizing *authorizing, struct client **client,
		     enum client_setting setting, const char *value)
{
	struct slice why;
	struct fixture *fixture = &authorizing->devices.fixture;
	struct client *now = NULL;
	ck_assert_int_eq(
		store_client_find(fixture->store, fixture->call.arena, &(*client)->id, &now),
		FOUND);
	ck_assert_int_eq(client_setting_put(fixture->call.arena, now->settings, setting,
					    slice_str(value), &now->settings, &why),
			 ERR_OK);
	ck_assert_int_eq(store_client_update(fixture->store, now, now->updated + 1, NULL), ERR_OK);
	client_cache_drop(fixture->flow.clients, now->client_id);
	*client = now;
}

struct token authorizing_code(struct authorizing *authorizing, const struct client *client,
			      const struct authorization_code *like)
{
	struct fixture *fixture = &authorizing->devices.fixture;
	const struct session *session = authorizing->devices.session;
	struct token token;
	struct code_new new = { .code = *like, .session = session->hash };
	struct authorization *authorization = &new.code.authorization;
	uint8_t random[TOKEN_RANDOM_BYTES];
	rng_bytes(authorization->id.bytes, ID_BYTES);
	rng_bytes(random, sizeof(random));
	token_make(fixture->ring, TOKEN_CODE, authorization->id.bytes, random, &token);
	new.code.hash = token.hash;
	if (new.code.expires == 0)
		new.code.expires = fixture->call.now + 60;
	authorization->user = session->user.id;
	authorization->client = client->id;
	authorization->grant = GRANT_AUTHORIZATION_CODE;
	if (slice_is_empty(authorization->scope))
		authorization->scope = SLICE("email offline_access");
	authorization->auth_time = session->auth_time;
	authorization->sid = session->sid;
	authorization->created = fixture->call.now;
	ck_assert_int_eq(store_code_insert(fixture->store, &new, NULL), ERR_OK);
	return token;
}
