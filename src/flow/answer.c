/* SPDX-License-Identifier: Apache-2.0
 *
 * The kept form is the four members, a line each; the endpoint writes them in the same way both
 * times. */
#include "flow/answer.h"

#include "base/rng.h"
#include "base/secret.h"
#include "crypto/seal.h"

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
	return arena_printf(arena, "%.*s\n%.*s\n%lld\n%.*s", SLICE_ARG(answer->access_token),
			    SLICE_ARG(answer->refresh_token), (long long)answer->expires_in,
			    SLICE_ARG(answer->scope));
}

void answer_make(const struct flow *flow, const struct call *call,
		 const struct answer_request *request, struct issue *issue,
		 struct token_answer *out)
{
	const struct flow_settings *settings = &flow->settings;
	*issue = (struct issue){
		.access = { .scope = request->scope,
			    .created = call->now,
			    .expires = call->now + settings->access_token_lifetime },
		.refresh = { .scope = request->refresh_scope,
			     .created = call->now,
			     .expires = call->now + settings->refresh_token_idle },
	};
	*out = (struct token_answer){ .scope = request->scope,
				      .expires_in = settings->access_token_lifetime };
	out->access_token = make_token(flow, call, TOKEN_ACCESS, &request->authorization,
				       &issue->access.hash);
	out->refresh_token = make_token(flow, call, TOKEN_REFRESH, &request->authorization,
					&issue->refresh.hash);
	int64_t window = request->by_secret ? settings->replay_window : settings->replay_public;
	if (window <= 0)
		return;
	issue->replay_until = call->now + window;
	issue->sealed_answer = seal_close(flow->ring, call->arena, answer_place(request->presented),
					  answer_lines(call->arena, out));
}

static enum err parse_lines(struct slice lines, struct token_answer *out)
{
	struct slice expires_in;
	bool whole = slice_split(&lines, '\n', &out->access_token) &&
		     slice_split(&lines, '\n', &out->refresh_token) &&
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
	int64_t window = kept->by_secret ? flow->settings.replay_window
					 : flow->settings.replay_public;
	/* both the window of the redemption and that of this caller's proof */
	if (slice_is_empty(kept->sealed) || call->now >= kept->replay_until ||
	    call->now >= kept->spent + window)
		return ERR_ABSENT;
	if (seal_open(flow->ring, call->arena, answer_place(kept->presented), kept->sealed,
		      &plain) != ERR_OK)
		return ERR_ABSENT;
	return parse_lines(plain, out) == ERR_OK ? ERR_OK : ERR_ABSENT;
}
