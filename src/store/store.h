/* SPDX-License-Identifier: Apache-2.0
 *
 * The store in words of the domain. What hides behind it (store/sqlite, store/postgres) passes one
 * contract suite (tests/store/contract.c) and shares no SQL with anybody.
 *
 * Rules that hold for every function here:
 * - Results are copied into the caller's arena. `now` is a parameter everywhere; the store asks no
 * clock.
 * - A write returns when it is committed and durable, never before. Each is one transaction (a
 * savepoint of a group commit with SQLite), and takes the event that records it into the same
 * transaction; a NULL event records nothing.
 * - What a decision relied on stands in the condition of the write. When the condition no longer
 * holds, nothing changes and the answer is ERR_UNCHANGED: load and decide once more.
 * - ERR_DATABASE and FIND_FAILED are for a broken or unreachable database alone; the detail is
 * logged where it happens.
 * - Writes may wait: call them on workers and in the command line, never on an event loop. Reads
 * may run on a loop only when store_reads_are_quick(). */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "domain/authorization.h"
#include "domain/authorization_code.h"
#include "domain/claim.h"
#include "domain/client.h"
#include "domain/consent.h"
#include "domain/device_grant.h"
#include "domain/event.h"
#include "domain/id.h"
#include "domain/job.h"
#include "domain/resource.h"
#include "domain/scope.h"
#include "domain/session.h"
#include "domain/signing_key.h"
#include "domain/user.h"

struct store;

/* How decisions reach the other nodes of a database that is a server: AUTO listens where it can. */
enum store_notify { STORE_NOTIFY_AUTO = 0, STORE_NOTIFY_LISTEN, STORE_NOTIFY_POLL };

struct store_options {
	const char *database; /* a path, or postgresql://... */
	bool read_only;       /* no writer thread; for checks */
	/* The rest is for a server. 0 stands for the default. */
	unsigned connections; /* at most at a time, 16 */
	int64_t wait_ms;      /* how long a call waits for a lost server, 5000 */
	bool pooler;          /* a pooler stands between that gives each transaction another
				 connection: nothing may be prepared, nobody can listen */
	enum store_notify notify;
};

/* --- the database itself
 * ------------------------------------------------------------------------------------------- */

/* Opens (SQLite: makes the file, mode 0600) but does not migrate: until store_migrate() or with a
 * current schema, other calls must not be made. The engine is chosen from a table by the form of
 * `database`. */
MUST_USE enum err store_open(const struct store_options *options, struct store **out);
/* Finishes what was queued, then closes. */
void store_close(struct store **store);
bool store_reads_are_quick(const struct store *store);

/* Brings the schema up to this program's; a new database gets the standard scopes (openid, profile,
 * email, address, phone, offline_access; openid is the default). ERR_INVALID for a schema that is
 * too new for this program. A step that takes away what older programs need is not taken while one
 * of them serves: ERR_UNCHANGED, and the log names it. */
MUST_USE enum err store_migrate(struct store *store, int64_t now);
enum store_schema {
	SCHEMA_CURRENT = 0, /* nothing is missing, but perhaps steps that take away */
	SCHEMA_EMPTY,
	SCHEMA_OLD,
	SCHEMA_AHEAD, /* newer than this program, but made so that it still works */
	SCHEMA_NEWER, /* too new */
	SCHEMA_UNKNOWN
};
enum store_schema store_schema_state(struct store *store);
/* Reads and writes nothing but answers whether the database can be used now: for /readyz. Does not
 * wait for a lost server. */
MUST_USE enum err store_ping(struct store *store);
/* The clock by which all nodes of this database go, in milliseconds since 1970. ERR_ABSENT when the
 * machine's own is as good: the database is a file of this machine. */
MUST_USE enum err store_clock(struct store *store, int64_t *now_ms);
/* Integrity of the file, of the references, and of the counts. Each fault found is handed to
 * `report`. */
MUST_USE enum err store_check(struct store *store, void (*report)(void *arg, struct slice fault),
			      void *arg, size_t *faults);
/* A consistent copy while others write. ERR_CONFLICT when `path` exists. */
MUST_USE enum err store_backup(struct store *store, const char *path);
/* Copies everything into a new database, of whatever engine, and holds each row of the copy against
 * its original. `from` is read as it was at one moment. ERR_CONFLICT when `to` is not new, and
 * nothing was changed; ERR_UNCHANGED when others write to it meanwhile; ERR_INVALID, logged, when a
 * copy differs. `report` (or NULL) is told of each table. After a failure `to` is of no use, and
 * has a small named value that says so. */
#define STORE_UNFINISHED_COPY SLICE("unfinished_copy")
MUST_USE enum err store_copy(struct store *from, struct store *to,
			     void (*report)(void *arg, struct slice table, uint64_t rows),
			     void *arg);
/* Deletes up to `limit` rows that are past use: expired codes, tokens, handles, sessions, counters;
 * authorizations that are revoked or have nothing live left, kept `keep_dead` seconds for the log;
 * events older than `keep_events` seconds. */
struct sweep {
	int64_t now;
	int64_t session_idle; /* seconds */
	int64_t keep_dead;
	int64_t keep_events;
	size_t limit;
	uint64_t fence; /* of the lease "sweep" that this runner holds; 0: none is asked for */
};
/* ERR_UNCHANGED when the lease has gone to somebody else. */
MUST_USE enum err store_sweep(struct store *store, const struct sweep *sweep, size_t *deleted);

/* Work that one runner at a time may do is done under a lease. Takes it when nobody holds it any
 * more, or makes it last longer for the one who does: `seconds` from now by the clock of the
 * database (`now` where it has none). ERR_UNCHANGED when another holds it. The fence is the same as
 * long as the holder is, and greater with each new one: what is written under a lease has it in
 * its condition. */
struct lease {
	struct slice name;
	struct id holder;
	int64_t seconds;
};
MUST_USE enum err store_lease_take(struct store *store, const struct lease *lease, int64_t now,
				   uint64_t *fence);
/* Lets the next one have it at once; nothing when it is held by another. */
MUST_USE enum err store_lease_release(struct store *store, const struct lease *lease);

/* A serving program says that it lives and how many pending codes it remembers, and hears the sums
 * over all that have done so within the last NODE_ALIVE seconds, itself among them. */
enum { NODE_ALIVE = 30 };
struct node {
	struct id id;
	struct slice name;
	uint64_t live;
};
struct node_census {
	uint64_t nodes;
	uint64_t live;
};
MUST_USE enum err store_node_beat(struct store *store, const struct node *node,
				  struct node_census *census);
/* It stops. */
MUST_USE enum err store_node_leave(struct store *store, const struct id *node);

/* Small named values: the check values of master keys ("key_check/<hex id>"), and the mark of a
 * copy that is not finished. Insert only: ERR_CONFLICT when it is there. */
enum find store_meta_find(struct store *store, struct arena *arena, struct slice name,
			  struct slice *value);
MUST_USE enum err store_meta_insert(struct store *store, struct slice name, struct slice value);
MUST_USE enum err store_meta_remove(struct store *store, struct slice name);
/* Those whose name begins with `prefix`, by name, at most `limit`. */
struct meta {
	struct slice name;
	struct slice value;
};
struct meta_list {
	struct meta *items;
	size_t count;
};
MUST_USE enum err store_meta_list(struct store *store, struct arena *arena, struct slice prefix,
				  size_t limit, struct meta_list *out);
/* How many rows still carry MACs or hashes under this master key (client secrets, user codes,
 * sealed values). */
MUST_USE enum err store_key_uses(struct store *store, uint32_t key_id, uint64_t *count);

/* --- people
 * --------------------------------------------------------------------------------------------------------
 */

/* ERR_CONFLICT when the folded name is taken. */
MUST_USE enum err store_user_insert(struct store *store, const struct user *user,
				    struct slice folded_name, struct slice password_hash,
				    const struct event *event);
enum find store_user_find(struct store *store, struct arena *arena, const struct id *id,
			  struct user **out);
/* With the stored password hash. */
enum find store_user_find_by_name(struct store *store, struct arena *arena,
				  struct slice folded_name, struct user **out,
				  struct slice *password_hash);
MUST_USE enum err store_user_list(struct store *store, struct arena *arena, struct user_list *out);
/* Ends every session of the person but `keep` (NULL: none is kept). ERR_ABSENT. */
MUST_USE enum err store_user_set_password(struct store *store, const struct id *id,
					  struct slice password_hash, const struct hash *keep,
					  const struct event *event);
/* The same hash made anew with another cost, after a good sign-in: ends nothing; ERR_UNCHANGED
 * unless `old` still stands. */
MUST_USE enum err store_user_rehash(struct store *store, const struct id *id, struct slice old,
				    struct slice password_hash);
/* Disabling ends every session. ERR_ABSENT. */
MUST_USE enum err store_user_set_enabled(struct store *store, const struct id *id, bool enabled,
					 const struct event *event);
MUST_USE enum err store_user_set_admin(struct store *store, const struct id *id, bool admin,
				       const struct event *event);
/* The person, the credentials and the sessions; the authorizations with all that hangs on them; the
 * applications stay without an owner. ERR_ABSENT. */
MUST_USE enum err store_user_remove(struct store *store, const struct id *id,
				    const struct event *event);

/* What is known about a person, by name. Setting one to "" takes it away. ERR_ABSENT: no such
 * person. `*changed` is when the newest was set, for updated_at; 0: nothing ever was. */
MUST_USE enum err store_user_claims(struct store *store, struct arena *arena, const struct id *id,
				    struct claim_list *out, int64_t *changed);
MUST_USE enum err store_user_claim_set(struct store *store, const struct id *id,
				       const struct claim *claims, size_t count, int64_t now,
				       const struct event *event);

/* --- sessions
 * ------------------------------------------------------------------------------------------------------
 */

struct session_new {
	struct session session;      /* session.user.id alone of the user counts */
	const struct hash *replaces; /* an older session of this browser that ends; or NULL */
	struct slice password_hash;  /* that the password fitted; empty: it was none that signed in
				      */
	bool keeps_others;           /* the other people of the replaced session stay signed in */
};
/* Also writes the person's last sign-in. ERR_UNCHANGED when the person is not enabled, or has
 * another password hash now. */
MUST_USE enum err store_session_insert(struct store *store, const struct session_new *session,
				       const struct event *event);
/* With the person who is acting in it: the one who signed in or was chosen last, and is enabled;
 * liveness is the caller's question (session_is_alive). */
enum find store_session_find(struct store *store, struct arena *arena, const struct hash *hash,
			     struct session **out);
MUST_USE enum err store_session_touch(struct store *store, const struct hash *hash, int64_t now);
/* Everybody who is signed in there and enabled, the acting one first: one `struct session` each, at
 * most SESSION_PEOPLE_MAX. */
MUST_USE enum err store_session_people(struct store *store, struct arena *arena,
				       const struct hash *hash, struct session_list *out);
/* From now on this person of it acts. ERR_ABSENT when he is not in it. */
MUST_USE enum err store_session_choose(struct store *store, const struct hash *hash,
				       const struct id *user, const struct event *event);
/* ERR_ABSENT when it was gone already. */
MUST_USE enum err store_session_remove(struct store *store, const struct hash *hash,
				       const struct event *event);

/* --- clients and scopes
 * -------------------------------------------------------------------------------------------- */

/* With its first secret, or NULL. ERR_CONFLICT when the client_id is taken. */
MUST_USE enum err store_client_insert(struct store *store, const struct client *client,
				      const struct client_secret *secret,
				      const struct event *event);
enum find store_client_find(struct store *store, struct arena *arena, const struct id *id,
			    struct client **out);
/* With its secrets (none for public clients). */
enum find store_client_find_by_client_id(struct store *store, struct arena *arena,
					 struct slice client_id, struct client **out,
					 struct client_secret_list *secrets);
/* Of one owner, or of all when `owner` is NULL; newest first, at most `limit`. */
MUST_USE enum err store_client_list(struct store *store, struct arena *arena,
				    const struct id *owner, size_t limit, struct client_list *out);
/* Everything but id, client_id, owner and created. ERR_UNCHANGED when it was changed since
 * (`client->updated` as read; `now` becomes the new one), ERR_ABSENT. Becoming public drops the
 * secrets. */
MUST_USE enum err store_client_update(struct store *store, const struct client *client, int64_t now,
				      const struct event *event);
/* With all that hangs on it. ERR_ABSENT. */
MUST_USE enum err store_client_remove(struct store *store, const struct id *id,
				      const struct event *event);
enum find store_client_secrets(struct store *store, struct arena *arena, const struct id *client,
			       struct client_secret_list *out);
/* Two may be live: ERR_FULL when both are (expired ones are dropped first). The older one gets
 * `old_expires` unless that is 0. */
MUST_USE enum err store_client_secret_insert(struct store *store, const struct id *client,
					     const struct client_secret *secret,
					     int64_t old_expires, const struct event *event);
MUST_USE enum err store_client_secret_remove(struct store *store, const struct id *client,
					     const struct id *secret, const struct event *event);
/* Last use; and the MAC under the current master key (`mac` NULL: leave it). */
MUST_USE enum err store_client_secret_touch(struct store *store, const struct id *secret,
					    int64_t now, uint32_t key_id, const struct hash *mac);

MUST_USE enum err store_scope_list(struct store *store, struct arena *arena,
				   struct scope_list *out);
MUST_USE enum err store_scope_insert(struct store *store, const struct scope *scope,
				     const struct event *event); /* CONFLICT */
MUST_USE enum err store_scope_update(struct store *store, const struct scope *scope,
				     const struct event *event); /* ABSENT */
MUST_USE enum err store_scope_remove(struct store *store, struct slice name,
				     const struct event *event); /* ABSENT */

/* Resources, by URI. */
MUST_USE enum err store_resource_list(struct store *store, struct arena *arena,
				      struct resource_list *out);
MUST_USE enum err store_resource_insert(struct store *store, const struct resource *resource,
					const struct event *event); /* CONFLICT */
MUST_USE enum err store_resource_update(struct store *store, const struct resource *resource,
					const struct event *event); /* ABSENT */
MUST_USE enum err store_resource_remove(struct store *store, struct slice uri,
					const struct event *event); /* ABSENT */

/* --- keys, and what is used once
 * ------------------------------------------------------------------------------------- */

/* ERR_CONFLICT when the kid is there. */
MUST_USE enum err store_signing_key_insert(struct store *store, const struct signing_key *key,
					   const struct event *event);
/* All, newest first. */
MUST_USE enum err store_signing_key_list(struct store *store, struct arena *arena,
					 struct signing_key_list *out);
/* When it leaves the JWKS. ERR_ABSENT. */
MUST_USE enum err store_signing_key_expire(struct store *store, struct slice kid, int64_t expires,
					   const struct event *event);
MUST_USE enum err store_signing_key_remove(struct store *store, struct slice kid,
					   const struct event *event);

/* The hash of something that may come once until it expires: the jti of an assertion or a proof.
 * ERR_CONFLICT when it has come; an expired one is taken over. */
MUST_USE enum err store_seen_insert(struct store *store, const struct hash *hash, int64_t now,
				    int64_t expires);

/* A right to do something a number of times: to register a client (RFC7591#3), to make an account.
 */
enum ticket_kind { TICKET_REGISTRATION = 0, TICKET_SIGN_UP, TICKET_KIND_COUNT };
struct ticket {
	struct hash hash; /* of what its holder shows */
	enum ticket_kind kind;
	struct slice note;
	int64_t created;
	int64_t expires;
	uint32_t uses; /* left */
};
struct ticket_list {
	struct ticket *items;
	size_t count;
};
MUST_USE enum err store_ticket_insert(struct store *store, const struct ticket *ticket,
				      const struct event *event);
MUST_USE enum err store_ticket_list(struct store *store, struct arena *arena,
				    struct ticket_list *out);
MUST_USE enum err store_ticket_remove(struct store *store, const struct hash *hash,
				      const struct event *event); /* ABSENT */
/* FOUND while it may be used. */
enum find store_ticket_find(struct store *store, const struct hash *hash, enum ticket_kind kind,
			    int64_t now);
/* One use of it: ERR_UNCHANGED when there is none left, it has expired, or is of another kind. */
MUST_USE enum err store_ticket_take(struct store *store, const struct hash *hash,
				    enum ticket_kind kind, int64_t now, const struct event *event);

/* A request that is kept for the browser that comes back with its handle: pushed (RFC 9126), or
 * posted here by another site. */
enum kept_kind { KEPT_PUSHED = 0, KEPT_AUTHORIZE, KEPT_LOGOUT, KEPT_KIND_COUNT };
struct kept_request {
	struct hash hash; /* of the handle */
	enum kept_kind kind;
	struct id client;        /* zero: none, not known yet */
	struct slice parameters; /* form-encoded */
	int64_t created;
	int64_t expires;
	int64_t used; /* 0: not yet */
};
MUST_USE enum err store_kept_insert(struct store *store, const struct kept_request *request,
				    const struct event *event);
enum find store_kept_find(struct store *store, struct arena *arena, const struct hash *hash,
			  struct kept_request **out);
/* Once: ERR_UNCHANGED when it is used, expired or gone. */
MUST_USE enum err store_kept_use(struct store *store, const struct hash *hash, int64_t now);

/* Jobs. Due ones are claimed until a time, after which another node may have them. */
MUST_USE enum err store_job_insert(struct store *store, const struct job_row *jobs, size_t count);
MUST_USE enum err store_job_claim(struct store *store, struct arena *arena, int64_t now,
				  int64_t until, size_t limit, struct job_list *out);
MUST_USE enum err store_job_done(struct store *store, const struct id *id,
				 const struct event *event);
/* Not before `due`; counts an attempt. */
MUST_USE enum err store_job_retry(struct store *store, const struct id *id, int64_t due);

/* --- the device grant
 * ---------------------------------------------------------------------------------------------- */

/* The user code as stored: keyed hashes, with the id of the key. */
struct user_code_key {
	uint32_t key_id;
	struct hash hash;
};

struct device_grant_new {
	struct device_grant grant;
	struct user_code_key code;
};
/* ERR_CONFLICT when a live grant has this user code (draw another); an expired one's is taken over.
 * ERR_UNCHANGED when the client is no longer there or not enabled: read it again in this same
 * statement. */
MUST_USE enum err store_device_grant_insert(struct store *store,
					    const struct device_grant_new *grant,
					    const struct event *event);
enum find store_device_grant_find(struct store *store, struct arena *arena,
				  const struct id *authorization, struct device_grant **out);
/* By the user code under any of the `count` keys. Expired and decided grants are found too: what
 * they mean is the rule's. */
enum find store_device_grant_find_by_user_code(struct store *store, struct arena *arena,
					       const struct user_code_key *codes, size_t count,
					       struct device_grant **out);

/* A code that was entered gives this session a handle; nothing is bound to anybody. */
struct device_handle {
	struct hash hash;    /* of the handle as it stands in URLs */
	struct hash session; /* only this session may use it */
	struct id authorization;
	struct slice sealed_code; /* the user code as typed, to be shown for comparison */
	int64_t created;
	int64_t expires;
};
MUST_USE enum err store_device_handle_insert(struct store *store,
					     const struct device_handle *handle,
					     const struct event *event);
enum find store_device_handle_find(struct store *store, struct arena *arena,
				   const struct hash *handle, struct device_handle **out);

struct device_decision {
	struct id authorization;
	bool accept;
	struct id user;
	struct slice scope; /* granted; as requested */
	int64_t now;
	int64_t auth_time;
	struct slice amr;
	struct slice acr;
	struct id sid;
	struct hash session; /* that decides: it must still be there */
};
/* From pending alone, before expiry, by an enabled person with this session, for an enabled client:
 * makes the authorization when accepted. ERR_UNCHANGED otherwise. Exactly one decision is ever
 * taken. */
MUST_USE enum err store_device_grant_decide(struct store *store,
					    const struct device_decision *decision,
					    const struct event *event);

/* What a redemption or a rotation gives, and the answer kept for a lost one. */
struct issue {
	struct token_row access;
	struct token_row refresh; /* hash all zero: none */
	struct slice sealed_answer;
	int64_t replay_until;
};

struct redemption {
	struct id authorization;
	struct hash code_hash;
	struct id client;
	int64_t now;
	struct issue issue;
};
/* Once: approved, not expired, of this client; client and person enabled; authorization there and
 * not revoked: all in the statement that redeems. ERR_UNCHANGED otherwise. */
MUST_USE enum err store_device_grant_redeem(struct store *store,
					    const struct redemption *redemption,
					    const struct event *event);

/* What a node's poll table needs: hash, client, status, expiry and source of grants. */
struct device_brief {
	struct hash code_hash;
	struct id client;
	enum device_status status;
	int64_t expires;
	struct slice address;
};
typedef void device_brief_fn(void *arg, const struct device_brief *brief);
/* Every pending or approved grant that has not expired, for warming up. */
MUST_USE enum err store_device_grant_each_live(struct store *store, int64_t now,
					       device_brief_fn *each, void *arg);
/* Tells `each` of decisions taken on other nodes, soon after they were committed, on a thread of
 * the store's; once, before the first call that decides. A hint: it may be lost, and is made good
 * by store_device_grant_each_decided(). Client and address of the brief are empty. NULL: no more,
 * and none is under way when it returns. */
void store_device_grant_watch(struct store *store, device_brief_fn *each, void *arg);
/* Every grant decided at or after `since`, for the re-read once a second. */
MUST_USE enum err store_device_grant_each_decided(struct store *store, int64_t since,
						  device_brief_fn *each, void *arg);

/* --- the authorization code, and what is given without one
 * --------------------------------------------------------- */

struct code_new {
	struct authorization_code code; /* with its authorization, made in the same write */
	struct hash session;            /* it was given in, and must still hold the person */
	bool remember;                  /* add scope and resource to the person's consent */
};
/* ERR_UNCHANGED when the session, the person or the client no longer stands. */
MUST_USE enum err store_code_insert(struct store *store, const struct code_new *code,
				    const struct event *event);
/* By the authorization's id, which the text of a code carries. */
enum find store_code_find(struct store *store, struct arena *arena, const struct id *authorization,
			  struct authorization_code **out);
/* Once: not redeemed, not expired, of this client; client and person enabled; authorization not
 * revoked. ERR_UNCHANGED otherwise. */
MUST_USE enum err store_code_redeem(struct store *store, const struct redemption *redemption,
				    const struct event *event);

/* Tokens without anything that is redeemed: client_credentials, an exchange, an assertion. */
struct grant_new {
	struct authorization authorization;
	struct issue issue;
};
/* ERR_UNCHANGED when the client or the person is not enabled, or `parent` is revoked. */
MUST_USE enum err store_grant_insert(struct store *store, const struct grant_new *grant,
				     const struct event *event);

enum find store_consent_find(struct store *store, struct arena *arena, const struct id *user,
			     const struct id *client, struct consent **out);
MUST_USE enum err store_consent_list(struct store *store, struct arena *arena,
				     const struct id *user, struct consent_list *out);
MUST_USE enum err store_consent_remove(struct store *store, const struct id *user,
				       const struct id *client, const struct event *event);

/* --- authorizations and tokens
 * --------------------------------------------------------------------------------------- */

enum find store_authorization_find(struct store *store, struct arena *arena, const struct id *id,
				   struct authorization **out);
struct authorization_filter {
	const struct id *user;   /* NULL: any */
	const struct id *client; /* NULL: any */
	const struct id *sid;    /* of one session; NULL: any */
	bool revoked_too;
	size_t limit;
};
/* Newest first, with the names of client and person, and last_used. */
MUST_USE enum err store_authorization_list(struct store *store, struct arena *arena,
					   const struct authorization_filter *filter,
					   struct authorization_list *out);
/* `user` not NULL: only when it is this person's. ERR_ABSENT when there is none (or not theirs);
 * revoking twice is ERR_OK. */
MUST_USE enum err store_authorization_revoke(struct store *store, const struct id *id,
					     const struct id *user, int64_t now,
					     const struct event *event);

enum find store_refresh_token_find(struct store *store, struct arena *arena,
				   const struct token_key *key, struct refresh_token **out);
struct rotation {
	struct hash presented;
	struct id authorization;
	struct id client;
	int64_t now;
	struct issue issue;
};
/* Once: not used, not idle for too long, of this client; client and person enabled; authorization
 * not revoked. ERR_UNCHANGED otherwise. */
MUST_USE enum err store_refresh_token_rotate(struct store *store, const struct rotation *rotation,
					     const struct event *event);
/* An access token with its authorization; revoked and expired ones are found too. */
enum find store_access_token_find(struct store *store, struct arena *arena,
				  const struct token_key *key, struct authorization **authorization,
				  struct token_row *token);

/* --- failures and events
 * --------------------------------------------------------------------------------------------- */

struct failure_counter {
	struct hash key; /* keyed: names and addresses are not readable */
	uint32_t limit;
	uint32_t window; /* seconds, from the first failure counted */
	bool refuses;    /* false: counts, and never refuses */
};
enum { FAILURE_COUNTERS_MAX = 4 };
struct failure_taken {
	int64_t retry_after; /* seconds until the last of the full ones opens again; 0 when none is
				full */
	uint32_t counts[FAILURE_COUNTERS_MAX]; /* what each counter holds afterwards */
};
/* Counts one against each, unless one that refuses is at its limit: then none is counted, and it is
 * ERR_FULL. */
MUST_USE enum err store_failure_take(struct store *store, const struct failure_counter *counters,
				     size_t count, int64_t now, struct failure_taken *taken);
/* Gives back what an attempt that succeeded had taken. */
MUST_USE enum err store_failure_give_back(struct store *store,
					  const struct failure_counter *counters, size_t count,
					  int64_t now);
/* What one counter holds now; 0 when there is none. */
MUST_USE enum err store_failure_count(struct store *store, const struct failure_counter *counter,
				      int64_t now, uint32_t *count);

/* Queues the event and returns at once: may be called on a loop. Too many waiting are dropped, and
 * their number is logged. */
void store_event_post(struct store *store, const struct event *event);
struct event_filter {
	int64_t since;
	size_t limit;
};
/* Newest first. */
MUST_USE enum err store_event_list(struct store *store, struct arena *arena,
				   const struct event_filter *filter, struct event_list *out);

#endif
