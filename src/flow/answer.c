/* SPDX-License-Identifier: Apache-2.0
 *
 * The kept form is the members, a line each; the endpoint writes them in the same way both
 * times. */
#include "flow/answer.h"

#include "base/rng.h"
#include "base/secret.h"
#include "crypto/seal.h"
#include "domain/names.h"

static struct slice make_token(const struct flow *flow, const struct call *call,
			       enum token_kind kind, const struct id *authorization,
			       struct hash *hash)
{
	AUTO_FINI(token) struct token token;
	uint8_t random[TOKEN_RANDOM_BYTES];
	rng_bytes(random, sizeof(random));
	token_make(flow->ring, kind, authorization->bytes, random, &token);
	secret_wipe(random, sizeof(random));
	*hash = token.hash;
	return arena_slice(call->arena, token_text(&token));
}

static struct seal_place answer_place(const struct token *presented)
{
	return (struct seal_place){ SLICE("sealed_answer"), hash_slice(&presented->hash),
				    token_text(presented) };
}

static struct slice answer_lines(struct arena *arena, const struct token_answer *answer)
{
	return arena_printf(arena, "%.*s\n%.*s\n%.*s\n%.*s\n%lld\n%.*s",
			    SLICE_ARG(answer->access_token), SLICE_ARG(answer->token_type),
			    SLICE_ARG(answer->refresh_token), SLICE_ARG(answer->id_token),
			    (long long)answer->expires_in, SLICE_ARG(answer->scope));
}

static void make_rows(const struct flow *flow, const struct call *call,
		      const struct answer_request *request, struct issue *issue)
{
	const struct flow_settings *settings = &flow->settings;
	*issue = (struct issue){
		.access = { .scope = request->scope,
			    .resource = request->resource,
			    .binding = binding_text(&request->binding, call->arena),
			    .created = call->now,
			    .expires = call->now + settings->access_token_lifetime },
		.refresh = { .scope = request->refresh_scope,
			     .binding = request->refresh_binding,
			     .created = call->now,
			     .expires = call->now + settings->refresh_token_idle },
	};
}

static void keep(const struct flow *flow, const struct call *call,
		 const struct answer_request *request, struct issue *issue,
		 const struct token_answer *answer)
{
	const struct flow_settings *settings = &flow->settings;
	int64_t window = request->proved ? settings->replay_window : settings->replay_public;
	if (window <= 0 || !request->presented)
		return;
	issue->replay_until = call->now + window;
	issue->sealed_answer = seal_close(flow->ring, call->arena, answer_place(request->presented),
					  answer_lines(call->arena, answer));
}

enum err answer_make(const struct flow *flow, const struct call *call,
		     const struct answer_request *request, struct issue *issue,
		     struct token_answer *out)
{
	const struct id *authorization = &request->authorization->id;
	make_rows(flow, call, request, issue);
	*out = (struct token_answer){
		.scope = request->scope,
		.token_type = request->binding.kind == BINDING_DPOP ? SLICE(NAME_DPOP)
								    : SLICE(NAME_BEARER),
		.expires_in = issue->access.expires - call->now,
	};
	out->access_token = make_token(flow, call, TOKEN_ACCESS, authorization,
				       &issue->access.hash);
	if (!slice_is_empty(request->refresh_scope))
		out->refresh_token = make_token(flow, call, TOKEN_REFRESH, authorization,
						&issue->refresh.hash);
	keep(flow, call, request, issue, out);
	return ERR_OK;
}

static enum err parse_lines(struct slice lines, struct token_answer *out)
{
	struct slice expires_in;
	bool whole = slice_split(&lines, '\n', &out->access_token) &&
		     slice_split(&lines, '\n', &out->token_type) &&
		     slice_split(&lines, '\n', &out->refresh_token) &&
		     slice_split(&lines, '\n', &out->id_token) &&
		     slice_split(&lines, '\n', &expires_in) &&
		     slice_split(&lines, '\n', &out->scope);
	return whole ? slice_parse_int64(expires_in, &out->expires_in) : ERR_INVALID;
}

enum find answer_stands(const struct flow *flow, const struct call *call,
			const struct authorization *authorization)
{
	struct user *user = NULL;
	if (authorization->revoked != 0)
		return ABSENT;
	if (id_is_zero(&authorization->user))
		return FOUND;
	enum find found = store_user_find(flow->store, call->arena, &authorization->user, &user);
	return found == FOUND && !user->enabled ? ABSENT : found;
}

enum err answer_reopen(const struct flow *flow, const struct call *call,
		       const struct answer_kept *kept, struct token_answer *out)
{
	struct slice plain;
	int64_t window = kept->proved ? flow->settings.replay_window : flow->settings.replay_public;
	/* both the window of the redemption and that of this caller's proof */
	if (slice_is_empty(kept->sealed) || call->now >= kept->replay_until ||
	    call->now >= kept->spent + window)
		return ERR_ABSENT;
	if (seal_open(flow->ring, call->arena, answer_place(kept->presented), kept->sealed,
		      &plain) != ERR_OK)
		return ERR_ABSENT;
	return parse_lines(plain, out) == ERR_OK ? ERR_OK : ERR_ABSENT;
}
