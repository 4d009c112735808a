/* SPDX-License-Identifier: Apache-2.0
 *
 * The PostgreSQL engine as its object files see it: reading, and writing in one of two ways.
 *
 * What is written often is one statement and one round trip, which commits by itself (READ
 * COMMITTED): data-modifying parts named by WITH, of which the one named `done` says by its rows
 * whether the write took place. Everything the write relies on stands in conditions of `done`, or
 * of a part before it that locks the row it reads. The word {event} in the text stands where the
 * part that records the event goes, which the engine puts in:
 *
 *	WITH done AS (UPDATE "user" SET admin = $2 WHERE id = $1 RETURNING 1) {event}
 *	SELECT count(*) FROM done
 *
 * All parts of such a statement see the database as it was when the statement began, and a part
 * that waits for a row, and only then, sees that one row anew. Hence:
 * - what must not change meanwhile is locked by a MATERIALIZED part in front, and the others join
 *   it; a plain sub-select is no lock, and may be older than the row beside it;
 * - no row is changed by two parts, and none relies on what another part has written, other than by
 *   its RETURNING;
 * - that something is *not* there is no condition but through a unique key: ON CONFLICT;
 * - rows are locked in the order session, authorization, device grant, tokens; two that meet the
 *   other way round are told apart by the server, and one is tried again.
 * A statement that is answered by an error has changed nothing. One without an event has no mark:
 * it must bear being carried out twice, and its caller an outcome that its own first attempt
 *caused.
 *
 * What is rare, or has to look before it leaps, is a function that runs statements on a connection
 * within one transaction, and again from its start when it was in another's way.
 *
 * Both are tried again until the deadline, with growing pauses, when they were in another's way.
 * Both may find the server gone with the outcome unknown. The event of a write is its mark: on the
 * next connection the write is made once more, and when that finds nothing left to do, the mark
 * tells whether it was this very write that had done it. The mark is asked for by a write of its
 * own, so that the answer is as durable as every other. */
#ifndef STORE_POSTGRES_PG_ENGINE_H
#define STORE_POSTGRES_PG_ENGINE_H

#include <stdbool.h>

#include "base/attr.h"
#include "store/postgres/pg_conn.h"
#include "store/postgres/pg_pool.h"
#include "store/postgres/pg_stmt.h"
#include "store/store_ops.h"

struct pg_herald;
struct pg_recorder;

struct pg_engine {
	struct store store; /* first */
	char *database;
	struct pg_pool *pool;
	struct pg_recorder *recorder; /* writes events that were posted */
	struct pg_herald *herald;     /* tells other nodes of decisions, and hears of theirs */
	enum store_notify notify;
	bool read_only;
};

struct pg_engine *pg_engine_of(struct store *store);

/* --- reading
 * ------------------------------------------------------------------------------------------ */

/* AUTO_FINI(pg_rows) struct pg_rows rows; pg_read(store, &rows, sql, VALUES(...)); then as in
 * pg_stmt.h. Tried again when the connection was lost, until the deadline. */
void pg_read(struct store *store, struct pg_rows *rows, const char *sql, const struct value *values,
	     size_t count);
/* The same with less patience. */
void pg_read_soon(struct store *store, struct pg_rows *rows, const char *sql, int64_t wait_ms);

/* --- one statement
 * ------------------------------------------------------------------------------------ */

/* The first column of its one row is a number n, and outcomes[n] is what it means, the last of them
 * for every greater n. Further columns can be had through `rows` (else NULL), which the caller
 * finishes. */
struct pg_statement {
	const char *sql;
	const struct value *values;
	size_t count;
	const enum err *outcomes;
	size_t outcome_count;
	const struct event *event; /* or NULL */
	struct pg_rows *rows;
	/* Of one without an event, whose refusal may be its own first attempt's doing: what a
	 * refusal is told as after a lost connection. ERR_OK: as what it is. */
	enum err in_doubt;
};
MUST_USE enum err pg_write_one(struct store *store, const struct pg_statement *statement);
/* PG_WRITE(store, sql, VALUES(...), OUTCOMES(ERR_UNCHANGED, ERR_OK), .rows = &rows) */
#define PG_WRITE(store, ...) pg_write_one((store), &(const struct pg_statement){ __VA_ARGS__ })
#define OUTCOMES(...) \
	((const enum err[]){ __VA_ARGS__ }), \
		(sizeof((const enum err[]){ __VA_ARGS__ }) / sizeof(enum err))
/* For the many whose outcomes are "done" and one other: PG_CHANGE(store, sql, VALUES(...),
 * ERR_ABSENT, event), where `sql` ends in the count of rows. More than one is "done", too. */
struct pg_change_one {
	const char *sql;
	const struct value *values;
	size_t count;
	enum err none;
	const struct event *event;
};
MUST_USE enum err pg_change_one(struct store *store, const struct pg_change_one *change);
#define PG_CHANGE(store, ...) pg_change_one((store), &(const struct pg_change_one){ __VA_ARGS__ })

/* For inserts under a key: PG_INSERT(store, sql, VALUES(...), event), where `sql` ends in 0 when
 * what the row relies on is not there (ERR_UNCHANGED), 1 when the key is taken (ERR_CONFLICT), 2
 * when the row was inserted. */
struct pg_insert_one {
	const char *sql;
	const struct value *values;
	size_t count;
	const struct event *event;
};
MUST_USE enum err pg_insert_one(struct store *store, const struct pg_insert_one *insert);
#define PG_INSERT(store, ...) pg_insert_one((store), &(const struct pg_insert_one){ __VA_ARGS__ })

/* --- a transaction
 * ------------------------------------------------------------------------------------ */

/* Makes the changes of one operation; anything but ERR_OK rolls them back. May be run several
 * times. `*unrecorded` may be set: the operation changed nothing, its event is not written. */
typedef enum err pg_write_fn(struct pg_conn *conn, void *arg, bool *unrecorded);
/* SERIALIZABLE: as if alone. */
MUST_USE enum err pg_write(struct store *store, pg_write_fn *run, void *arg,
			   const struct event *event);
/* READ COMMITTED: `run` takes the locks of its rows first, in one order, and relies on nothing that
 * it has not locked; each of its statements sees what was committed before it. For what must find
 * all that others have added while it waited, as a removal does. */
MUST_USE enum err pg_write_locking(struct store *store, pg_write_fn *run, void *arg,
				   const struct event *event);

#endif
