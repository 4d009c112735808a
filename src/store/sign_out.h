/* SPDX-License-Identifier: Apache-2.0
 *
 * What ends with somebody's place in a session, for both engines: it belongs into the very write
 * that takes the place away, so that nothing that was given until then is left when a node dies
 * after it. Refresh tokens but those for offline access are revoked with their authorization
 * (BCLOGOUT#2.7, D55), and a job is made for each client that wants to be told (BCLOGOUT#2.5).
 * Somebody who has another place under the same sid has not left: D60. */
#ifndef STORE_SIGN_OUT_H
#define STORE_SIGN_OUT_H

#include "store/record.h"
#include "store/store.h"
#include "store/value.h"

struct place {
	struct id user;
	struct id sid;
};
extern const struct record place_record;

struct sign_out {
	const struct id *user;
	const struct id *sid; /* NULL: every session of the person that is gone */
	int64_t now;
	const struct event *event; /* of the write: its own are of the same call; NULL: none */
};

/* The first values of each statement: the person, the sid or NULL, the code grant. */
#define SIGN_OUT_VALUES(out) \
	V_ID((out)->user), V_ID_OR_NULL((out)->sid), V_INT(GRANT_AUTHORIZATION_CODE)

/* A client of the code grant in a session, once. D56 */
struct told {
	struct id client;
	struct id sid;
};
extern const struct record told_record;

/* With an id of its own; its texts live in the arena. */
struct job_row sign_out_job(struct arena *arena, const struct sign_out *out,
			    const struct told *told);
/* EVENT_LOGOUT_QUEUED, when `out->event` is not NULL. */
struct event sign_out_queued(struct arena *arena, const struct sign_out *out, size_t jobs);

/* What a line of client.settings begins with that sets this one, and the end of the line before:
 * to be looked for behind a line end. */
struct slice sign_out_setting(struct arena *arena, enum client_setting setting);

#endif
