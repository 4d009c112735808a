/* SPDX-License-Identifier: Apache-2.0
 *
 * The front of the store (store.c): hands the calls about signing keys and what is used once to the
 * engine. */
#include "store/store_once.h"

#include "store/store_ops.h"

enum err store_signing_key_insert(struct store *store, const struct signing_key *key,
				  const struct event *event)
{
	return store->ops->signing_key->insert(store, key, event);
}

enum err store_signing_key_list(struct store *store, struct arena *arena,
				struct signing_key_list *out)
{
	return store->ops->signing_key->list(store, arena, out);
}

enum err store_signing_key_expire(struct store *store, struct slice kid, int64_t expires,
				  const struct event *event)
{
	return store->ops->signing_key->expire(store, kid, expires, event);
}

enum err store_signing_key_remove(struct store *store, struct slice kid, const struct event *event)
{
	return store->ops->signing_key->remove(store, kid, event);
}

enum err store_signing_key_reseal(struct store *store, struct slice kid, struct slice from,
				  struct slice to)
{
	return store->ops->signing_key->reseal(store, kid, from, to);
}

enum err store_seen_insert(struct store *store, const struct hash *hash, int64_t now,
			   int64_t expires)
{
	return store->ops->seen->insert(store, hash, now, expires);
}

enum err store_ticket_insert(struct store *store, const struct ticket *ticket,
			     const struct event *event)
{
	return store->ops->ticket->insert(store, ticket, event);
}

enum err store_ticket_list(struct store *store, struct arena *arena, struct ticket_list *out)
{
	return store->ops->ticket->list(store, arena, out);
}

enum err store_ticket_remove(struct store *store, const struct hash *hash,
			     const struct event *event)
{
	return store->ops->ticket->remove(store, hash, event);
}

enum find store_ticket_find(struct store *store, const struct hash *hash, enum ticket_kind kind,
			    int64_t now)
{
	return store->ops->ticket->find(store, hash, kind, now);
}

enum err store_ticket_take(struct store *store, const struct hash *hash, enum ticket_kind kind,
			   int64_t now, const struct event *event)
{
	return store->ops->ticket->take(store, hash, kind, now, event);
}

enum err store_kept_insert(struct store *store, const struct kept_request *request,
			   const struct event *event)
{
	return store->ops->kept->insert(store, request, event);
}

enum find store_kept_find(struct store *store, struct arena *arena, const struct hash *hash,
			  struct kept_request **out)
{
	return store->ops->kept->find(store, arena, hash, out);
}

enum err store_kept_use(struct store *store, const struct hash *hash, int64_t now,
			const struct event *event)
{
	return store->ops->kept->use(store, hash, now, event);
}

enum err store_job_insert(struct store *store, const struct job_row *jobs, size_t count,
			  const struct event *event)
{
	return store->ops->job->insert(store, jobs, count, event);
}

enum err store_job_claim(struct store *store, struct arena *arena, const struct job_claim *claim,
			 struct job_list *out)
{
	return store->ops->job->claim(store, arena, claim, out);
}

enum err store_job_done(struct store *store, const struct id *id, const struct event *event)
{
	return store->ops->job->done(store, id, event);
}

enum err store_job_retry(struct store *store, const struct id *id, int64_t due)
{
	return store->ops->job->retry(store, id, due);
}
