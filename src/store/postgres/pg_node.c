/* SPDX-License-Identifier: Apache-2.0
 *
 * Leases and the nodes that live, by the clock of the database: whatever a node thinks the time is,
 * all go by one. */
#include "store/postgres/pg_object.h"

/* The row stays when it is released, so that the next holder gets the next fence. */
static enum err lease_take(struct store *store, const struct lease *lease, int64_t now UNUSED,
			   uint64_t *fence)
{
	static const char sql[] =
		"WITH done AS (INSERT INTO lease AS l (name, holder, fence, until)"
		" VALUES ($1, $2, 1, now() + $3 * interval '1 second')"
		" ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until,"
		" fence = l.fence + CASE WHEN l.holder = excluded.holder AND l.until > now()"
		" THEN 0 ELSE 1 END WHERE l.holder = excluded.holder OR l.until <= now()"
		" RETURNING l.fence)"
		" SELECT (SELECT count(*) FROM done), (SELECT fence FROM done)";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_rows_init(&rows, NULL);
	enum err err = PG_WRITE(
		store, sql,
		VALUES(V_TEXT(lease->name), V_ID(&lease->holder), V_INT(lease->seconds)),
		OUTCOMES(ERR_UNCHANGED, ERR_OK), .rows = &rows);
	*fence = err == ERR_OK ? (uint64_t)pg_rows_int64(&rows) : 0;
	return err;
}

static enum err lease_release(struct store *store, const struct lease *lease)
{
	static const char sql[] =
		"WITH done AS (UPDATE lease SET until = to_timestamp(0) WHERE name = $1 AND holder = $2"
		" RETURNING 1) SELECT count(*) FROM done";
	enum err err = PG_CHANGE(store, sql, VALUES(V_TEXT(lease->name), V_ID(&lease->holder)),
				 ERR_ABSENT, NULL);
	return err == ERR_ABSENT ? ERR_OK : err;
}

/* The sums see the rows as they were before this beat, so its own is added. A node that died
 * without a word is forgotten after an hour; a row that somebody else is at is left to him. */
static enum err node_beat(struct store *store, const struct node *node, struct node_census *census)
{
	static const char sql[] =
		"WITH beat AS (INSERT INTO node (id, name, schema, live, seen)"
		" VALUES ($1, $2, $3, $4, now()) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
		" schema = excluded.schema, live = excluded.live, seen = excluded.seen),"
		" old AS MATERIALIZED (SELECT id FROM node WHERE id <> $1"
		" AND seen < now() - interval '1 hour' FOR UPDATE SKIP LOCKED),"
		" gone AS (DELETE FROM node n USING old WHERE n.id = old.id)"
		" SELECT 1, count(*) + 1, coalesce(sum(live), 0)::bigint + $4 FROM node"
		" WHERE id <> $1 AND seen > now() - $5 * interval '1 second'";
	*census = (struct node_census){ 0 };
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_rows_init(&rows, NULL);
	enum err err = PG_WRITE(store, sql,
				VALUES(V_ID(&node->id), V_TEXT(node->name),
				       V_INT(pg_migrate_newest()), V_INT(node->live),
				       V_INT(NODE_ALIVE)),
				OUTCOMES(ERR_DATABASE, ERR_OK), .rows = &rows);
	if (err != ERR_OK)
		return err;
	census->nodes = (uint64_t)pg_rows_int64(&rows);
	census->live = (uint64_t)pg_rows_int64(&rows);
	return ERR_OK;
}

static enum err node_leave(struct store *store, const struct id *node)
{
	static const char sql[] =
		"WITH done AS (DELETE FROM node WHERE id = $1 RETURNING 1) SELECT count(*) FROM done";
	enum err err = PG_CHANGE(store, sql, VALUES(V_ID(node)), ERR_ABSENT, NULL);
	return err == ERR_ABSENT ? ERR_OK : err;
}

const struct store_node_ops pg_node_ops = {
	.lease_take = lease_take,
	.lease_release = lease_release,
	.beat = node_beat,
	.leave = node_leave,
};
