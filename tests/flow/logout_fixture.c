/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients get their settings in the store, as `doorcode app set` would write them. */
#include "flow/logout_fixture.h"

#include <check.h>

#include "base/rng.h"
#include "flow/sign_in.h"

static void set(struct fixture *fixture, struct client *client, const char *text)
{
	struct slice value = slice_str(text);
	struct slice name;
	struct slice why;
	ck_assert(slice_split(&value, '=', &name));
	ck_assert_int_eq(client_setting_put(fixture->call.arena, &client->settings,
					    fixture_setting(name), value, &why),
			 ERR_OK);
}

struct client *logout_client(struct fixture *fixture, const char *client_id,
			     const char *const *settings)
{
	struct slice secret;
	struct client *client = fixture_client(fixture, client_id, CLIENT_PUBLIC, &secret);
	client = fixture_read_client(fixture, client_id).client;
	for (; *settings; settings++)
		set(fixture, client, *settings);
	ck_assert_int_eq(store_client_update(fixture->store, client, fixture->call.now, NULL),
			 ERR_OK);
	return client;
}

struct id logout_give(struct fixture *fixture, const struct given *given)
{
	struct grant_new new = {
		.authorization = {
			.user = given->session->user.id,
			.client = given->client->id,
			.grant = given->grant,
			.scope = slice_str(given->scope),
			.sid = given->session->sid,
			.created = fixture->call.now,
		},
		.issue = { .access = { .created = fixture->call.now,
				       .expires = fixture->call.now + 3600 } },
	};
	rng_bytes(new.authorization.id.bytes, ID_BYTES);
	rng_bytes(new.issue.access.hash.bytes, HASH_BYTES);
	ck_assert_int_eq(store_grant_insert(fixture->store, &new, NULL), ERR_OK);
	return new.authorization.id;
}

struct session *logout_sign_in(struct fixture *fixture, const char *name,
			       const struct hash *replaces)
{
	struct session *session;
	struct sign_in_result result;
	const struct sign_in_request request = {
		.name = slice_str(name),
		.password = FIXTURE_PASSWORD,
		.replaces = replaces,
		.keeps_others = true,
	};
	ck_assert_int_eq(sign_in(&fixture->flow, &fixture->call, &request, &result), SIGN_IN_OK);
	ck_assert_int_eq(
		sign_in_session(&fixture->flow, &fixture->call, result.session, false, &session),
		FOUND);
	return session;
}

bool logout_is_revoked(struct fixture *fixture, const struct id *authorization)
{
	struct authorization *found;
	ck_assert_int_eq(store_authorization_find(fixture->store, fixture->call.arena,
						  authorization, &found),
			 FOUND);
	return found->revoked != 0;
}

struct job_list logout_jobs(struct fixture *fixture)
{
	struct job_list jobs;
	const struct job_claim claim = { fixture->call.now, fixture->call.now + 60, 100 };
	ck_assert_int_eq(store_job_claim(fixture->store, fixture->call.arena, &claim, &jobs),
			 ERR_OK);
	return jobs;
}
