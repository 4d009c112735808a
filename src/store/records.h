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
extern const struct record client_record;
extern const struct record client_secret_record;
extern const struct record scope_record;
extern const struct record meta_record;

/* Of `g`. */
#define DEVICE_GRANT_COLUMNS \
	"g.authorization, g.code_hash, g.client, g.scope, g.address, g.user_agent, g.created, g.expires, g.status, g.user," \
	" g.decided, g.redeemed, g.sealed_answer, g.replay_until"
extern const struct record device_grant_record;
extern const struct record device_handle_record;

/* Of `a`; lists go on with the names of client and person. */
#define AUTHORIZATION_COLUMNS \
	"a.id, a.user, a.client, a.grant_type, a.scope, a.origin, a.auth_time, a.amr, a.acr, a.sid, a.created, a.revoked," \
	" a.last_used"
extern const struct record authorization_record;
extern const struct record authorization_listed_record;
extern const struct record token_record;         /* hash, scope, created, expires */
extern const struct record refresh_token_record; /* without its authorization */

/* The kind of an event is stored by its name. */
struct event_stored {
	struct slice kind;
	struct event event;
};
extern const struct record event_stored_record;
/* Kinds that this program does not know (it, or another node, has been newer) are left out. */
void event_list_read(struct event_list *list, struct arena *arena, const struct rows_array *array);

#endif
