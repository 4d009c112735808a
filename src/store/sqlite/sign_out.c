/* SPDX-License-Identifier: Apache-2.0
 *
 * What ends with a place in a session, in the savepoint of the write that takes it away. There is
 * one writer: nothing is given between the two. */
#include "store/sqlite/object.h"

/* SIGN_OUT_VALUES() come first: what a device was given stays, in whichever browser
 * it was approved (D56). */
#define OF_THE_GONE \
	" FROM authorization a WHERE a.user = ?1 AND (?2 IS NULL OR a.sid = ?2) AND a.grant_type = ?3" \
	" AND a.sid <> zeroblob(16)" \
	" AND a.sid NOT IN (SELECT p.sid FROM session_user p WHERE p.user = ?1)"
/* BCLOGOUT#2.7, D55: what was given for offline access stays. OIDC#11 */
#define NOT_OFFLINE " AND a.revoked = 0 AND instr(' ' || a.scope || ' ', ' offline_access ') = 0"

static enum err record_revocations(struct conn *conn, const struct sign_out *out)
{
	static const char sql[] =
		"INSERT INTO event (kind, at, user, client, authorization, address, request_id, detail)"
		" SELECT ?4, ?5, a.user, a.client, a.id, ?6, ?7, 'signed out'" OF_THE_GONE
			NOT_OFFLINE;
	const struct event *event = out->event;
	if (event == NULL)
		return ERR_OK;
	return conn_run(conn, sql,
			VALUES(SIGN_OUT_VALUES(out),
			       V_TEXT(slice_str(event_kind_name(EVENT_AUTHORIZATION_REVOKED))),
			       V_INT(event->at), V_TEXT(event->address),
			       V_TEXT(event->request_id)));
}

static enum err revoke(struct conn *conn, const struct sign_out *out)
{
	static const char sql[] = "UPDATE authorization SET revoked = ?4, ends = min(ends, ?4)"
				  " WHERE id IN (SELECT a.id" OF_THE_GONE NOT_OFFLINE ")";
	enum err err = record_revocations(conn, out);
	return err == ERR_OK ? conn_run(conn, sql, VALUES(SIGN_OUT_VALUES(out), V_INT(out->now)))
			     : err;
}

/* BCLOGOUT#2.5: also those whose tokens are revoked or spent, since they may have sessions of their
 * own. */
static enum err find_told(struct conn *conn, struct arena *arena, const struct sign_out *out,
			  struct rows_array *told)
{
	static const char sql[] =
		"SELECT DISTINCT a.client, a.sid" OF_THE_GONE
		" AND EXISTS (SELECT 1 FROM client c WHERE c.id = a.client AND c.enabled"
		" AND instr(char(10) || c.settings, ?4) > 0)";
	struct slice wants = sign_out_setting(arena, SETTING_BACKCHANNEL_LOGOUT_URI);
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, conn, sql, VALUES(SIGN_OUT_VALUES(out), V_TEXT(wants)));
	return rows_all(&rows, arena, told);
}

static enum err add_jobs(struct conn *conn, const struct sign_out *out)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct rows_array told = { .record = &told_record,
				   .size = sizeof(struct told),
				   .limit = SIZE_MAX };
	enum err err = find_told(conn, arena, out, &told);
	const struct told *items = told.items;
	for (size_t i = 0; err == ERR_OK && i < told.count; i++) {
		struct job_row job = sign_out_job(arena, out, &items[i]);
		err = job_add(conn, &job);
	}
	if (err != ERR_OK || told.count == 0 || out->event == NULL)
		return err;
	struct event event = sign_out_queued(arena, out, told.count);
	return event_record(conn, &event);
}

enum err sign_out_run(struct conn *conn, const struct sign_out *out)
{
	enum err err = revoke(conn, out);
	return err == ERR_OK ? add_jobs(conn, out) : err;
}

/* --- a session of several
 * ----------------------------------------------------------------------------------------------------------
 */

enum err sign_out_places(struct conn *conn, struct arena *arena, const struct hash *session,
			 struct rows_array *places)
{
	*places = (struct rows_array){ .record = &place_record,
				       .size = sizeof(struct place),
				       .limit = SIZE_MAX };
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, conn, "SELECT user, sid FROM session_user WHERE session = ?1",
		   VALUES(V_HASH(session)));
	return rows_all(&rows, arena, places);
}

enum err sign_out_each(struct conn *conn, const struct rows_array *places, int64_t now,
		       const struct event *event)
{
	const struct place *items = places->items;
	enum err err = ERR_OK;
	for (size_t i = 0; err == ERR_OK && i < places->count; i++) {
		const struct sign_out out = { &items[i].user, &items[i].sid, now, event };
		err = sign_out_run(conn, &out);
	}
	return err;
}
