/* SPDX-License-Identifier: Apache-2.0
 *
 * The front of the store: picks the engine by the form of the database option, and hands each call
 * to the engine's record: those about the database itself here, the others in a file per kind of
 * object. Nothing is decided in them and nothing is known of any dialect. */
#include "store/store.h"

#include "base/log.h"
#include "store/store_ops.h"

/* The first that takes the option opens it. */
static const struct store_engine *const engines[] = {
	&postgres_engine,
	&sqlite_engine,
};

enum err store_open(const struct store_options *options, struct store **out)
{
	*out = NULL;
	struct slice database = slice_str(options->database);
	for (size_t i = 0; i < ARRAY_LEN(engines); i++) {
		if (engines[i]->takes(database))
			return engines[i]->open(options, out);
	}
	/* The option may hold a password: it is not repeated here. */
	log_plain(LOG_ERROR, "this form of the database option is not known");
	return ERR_INVALID;
}

void store_close(struct store **store)
{
	if (*store == NULL)
		return;
	(*store)->ops->database->close(*store);
	*store = NULL;
}

bool store_reads_are_quick(const struct store *store)
{
	return store->ops->reads_are_quick;
}

enum err store_migrate(struct store *store, int64_t now)
{
	return store->ops->database->migrate(store, now);
}

enum store_schema store_schema_state(struct store *store)
{
	return store->ops->database->schema_state(store);
}

enum err store_ping(struct store *store)
{
	return store->ops->database->ping(store);
}

enum err store_clock(struct store *store, int64_t *now_ms)
{
	return store->ops->database->clock(store, now_ms);
}

enum err store_check(struct store *store, void (*report)(void *arg, struct slice fault), void *arg,
		     size_t *faults)
{
	return store->ops->database->check(store, report, arg, faults);
}

enum err store_backup(struct store *store, const char *path)
{
	return store->ops->database->backup(store, path);
}

enum err store_sweep(struct store *store, const struct sweep *sweep, size_t *deleted)
{
	return store->ops->database->sweep(store, sweep, deleted);
}

enum err store_lease_take(struct store *store, const struct lease *lease, int64_t now,
			  uint64_t *fence)
{
	return store->ops->node->lease_take(store, lease, now, fence);
}

enum err store_lease_release(struct store *store, const struct lease *lease)
{
	return store->ops->node->lease_release(store, lease);
}

enum err store_node_beat(struct store *store, const struct node *node, struct node_census *census)
{
	return store->ops->node->beat(store, node, census);
}

enum err store_node_leave(struct store *store, const struct id *node)
{
	return store->ops->node->leave(store, node);
}

enum find store_meta_find(struct store *store, struct arena *arena, struct slice name,
			  struct slice *value)
{
	return store->ops->meta->find(store, arena, name, value);
}

enum err store_meta_insert(struct store *store, struct slice name, struct slice value)
{
	return store->ops->meta->insert(store, name, value);
}

enum err store_meta_remove(struct store *store, struct slice name)
{
	return store->ops->meta->remove(store, name);
}

enum err store_meta_list(struct store *store, struct arena *arena, struct slice prefix,
			 size_t limit, struct meta_list *out)
{
	return store->ops->meta->list(store, arena, prefix, limit, out);
}

enum err store_key_uses(struct store *store, uint32_t key_id, uint64_t *count)
{
	return store->ops->database->key_uses(store, key_id, count);
}
