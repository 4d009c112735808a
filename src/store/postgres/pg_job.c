/* SPDX-License-Identifier: Apache-2.0
 *
 * Work for later, which any node may take in hand for a while. Two nodes that ask at the same
 * moment pass over what the other is taking. */
#include "store/postgres/pg_object.h"

struct job_insert {
	const struct job_row *jobs;
	size_t count;
};

enum err pg_job_add(struct pg_conn *conn, const struct job_row *job)
{
	static const char sql[] =
		"INSERT INTO job (id, kind, client, \"user\", payload, created, due, attempts, claimed)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)";
	return pg_run(conn, sql,
		      VALUES(V_ID(&job->id), V_INT(job->kind), V_ID(&job->client), V_ID(&job->user),
			     V_TEXT(job->payload), V_INT(job->created), V_INT(job->due),
			     V_INT(job->attempts)));
}

static enum err run_insert(struct pg_conn *conn, void *arg, bool *unrecorded)
{
	const struct job_insert *insert = arg;
	enum err err = ERR_OK;
	*unrecorded = insert->count == 0;
	for (size_t i = 0; i < insert->count && err == ERR_OK; i++)
		err = pg_job_add(conn, &insert->jobs[i]);
	return err;
}

static enum err job_insert(struct store *store, const struct job_row *jobs, size_t count,
			   const struct event *event)
{
	struct job_insert insert = { jobs, count };
	return pg_write_locking(store, run_insert, &insert, event);
}

/* The first row holds the first job beside the number of them; the others follow. */
static enum err read_jobs(struct pg_rows *rows, struct arena *arena, struct job_list *out)
{
	size_t count = (size_t)PQntuples(rows->result);
	out->items = arena_calloc(arena, count, sizeof(*out->items));
	do {
		if (pg_rows_read(rows, &job_record, arena, &out->items[out->count]) != FOUND)
			return ERR_DATABASE;
		out->count++;
		if (pg_rows_next(rows) != FOUND)
			return ERR_OK;
	} while (pg_rows_int64(rows) > 0);
	return ERR_OK;
}

static enum err job_claim(struct store *store, struct arena *arena, const struct job_claim *claim,
			  struct job_list *out)
{
	static const char sql[] =
		"WITH picked AS MATERIALIZED (SELECT id FROM job WHERE due <= $1 AND claimed <= $1"
		" ORDER BY due, id LIMIT $3 FOR UPDATE SKIP LOCKED),"
		" done AS (UPDATE job j SET claimed = $2 FROM picked p WHERE j.id = p.id"
		" RETURNING j.*)"
		" SELECT (SELECT count(*) FROM done), " JOB_COLUMNS
		" FROM (SELECT 1) AS one LEFT JOIN done j ON true ORDER BY j.due, j.id";
	*out = (struct job_list){ 0 };
	AUTO_FINI(pg_rows) struct pg_rows rows;
	enum err err = PG_WRITE(store, sql,
				VALUES(V_INT(claim->now), V_INT(claim->until), V_INT(claim->limit)),
				OUTCOMES(ERR_ABSENT, ERR_OK), .rows = &rows);
	if (err == ERR_ABSENT)
		return ERR_OK;
	return err == ERR_OK ? read_jobs(&rows, arena, out) : err;
}

static enum err job_done(struct store *store, const struct id *id, const struct event *event)
{
	static const char sql[] = "WITH done AS (DELETE FROM job WHERE id = $1 RETURNING 1)"
				  " {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_ID(id)), ERR_ABSENT, event);
}

static enum err job_retry(struct store *store, const struct id *id, int64_t due)
{
	static const char sql[] =
		"WITH done AS (UPDATE job SET due = $2, claimed = 0, attempts = attempts + 1"
		" WHERE id = $1 RETURNING 1) SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_ID(id), V_INT(due)), ERR_ABSENT, NULL);
}

const struct store_job_ops pg_job_ops = {
	.insert = job_insert,
	.claim = job_claim,
	.done = job_done,
	.retry = job_retry,
};
