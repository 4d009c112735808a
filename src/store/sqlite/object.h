/* SPDX-License-Identifier: Apache-2.0
 *
 * What the object files give to the engine's record, and to each other. */
#ifndef STORE_SQLITE_OBJECT_H
#define STORE_SQLITE_OBJECT_H

#include "store/migration.h"
#include "store/records.h"
#include "store/sign_out.h"
#include "store/sqlite/engine.h"

extern const struct store_node_ops node_ops;
extern const struct store_meta_ops meta_ops;
extern const struct store_user_ops user_ops;
extern const struct store_session_ops session_ops;
extern const struct store_client_ops client_ops;
extern const struct store_client_secret_ops client_secret_ops;
extern const struct store_scope_ops scope_ops;
extern const struct store_resource_ops resource_ops;
extern const struct store_signing_key_ops signing_key_ops;
extern const struct store_seen_ops seen_ops;
extern const struct store_ticket_ops ticket_ops;
extern const struct store_kept_ops kept_ops;
extern const struct store_job_ops job_ops;
extern const struct store_code_ops code_ops;
extern const struct store_consent_ops consent_ops;
extern const struct store_device_grant_ops device_grant_ops;
extern const struct store_device_handle_ops device_handle_ops;
extern const struct store_authorization_ops authorization_ops;
extern const struct store_token_ops token_ops;
extern const struct store_failure_ops failure_ops;
extern const struct store_event_ops event_ops;
extern const struct store_copy_ops copy_ops;

/* migrate.c */
MUST_USE enum err migrate_run(struct store *store, int64_t now);
enum store_schema migrate_state(struct store *store);
/* The same with the steps of another set. */
MUST_USE enum err migrate_run_set(struct store *store, const struct migration_set *set,
				  int64_t now);
enum store_schema migrate_state_of(struct store *store, const struct migration_set *set);
/* check.c */
MUST_USE enum err check_run(struct store *store, void (*report)(void *arg, struct slice fault),
			    void *arg, size_t *faults);
/* backup.c */
MUST_USE enum err backup_run(struct store *store, const char *path);
/* sweep.c */
MUST_USE enum err sweep_run(struct store *store, const struct sweep *sweep, size_t *deleted);

/* event.c: writes one event. */
MUST_USE enum err event_record(struct conn *conn, const struct event *event);
/* claim.c */
MUST_USE enum err user_claims(struct store *store, struct arena *arena, const struct id *id,
			      struct claim_list *out, int64_t *changed);
MUST_USE enum err user_claim_set(struct store *store, const struct id *id,
				 const struct claim_set *set, const struct event *event);
/* session.c: takes a person out of the sessions, but out of `keep` unless that is NULL; those that
 * nobody else is in end. */
MUST_USE enum err session_end_all(struct conn *conn, const struct id *user,
				  const struct hash *keep);
/* sign_out.c: after the places are gone. */
MUST_USE enum err sign_out_run(struct conn *conn, const struct sign_out *out);
/* Those of a session before it ends (struct place), and each of them afterwards. */
MUST_USE enum err sign_out_places(struct conn *conn, struct arena *arena,
				  const struct hash *session, struct rows_array *places);
MUST_USE enum err sign_out_each(struct conn *conn, const struct rows_array *places, int64_t now,
				const struct event *event);
/* job.c: within an operation. */
MUST_USE enum err job_add(struct conn *conn, const struct job_row *job);
/* client_secret.c */
MUST_USE enum err client_secret_add(struct conn *conn, const struct id *client,
				    const struct client_secret *secret);
MUST_USE enum find client_secret_read(struct conn *conn, struct arena *arena,
				      const struct id *client, struct client_secret_list *out);
/* authorization.c: only for an enabled client, and a person (if any) who is enabled and, unless
 * `session` is NULL, in that session; a parent (if any) must not be revoked. ERR_UNCHANGED
 * otherwise. */
MUST_USE enum err authorization_add(struct conn *conn, const struct authorization *authorization,
				    int64_t ends, const struct hash *session);
/* consent.c: what was there, and what this authorization has. */
/* `more`: scopes beside that of the authorization. */
MUST_USE enum err consent_add(struct conn *conn, const struct authorization *authorization,
			      struct slice more);
/* token.c: the tokens of one answer; the authorization lives as long as they do. */
MUST_USE enum err token_issue(struct conn *conn, const struct id *authorization,
			      const struct issue *issue);
/* `sql` spends the code: ?1 authorization, ?2 hash of the code, ?3 client, ?4 now, ?5 sealed
 * answer, ?6 replay_until; then its tokens are issued. ERR_UNCHANGED: it is worth nothing. `sql` is
 * static.
 */
MUST_USE enum err token_redeem(struct conn *conn, const char *sql,
			       const struct redemption *redemption);

#endif
