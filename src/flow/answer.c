/* SPDX-License-Identifier: Apache-2.0
 *
 * The kept form is what the tokens are bound to, and the members, a line each; the endpoint writes
 * them in the same way both times. */
#include "flow/answer.h"

#include "crypto/seal.h"
#include "domain/client_setting.h"
#include "domain/names.h"
#include "flow/access_jwt.h"
#include "flow/id_token.h"
#include "flow/people.h"
#include "flow/resource_cache.h"
#include "flow/token_key.h"

static struct slice make_token(const struct flow *flow, const struct call *call,
			       enum token_kind kind, const struct id *authorization,
			       struct hash *hash)
{
	AUTO_FINI(token) struct token token;
	token_fresh(flow, kind, authorization, &token);
	*hash = token.hash;
	return arena_slice(call->arena, token_text(&token));
}

static struct seal_place answer_place(const struct token *presented)
{
	return (struct seal_place){ SLICE("sealed_answer"), hash_slice(&presented->hash),
				    token_text(presented) };
}

/* --- the access token
 * ---------------------------------------------------------------------------------------------------
 */

/* Where no resource is named there is nothing to ask. */
static enum err find_terms(const struct flow *flow, const struct call *call,
			   const struct answer_request *request, struct resource_terms *out)
{
	struct resource_list known = { .count = 0 };
	*out = (struct resource_terms){ .scope = request->scope };
	if (slice_is_empty(request->resource))
		return ERR_OK;
	enum err err = resource_cache_list(flow, call, &known);
	if (err == ERR_OK)
		resource_terms(&known, request->resource, request->scope, call->arena, out);
	return err;
}

static int64_t expiry(const struct flow *flow, const struct call *call,
		      const struct answer_request *request, const struct resource_terms *terms)
{
	int64_t life = terms->lifetime > 0 ? terms->lifetime : flow->settings.access_token_lifetime;
	int64_t expires = call->now + life;
	return request->expires > 0 && request->expires < expires ? request->expires : expires;
}

static bool is_jwt(const struct answer_request *request, const struct resource_terms *terms)
{
	enum token_format format = request->format;
	if (format == TOKEN_FORMAT_DEFAULT)
		format = terms->format;
	if (format == TOKEN_FORMAT_DEFAULT)
		return client_setting_equals(request->client->settings, SETTING_TOKEN_FORMAT,
					     "jwt");
	return format == TOKEN_FORMAT_JWT;
}

int64_t answer_refresh_end(const struct flow *flow, const struct authorization *authorization)
{
	int64_t absolute = flow->settings.refresh_token_absolute;
	return absolute > 0 ? authorization->created + absolute : INT64_MAX;
}

/* RFC9700#4.14.2: when it was idle, or in any case */
static int64_t refresh_expiry(const struct flow *flow, const struct call *call,
			      const struct authorization *authorization)
{
	int64_t idle = call->now + flow->settings.refresh_token_idle;
	int64_t end = answer_refresh_end(flow, authorization);
	return end < idle ? end : idle;
}

static void make_rows(const struct flow *flow, const struct call *call,
		      const struct answer_request *request, const struct resource_terms *terms,
		      struct issue *issue)
{
	*issue = (struct issue){
		.access = { .scope = terms->scope,
			    .resource = request->resource,
			    .binding = binding_text(&request->binding, call->arena),
			    .created = call->now,
			    .expires = expiry(flow, call, request, terms) },
		.refresh = { .scope = request->refresh_scope,
			     .binding = request->refresh_binding,
			     .created = call->now,
			     .expires = refresh_expiry(flow, call, request->authorization) },
	};
}

static enum err make_jwt(const struct flow *flow, const struct call *call,
			 const struct answer_request *request, struct token_row *row,
			 struct slice *text)
{
	const struct access_jwt jwt = {
		.authorization = request->authorization,
		.client = request->client,
		.row = row,
		.binding = &request->binding,
	};
	enum err err = access_jwt_make(flow, call, &jwt, text);
	if (err == ERR_OK)
		hash_sha256(*text, &row->hash);
	return err;
}

static enum err make_access(const struct flow *flow, const struct call *call,
			    const struct answer_request *request, struct issue *issue,
			    struct slice *text)
{
	struct resource_terms terms;
	enum err err = find_terms(flow, call, request, &terms);
	if (err != ERR_OK)
		return err;
	make_rows(flow, call, request, &terms, issue);
	if (is_jwt(request, &terms))
		return make_jwt(flow, call, request, &issue->access, text);
	*text = make_token(flow, call, TOKEN_ACCESS, &request->authorization->id,
			   &issue->access.hash);
	return ERR_OK;
}

/* --- the ID token
 * -------------------------------------------------------------------------------------------------------
 */

/* OIDC#3.1.2.1: openid asks for it, and it is about a person */
static enum err make_id_token(const struct flow *flow, const struct call *call,
			      const struct answer_request *request, struct token_answer *out)
{
	if (!request->gives_id_token || id_is_zero(&request->authorization->user) ||
	    !slice_has_word(request->scope, SLICE("openid")))
		return ERR_OK;
	const struct id_token_request id_token = {
		.authorization = request->authorization,
		.client = request->client,
		.scope = request->scope,
		.nonce = request->nonce,
		.access_token = out->access_token,
		.code = request->presented_code,
	};
	return id_token_make(flow, call, &id_token, &out->id_token);
}

/* --- the answer
 * ---------------------------------------------------------------------------------------------------------
 */

static struct slice answer_lines(struct arena *arena, const struct issue *issue,
				 const struct token_answer *answer)
{
	return arena_printf(arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s\n%.*s\n%lld\n%.*s",
			    SLICE_ARG(issue->access.binding), SLICE_ARG(answer->access_token),
			    SLICE_ARG(answer->token_type), SLICE_ARG(answer->refresh_token),
			    SLICE_ARG(answer->id_token), SLICE_ARG(answer->issued_token_type),
			    (long long)answer->expires_in, SLICE_ARG(answer->scope));
}

/* Who was told 503 because the database was away comes back that much later. */
static int64_t window_of(const struct flow *flow, bool proved)
{
	const struct flow_settings *settings = &flow->settings;
	int64_t window = proved ? settings->replay_window : settings->replay_public;
	return window > 0 ? window + settings->database_wait : 0;
}

/* To hold the key that the tokens are bound to is a proof as well. */
static bool is_proved(bool proved, const struct binding *binding)
{
	return proved || binding->kind != BINDING_NONE;
}

static void keep(const struct flow *flow, const struct call *call,
		 const struct answer_request *request, struct issue *issue,
		 const struct token_answer *answer)
{
	int64_t window = window_of(flow, is_proved(request->proved, &request->binding));
	if (window <= 0 || !request->presented)
		return;
	issue->replay_until = call->now + window;
	issue->sealed_answer = seal_close(flow->ring, call->arena, answer_place(request->presented),
					  answer_lines(call->arena, issue, answer));
}

struct slice answer_refresh_binding(struct arena *arena, const struct binding *binding, bool proved)
{
	return proved ? SLICE_EMPTY : binding_text(binding, arena);
}

enum err answer_make(const struct flow *flow, const struct call *call,
		     const struct answer_request *request, struct issue *issue,
		     struct token_answer *out)
{
	bool by_proof = request->binding.kind == BINDING_DPOP;
	*out = (struct token_answer){
		/* RFC9449#5 */
		.token_type = by_proof ? SLICE(NAME_DPOP) : SLICE(NAME_BEARER),
	};
	enum err err = make_access(flow, call, request, issue, &out->access_token);
	if (err == ERR_OK)
		err = make_id_token(flow, call, request, out);
	if (err != ERR_OK)
		return ERR_DATABASE;
	out->scope = issue->access.scope;
	out->expires_in = issue->access.expires - call->now;
	if (!slice_is_empty(request->refresh_scope))
		out->refresh_token = make_token(flow, call, TOKEN_REFRESH,
						&request->authorization->id, &issue->refresh.hash);
	keep(flow, call, request, issue, out);
	return ERR_OK;
}

/* --- once more
 * ----------------------------------------------------------------------------------------------------------
 */

static enum err parse_lines(struct slice lines, struct slice *binding, struct token_answer *out)
{
	struct slice expires_in;
	bool whole = slice_split(&lines, '\n', binding) &&
		     slice_split(&lines, '\n', &out->access_token) &&
		     slice_split(&lines, '\n', &out->token_type) &&
		     slice_split(&lines, '\n', &out->refresh_token) &&
		     slice_split(&lines, '\n', &out->id_token) &&
		     slice_split(&lines, '\n', &out->issued_token_type) &&
		     slice_split(&lines, '\n', &expires_in) &&
		     slice_split(&lines, '\n', &out->scope);
	return whole ? slice_parse_int64(expires_in, &out->expires_in) : ERR_INVALID;
}

enum find answer_stands(const struct flow *flow, const struct call *call,
			const struct authorization *authorization)
{
	struct user *user;
	if (authorization->revoked != 0)
		return ABSENT;
	enum find found = people_stand(flow, call, &authorization->user, &user);
	if (found != FOUND)
		return found;
	/* what was read may be on a server that is about to lose it */
	enum err err = store_confirm(flow->store, &authorization->id);
	if (err == ERR_ABSENT)
		return ABSENT;
	return err == ERR_OK ? FOUND : FIND_FAILED;
}

static enum err open_lines(const struct flow *flow, const struct call *call,
			   const struct answer_kept *kept, struct token_answer *out)
{
	struct slice plain;
	struct slice text;
	struct binding binding;
	if (seal_open(flow->ring, call->arena, answer_place(kept->presented), kept->sealed,
		      &plain) != ERR_OK ||
	    parse_lines(plain, &text, out) != ERR_OK || binding_parse(text, &binding) != ERR_OK)
		return ERR_ABSENT;
	return binding_equal(&binding, &kept->binding) ? ERR_OK : ERR_ABSENT;
}

enum err answer_reopen(const struct flow *flow, const struct call *call,
		       const struct answer_kept *kept, struct token_answer *out)
{
	int64_t window = window_of(flow, is_proved(kept->proved, &kept->binding));
	*out = (struct token_answer){ .expires_in = 0 };
	/* both the window of the redemption and that of this caller's proof */
	if (slice_is_empty(kept->sealed) || call->now >= kept->replay_until ||
	    call->now >= kept->spent + window)
		return ERR_ABSENT;
	enum err err = open_lines(flow, call, kept, out);
	if (err != ERR_OK)
		*out = (struct token_answer){ .expires_in = 0 };
	return err;
}
