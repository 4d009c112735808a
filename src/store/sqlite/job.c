/* SPDX-License-Identifier: Apache-2.0
 *
 * Jobs. A claim is a time in the row: a node that dies with jobs in its hands keeps nobody from
 * them for longer than that. */
#include "store/sqlite/object.h"

struct jobs_insert {
	const struct job_row *jobs;
	size_t count;
};

enum err job_add(struct conn *conn, const struct job_row *job)
{
	static const char sql[] =
		"INSERT INTO job (id, kind, client, user, payload, created, due, attempts)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
	return conn_run(conn, sql,
			VALUES(V_ID(&job->id), V_INT(job->kind), V_ID(&job->client),
			       V_ID(&job->user), V_TEXT(job->payload), V_INT(job->created),
			       V_INT(job->due), V_INT(job->attempts)));
}

static enum err run_insert(struct conn *conn, void *arg)
{
	const struct jobs_insert *insert = arg;
	enum err err = ERR_OK;
	conn->unrecorded = insert->count == 0;
	for (size_t i = 0; i < insert->count && err == ERR_OK; i++)
		err = job_add(conn, &insert->jobs[i]);
	return err;
}

static enum err job_insert(struct store *store, const struct job_row *jobs, size_t count,
			   const struct event *event)
{
	struct jobs_insert insert = { jobs, count };
	return engine_write(store, run_insert, &insert, event);
}

struct claiming {
	struct arena *arena;
	const struct job_claim *claim;
	struct job_list *out;
};

#define FREE_JOBS "FROM job j WHERE j.due <= ?1 AND j.claimed <= ?1 ORDER BY j.due, j.id LIMIT ?2"

static enum err read_free(struct conn *conn, const struct claiming *claiming)
{
	static const char sql[] = "SELECT " JOB_COLUMNS " " FREE_JOBS;
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, conn, sql,
		   VALUES(V_INT(claiming->claim->now), V_INT(claiming->claim->limit)));
	struct rows_array array = { .record = &job_record,
				    .size = sizeof(struct job_row),
				    .limit = SIZE_MAX };
	enum err err = rows_all(&rows, claiming->arena, &array);
	*claiming->out = (struct job_list){ array.items, array.count };
	return err;
}

/* Nobody writes between the two: those that were read are those that are claimed. */
static enum err run_claim(struct conn *conn, void *arg)
{
	static const char sql[] = "UPDATE job SET claimed = ?3 WHERE id IN (SELECT j.id " FREE_JOBS
				  ")";
	const struct claiming *claiming = arg;
	const struct job_claim *claim = claiming->claim;
	enum err err = read_free(conn, claiming);
	if (err != ERR_OK || claiming->out->count == 0)
		return err;
	return conn_run(conn, sql,
			VALUES(V_INT(claim->now), V_INT(claim->limit), V_INT(claim->until)));
}

static enum err job_claim(struct store *store, struct arena *arena, const struct job_claim *claim,
			  struct job_list *out)
{
	struct claiming claiming = { arena, claim, out };
	enum err err = engine_write(store, run_claim, &claiming, NULL);
	if (err != ERR_OK)
		*out = (struct job_list){ 0 };
	return err;
}

static enum err job_done(struct store *store, const struct id *id, const struct event *event)
{
	return ENGINE_CHANGE(store, "DELETE FROM job WHERE id = ?1", VALUES(V_ID(id)), ERR_ABSENT,
			     event);
}

static enum err job_retry(struct store *store, const struct id *id, int64_t due)
{
	static const char sql[] =
		"UPDATE job SET due = ?2, attempts = attempts + 1, claimed = 0 WHERE id = ?1";
	return ENGINE_CHANGE(store, sql, VALUES(V_ID(id), V_INT(due)), ERR_ABSENT, NULL);
}

const struct store_job_ops job_ops = {
	.insert = job_insert,
	.claim = job_claim,
	.done = job_done,
	.retry = job_retry,
};
