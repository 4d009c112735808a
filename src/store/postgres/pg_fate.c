/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of SQLSTATEs. PostgreSQL, Appendix A; a pooler sends errors of class 08 of its own. */
#include "store/postgres/pg_fate.h"

#include <assert.h>
#include <string.h>

#include "base/log.h"

/* The first whose letters the state begins with. */
static const struct {
	const char *state;
	enum pg_fate fate;
} states[] = {
	{ "23505", PG_TAKEN }, { "23503", PG_MISSING },
	{ "42710", PG_TAKEN }, /* the name of a type, which each table has */
	{ "42P07", PG_TAKEN }, /* the name of a table */
	{ "40001", PG_RETRY }, /* serialization failure */
	{ "40P01", PG_RETRY }, /* deadlock */
	{ "55P03", PG_RETRY }, /* waited too long for a lock */
	{ "57014", PG_RETRY }, /* cancelled by somebody */
	{ "40003", PG_LOST },  /* completion unknown: distributed servers say so */
	{ "08", PG_LOST },     /* connection */
	{ "57P", PG_LOST },    /* shutdown, crash, not yet up */
	{ "25006", PG_LOST },  /* read only: it is a standby now */
	{ "25P03", PG_LOST },  /* ended while it stood still in a transaction */
};

/* What a pooler brings about when it gives each transaction another connection. */
static bool is_pooler_state(const char *state)
{
	return strcmp(state, "26000") == 0 || strcmp(state, "42P05") == 0;
}

enum pg_fate pg_fate_of(const PGresult *result)
{
	switch (PQresultStatus(result)) {
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
	case PGRES_EMPTY_QUERY:
	case PGRES_PIPELINE_SYNC:
		return PG_DONE;
	default:
		break;
	}
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	if (state == NULL)
		return PG_FAILED;
	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		if (strncmp(state, states[i].state, strlen(states[i].state)) == 0)
			return states[i].fate;
	}
	return PG_FAILED;
}

bool pg_fate_is_stale_plan(const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *function = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);
	return state != NULL && strcmp(state, "0A000") == 0 && function != NULL &&
	       strcmp(function, "RevalidateCachedQuery") == 0;
}

enum err pg_fate_error(enum pg_fate fate)
{
	static const enum err errors[] = {
		[PG_DONE] = ERR_OK,        [PG_RETRY] = ERR_DATABASE, [PG_LOST] = ERR_DATABASE,
		[PG_TAKEN] = ERR_CONFLICT, [PG_MISSING] = ERR_ABSENT, [PG_FAILED] = ERR_DATABASE,
	};
	static_assert(ARRAY_LEN(errors) == PG_FATE_COUNT, "an error for each fate");
	return errors[fate];
}

void pg_fate_log(const PGresult *result, enum pg_fate fate)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	if (words == NULL)
		words = PQresultErrorMessage(result);
	if (fate == PG_LOST) {
		log_warn("the connection to the database was lost",
			 LOG_TEXT("state", slice_str(state)),
			 LOG_TEXT("detail", slice_trim(slice_str(words))));
		return;
	}
	log_error("the database refused a statement", LOG_TEXT("state", slice_str(state)),
		  LOG_TEXT("detail", slice_trim(slice_str(words))));
	if (state != NULL && is_pooler_state(state))
		log_plain(LOG_ERROR, "a pooler such as PgBouncer in transaction mode seems to "
				     "stand before the database: set database_pooler = yes");
}
