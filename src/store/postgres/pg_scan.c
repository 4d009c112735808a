/* SPDX-License-Identifier: Apache-2.0
 *
 * One connection and one transaction for reading whole tables. */
#include "store/postgres/pg_scan.h"

#include "base/clock.h"

enum { PATIENCE_MS = 4 * 3600 * 1000 };

enum err pg_scan_init(struct pg_conn *conn, struct store *store)
{
	/* As if through a pooler: there may be one, and each statement is run once. */
	*conn = (struct pg_conn){ 0 };
	if (pg_conn_open(conn, pg_engine_of(store)->database, true) != ERR_OK)
		return ERR_DATABASE;
	conn->deadline_ms = clock_mono_ms() + PATIENCE_MS;
	enum pg_fate fate = pg_conn_script(
		conn, "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
	return fate == PG_DONE ? ERR_OK : ERR_DATABASE;
}

void pg_scan_fini(struct pg_conn *conn)
{
	pg_conn_close(conn);
}
