/* SPDX-License-Identifier: Apache-2.0
 *
 * The front of the store (store.c): hands the calls about authorizations, codes, tokens and
 * consents to the engine. */
#include "store/store_tokens.h"

#include "store/store_ops.h"

enum find store_authorization_find(struct store *store, struct arena *arena, const struct id *id,
				   struct authorization **out)
{
	return store->ops->authorization->find(store, arena, id, out);
}

enum find store_authorization_stands(struct store *store, const struct id *id, size_t *length)
{
	return store->ops->authorization->stands(store, id, length);
}

enum err store_authorization_list(struct store *store, struct arena *arena,
				  const struct authorization_filter *filter,
				  struct authorization_list *out)
{
	return store->ops->authorization->list(store, arena, filter, out);
}

enum err store_authorization_revoke(struct store *store, const struct id *id, const struct id *user,
				    int64_t now, const struct event *event)
{
	return store->ops->authorization->revoke(store, id, user, now, event);
}

enum find store_refresh_token_find(struct store *store, struct arena *arena,
				   const struct token_key *key, struct refresh_token **out)
{
	return store->ops->token->refresh_find(store, arena, key, out);
}

enum err store_refresh_token_rotate(struct store *store, const struct rotation *rotation,
				    const struct event *event)
{
	return store->ops->token->refresh_rotate(store, rotation, event);
}

enum find store_access_token_find(struct store *store, struct arena *arena,
				  const struct token_key *key, struct authorization **authorization,
				  struct token_row *token)
{
	return store->ops->token->access_find(store, arena, key, authorization, token);
}

enum find store_access_token_find_good(struct store *store, struct arena *arena,
				       const struct token_key *key, int64_t now,
				       struct access_token_good *out)
{
	return store->ops->token->access_find_good(store, arena, key, now, out);
}

enum err store_code_insert(struct store *store, const struct code_new *code,
			   const struct event *event)
{
	return store->ops->code->insert(store, code, event);
}

enum find store_code_find(struct store *store, struct arena *arena, const struct id *authorization,
			  struct authorization_code **out)
{
	return store->ops->code->find(store, arena, authorization, out);
}

enum err store_code_redeem(struct store *store, const struct redemption *redemption,
			   const struct event *event)
{
	return store->ops->code->redeem(store, redemption, event);
}

enum err store_grant_insert(struct store *store, const struct grant_new *grant,
			    const struct event *event)
{
	return store->ops->authorization->grant_insert(store, grant, event);
}

enum err store_confirm(struct store *store, const struct id *authorization)
{
	return store->ops->authorization->confirm(store, authorization);
}

enum find store_consent_find(struct store *store, struct arena *arena, const struct id *user,
			     const struct id *client, struct consent **out)
{
	return store->ops->consent->find(store, arena, user, client, out);
}

enum err store_consent_list(struct store *store, struct arena *arena, const struct id *user,
			    struct consent_list *out)
{
	return store->ops->consent->list(store, arena, user, out);
}

enum err store_consent_remove(struct store *store, const struct id *user, const struct id *client,
			      const struct event *event)
{
	return store->ops->consent->remove(store, user, client, event);
}
