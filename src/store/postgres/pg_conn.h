/* SPDX-License-Identifier: Apache-2.0
 *
 * One connection to the server, used by one thread at a time, with the statements it has prepared
 * (a statement is named by the address of its constant text, and always takes values of the same
 * types). Nothing here waits longer than its deadline, opening aside: a server that hangs, or a
 * network that swallows what is sent, is a lost connection. */
#ifndef STORE_POSTGRES_PG_CONN_H
#define STORE_POSTGRES_PG_CONN_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "store/postgres/pg_fate.h"
#include "store/value.h"

/* A power of two, more than twice the statements the engine has. */
enum { PG_CONN_STATEMENTS = 512, PG_CONN_VALUES_MAX = 64 };

struct pg_conn {
	PGconn *pg;            /* NULL when closed */
	bool pooled_elsewhere; /* a pooler stands between: nothing is prepared */
	bool lost;             /* of no use any more: the server has gone, or is no primary */
	bool local_commit;     /* the server said that no standby has what it committed */
	enum pg_fate trouble;  /* the first PG_RETRY or PG_LOST since it was set to PG_DONE */
	int64_t deadline_ms;   /* of the interval clock, for what is done on it now */
	size_t statement_count;
	struct {
		const char *sql;
		uint64_t name;
	} statements[PG_CONN_STATEMENTS];
	/* The pool's. */
	uint64_t generation;
	int64_t idle_since_ms;
	struct pg_conn *next;
	/* Before it is opened: as what the server's operator sees it, or NULL. */
	const char *name;
	/* What was logged last when it could not be opened. */
	uint64_t complaint;
	int64_t complained_ms;
};

/* False, logged without repeating anything of it, when the option is nothing that libpq can read.
 */
MUST_USE bool pg_conn_understands(const char *database);
/* A pair of keys and values for libpq: what the option says, with our own defaults added for what
 * it leaves open (connect_timeout, keepalives and tcp_user_timeout,
 * target_session_attrs=read-write, application_name). Blocks, up to connect_timeout per host. The
 * connection is zeroed, or one that this has failed for before. ERR_DATABASE, logged without any
 * password, at most once in ten seconds for the same cause. */
MUST_USE enum err pg_conn_open(struct pg_conn *conn, const char *database, bool pooled_elsewhere);
/* Lets the server end what nobody waits for any more: a wait for a lock after `lock_ms`, a
 * statement whose client has gone, a transaction that stands still. Only what the operator has not
 * set himself, and nothing through a pooler, where it would be somebody else's. ERR_DATABASE when
 * the connection was lost over it. */
MUST_USE enum err pg_conn_settle(struct pg_conn *conn, int64_t lock_ms);
/* Does nothing to a closed one. */
void pg_conn_close(struct pg_conn *conn);

/* Runs one statement with binary values and a binary result, which becomes the caller's (PQclear)
 * when it is PG_DONE and is NULL otherwise. Values of the event, if the statement has a place for
 * one, come after its own: see pg_engine.h. */
MUST_USE enum pg_fate pg_conn_run(struct pg_conn *conn, const char *sql, const struct value *values,
				  size_t count, PGresult **result);
/* Runs a statement that gives no rows once for each of `rows` lists of `count` values: one
 * transaction, one round trip. */
MUST_USE enum pg_fate pg_conn_run_each(struct pg_conn *conn, const char *sql,
				       const struct value *values, size_t count, size_t rows);
/* BEGIN, COMMIT, ROLLBACK, and scripts of several statements; without values and rows. */
MUST_USE enum pg_fate pg_conn_script(struct pg_conn *conn, const char *sql);
/* COPY ... FROM STDIN: `lines` are its rows in the form of text, all of them. */
MUST_USE enum pg_fate pg_conn_copy(struct pg_conn *conn, const char *sql, struct slice lines);
/* Takes in what the server has sent unasked. False, and the connection is lost, when it has gone.
 */
MUST_USE bool pg_conn_look(struct pg_conn *conn);

#endif
