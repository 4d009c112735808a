/* SPDX-License-Identifier: Apache-2.0
 *
 * What an engine has to offer: a record of functions per kind of object, private to src/store. Each
 * function is the one of the same name in store.h and keeps the promises made there. An engine's
 * own store begins with `struct store`. */
#ifndef STORE_STORE_OPS_H
#define STORE_STORE_OPS_H

#include "store/store.h"
#include "store/table.h"

struct store_database_ops {
	void (*close)(struct store *store);
	enum err (*migrate)(struct store *store, int64_t now);
	enum store_schema (*schema_state)(struct store *store);
	enum err (*ping)(struct store *store);
	enum err (*clock)(struct store *store, int64_t *now_ms);
	enum err (*check)(struct store *store, void (*report)(void *arg, struct slice fault),
			  void *arg, size_t *faults);
	enum err (*backup)(struct store *store, const char *path);
	enum err (*sweep)(struct store *store, const struct sweep *sweep, size_t *deleted);
	enum err (*key_uses)(struct store *store, uint32_t key_id, uint64_t *count);
};

struct store_node_ops {
	enum err (*lease_take)(struct store *store, const struct lease *lease, int64_t now,
			       uint64_t *fence);
	enum err (*lease_release)(struct store *store, const struct lease *lease);
	enum err (*beat)(struct store *store, const struct node *node, struct node_census *census);
	enum err (*leave)(struct store *store, const struct id *node);
};

struct store_meta_ops {
	enum find (*find)(struct store *store, struct arena *arena, struct slice name,
			  struct slice *value);
	enum err (*insert)(struct store *store, struct slice name, struct slice value);
	enum err (*remove)(struct store *store, struct slice name);
	enum err (*list)(struct store *store, struct arena *arena, struct slice prefix,
			 size_t limit, struct meta_list *out);
};

struct store_user_ops {
	enum err (*insert)(struct store *store, const struct user_new *user,
			   const struct event *event);
	enum find (*find)(struct store *store, struct arena *arena, const struct id *id,
			  struct user **out);
	enum find (*find_by_name)(struct store *store, struct arena *arena,
				  struct slice folded_name, struct user **out,
				  struct slice *password_hash);
	enum err (*list)(struct store *store, struct arena *arena, struct user_list *out);
	enum err (*set_password)(struct store *store, const struct id *id,
				 const struct user_password *password, const struct event *event);
	enum err (*rehash)(struct store *store, const struct id *id, struct slice old,
			   struct slice password_hash);
	enum err (*set_enabled)(struct store *store, const struct id *id, bool enabled, int64_t now,
				const struct event *event);
	enum err (*set_admin)(struct store *store, const struct id *id, bool admin,
			      const struct event *event);
	enum err (*remove)(struct store *store, const struct id *id, const struct event *event);
	enum err (*claims)(struct store *store, struct arena *arena, const struct id *id,
			   struct claim_list *out, int64_t *changed);
	enum err (*claim_set)(struct store *store, const struct id *id, const struct claim_set *set,
			      const struct event *event);
};

struct store_session_ops {
	enum err (*insert)(struct store *store, const struct session_new *session,
			   const struct event *event);
	enum find (*find)(struct store *store, struct arena *arena, const struct hash *hash,
			  struct session **out);
	enum err (*touch)(struct store *store, const struct hash *hash, int64_t now);
	enum err (*remove)(struct store *store, const struct hash *hash, int64_t now,
			   const struct event *event);
	enum err (*people)(struct store *store, struct arena *arena, const struct hash *hash,
			   struct session_list *out);
	enum err (*choose)(struct store *store, const struct hash *hash, const struct id *user,
			   const struct event *event);
};

struct store_client_ops {
	enum err (*insert)(struct store *store, const struct client *client,
			   const struct client_secret *secret, const struct event *event);
	enum find (*find)(struct store *store, struct arena *arena, const struct id *id,
			  struct client **out);
	enum find (*find_by_client_id)(struct store *store, struct arena *arena,
				       struct slice client_id, struct client **out,
				       struct client_secret_list *secrets);
	enum err (*list)(struct store *store, struct arena *arena, const struct id *owner,
			 size_t limit, struct client_list *out);
	enum err (*list_of_session)(struct store *store, struct arena *arena,
				    const struct session_clients *filter, struct client_list *out);
	enum err (*update)(struct store *store, const struct client *client, int64_t now,
			   const struct event *event);
	enum err (*remove)(struct store *store, const struct id *id, const struct event *event);
};

struct store_client_secret_ops {
	enum find (*list)(struct store *store, struct arena *arena, const struct id *client,
			  struct client_secret_list *out);
	enum err (*insert)(struct store *store, const struct id *client,
			   const struct client_secret *secret, int64_t old_expires,
			   const struct event *event);
	enum err (*remove)(struct store *store, const struct id *client, const struct id *secret,
			   const struct event *event);
	enum err (*touch)(struct store *store, const struct id *secret, int64_t now,
			  uint32_t key_id, const struct hash *mac);
	enum err (*list_sealed)(struct store *store, struct arena *arena,
				struct sealed_secret_list *out);
	enum err (*reseal)(struct store *store, const struct id *secret, struct slice from,
			   struct slice to);
};

struct store_scope_ops {
	enum err (*list)(struct store *store, struct arena *arena, struct scope_list *out);
	enum err (*insert)(struct store *store, const struct scope *scope,
			   const struct event *event);
	enum err (*update)(struct store *store, const struct scope *scope,
			   const struct event *event);
	enum err (*remove)(struct store *store, struct slice name, const struct event *event);
};

struct store_resource_ops {
	enum err (*list)(struct store *store, struct arena *arena, struct resource_list *out);
	enum err (*insert)(struct store *store, const struct resource *resource,
			   const struct event *event);
	enum err (*update)(struct store *store, const struct resource *resource,
			   const struct event *event);
	enum err (*remove)(struct store *store, struct slice uri, const struct event *event);
};

struct store_signing_key_ops {
	enum err (*insert)(struct store *store, const struct signing_key *key,
			   const struct event *event);
	enum err (*list)(struct store *store, struct arena *arena, struct signing_key_list *out);
	enum err (*expire)(struct store *store, struct slice kid, int64_t expires,
			   const struct event *event);
	enum err (*remove)(struct store *store, struct slice kid, const struct event *event);
	enum err (*reseal)(struct store *store, struct slice kid, struct slice from,
			   struct slice to);
};

struct store_seen_ops {
	enum err (*insert)(struct store *store, const struct hash *hash, int64_t now,
			   int64_t expires);
};

struct store_ticket_ops {
	enum err (*insert)(struct store *store, const struct ticket *ticket,
			   const struct event *event);
	enum err (*list)(struct store *store, struct arena *arena, struct ticket_list *out);
	enum err (*remove)(struct store *store, const struct hash *hash, const struct event *event);
	enum find (*find)(struct store *store, const struct hash *hash, enum ticket_kind kind,
			  int64_t now);
	enum err (*take)(struct store *store, const struct hash *hash, enum ticket_kind kind,
			 int64_t now, const struct event *event);
};

struct store_kept_ops {
	enum err (*insert)(struct store *store, const struct kept_request *request,
			   const struct event *event);
	enum find (*find)(struct store *store, struct arena *arena, const struct hash *hash,
			  struct kept_request **out);
	enum err (*use)(struct store *store, const struct hash *hash, int64_t now,
			const struct event *event);
};

struct store_job_ops {
	enum err (*insert)(struct store *store, const struct job_row *jobs, size_t count,
			   const struct event *event);
	enum err (*claim)(struct store *store, struct arena *arena, const struct job_claim *claim,
			  struct job_list *out);
	enum err (*done)(struct store *store, const struct id *id, const struct event *event);
	enum err (*retry)(struct store *store, const struct id *id, int64_t due);
};

struct store_code_ops {
	enum err (*insert)(struct store *store, const struct code_new *code,
			   const struct event *event);
	enum find (*find)(struct store *store, struct arena *arena, const struct id *authorization,
			  struct authorization_code **out);
	enum err (*redeem)(struct store *store, const struct redemption *redemption,
			   const struct event *event);
};

struct store_consent_ops {
	enum find (*find)(struct store *store, struct arena *arena, const struct id *user,
			  const struct id *client, struct consent **out);
	enum err (*list)(struct store *store, struct arena *arena, const struct id *user,
			 struct consent_list *out);
	enum err (*remove)(struct store *store, const struct id *user, const struct id *client,
			   const struct event *event);
};

struct store_device_grant_ops {
	enum err (*insert)(struct store *store, const struct device_grant_new *grant,
			   const struct event *event);
	enum find (*find)(struct store *store, struct arena *arena, const struct id *authorization,
			  struct device_grant **out);
	enum find (*find_by_user_code)(struct store *store, struct arena *arena,
				       const struct user_code_key *codes, size_t count,
				       struct device_grant **out);
	enum err (*decide)(struct store *store, const struct device_decision *decision,
			   const struct event *event);
	enum err (*redeem)(struct store *store, const struct redemption *redemption,
			   const struct event *event);
	enum err (*each_live)(struct store *store, int64_t now, device_brief_fn *each, void *arg);
	enum err (*each_decided)(struct store *store, int64_t since, device_brief_fn *each,
				 void *arg);
	void (*watch)(struct store *store, device_brief_fn *each, void *arg);
};

struct store_device_handle_ops {
	enum err (*insert)(struct store *store, const struct device_handle *handle,
			   const struct event *event);
	enum find (*find)(struct store *store, struct arena *arena, const struct hash *handle,
			  struct device_handle **out);
};

struct store_authorization_ops {
	enum find (*find)(struct store *store, struct arena *arena, const struct id *id,
			  struct authorization **out);
	enum find (*stands)(struct store *store, const struct id *id, size_t *length);
	enum err (*list)(struct store *store, struct arena *arena,
			 const struct authorization_filter *filter, struct authorization_list *out);
	enum err (*revoke)(struct store *store, const struct id *id, const struct id *user,
			   int64_t now, const struct event *event);
	enum err (*grant_insert)(struct store *store, const struct grant_new *grant,
				 const struct event *event);
	enum err (*confirm)(struct store *store, const struct id *authorization);
};

struct store_token_ops {
	enum find (*refresh_find)(struct store *store, struct arena *arena,
				  const struct token_key *key, struct refresh_token **out);
	enum err (*refresh_rotate)(struct store *store, const struct rotation *rotation,
				   const struct event *event);
	enum find (*access_find)(struct store *store, struct arena *arena,
				 const struct token_key *key, struct authorization **authorization,
				 struct token_row *token);
	enum find (*access_find_good)(struct store *store, struct arena *arena,
				      const struct token_key *key, int64_t now,
				      struct access_token_good *out);
};

struct store_failure_ops {
	enum err (*take)(struct store *store, const struct failure_counter *counters, size_t count,
			 int64_t now, struct failure_taken *taken);
	enum err (*give_back)(struct store *store, const struct failure_counter *counters,
			      size_t count, int64_t now);
	enum err (*count)(struct store *store, const struct failure_counter *counter, int64_t now,
			  uint32_t *count);
};

struct store_event_ops {
	void (*post)(struct store *store, const struct event *event);
	enum err (*list)(struct store *store, struct arena *arena,
			 const struct event_filter *filter, struct event_list *out);
};

/* Everything as it is at one moment, on a connection of its own. An engine's begins with this. */
struct snapshot {
	struct store *store;
};

struct store_copy_ops {
	enum err (*open)(struct store *store, struct snapshot **out);
	void (*close)(struct snapshot **snapshot);
	/* The rows of a table in this order, one table at a time. Cells live until the next call.
	 */
	enum err (*start)(struct snapshot *snapshot, const struct table *table, const char *order);
	enum find (*next)(struct snapshot *snapshot, struct value cells[TABLE_COLUMNS_MAX]);
	/* Takes away what a new database holds; ERR_CONFLICT when there is more than that. */
	enum err (*make_room)(struct store *store);
	/* Inserts rows, all or none; the cells of one row follow those of the other. */
	enum err (*insert)(struct store *store, const struct table *table,
			   const struct value *cells, size_t rows);
	/* After the last. */
	enum err (*finish)(struct store *store);
};

struct store_ops {
	bool reads_are_quick;
	const struct store_database_ops *database;
	const struct store_node_ops *node;
	const struct store_meta_ops *meta;
	const struct store_user_ops *user;
	const struct store_session_ops *session;
	const struct store_client_ops *client;
	const struct store_client_secret_ops *client_secret;
	const struct store_scope_ops *scope;
	const struct store_resource_ops *resource;
	const struct store_signing_key_ops *signing_key;
	const struct store_seen_ops *seen;
	const struct store_ticket_ops *ticket;
	const struct store_kept_ops *kept;
	const struct store_job_ops *job;
	const struct store_code_ops *code;
	const struct store_consent_ops *consent;
	const struct store_device_grant_ops *device_grant;
	const struct store_device_handle_ops *device_handle;
	const struct store_authorization_ops *authorization;
	const struct store_token_ops *token;
	const struct store_failure_ops *failure;
	const struct store_event_ops *event;
	const struct store_copy_ops *copy;
};

struct store {
	const struct store_ops *ops;
};

/* A row of the table of engines in store.c. */
struct store_engine {
	const char *name;
	bool (*takes)(struct slice database);
	enum err (*open)(const struct store_options *options, struct store **out);
};

extern const struct store_engine sqlite_engine;   /* sqlite/sqlite.c */
extern const struct store_engine postgres_engine; /* postgres/postgres.c */

#endif
