/* SPDX-License-Identifier: Apache-2.0
 *
 * The prefix says which kind a token is, so a hint is not needed. What is found is first asked
 * whether it is the caller's business, then whether it is good, and then told. */
#include "flow/introspect.h"

#include "crypto/token.h"
#include "domain/binding.h"
#include "domain/names.h"
#include "flow/access_token.h"
#include "flow/people.h"
#include "flow/resource_cache.h"
#include "flow/subject.h"
#include "flow/token_key.h"
#include "json/json_text.h"

/* What is told of a token. */
struct told {
	const struct authorization *authorization;
	const struct client *caller;
	struct slice client_id;
	struct slice user_name; /* "": none */
	struct slice scope;
	struct slice resource;
	struct slice binding;
	struct slice jti;
	int64_t created;
	int64_t expires;
	bool is_access; /* otherwise a refresh token */
};

bool introspect_is_quick(const struct flow *flow)
{
	return store_reads_are_quick(flow->store);
}

/* --- members ----------------------------------------------------------------------------- */

/* RFC7662#2.2: a string, or an array of them */
static void add_audience(struct json_text *json, const struct flow *flow, struct slice resource)
{
	if (slice_has_byte(resource, ' '))
		json_text_set_words(json, "aud", resource);
	else
		json_text_set(json, "aud",
			      slice_is_empty(resource) ? flow->settings.issuer : resource);
}

/* RFC9449#6.2, RFC8705#3.2 */
static void add_binding(struct json_text *json, const struct binding *binding, struct arena *arena)
{
	struct json_text cnf;
	if (binding->kind == BINDING_NONE)
		return;
	json_text_start(&cnf, arena);
	json_text_set(&cnf, binding_member(binding->kind), binding_thumbprint(binding, arena));
	json_text_set_json(json, "cnf", json_text_end(&cnf));
}

static void add_person(struct json_text *json, const struct told *told)
{
	const struct authorization *authorization = told->authorization;
	if (slice_is_empty(told->user_name))
		return;
	json_text_set(json, "username", told->user_name);
	if (authorization->auth_time > 0)
		json_text_set_number(json, "auth_time", authorization->auth_time);
	if (!slice_is_empty(authorization->acr))
		json_text_set(json, "acr", authorization->acr);
}

/* A person as the caller knows him; a client by its own name. */
static struct slice subject(const struct flow *flow, const struct call *call,
			    const struct told *told)
{
	const struct client itself = { .client_id = told->client_id };
	if (id_is_zero(&told->authorization->user))
		return subject_of(flow, call->arena, &itself, NULL);
	return subject_of(flow, call->arena, told->caller, &told->authorization->user);
}

/* RFC7662#2.2 */
static void add_members(struct json_text *json, const struct flow *flow, const struct call *call,
			const struct told *told)
{
	struct binding binding;
	if (binding_parse(told->binding, &binding) != ERR_OK)
		binding = (struct binding){ .kind = BINDING_NONE };
	if (!slice_is_empty(told->scope))
		json_text_set(json, NAME_SCOPE, told->scope);
	json_text_set(json, NAME_CLIENT_ID, told->client_id);
	if (told->is_access)
		json_text_set(json, NAME_TOKEN_TYPE,
			      binding.kind == BINDING_DPOP ? SLICE(NAME_DPOP) : SLICE(NAME_BEARER));
	json_text_set_number(json, "exp", told->expires);
	json_text_set_number(json, "iat", told->created);
	json_text_set(json, NAME_SUB, subject(flow, call, told));
	if (told->is_access)
		add_audience(json, flow, told->resource);
	json_text_set(json, NAME_ISS, flow->settings.issuer);
	if (!slice_is_empty(told->jti))
		json_text_set(json, "jti", told->jti);
	add_binding(json, &binding, call->arena);
	add_person(json, told);
}

/* --- who asks, and what for -------------------------------------------------------------- */

/* FOUND: the caller's own token, or one for a resource of its. RFC7662#4, D69 */
static enum find is_callers(const struct flow *flow, const struct call *call,
			    const struct client *caller, const struct access_token_good *found)
{
	if (id_equal(&found->authorization.client, &caller->id))
		return FOUND;
	return resource_cache_serves(flow, call, &caller->id, found->token.resource);
}

static void tell_access(const struct access_token_good *found, struct told *told)
{
	told->authorization = &found->authorization;
	told->client_id = found->authorization.client_id;
	told->user_name = found->authorization.user_name;
	told->scope = found->token.scope;
	told->resource = found->token.resource;
	told->binding = found->token.binding;
	told->created = found->token.created;
	told->expires = found->token.expires;
	told->is_access = true;
}

static enum find find_access(const struct flow *flow, const struct call *call, struct slice text,
			     struct told *told)
{
	struct access_token_good *found = ARENA_NEW(call->arena, struct access_token_good);
	struct token_key key;
	if (access_token_key(flow, call, text, &key, &told->jti) != ERR_OK)
		return ABSENT;
	enum find find = store_access_token_find_good(flow->store, call->arena, &key, call->now,
						      found);
	if (find == FOUND)
		find = is_callers(flow, call, told->caller, found);
	if (find == FOUND)
		tell_access(found, told);
	return find;
}

static enum find find_user(const struct flow *flow, const struct call *call,
			   const struct authorization *authorization, struct told *told)
{
	struct user *user;
	enum find find = people_stand(flow, call, &authorization->user, &user);
	if (user)
		told->user_name = user->name;
	return find;
}

/* Only the client that holds it ever sees a refresh token: nobody else is told of one. */
static enum find find_refresh(const struct flow *flow, const struct call *call, struct slice text,
			      struct told *told)
{
	struct refresh_token *found = NULL;
	enum find find = refresh_token_find(flow, call, text, &found);
	if (find != FOUND)
		return find;
	const struct authorization *authorization = &found->authorization;
	if (!id_equal(&authorization->client, &told->caller->id) || found->used != 0 ||
	    found->expires <= call->now || authorization->revoked != 0)
		return ABSENT;
	told->authorization = authorization;
	told->client_id = told->caller->client_id;
	told->scope = found->scope;
	told->binding = found->binding;
	told->created = found->created;
	told->expires = found->expires;
	return find_user(flow, call, authorization, told);
}

static enum find find_told(const struct flow *flow, const struct call *call, struct slice text,
			   struct told *told)
{
	if (token_kind_of(text) == TOKEN_REFRESH)
		return find_refresh(flow, call, text, told);
	return find_access(flow, call, text, told);
}

enum find introspect_caller(const struct flow *flow, const struct call *call, struct slice token,
			    struct client **out)
{
	struct access_token found;
	enum find find = access_token_find(flow, call, token, &found);
	if (find != FOUND)
		return find;
	bool may = found.authorization->grant == GRANT_CLIENT_CREDENTIALS && !found.user &&
		   slice_is_empty(found.row.resource) && slice_is_empty(found.row.binding) &&
		   slice_has_word(found.row.scope, SLICE("introspection"));
	*out = found.client;
	return may ? FOUND : ABSENT;
}

enum err introspect(const struct flow *flow, const struct call *call, const struct client *caller,
		    struct slice token, struct slice *out)
{
	struct json_text json;
	struct told told = { .caller = caller,
			     .user_name = SLICE_EMPTY,
			     .resource = SLICE_EMPTY,
			     .binding = SLICE_EMPTY,
			     .jti = SLICE_EMPTY };
	enum find find = find_told(flow, call, token, &told);
	if (find == FIND_FAILED)
		return ERR_DATABASE;
	/* RFC7662#2.2: not active, and nothing else, whatever is the matter */
	json_text_start(&json, call->arena);
	json_text_set_bool(&json, "active", find == FOUND);
	if (find == FOUND)
		add_members(&json, flow, call, &told);
	*out = json_text_end(&json);
	return ERR_OK;
}
