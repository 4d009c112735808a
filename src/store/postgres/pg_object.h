/* SPDX-License-Identifier: Apache-2.0
 *
 * What the object files give to the engine's record, and to each other. */
#ifndef STORE_POSTGRES_PG_OBJECT_H
#define STORE_POSTGRES_PG_OBJECT_H

#include "store/migration.h"
#include "store/postgres/pg_engine.h"
#include "store/records.h"
#include "store/sign_out.h"

extern const struct store_node_ops pg_node_ops;
extern const struct store_meta_ops pg_meta_ops;
extern const struct store_user_ops pg_user_ops;
extern const struct store_session_ops pg_session_ops;
extern const struct store_client_ops pg_client_ops;
extern const struct store_client_secret_ops pg_client_secret_ops;
extern const struct store_scope_ops pg_scope_ops;
extern const struct store_resource_ops pg_resource_ops;
extern const struct store_signing_key_ops pg_signing_key_ops;
extern const struct store_seen_ops pg_seen_ops;
extern const struct store_ticket_ops pg_ticket_ops;
extern const struct store_kept_ops pg_kept_ops;
extern const struct store_job_ops pg_job_ops;
extern const struct store_code_ops pg_code_ops;
extern const struct store_consent_ops pg_consent_ops;
extern const struct store_device_grant_ops pg_device_grant_ops;
extern const struct store_device_handle_ops pg_device_handle_ops;
extern const struct store_authorization_ops pg_authorization_ops;
extern const struct store_token_ops pg_token_ops;
extern const struct store_failure_ops pg_failure_ops;
extern const struct store_event_ops pg_event_ops;
extern const struct store_copy_ops pg_copy_ops;

/* pg_migrate.c */
MUST_USE enum err pg_migrate_run(struct store *store, int64_t now);
enum store_schema pg_migrate_state(struct store *store);
/* The same with the steps of another set. */
MUST_USE enum err pg_migrate_run_set(struct store *store, const struct migration_set *set,
				     int64_t now);
enum store_schema pg_migrate_state_of(struct store *store, const struct migration_set *set);
/* The newest schema that this program knows. */
int64_t pg_migrate_newest(void);
/* pg_check.c */
MUST_USE enum err pg_check_run(struct store *store, void (*report)(void *arg, struct slice fault),
			       void *arg, size_t *faults);
/* pg_sweep.c */
MUST_USE enum err pg_sweep_run(struct store *store, const struct sweep *sweep, size_t *deleted);
/* pg_keys.c */
MUST_USE enum err pg_key_uses(struct store *store, uint32_t key_id, uint64_t *count);
/* pg_backup.c */
MUST_USE enum err pg_backup_run(struct store *store, const char *path);

/* pg_event.c: the columns of an event in the order in which {event} takes them, and their values.
 * `id` is the mark of the write. */
enum { PG_EVENT_VALUES = 10 };
#define PG_EVENT_COLUMNS \
	"shard, id, kind, at, \"user\", client, \"authorization\", address, request_id, detail"
void pg_event_values(const struct event *event, const struct id *id,
		     struct value values[PG_EVENT_VALUES]);
/* Writes one, within a transaction. */
MUST_USE enum err pg_event_record(struct pg_conn *conn, const struct event *event,
				  const struct id *id);

/* pg_token.c: NULL, and a hash that is all zero, stand for none. */
struct value pg_hash_or_null(const struct hash *hash);
/* pg_claim.c */
MUST_USE enum err pg_claim_list(struct store *store, struct arena *arena, const struct id *id,
				struct claim_list *out, int64_t *changed);
MUST_USE enum err pg_claim_set(struct store *store, const struct id *id,
			       const struct claim_set *set, const struct event *event);
/* pg_grant.c */
MUST_USE enum err pg_grant_insert(struct store *store, const struct grant_new *grant,
				  const struct event *event);
/* pg_session.c: takes a person out of all sessions, but `keep` unless that is NULL; one that nobody
 * is left in ends. His row is locked already. */
MUST_USE enum err pg_session_end_all(struct pg_conn *conn, const struct id *user,
				     const struct hash *keep);
/* pg_sign_out.c: after the places are gone. */
MUST_USE enum err pg_sign_out_run(struct pg_conn *conn, const struct sign_out *out);
/* Those of a session before it ends (struct place), and each of them afterwards. */
MUST_USE enum err pg_sign_out_places(struct pg_conn *conn, struct arena *arena,
				     const struct hash *session, struct rows_array *places);
MUST_USE enum err pg_sign_out_each(struct pg_conn *conn, const struct rows_array *places,
				   int64_t now, const struct event *event);
/* pg_job.c: within a transaction. */
MUST_USE enum err pg_job_add(struct pg_conn *conn, const struct job_row *job);
/* pg_client_secret.c */
MUST_USE enum err pg_client_secret_add(struct pg_conn *conn, const struct id *client,
				       const struct client_secret *secret);
/* For rows of a table named `s`, newest first. */
#define PG_CLIENT_SECRET_COLUMNS \
	"s.id, s.key_id, s.mac, s.created, s.expires, s.last_used, s.sealed"

/* pg_herald.c: called by the decision once it is committed; does not wait. */
void pg_herald_tell(struct pg_herald *herald, const struct hash *code_hash,
		    enum device_status status);
void pg_herald_watch(struct pg_herald *herald, device_brief_fn *each, void *arg);

#endif
