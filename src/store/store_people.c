/* SPDX-License-Identifier: Apache-2.0
 *
 * The front of the store (store.c): hands the calls about people and sessions to the engine. */
#include "store/store_people.h"

#include "store/store_ops.h"

enum err store_user_insert(struct store *store, const struct user_new *user,
			   const struct event *event)
{
	return store->ops->user->insert(store, user, event);
}

enum find store_user_find(struct store *store, struct arena *arena, const struct id *id,
			  struct user **out)
{
	return store->ops->user->find(store, arena, id, out);
}

enum find store_user_find_by_name(struct store *store, struct arena *arena,
				  struct slice folded_name, struct user **out,
				  struct slice *password_hash)
{
	return store->ops->user->find_by_name(store, arena, folded_name, out, password_hash);
}

enum err store_user_list(struct store *store, struct arena *arena, struct user_list *out)
{
	return store->ops->user->list(store, arena, out);
}

enum err store_user_set_password(struct store *store, const struct id *id,
				 const struct user_password *password, const struct event *event)
{
	return store->ops->user->set_password(store, id, password, event);
}

enum err store_user_rehash(struct store *store, const struct id *id, struct slice old,
			   struct slice password_hash)
{
	return store->ops->user->rehash(store, id, old, password_hash);
}

enum err store_user_set_enabled(struct store *store, const struct id *id, bool enabled, int64_t now,
				const struct event *event)
{
	return store->ops->user->set_enabled(store, id, enabled, now, event);
}

enum err store_user_set_admin(struct store *store, const struct id *id, bool admin,
			      const struct event *event)
{
	return store->ops->user->set_admin(store, id, admin, event);
}

enum err store_user_remove(struct store *store, const struct id *id, const struct event *event)
{
	return store->ops->user->remove(store, id, event);
}

enum err store_session_insert(struct store *store, const struct session_new *session,
			      const struct event *event)
{
	return store->ops->session->insert(store, session, event);
}

enum find store_session_find(struct store *store, struct arena *arena, const struct hash *hash,
			     struct session **out)
{
	return store->ops->session->find(store, arena, hash, out);
}

enum err store_session_touch(struct store *store, const struct hash *hash, int64_t now)
{
	return store->ops->session->touch(store, hash, now);
}

enum err store_session_remove(struct store *store, const struct hash *hash, int64_t now,
			      const struct event *event)
{
	return store->ops->session->remove(store, hash, now, event);
}

enum err store_user_claims(struct store *store, struct arena *arena, const struct id *id,
			   struct claim_list *out, int64_t *changed)
{
	return store->ops->user->claims(store, arena, id, out, changed);
}

enum err store_user_claim_set(struct store *store, const struct id *id, const struct claim_set *set,
			      const struct event *event)
{
	return store->ops->user->claim_set(store, id, set, event);
}

enum err store_session_people(struct store *store, struct arena *arena, const struct hash *hash,
			      struct session_list *out)
{
	return store->ops->session->people(store, arena, hash, out);
}

enum err store_session_choose(struct store *store, const struct hash *hash, const struct id *user,
			      const struct event *event)
{
	return store->ops->session->choose(store, hash, user, event);
}
