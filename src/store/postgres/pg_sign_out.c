/* SPDX-License-Identifier: Apache-2.0
 *
 * What ends with a place in a session, in the transaction that takes it away. Taking it away waits
 * for the code that is being given in it (pg_code.c); the statements here come after that and see
 * what was committed meanwhile, which is why their transactions are READ COMMITTED. */
#include "base/rng.h"
#include "store/postgres/pg_object.h"

/* SIGN_OUT_VALUES() come first: what a device was given stays, in whichever browser
 * it was approved (D56). */
#define OF_THE_GONE \
	" FROM \"authorization\" a WHERE a.user = $1 AND ($2 IS NULL OR a.sid = $2)" \
	" AND a.grant_type = $3 AND a.sid <> '00000000-0000-0000-0000-000000000000'" \
	" AND a.sid NOT IN (SELECT p.sid FROM \"session_user\" p WHERE p.user = $1)"

/* BCLOGOUT#2.7, D55: what was given for offline access stays. OIDC#11 */
static enum err revoke(struct pg_conn *conn, const struct sign_out *out)
{
	static const char sql[] =
		"WITH gone AS MATERIALIZED (SELECT a.id" OF_THE_GONE " AND a.revoked = 0"
		" AND position(' offline_access ' IN ' ' || a.scope || ' ') = 0"
		" ORDER BY a.id FOR NO KEY UPDATE),"
		" done AS (UPDATE \"authorization\" a SET revoked = $4, ends = least(a.ends, $4)"
		" FROM gone g WHERE a.id = g.id RETURNING a.id, a.user, a.client)"
		" INSERT INTO event (" PG_EVENT_COLUMNS ")"
		" SELECT d.id, gen_random_uuid(), $6, $7, d.user, d.client, d.id, $8, $9, 'signed out'"
		" FROM done d WHERE $5";
	static const struct event none;
	const struct event *event = out->event != NULL ? out->event : &none;
	return pg_run(conn, sql,
		      VALUES(SIGN_OUT_VALUES(out), V_INT(out->now), V_BOOL(out->event != NULL),
			     V_TEXT(slice_str(event_kind_name(EVENT_AUTHORIZATION_REVOKED))),
			     V_INT(event->at), V_TEXT(event->address), V_TEXT(event->request_id)));
}

/* BCLOGOUT#2.5: also those whose tokens are revoked or spent, since they may have sessions of their
 * own. */
static enum err find_told(struct pg_conn *conn, struct arena *arena, const struct sign_out *out,
			  struct rows_array *told)
{
	static const char sql[] =
		"SELECT DISTINCT a.client, a.sid" OF_THE_GONE
		" AND EXISTS (SELECT 1 FROM client c WHERE c.id = a.client AND c.enabled"
		" AND position($4 IN chr(10) || c.settings) > 0)";
	struct slice wants = sign_out_setting(arena, SETTING_BACKCHANNEL_LOGOUT_URI);
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_rows_start(&rows, conn, sql, VALUES(SIGN_OUT_VALUES(out), V_TEXT(wants)));
	return pg_rows_all(&rows, arena, told);
}

static enum err add_jobs(struct pg_conn *conn, const struct sign_out *out)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct rows_array told = { .record = &told_record,
				   .size = sizeof(struct told),
				   .limit = SIZE_MAX };
	enum err err = find_told(conn, arena, out, &told);
	const struct told *items = told.items;
	for (size_t i = 0; err == ERR_OK && i < told.count; i++) {
		struct job_row job = sign_out_job(arena, out, &items[i]);
		err = pg_job_add(conn, &job);
	}
	if (err != ERR_OK || told.count == 0 || out->event == NULL)
		return err;
	struct id id;
	rng_bytes(&id, sizeof(id));
	struct event event = sign_out_queued(arena, out, told.count);
	return pg_event_record(conn, &event, &id);
}

enum err pg_sign_out_run(struct pg_conn *conn, const struct sign_out *out)
{
	enum err err = revoke(conn, out);
	return err == ERR_OK ? add_jobs(conn, out) : err;
}

/* --- a session of several
 * ---------------------------------------------------------------------------------------------- */

enum err pg_sign_out_places(struct pg_conn *conn, struct arena *arena, const struct hash *session,
			    struct rows_array *places)
{
	*places = (struct rows_array){ .record = &place_record,
				       .size = sizeof(struct place),
				       .limit = SIZE_MAX };
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_rows_start(&rows, conn, "SELECT \"user\", sid FROM \"session_user\" WHERE session = $1",
		      VALUES(V_HASH(session)));
	return pg_rows_all(&rows, arena, places);
}

enum err pg_sign_out_each(struct pg_conn *conn, const struct rows_array *places, int64_t now,
			  const struct event *event)
{
	const struct place *items = places->items;
	enum err err = ERR_OK;
	for (size_t i = 0; err == ERR_OK && i < places->count; i++) {
		const struct sign_out out = { &items[i].user, &items[i].sid, now, event };
		err = pg_sign_out_run(conn, &out);
	}
	return err;
}
