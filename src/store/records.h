/* SPDX-License-Identifier: Apache-2.0
 *
 * What a row becomes, whatever the engine: the record of each kind, and the list of its columns
 * where both engines select it in the same words. A name before a dot is that of the table in the
 * statement. */
#ifndef STORE_RECORDS_H
#define STORE_RECORDS_H

#include "base/arena.h"
#include "store/record.h"
#include "store/store.h"

/* Of `u`. */
#define USER_COLUMNS "u.id, u.name, u.admin, u.enabled, u.created, u.last_sign_in"
extern const struct record user_record;
extern const struct record session_record; /* the session, then its person */
extern const struct record claim_record;
extern const struct record client_record;
extern const struct record client_secret_record;
extern const struct record sealed_secret_record; /* id, client, sealed */
extern const struct record resource_record;
extern const struct record scope_record;
extern const struct record meta_record;

/* Of `g`. */
#define DEVICE_GRANT_COLUMNS \
	"g.authorization, g.code_hash, g.client, g.scope, g.address, g.user_agent, g.created, g.expires, g.status, g.user," \
	" g.decided, g.redeemed, g.sealed_answer, g.replay_until, g.resource"
extern const struct record device_grant_record;
extern const struct record device_handle_record;

/* Of `k`: a code without its authorization. */
#define CODE_COLUMNS \
	"k.hash, k.redirect_uri, k.code_challenge, k.nonce, k.binding, k.expires, k.redeemed, k.sealed_answer, k.replay_until"
extern const struct record authorization_code_record;

/* Of `o`; lists go on with the name of the client. */
#define CONSENT_COLUMNS "o.user, o.client, o.scope, o.resource, o.created"
extern const struct record consent_record;
extern const struct record consent_listed_record;

/* Without what the store alone knows. */
#define TICKET_COLUMNS "hash, kind, note, created, expires, uses"
extern const struct record ticket_record;
#define KEPT_COLUMNS "hash, kind, client, parameters, created, expires, used"
extern const struct record kept_request_record;
#define JOB_COLUMNS "j.id, j.kind, j.client, j.user, j.payload, j.created, j.due, j.attempts"
extern const struct record job_record;

/* Of `a`; lists go on with the names of client and person. */
#define AUTHORIZATION_COLUMNS \
	"a.id, a.user, a.client, a.grant_type, a.scope, a.origin, a.auth_time, a.amr, a.acr, a.sid, a.created, a.revoked," \
	" a.last_used, a.resource, a.claims, a.parent"
/* How many authorizations there are from this one up to the first, whose tokens were exchanged for
 * it; 0 when one of them is revoked or gone. */
#define AUTHORIZATIONS_FROM(id_) \
	"(WITH RECURSIVE above (id, parent, revoked) AS (SELECT id, parent, revoked" \
	" FROM \"authorization\" WHERE id = " id_ " UNION ALL" \
	" SELECT p.id, p.parent, p.revoked FROM above JOIN \"authorization\" p ON p.id = above.parent)" \
	" SELECT CASE WHEN count(*) FILTER (WHERE revoked <> 0) = 0" \
	" AND count(*) FILTER (WHERE parent IS NULL) = 1 THEN count(*) ELSE 0 END FROM above)"
extern const struct record authorization_record;
extern const struct record authorization_listed_record;
extern const struct record token_record; /* hash, scope, created, expires, resource, binding */
extern const struct record refresh_token_record; /* without its authorization */

/* The algorithm of a key is stored by its name: alg, kid, sealed, created, signs_from, expires. */
struct signing_key_stored {
	struct slice alg;
	struct signing_key key;
};
extern const struct record signing_key_stored_record;
/* Keys of algorithms that this program does not know are left out. */
void signing_key_list_read(struct signing_key_list *list, struct arena *arena,
			   const struct rows_array *array);

/* The kind of an event is stored by its name. */
struct event_stored {
	struct slice kind;
	struct event event;
};
extern const struct record event_stored_record;
/* Kinds that this program does not know (it, or another node, has been newer) are left out. */
void event_list_read(struct event_list *list, struct arena *arena, const struct rows_array *array);

#endif
