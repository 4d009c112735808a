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
	ck_assert_int_eq(client_setting_put(fixture->call.arena, &now->settings, setting,
					    slice_str(value), &why),
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

/* --- the authorization endpoint */

struct authorize_result authorizing_get(struct authorizing *authorizing,
					const struct session *session, struct slice query)
{
	const struct authorize_request request = { query, session };
	struct authorize_result result;
	authorize(&authorizing->devices.fixture.flow, &authorizing->devices.fixture.call, &request,
		  &result);
	return result;
}

struct authorize_result authorizing_next(struct authorizing *authorizing,
					 const struct session *session,
					 const struct authorize_result *result)
{
	static const struct slice path = { "/o/authorize/?", 14 };
	ck_assert(slice_has_prefix(result->next, path));
	return authorizing_get(authorizing, session,
			       slice_sub(result->next, path.len, result->next.len));
}

struct authorize_result authorizing_decide(struct authorizing *authorizing,
					   const struct session *session,
					   const struct authorize_result *result, bool accept)
{
	const struct authorize_decision decision = { result->handle, accept, session };
	struct authorize_result out;
	authorizing_expect("the consent page", result, AUTHORIZE_CONSENT);
	authorize_decide(&authorizing->devices.fixture.flow, &authorizing->devices.fixture.call,
			 &decision, &out);
	return out;
}

struct slice authorizing_field(const struct authorize_result *result, const char *name)
{
	for (size_t i = 0; i < result->response.count; i++)
		if (strcmp(result->response.fields[i].name, name) == 0)
			return result->response.fields[i].value;
	return SLICE_EMPTY;
}

static const char *const outcomes[] = {
	[AUTHORIZE_RESPOND] = "respond", [AUTHORIZE_SIGN_IN] = "sign in",
	[AUTHORIZE_SIGN_UP] = "sign up", [AUTHORIZE_CHOOSE] = "choose",
	[AUTHORIZE_CONSENT] = "consent", [AUTHORIZE_REFUSED] = "refused",
	[AUTHORIZE_STALE] = "stale",     [AUTHORIZE_UNAVAILABLE] = "unavailable",
};

void authorizing_expect(const char *name, const struct authorize_result *result,
			enum authorize_outcome outcome)
{
	struct slice error = authorizing_field(result, "error");
	struct slice words = authorizing_field(result, "error_description");
	ck_assert_msg(result->outcome == outcome, "%s: %s, not %s (%.*s %.*s %.*s)", name,
		      outcomes[result->outcome], outcomes[outcome], SLICE_ARG(error),
		      SLICE_ARG(words), SLICE_ARG(result->text));
}

void authorizing_expect_error(const char *name, const struct authorize_result *result,
			      const char *error)
{
	authorizing_expect(name, result, AUTHORIZE_RESPOND);
	struct slice got = authorizing_field(result, "error");
	ck_assert_msg(slice_equal(got, slice_str(error)), "%s: %.*s", name, SLICE_ARG(got));
	ck_assert_msg(slice_is_empty(authorizing_field(result, "code")), "%s: no code", name);
	/* RFC9207#2 */
	ck_assert_msg(
		slice_equal(authorizing_field(result, "iss"), SLICE("https://login.example/o")),
		"%s: iss", name);
}

struct session *authorizing_sign_in(struct authorizing *authorizing, const struct session *before,
				    const struct user *user, bool keeps_others)
{
	struct fixture *fixture = &authorizing->devices.fixture;
	const struct call *call = &fixture->call;
	struct session_new new = {
		.session = {
			.user = *user,
			.created = call->now,
			.seen = call->now,
			.auth_time = call->now,
			.amr = SLICE("pwd"),
			.acr = SLICE_EMPTY,
		},
		.replaces = &before->hash,
		.keeps_others = keeps_others,
	};
	struct session *session = NULL;
	rng_bytes(new.session.hash.bytes, HASH_BYTES);
	rng_bytes(new.session.sid.bytes, ID_BYTES);
	ck_assert_int_eq(store_session_insert(fixture->store, &new, NULL), ERR_OK);
	ck_assert_int_eq(
		store_session_find(fixture->store, call->arena, &new.session.hash, &session),
		FOUND);
	return session;
}
