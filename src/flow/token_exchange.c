/* SPDX-License-Identifier: Apache-2.0
 *
 * Everything that is wrong with a subject token gets the same words: an exchange is no way to find
 * out about tokens of others. RFC8693#2.2.2, D66 */
#include "flow/token_exchange.h"

#include "base/buf.h"
#include "crypto/token.h"
#include "domain/names.h"
#include "flow/access_token.h"
#include "flow/direct_grant.h"
#include "flow/resource_cache.h"

/* RFC8693#3. Ours are access tokens, whatever their form. */
static const struct token_type {
	const char *name;
	enum token_format format; /* that it must have; DEFAULT: any */
} types[] = {
	{ NAME_TOKEN_TYPE_ACCESS, TOKEN_FORMAT_DEFAULT },
	{ NAME_TOKEN_TYPE_JWT, TOKEN_FORMAT_JWT },
};

static const struct token_type *type_of(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (slice_equal(name, slice_str(types[i].name)))
			return &types[i];
	return NULL;
}

struct exchange {
	const struct token_exchange_request *request;
	const struct token_type *requested;
	struct access_token subject;
	struct slice scope;
	struct slice resource;
};

static const struct client *asker(const struct exchange *exchange)
{
	return exchange->request->client->entry.client;
}

static enum oauth_error wrong(struct slice *why, const char *words)
{
	*why = slice_str(words);
	return OAUTH_INVALID_REQUEST;
}

/* What can be said without looking anything up. */
static enum oauth_error check_request(struct exchange *exchange, struct slice *why)
{
	const struct token_exchange_request *request = exchange->request;
	const struct token_type *subject = type_of(request->subject_token_type);
	struct slice requested = request->requested_token_type;
	exchange->requested = slice_is_empty(requested) ? &types[0] : type_of(requested);
	/* RFC8693#2.1 */
	if (slice_is_empty(request->subject_token))
		return wrong(why, "The subject_token parameter is missing.");
	if (slice_is_empty(request->subject_token_type))
		return wrong(why, "The subject_token_type parameter is missing.");
	if (!slice_is_empty(request->actor_token) || !slice_is_empty(request->actor_token_type))
		return wrong(why, "Actor tokens are not taken.");
	if (!subject)
		return wrong(why, "This subject_token_type is not taken.");
	if (!exchange->requested)
		return wrong(why, "This requested_token_type is not issued.");
	/* the prefix of opaque tokens is no JWT's */
	if (subject->format == TOKEN_FORMAT_JWT &&
	    token_kind_of(request->subject_token) != TOKEN_KIND_COUNT)
		return wrong(why, "The subject_token is not of its subject_token_type.");
	return OAUTH_OK;
}

static bool is_bound_to(const struct exchange *exchange)
{
	struct binding bound = { .kind = BINDING_NONE };
	if (slice_is_empty(exchange->subject.row.binding))
		return true;
	return binding_parse(exchange->subject.row.binding, &bound) == ERR_OK &&
	       binding_equal(&bound, &exchange->request->binding);
}

/* RFC8693#1.1, #2.1: the client of the token, which must hold the key that the token is bound to;
 * or a resource server that was given it by such a client, and has seen the proof. */
static enum find may_exchange(const struct flow *flow, const struct call *call,
			      const struct exchange *exchange)
{
	if (id_equal(&exchange->subject.client->id, &asker(exchange)->id))
		return is_bound_to(exchange) ? FOUND : ABSENT;
	return resource_cache_serves(flow, call, &asker(exchange)->id,
				     exchange->subject.row.resource);
}

static enum oauth_error load(const struct flow *flow, const struct call *call,
			     struct exchange *exchange, struct slice *why)
{
	enum find find = access_token_find(flow, call, exchange->request->subject_token,
					   &exchange->subject);
	if (find == FOUND)
		find = may_exchange(flow, call, exchange);
	if (find == FOUND && exchange->subject.chain >= AUTHORIZATION_CHAIN_MAX)
		find = ABSENT;
	if (find == FIND_FAILED)
		return OAUTH_TEMPORARILY_UNAVAILABLE;
	/* RFC8693#2.2.2 */
	return find == FOUND ? OAUTH_OK
			     : wrong(why, "The subject_token is not one that can be exchanged.");
}

static bool client_may_have(const struct client *client, struct slice scope)
{
	return slice_is_empty(client->allowed_scopes) ||
	       slice_has_word(client->allowed_scopes, scope);
}

/* A part of what the subject token holds, and of what this client may have. Nothing of
 * offline_access: no refresh token comes of it. */
static enum oauth_error choose_scope(const struct call *call, struct exchange *exchange)
{
	struct scope_set set;
	struct scope_set kept = { .count = 0 };
	struct slice asked = slice_trim(exchange->request->scope);
	if (scope_narrow(exchange->subject.row.scope, asked, &set) != OAUTH_OK)
		return OAUTH_INVALID_SCOPE;
	for (size_t i = 0; i < set.count; i++) {
		bool may = client_may_have(asker(exchange), set.names[i]);
		if (!may && !slice_is_empty(asked))
			return OAUTH_INVALID_SCOPE;
		if (may && !slice_equal(set.names[i], SLICE("offline_access")))
			kept.names[kept.count++] = set.names[i];
	}
	exchange->scope = scope_set_text(&kept, call->arena);
	return OAUTH_OK;
}

/* RFC8693#2.1, RFC8707#2: what is named, as far as the client may name it; that of the subject
 * token when nothing is. */
static enum oauth_error choose_resource(const struct flow *flow, const struct call *call,
					struct exchange *exchange)
{
	exchange->resource = exchange->subject.row.resource;
	if (exchange->request->resources.count == 0)
		return OAUTH_OK;
	return resources_grant(flow, call, asker(exchange), &exchange->request->resources,
			       &exchange->resource);
}

static enum oauth_error issue(const struct flow *flow, const struct call *call,
			      const struct exchange *exchange, struct token_answer *out)
{
	const struct authorization *parent = exchange->subject.authorization;
	const struct direct_grant grant = {
		.grant = GRANT_TOKEN_EXCHANGE,
		.client = exchange->request->client,
		.user = exchange->subject.user ? &exchange->subject.user->id : NULL,
		.scope = exchange->scope,
		.resource = exchange->resource,
		.binding = exchange->request->binding,
		.parent = parent,
		.expires = exchange->subject.row.expires,
		.format = exchange->requested->format,
		.unchanged = OAUTH_INVALID_GRANT,
	};
	enum oauth_error error = direct_grant_issue(flow, call, &grant, out);
	/* RFC8693#2.2.1 */
	out->issued_token_type = slice_str(exchange->requested->name);
	return error;
}

static enum oauth_error run(const struct flow *flow, const struct call *call,
			    struct exchange *exchange, struct token_answer *out, struct slice *why)
{
	enum oauth_error error = check_request(exchange, why);
	if (error == OAUTH_OK)
		error = load(flow, call, exchange, why);
	if (error == OAUTH_OK)
		error = choose_scope(call, exchange);
	if (error == OAUTH_OK)
		error = choose_resource(flow, call, exchange);
	return error == OAUTH_OK ? issue(flow, call, exchange, out) : error;
}

enum oauth_error token_exchange(const struct flow *flow, const struct call *call,
				const struct token_exchange_request *request,
				struct token_answer *out, struct slice *why)
{
	struct exchange exchange = { .request = request };
	*why = SLICE_EMPTY;
	enum oauth_error error = run(flow, call, &exchange, out, why);
	return direct_grant_refuse(flow, call, request->client->entry.client, error);
}
