/* SPDX-License-Identifier: Apache-2.0
 *
 * The front of the store (store.c): hands the calls about the device grant to the engine. */
#include "store/store_devices.h"

#include "store/store_ops.h"

enum err store_device_grant_insert(struct store *store, const struct device_grant_new *grant,
				   const struct event *event)
{
	return store->ops->device_grant->insert(store, grant, event);
}

enum find store_device_grant_find(struct store *store, struct arena *arena,
				  const struct id *authorization, struct device_grant **out)
{
	return store->ops->device_grant->find(store, arena, authorization, out);
}

enum find store_device_grant_find_by_user_code(struct store *store, struct arena *arena,
					       const struct user_code_key *codes, size_t count,
					       struct device_grant **out)
{
	return store->ops->device_grant->find_by_user_code(store, arena, codes, count, out);
}

enum err store_device_handle_insert(struct store *store, const struct device_handle *handle,
				    const struct event *event)
{
	return store->ops->device_handle->insert(store, handle, event);
}

enum find store_device_handle_find(struct store *store, struct arena *arena,
				   const struct hash *handle, struct device_handle **out)
{
	return store->ops->device_handle->find(store, arena, handle, out);
}

enum err store_device_grant_decide(struct store *store, const struct device_decision *decision,
				   const struct event *event)
{
	return store->ops->device_grant->decide(store, decision, event);
}

enum err store_device_grant_redeem(struct store *store, const struct redemption *redemption,
				   const struct event *event)
{
	return store->ops->device_grant->redeem(store, redemption, event);
}

enum err store_device_grant_each_live(struct store *store, int64_t now, device_brief_fn *each,
				      void *arg)
{
	return store->ops->device_grant->each_live(store, now, each, arg);
}

void store_device_grant_watch(struct store *store, device_brief_fn *each, void *arg)
{
	store->ops->device_grant->watch(store, each, arg);
}

enum err store_device_grant_each_decided(struct store *store, int64_t since, device_brief_fn *each,
					 void *arg)
{
	return store->ops->device_grant->each_decided(store, since, each, arg);
}
