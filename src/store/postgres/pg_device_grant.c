/* SPDX-License-Identifier: Apache-2.0
 *
 * The device grant. Each step is one statement, whose parts all see the database as it was when the
 * statement began, whatever was committed since. A part that changes or locks a row waits for the
 * one who has it and looks at its own row again, at nothing else. So what must not change under a
 * step is locked by an earlier part, and the later parts join that part: never in a sub-select,
 * which would be run once more when their row is looked at again. RFC8628#3 */
#include "store/postgres/pg_issue.h"

/* --- insert
 * ----------------------------------------------------------------------------------------------------------
 */

/* RFC8628#5.1: a code is unique among the live ones; the one of an expired grant may be used again.
 * The client is read as it was when the statement began, and not locked: it has a million devices.
 */
static enum err device_grant_insert(struct store *store, const struct device_grant_new *new,
				    const struct event *event)
{
	static const char sql[] =
		"WITH allowed AS MATERIALIZED (SELECT id FROM client WHERE id = $4 AND enabled),"
		" code AS (INSERT INTO user_code AS c (hash, key_id, \"authorization\", expires)"
		" SELECT $3, $10, $1, $9 FROM allowed"
		" ON CONFLICT (hash) DO UPDATE SET key_id = excluded.key_id,"
		" \"authorization\" = excluded.authorization, expires = excluded.expires"
		" WHERE c.expires <= $8 RETURNING 1),"
		" done AS (INSERT INTO device_grant (\"authorization\", code_hash, user_code, client,"
		" scope, address, user_agent, created, expires, resource)"
		" SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $11 FROM code RETURNING 1) {event}"
		" SELECT (SELECT count(*) FROM allowed) + (SELECT count(*) FROM done)";
	const struct device_grant *grant = &new->grant;
	const struct value values[] = {
		V_ID(&grant->authorization), V_HASH(&grant->code_hash), V_HASH(&new->code.hash),
		V_ID(&grant->client),        V_TEXT(grant->scope),      V_TEXT(grant->address),
		V_TEXT(grant->user_agent),   V_INT(grant->created),     V_INT(grant->expires),
		V_INT(new->code.key_id),     V_TEXT(grant->resource),
	};
	return PG_INSERT(store, sql, values, ARRAY_LEN(values), event);
}

/* --- look-ups
 * --------------------------------------------------------------------------------------------------------
 */

static enum find read_one(struct store *store, struct arena *arena, const char *sql,
			  struct value key, struct device_grant **out)
{
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, &key, 1);
	return PG_ROWS_ONE(&rows, &device_grant_record, arena, out);
}

static enum find device_grant_find(struct store *store, struct arena *arena,
				   const struct id *authorization, struct device_grant **out)
{
	static const char sql[] = "SELECT " DEVICE_GRANT_COLUMNS
				  " FROM device_grant g WHERE g.authorization = $1";
	return read_one(store, arena, sql, V_ID(authorization), out);
}

/* A hash is keyed, so it belongs to one key alone. The code is on another shard than its grant. */
static enum find device_grant_find_by_user_code(struct store *store, struct arena *arena,
						const struct user_code_key *codes, size_t count,
						struct device_grant **out)
{
	static const char sql[] =
		"WITH code AS MATERIALIZED (SELECT \"authorization\" FROM user_code WHERE hash = $1)"
		" SELECT " DEVICE_GRANT_COLUMNS
		" FROM code JOIN device_grant g ON g.authorization = code.authorization";
	*out = NULL;
	for (size_t i = 0; i < count; i++) {
		enum find found = read_one(store, arena, sql, V_HASH(&codes[i].hash), out);
		if (found != ABSENT)
			return found;
	}
	return ABSENT;
}

/* --- the decision
 * ----------------------------------------------------------------------------------------------------
 */

/* Sign-out, a new password and disabling end sessions, and so wait for the lock on this one, or
 * have ended it: a decision is before them or is none. */
static const char decide_sql[] =
	"WITH here AS MATERIALIZED (SELECT \"user\" FROM \"session_user\""
	" WHERE session = $5 AND \"user\" = $3 FOR KEY SHARE),"
	" person AS MATERIALIZED (SELECT id FROM \"user\" WHERE id = $3 AND enabled),"
	" asking AS MATERIALIZED (SELECT client FROM device_grant WHERE \"authorization\" = $1),"
	" app AS MATERIALIZED (SELECT c.id FROM asking a JOIN client c ON c.id = a.client"
	" WHERE c.enabled FOR KEY SHARE OF c),"
	" done AS (UPDATE device_grant g SET status = $2, \"user\" = $3, decided = $4"
	" FROM here, person, app WHERE g.authorization = $1 AND g.status = 0"
	" AND g.expires > $4 AND app.id = g.client"
	" RETURNING g.code_hash, g.client, g.address, g.expires, g.resource),"
	" given AS (INSERT INTO \"authorization\" (id, \"user\", client, grant_type, scope, origin,"
	" auth_time, amr, acr, sid, created, ends, resource) SELECT $1, $3, done.client, $6, $7,"
	" done.address, $8, $9, $10, $11, $4, done.expires, done.resource FROM done WHERE $12) {event}"
	" SELECT (SELECT count(*) FROM done), (SELECT code_hash FROM done)";

/* The row of the statement has it, unless the outcome was learnt only after a lost connection. */
static enum find decided_hash(struct store *store, struct pg_rows *rows, const struct id *id,
			      struct hash *out)
{
	static const char sql[] = "SELECT code_hash FROM device_grant WHERE \"authorization\" = $1";
	static const struct field fields[] = { { FIELD_HASH, 0, 0 } };
	static const struct record record = RECORD(fields);
	static const struct hash none;
	if (rows->result != NULL && pg_rows_read(rows, &record, NULL, out) == FOUND &&
	    !hash_equal(out, &none))
		return FOUND;
	AUTO_FINI(pg_rows) struct pg_rows again;
	pg_read(store, &again, sql, VALUES(V_ID(id)));
	enum find found = pg_rows_next(&again);
	return found == FOUND ? pg_rows_read(&again, &record, NULL, out) : found;
}

static enum err device_grant_decide(struct store *store, const struct device_decision *decision,
				    const struct event *event)
{
	enum device_status status = decision->accept ? DEVICE_APPROVED : DEVICE_DENIED;
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_rows_init(&rows, NULL);
	enum err err = PG_WRITE(
		store, decide_sql,
		VALUES(V_ID(&decision->authorization), V_INT(status), V_ID(&decision->user),
		       V_INT(decision->now), V_HASH(&decision->session), V_INT(GRANT_DEVICE_CODE),
		       V_TEXT(decision->scope), V_INT(decision->auth_time), V_TEXT(decision->amr),
		       V_TEXT(decision->acr), V_ID(&decision->sid), V_BOOL(decision->accept)),
		OUTCOMES(ERR_UNCHANGED, ERR_OK), .event = event, .rows = &rows);
	struct hash hash;
	if (err == ERR_OK && decided_hash(store, &rows, &decision->authorization, &hash) == FOUND)
		pg_herald_tell(pg_engine_of(store)->herald, &hash, status);
	return err;
}

/* --- the redemption
 * --------------------------------------------------------------------------------------------------
 */

/* RFC8628#3.4: the code is its client's alone; RFC8628#3.5: and is worth something before it
 * expires. Of two redemptions at once the second waits in `held`, and finds the grant redeemed. */
static enum err device_grant_redeem(struct store *store, const struct redemption *redemption,
				    const struct event *event)
{
	static const char sql[] = "WITH" PG_ISSUE_HELD(
		"$17") " done AS (UPDATE device_grant g SET status = 3, redeemed = $2, sealed_answer = $3,"
		       " replay_until = $4 FROM allowed WHERE g.authorization = $1 AND g.code_hash = $16"
		       " AND g.client = $17 AND g.status = 1 AND g.expires > $2 RETURNING 1)," PG_ISSUE_PARTS
		       " {event} SELECT count(*) FROM done";
	return PG_REDEEM(store, sql, redemption, event);
}

/* --- for the tables of polls
 * ----------------------------------------------------------------------------------------- */

/* They are read in pages, each by a statement of its own, so that a million of them are never in
 * memory at once. What is committed between two pages may be missed: it is told in other ways. */
enum { PAGE = 5000 };

struct listed {
	struct device_brief brief;
	struct id authorization;
	int64_t decided;
};

#define LISTED_COLUMNS "code_hash, client, status, expires, address, \"authorization\", decided"

static const struct field listed_fields[] = {
	FIELD(HASH, struct listed, brief.code_hash),
	FIELD(ID, struct listed, brief.client),
	FIELD_OF_ENUM(struct listed, brief.status, DEVICE_STATUS_COUNT),
	FIELD(INT64, struct listed, brief.expires),
	FIELD(SLICE, struct listed, brief.address),
	FIELD(ID, struct listed, authorization),
	FIELD(INT64, struct listed, decided),
};
static const struct record listed_record = RECORD(listed_fields);

struct reading {
	const char *sql; /* $1 and $2 are where the last page ended, $3 is `from`, $4 the limit */
	int64_t from;
	device_brief_fn *each;
	void *arg;
};

/* Tells of the rows after `last`, which becomes the last of them; `*more` when there may be more.
 */
static enum err read_page(struct store *store, const struct reading *reading, struct listed *last,
			  bool *more)
{
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, reading->sql,
		VALUES(V_INT(last->decided), V_ID(&last->authorization), V_INT(reading->from),
		       V_INT(PAGE)));
	size_t count = 0;
	enum find found;
	while ((found = pg_rows_next(&rows)) == FOUND) {
		if (pg_rows_read(&rows, &listed_record, NULL, last) != FOUND)
			return ERR_DATABASE;
		reading->each(reading->arg, &last->brief);
		count++;
	}
	*more = count == PAGE;
	return found == ABSENT ? ERR_OK : ERR_DATABASE;
}

static enum err read_pages(struct store *store, const struct reading *reading)
{
	struct listed last = { 0 };
	bool more = true;
	enum err err = ERR_OK;
	while (more && err == ERR_OK)
		err = read_page(store, reading, &last, &more);
	return err;
}

static enum err device_grant_each_live(struct store *store, int64_t now, device_brief_fn *each,
				       void *arg)
{
	static const char sql[] =
		"SELECT " LISTED_COLUMNS " FROM device_grant WHERE \"authorization\" > $2"
		" AND expires > $3 AND status IN (0, 1) ORDER BY \"authorization\" LIMIT $4";
	return read_pages(store, &(const struct reading){ sql, now, each, arg });
}

static enum err device_grant_each_decided(struct store *store, int64_t since, device_brief_fn *each,
					  void *arg)
{
	static const char sql[] = "SELECT " LISTED_COLUMNS
				  " FROM device_grant WHERE decided > 0 AND decided >= $3"
				  " AND (decided, \"authorization\") > ($1, $2)"
				  " ORDER BY decided, \"authorization\" LIMIT $4";
	return read_pages(store, &(const struct reading){ sql, since, each, arg });
}

static void device_grant_watch(struct store *store, device_brief_fn *each, void *arg)
{
	struct pg_herald *herald = pg_engine_of(store)->herald;
	if (herald != NULL)
		pg_herald_watch(herald, each, arg);
}

const struct store_device_grant_ops pg_device_grant_ops = {
	.insert = device_grant_insert,
	.find = device_grant_find,
	.find_by_user_code = device_grant_find_by_user_code,
	.decide = device_grant_decide,
	.redeem = device_grant_redeem,
	.each_live = device_grant_each_live,
	.each_decided = device_grant_each_decided,
	.watch = device_grant_watch,
};
