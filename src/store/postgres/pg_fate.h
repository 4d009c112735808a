/* SPDX-License-Identifier: Apache-2.0
 *
 * What became of a statement, from its SQLSTATE: whether the same once more may help, whether the
 * server is still the one to talk to, and what the caller is to be told. */
#ifndef STORE_POSTGRES_PG_FATE_H
#define STORE_POSTGRES_PG_FATE_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "base/err.h"

enum pg_fate {
	PG_DONE = 0,
	PG_RETRY,   /* 40001, 40P01 and their like: the same once more may work */
	PG_LOST,    /* the connection is lost; whether the statement was carried out is not known */
	PG_TAKEN,   /* 23505: a unique value is taken; so are names of tables */
	PG_MISSING, /* 23503: a row it refers to is not there */
	PG_FAILED,  /* anything else, logged */
	PG_FATE_COUNT
};

/* PG_DONE for a result that is no error. */
enum pg_fate pg_fate_of(const PGresult *result);
/* True when a plan that this connection keeps does not fit the tables any more, since a migration
 * has changed them. */
bool pg_fate_is_stale_plan(const PGresult *result);
/* ERR_CONFLICT, ERR_ABSENT, or ERR_DATABASE. */
enum err pg_fate_error(enum pg_fate fate);
/* The state and the server's words, which hold no values. */
void pg_fate_log(const PGresult *result, enum pg_fate fate);

#endif
