/* SPDX-License-Identifier: Apache-2.0
 *
 * The front of the store: picks the engine by the form of the database option, and hands each call
 * to the engine's record. Nothing is decided here and nothing is known of any dialect. */
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

enum err store_user_insert(struct store *store, const struct user *user, struct slice folded_name,
			   struct slice password_hash, const struct event *event)
{
	return store->ops->user->insert(store, user, folded_name, password_hash, event);
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
				 struct slice password_hash, const struct hash *keep,
				 const struct event *event)
{
	return store->ops->user->set_password(store, id, password_hash, keep, event);
}

enum err store_user_rehash(struct store *store, const struct id *id, struct slice old,
			   struct slice password_hash)
{
	return store->ops->user->rehash(store, id, old, password_hash);
}

enum err store_user_set_enabled(struct store *store, const struct id *id, bool enabled,
				const struct event *event)
{
	return store->ops->user->set_enabled(store, id, enabled, event);
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

enum err store_session_remove(struct store *store, const struct hash *hash,
			      const struct event *event)
{
	return store->ops->session->remove(store, hash, event);
}

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

enum find store_authorization_find(struct store *store, struct arena *arena, const struct id *id,
				   struct authorization **out)
{
	return store->ops->authorization->find(store, arena, id, out);
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

enum err store_failure_take(struct store *store, const struct failure_counter *counters,
			    size_t count, int64_t now, struct failure_taken *taken)
{
	return store->ops->failure->take(store, counters, count, now, taken);
}

enum err store_failure_give_back(struct store *store, const struct failure_counter *counters,
				 size_t count, int64_t now)
{
	return store->ops->failure->give_back(store, counters, count, now);
}

enum err store_failure_count(struct store *store, const struct failure_counter *counter,
			     int64_t now, uint32_t *count)
{
	return store->ops->failure->count(store, counter, now, count);
}

void store_event_post(struct store *store, const struct event *event)
{
	store->ops->event->post(store, event);
}

enum err store_event_list(struct store *store, struct arena *arena,
			  const struct event_filter *filter, struct event_list *out)
{
	return store->ops->event->list(store, arena, filter, out);
}
