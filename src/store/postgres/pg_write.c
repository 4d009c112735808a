/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and writing, again and again until the deadline. A write whose connection was lost after
 * it had been sent is `unsure`: from then on no outcome is believed before its mark was looked for.
 * What was lost before the COMMIT of a transaction was sent is surely undone. */
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "base/rng.h"
#include "store/postgres/pg_object.h"

/* The pause before an attempt is at random up to this, doubled each time. */
enum { PAUSE_FIRST_MS = 2, PAUSE_DOUBLINGS = 7 };

struct effort {
	struct pg_engine *engine;
	const struct event *event; /* or NULL */
	struct id mark;
	int64_t deadline_ms;
	int64_t least_ms; /* that must be left for another attempt */
	unsigned tries;
	bool unsure;
	bool extended; /* the operation has had its say about the deadline */
};

static void effort_init(struct effort *effort, struct store *store, const struct event *event)
{
	struct pg_engine *engine = pg_engine_of(store);
	*effort = (struct effort){ .engine = engine, .event = event };
	effort->deadline_ms = pg_pool_deadline(engine->pool);
	if (event != NULL)
		rng_bytes(&effort->mark, sizeof(effort->mark));
}

static void sleep_ms(int64_t ms)
{
	struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	nanosleep(&pause, NULL);
}

/* The first time after a lost connection there is no pause. False when there is no time left. */
static bool effort_pause(struct effort *effort, enum pg_fate fate)
{
	unsigned tries = effort->tries++;
	uint32_t random;
	rng_bytes(&random, sizeof(random));
	unsigned doublings = tries < PAUSE_DOUBLINGS ? tries : PAUSE_DOUBLINGS;
	int64_t pause_ms = (int64_t)random % ((int64_t)PAUSE_FIRST_MS << doublings);
	if (fate == PG_LOST && tries == 0)
		pause_ms = 0;
	if (clock_mono_ms() + pause_ms + effort->least_ms >= effort->deadline_ms)
		return false;
	sleep_ms(pause_ms);
	return true;
}

/* NULL also when there is one, but too late. */
static struct pg_conn *effort_take(const struct effort *effort)
{
	struct pg_pool *pool = effort->engine->pool;
	struct pg_conn *conn = pg_pool_take(pool, effort->deadline_ms);
	if (conn == NULL || clock_mono_ms() + effort->least_ms < effort->deadline_ms)
		return conn;
	pg_pool_give(pool, conn);
	return NULL;
}

static bool is_passing(enum pg_fate fate)
{
	return fate == PG_RETRY || fate == PG_LOST;
}

/* --- reading
 * ---------------------------------------------------------------------------------------------------
 */

static enum pg_fate read_once(const struct effort *effort, const char *sql,
			      const struct value *values, size_t count, PGresult **result)
{
	struct pg_conn *conn = effort_take(effort);
	*result = NULL;
	if (conn == NULL)
		return PG_FAILED;
	enum pg_fate fate = pg_conn_run(conn, sql, values, count, result);
	pg_pool_give(effort->engine->pool, conn);
	return fate;
}

static void read_until(struct effort *effort, struct pg_rows *rows, const char *sql,
		       const struct value *values, size_t count)
{
	PGresult *result;
	enum pg_fate fate = read_once(effort, sql, values, count, &result);
	while (is_passing(fate) && effort_pause(effort, fate))
		fate = read_once(effort, sql, values, count, &result);
	pg_rows_init(rows, result);
}

void pg_read(struct store *store, struct pg_rows *rows, const char *sql, const struct value *values,
	     size_t count)
{
	struct effort effort;
	effort_init(&effort, store, NULL);
	read_until(&effort, rows, sql, values, count);
}

void pg_read_soon(struct store *store, struct pg_rows *rows, const char *sql, int64_t wait_ms)
{
	struct effort effort;
	effort_init(&effort, store, NULL);
	int64_t deadline_ms = clock_mono_ms() + wait_ms;
	if (deadline_ms < effort.deadline_ms)
		effort.deadline_ms = deadline_ms;
	read_until(&effort, rows, sql, NO_VALUES);
}

/* --- the mark
 * --------------------------------------------------------------------------------------------------
 */

/* Whether an earlier attempt of this write was committed. A write, though it changes nothing: with
 * a standby its commit waits until everything before it is there. */
static enum pg_fate find_mark(struct pg_conn *conn, const struct effort *effort, bool *found)
{
	static const char sql[] = "UPDATE event SET detail = detail WHERE shard = $1 AND id = $2";
	struct value values[PG_EVENT_VALUES];
	PGresult *result;
	pg_event_values(effort->event, &effort->mark, values);
	enum pg_fate fate = pg_conn_run(conn, sql, values, 2, &result);
	*found = fate == PG_DONE && strcmp(PQcmdTuples(result), "1") == 0;
	PQclear(result);
	return fate;
}

/* `*err` is what this attempt came to. Once a connection was lost, an outcome may be an earlier
 * attempt's doing, also a success that had nothing left to write: it is not told before what it
 * rests on is as durable as anything else. */
static enum pg_fate believe(struct pg_conn *conn, const struct effort *effort, enum err *err)
{
	bool ours;
	if (!effort->unsure || effort->event == NULL)
		return PG_DONE;
	enum pg_fate fate = find_mark(conn, effort, &ours);
	if (fate == PG_DONE && ours)
		*err = ERR_OK;
	return fate;
}

/* --- attempts
 * --------------------------------------------------------------------------------------------------
 */

/* PG_DONE when `*err` is the answer; PG_RETRY and PG_LOST ask for another attempt. */
typedef enum pg_fate attempt_fn(struct effort *effort, struct pg_conn *conn, void *arg,
				enum err *err);

static enum err give_up(const struct effort *effort)
{
	log_error("a write to the database was given up", LOG_NUMBER("tries", effort->tries),
		  LOG_TEXT("outcome", effort->unsure ? SLICE("unknown") : SLICE("not written")));
	return ERR_DATABASE;
}

static enum err attempt_until(struct effort *effort, attempt_fn *attempt, void *arg)
{
	if (effort->engine->read_only) {
		log_plain(LOG_ERROR, "the database was opened for reading alone");
		return ERR_DATABASE;
	}
	effort->least_ms = pg_pool_lock_ms(effort->engine->pool);
	enum pg_fate fate;
	do {
		enum err err = ERR_DATABASE;
		struct pg_conn *conn = effort_take(effort);
		if (conn == NULL)
			break;
		fate = attempt(effort, conn, arg, &err);
		pg_pool_give(effort->engine->pool, conn);
		if (fate == PG_DONE)
			return err;
		if (!is_passing(fate))
			return ERR_DATABASE;
	} while (effort_pause(effort, fate));
	return give_up(effort);
}

/* --- one statement
 * --------------------------------------------------------------------------------------------- */

struct single {
	const struct pg_statement *statement;
	struct value values[PG_CONN_VALUES_MAX];
	size_t count;
};

/* The values of the event are there in any case, if the statement has a place for them. */
static void single_init(struct single *single, const struct effort *effort,
			const struct pg_statement *statement)
{
	static const struct event none;
	bool takes_event = strstr(statement->sql, "{event}") != NULL;
	size_t count = statement->count;
	ensure(count + PG_EVENT_VALUES <= PG_CONN_VALUES_MAX);
	single->statement = statement;
	single->count = count + (takes_event ? PG_EVENT_VALUES : 0);
	if (count > 0)
		memcpy(single->values, statement->values, count * sizeof(*single->values));
	if (!takes_event)
		return;
	const struct event *event = effort->event != NULL ? effort->event : &none;
	pg_event_values(event, &effort->mark, single->values + count);
	for (size_t i = count; i < single->count; i++)
		single->values[i].null |= effort->event == NULL;
}

static enum err outcome_of(const struct pg_statement *statement, struct pg_rows *rows)
{
	size_t last = statement->outcome_count - 1;
	int64_t number = pg_rows_next(rows) == FOUND ? pg_rows_int64(rows) : -1;
	if (number >= 0)
		return statement->outcomes[(uint64_t)number < last ? (size_t)number : last];
	log_plain(LOG_ERROR, "a write does not say what came of it");
	return ERR_DATABASE;
}

static enum pg_fate attempt_single(struct effort *effort, struct pg_conn *conn, void *arg,
				   enum err *err)
{
	const struct single *single = arg;
	const struct pg_statement *statement = single->statement;
	AUTO_FINI(pg_rows) struct pg_rows rows;
	PGresult *result;
	enum pg_fate fate = pg_conn_run(conn, statement->sql, single->values, single->count,
					&result);
	pg_rows_init(&rows, result);
	if (fate == PG_LOST)
		effort->unsure = true;
	if (is_passing(fate))
		return fate;
	*err = fate == PG_DONE ? outcome_of(statement, &rows) : pg_fate_error(fate);
	if (effort->unsure && *err != ERR_OK && statement->in_doubt != ERR_OK)
		*err = statement->in_doubt;
	enum err before = *err;
	fate = believe(conn, effort, err);
	if (fate == PG_DONE && *err == before && statement->rows != NULL) {
		*statement->rows = rows;
		rows.result = NULL;
	}
	return fate;
}

enum err pg_write_one(struct store *store, const struct pg_statement *statement)
{
	struct effort effort;
	struct single single;
	effort_init(&effort, store, statement->event);
	single_init(&single, &effort, statement);
	if (statement->rows != NULL)
		pg_rows_init(statement->rows, NULL);
	return attempt_until(&effort, attempt_single, &single);
}

enum err pg_change_one(struct store *store, const struct pg_change_one *change)
{
	const enum err outcomes[] = { change->none, ERR_OK };
	return pg_write_one(store, &(const struct pg_statement){ .sql = change->sql,
								 .values = change->values,
								 .count = change->count,
								 .outcomes = outcomes,
								 .outcome_count = 2,
								 .event = change->event });
}

enum err pg_insert_one(struct store *store, const struct pg_insert_one *insert)
{
	static const enum err outcomes[] = { ERR_UNCHANGED, ERR_CONFLICT, ERR_OK };
	return pg_write_one(store,
			    &(const struct pg_statement){ .sql = insert->sql,
							  .values = insert->values,
							  .count = insert->count,
							  .outcomes = outcomes,
							  .outcome_count = ARRAY_LEN(outcomes),
							  .event = insert->event });
}

/* --- a transaction
 * --------------------------------------------------------------------------------------------- */

struct transaction {
	const char *begin;
	pg_write_fn *run;
	void *arg;
};

static enum err run_with_event(struct effort *effort, struct pg_conn *conn,
			       const struct transaction *transaction)
{
	bool unrecorded = false;
	enum err err = transaction->run(conn, transaction->arg, &unrecorded);
	/* An operation may ask for more time than others have, once. */
	if (!effort->extended && conn->deadline_ms > effort->deadline_ms)
		effort->deadline_ms = conn->deadline_ms;
	effort->extended = true;
	if (err == ERR_OK && effort->event != NULL && !unrecorded)
		err = pg_event_record(conn, effort->event, &effort->mark);
	return err;
}

/* A connection that cannot roll back is closed when it is given back. */
static enum pg_fate undo(struct pg_conn *conn)
{
	PGTransactionStatusType status = PQtransactionStatus(conn->pg);
	if (conn->lost || (status != PQTRANS_INTRANS && status != PQTRANS_INERROR))
		return PG_DONE;
	return pg_conn_script(conn, "ROLLBACK");
}

static enum pg_fate commit(struct effort *effort, struct pg_conn *conn)
{
	/* Somebody took a failure for success: a COMMIT would only seem to work. */
	if (PQtransactionStatus(conn->pg) != PQTRANS_INTRANS) {
		log_plain(LOG_ERROR, "a transaction that has failed cannot be committed");
		return PG_FAILED;
	}
	enum pg_fate fate = pg_conn_script(conn, "COMMIT");
	if (fate == PG_LOST)
		effort->unsure = true;
	return fate;
}

static enum pg_fate attempt_transaction(struct effort *effort, struct pg_conn *conn, void *arg,
					enum err *err)
{
	const struct transaction *transaction = arg;
	enum pg_fate fate = pg_conn_script(conn, transaction->begin);
	if (fate != PG_DONE)
		return fate;
	*err = run_with_event(effort, conn, transaction);
	if (conn->trouble == PG_DONE && *err == ERR_OK) {
		fate = commit(effort, conn);
		*err = pg_fate_error(fate);
	}
	enum pg_fate trouble = conn->trouble;
	fate = undo(conn);
	if (trouble != PG_DONE || fate != PG_DONE)
		return trouble != PG_DONE ? trouble : fate;
	return believe(conn, effort, err);
}

enum err pg_write(struct store *store, pg_write_fn *run, void *arg, const struct event *event)
{
	struct effort effort;
	struct transaction transaction = { "BEGIN ISOLATION LEVEL SERIALIZABLE", run, arg };
	effort_init(&effort, store, event);
	return attempt_until(&effort, attempt_transaction, &transaction);
}

enum err pg_write_locking(struct store *store, pg_write_fn *run, void *arg,
			  const struct event *event)
{
	struct effort effort;
	struct transaction transaction = { "BEGIN ISOLATION LEVEL READ COMMITTED", run, arg };
	effort_init(&effort, store, event);
	return attempt_until(&effort, attempt_transaction, &transaction);
}
