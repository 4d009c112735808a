/* SPDX-License-Identifier: Apache-2.0
 *
 * An opaque token says what it is by its prefix, and invented ones are refused by their check part;
 * what has two dots is looked at as a JWT. Either is good only if its row says so now: a JWT that
 * was revoked, or signed by a key that leaked, has none. */
#include "flow/access_token.h"

#include "crypto/token.h"
#include "flow/access_jwt.h"
#include "flow/people.h"
#include "flow/token_key.h"

static enum err read_opaque(const struct flow *flow, struct slice text, struct token_key *key)
{
	AUTO_FINI(token) struct token token = { 0 };
	enum err err = token_parse(flow->ring, TOKEN_ACCESS, text, &token);
	if (err == ERR_OK)
		*key = token_key(&token);
	return err;
}

static enum err read_jwt(const struct call *call, struct slice text, struct token_key *key,
			 struct slice *jti)
{
	hash_sha256(text, &key->hash);
	return access_jwt_read(call->arena, text, &key->authorization, jti);
}

enum err access_token_key(const struct flow *flow, const struct call *call, struct slice text,
			  struct token_key *key, struct slice *jti)
{
	*jti = SLICE_EMPTY;
	if (token_kind_of(text) != TOKEN_KIND_COUNT)
		return read_opaque(flow, text, key);
	return read_jwt(call, text, key, jti);
}

/* An exchanged token ends with each of those that were exchanged for it, one after the other. D67
 */
static enum find authorization_stands(const struct flow *flow, struct access_token *out)
{
	out->chain = 1;
	if (out->authorization->revoked != 0)
		return ABSENT;
	if (id_is_zero(&out->authorization->parent))
		return FOUND;
	return store_authorization_stands(flow->store, &out->authorization->id, &out->chain);
}

static enum find client_stands(const struct flow *flow, const struct call *call,
			       struct access_token *out)
{
	enum find find = store_client_find(flow->store, call->arena, &out->authorization->client,
					   &out->client);
	return find == FOUND && !out->client->enabled ? ABSENT : find;
}

enum find access_token_find(const struct flow *flow, const struct call *call, struct slice text,
			    struct access_token *out)
{
	struct token_key key;
	*out = (struct access_token){ .user = NULL };
	if (access_token_key(flow, call, text, &key, &out->jti) != ERR_OK)
		return ABSENT;
	enum find find = store_access_token_find(flow->store, call->arena, &key,
						 &out->authorization, &out->row);
	if (find != FOUND)
		return find;
	if (out->row.expires <= call->now)
		return ABSENT;
	find = authorization_stands(flow, out);
	if (find == FOUND)
		find = client_stands(flow, call, out);
	return find == FOUND ? people_stand(flow, call, &out->authorization->user, &out->user)
			     : find;
}
