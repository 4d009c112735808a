/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine's record with one function replaced. */
#include "flow/lost_store.h"

#include "base/attr.h"

static enum find lose_user(struct store *store UNUSED, struct arena *arena UNUSED,
			   const struct id *id UNUSED, struct user **out)
{
	*out = NULL;
	return FIND_FAILED;
}

static enum find lose_authorization(struct store *store UNUSED, struct arena *arena UNUSED,
				    const struct id *id UNUSED, struct authorization **out)
{
	*out = NULL;
	return FIND_FAILED;
}

static enum err lose_seen(struct store *store UNUSED, const struct hash *hash UNUSED,
			  int64_t now UNUSED, int64_t expires UNUSED)
{
	return ERR_DATABASE;
}

static void take(struct lost_store *lost, struct store *store)
{
	lost->store = store;
	lost->before = store->ops;
	lost->ops = *store->ops;
	lost->user = *store->ops->user;
	lost->authorization = *store->ops->authorization;
	lost->seen = *store->ops->seen;
	lost->ops.seen = &lost->seen;
	lost->ops.user = &lost->user;
	lost->ops.authorization = &lost->authorization;
	store->ops = &lost->ops;
}

void lost_store_lose_people(struct lost_store *lost, struct store *store)
{
	take(lost, store);
	lost->user.find = lose_user;
}

void lost_store_lose_authorizations(struct lost_store *lost, struct store *store)
{
	take(lost, store);
	lost->authorization.find = lose_authorization;
}

void lost_store_lose_seen(struct lost_store *lost, struct store *store)
{
	take(lost, store);
	lost->seen.insert = lose_seen;
}

void lost_store_fini(struct lost_store *lost)
{
	lost->store->ops = lost->before;
}
