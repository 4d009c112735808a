/* SPDX-License-Identifier: Apache-2.0
 *
 * The front of the store (store.c): hands the calls about applications, scopes and resources to the
 * engine. */
#include "store/store_clients.h"

#include "store/store_ops.h"

enum err store_client_insert(struct store *store, const struct client *client,
			     const struct client_secret *secret, const struct event *event)
{
	return store->ops->client->insert(store, client, secret, event);
}

enum find store_client_find(struct store *store, struct arena *arena, const struct id *id,
			    struct client **out)
{
	return store->ops->client->find(store, arena, id, out);
}

enum find store_client_find_by_client_id(struct store *store, struct arena *arena,
					 struct slice client_id, struct client **out,
					 struct client_secret_list *secrets)
{
	return store->ops->client->find_by_client_id(store, arena, client_id, out, secrets);
}

enum err store_client_list(struct store *store, struct arena *arena, const struct id *owner,
			   size_t limit, struct client_list *out)
{
	return store->ops->client->list(store, arena, owner, limit, out);
}

enum err store_client_list_of_session(struct store *store, struct arena *arena,
				      const struct session_clients *filter, struct client_list *out)
{
	return store->ops->client->list_of_session(store, arena, filter, out);
}

enum err store_client_update(struct store *store, const struct client *client, int64_t now,
			     const struct event *event)
{
	return store->ops->client->update(store, client, now, event);
}

enum err store_client_remove(struct store *store, const struct id *id, const struct event *event)
{
	return store->ops->client->remove(store, id, event);
}

enum find store_client_secrets(struct store *store, struct arena *arena, const struct id *client,
			       struct client_secret_list *out)
{
	return store->ops->client_secret->list(store, arena, client, out);
}

enum err store_client_secret_insert(struct store *store, const struct id *client,
				    const struct client_secret *secret, int64_t old_expires,
				    const struct event *event)
{
	return store->ops->client_secret->insert(store, client, secret, old_expires, event);
}

enum err store_client_secret_remove(struct store *store, const struct id *client,
				    const struct id *secret, const struct event *event)
{
	return store->ops->client_secret->remove(store, client, secret, event);
}

enum err store_client_secret_touch(struct store *store, const struct id *secret, int64_t now,
				   uint32_t key_id, const struct hash *mac)
{
	return store->ops->client_secret->touch(store, secret, now, key_id, mac);
}

enum err store_client_secret_list_sealed(struct store *store, struct arena *arena,
					 struct sealed_secret_list *out)
{
	return store->ops->client_secret->list_sealed(store, arena, out);
}

enum err store_client_secret_reseal(struct store *store, const struct id *secret, struct slice from,
				    struct slice to)
{
	return store->ops->client_secret->reseal(store, secret, from, to);
}

enum err store_scope_list(struct store *store, struct arena *arena, struct scope_list *out)
{
	return store->ops->scope->list(store, arena, out);
}

enum err store_scope_insert(struct store *store, const struct scope *scope,
			    const struct event *event)
{
	return store->ops->scope->insert(store, scope, event);
}

enum err store_scope_update(struct store *store, const struct scope *scope,
			    const struct event *event)
{
	return store->ops->scope->update(store, scope, event);
}

enum err store_scope_remove(struct store *store, struct slice name, const struct event *event)
{
	return store->ops->scope->remove(store, name, event);
}

enum err store_resource_list(struct store *store, struct arena *arena, struct resource_list *out)
{
	return store->ops->resource->list(store, arena, out);
}

enum err store_resource_insert(struct store *store, const struct resource *resource,
			       const struct event *event)
{
	return store->ops->resource->insert(store, resource, event);
}

enum err store_resource_update(struct store *store, const struct resource *resource,
			       const struct event *event)
{
	return store->ops->resource->update(store, resource, event);
}

enum err store_resource_remove(struct store *store, struct slice uri, const struct event *event)
{
	return store->ops->resource->remove(store, uri, event);
}
