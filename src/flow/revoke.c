/* SPDX-License-Identifier: Apache-2.0
 *
 * The prefix says which table a token is in, so the hint of RFC7009#2.1 is not needed. */
#include "flow/revoke.h"

#include "crypto/token.h"
#include "flow/token_key.h"

enum { REVOKE_LIST_MAX = 500 };

static enum find find_access(const struct flow *flow, const struct call *call,
			     const struct token_key *key, struct authorization **out)
{
	struct token_row row;
	return store_access_token_find(flow->store, call->arena, key, out, &row);
}

static enum find find_refresh(const struct flow *flow, const struct call *call,
			      const struct token_key *key, struct authorization **out)
{
	struct refresh_token *token = NULL;
	enum find find = store_refresh_token_find(flow->store, call->arena, key, &token);
	if (find == FOUND)
		*out = &token->authorization;
	return find;
}

typedef enum find find_fn(const struct flow *flow, const struct call *call,
			  const struct token_key *key, struct authorization **out);

static find_fn *const finders[TOKEN_KIND_COUNT] = {
	[TOKEN_ACCESS] = find_access,
	[TOKEN_REFRESH] = find_refresh,
};

enum err revoke_token(const struct flow *flow, const struct call *call, const struct client *client,
		      struct slice text)
{
	AUTO_FINI(token) struct token token = { 0 };
	enum token_kind kind = token_kind_of(text);
	if (kind == TOKEN_KIND_COUNT || !finders[kind] ||
	    token_parse(flow->ring, kind, text, &token) != ERR_OK)
		return ERR_OK;
	const struct token_key key = token_key(&token);
	struct authorization *found = NULL;
	enum find find = finders[kind](flow, call, &key, &found);
	if (find == FIND_FAILED)
		return ERR_DATABASE;
	/* RFC7009#2.1: only the client's own; a foreign one is left alone, and the answer does not
	 * tell */
	if (find == ABSENT || !id_equal(&found->client, &client->id) || found->revoked != 0)
		return ERR_OK;
	const struct event event = call_event(call, EVENT_AUTHORIZATION_REVOKED, &found->user,
					      &found->client, &found->id);
	enum err err = store_authorization_revoke(flow->store, &found->id, NULL, call->now, &event);
	return err == ERR_ABSENT ? ERR_OK : err;
}

enum err revoke_authorization(const struct flow *flow, const struct call *call,
			      const struct user *user, const struct id *authorization)
{
	const struct event event = call_event(call, EVENT_AUTHORIZATION_REVOKED, &user->id, NULL,
					      authorization);
	return store_authorization_revoke(flow->store, authorization, &user->id, call->now, &event);
}

enum err revoke_list(const struct flow *flow, const struct call *call, const struct user *user,
		     struct authorization_list *out)
{
	const struct authorization_filter filter = { .user = &user->id, .limit = REVOKE_LIST_MAX };
	return store_authorization_list(flow->store, call->arena, &filter, out);
}
