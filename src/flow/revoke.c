/* SPDX-License-Identifier: Apache-2.0
 *
 * The prefix says which table a token is in, so the hint of RFC7009#2.1 is not needed. What a
 * device got goes as a whole: RFC10027#6.1.6. */
#include "flow/revoke.h"

#include "crypto/token.h"
#include "flow/access_token.h"
#include "flow/token_key.h"

enum { REVOKE_LIST_MAX = 500 };

static enum find find_access(const struct flow *flow, const struct call *call, struct slice text,
			     struct authorization **out)
{
	struct token_key key;
	struct token_row row;
	struct slice jti;
	if (access_token_key(flow, call, text, &key, &jti) != ERR_OK)
		return ABSENT;
	return store_access_token_find(flow->store, call->arena, &key, out, &row);
}

static enum find find_refresh(const struct flow *flow, const struct call *call, struct slice text,
			      struct authorization **out)
{
	struct refresh_token *found = NULL;
	enum find find = refresh_token_find(flow, call, text, &found);
	if (find == FOUND)
		*out = &found->authorization;
	return find;
}

/* What has no prefix of ours may be an access token that is a JWT. */
static enum find find(const struct flow *flow, const struct call *call, struct slice text,
		      struct authorization **out)
{
	return token_kind_of(text) == TOKEN_REFRESH ? find_refresh(flow, call, text, out)
						    : find_access(flow, call, text, out);
}

enum err revoke_as(const struct flow *flow, const struct call *call,
		   const struct authorization *authorization, enum event_kind why)
{
	const struct event event = call_event(call, why, &authorization->user,
					      &authorization->client, &authorization->id);
	return store_authorization_revoke(flow->store, &authorization->id, NULL, call->now, &event);
}

enum err revoke_token(const struct flow *flow, const struct call *call, const struct client *client,
		      struct slice text)
{
	struct authorization *found = NULL;
	enum find outcome = find(flow, call, text, &found);
	if (outcome == FIND_FAILED)
		return ERR_DATABASE;
	/* RFC7009#2.1: only the client's own; a foreign one is left alone, and the answer does not
	 * tell */
	if (outcome == ABSENT || !found || !id_equal(&found->client, &client->id) ||
	    found->revoked != 0)
		return ERR_OK;
	enum err err = revoke_as(flow, call, found, EVENT_AUTHORIZATION_REVOKED);
	return err == ERR_ABSENT ? ERR_OK : err;
}

/* ASVS#10.4.9 */
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
	/* what was exchanged ends with what it was exchanged for */
	const struct authorization_filter filter = {
		.user = &user->id,
		.approved_only = true,
		.limit = REVOKE_LIST_MAX,
	};
	return store_authorization_list(flow->store, call->arena, &filter, out);
}
