/* SPDX-License-Identifier: Apache-2.0
 *
 * A connection beside the pool for what reads whole tables: it may take its time, sees one state of
 * the database from beginning to end, and keeps no request waiting. */
#ifndef STORE_POSTGRES_PG_SCAN_H
#define STORE_POSTGRES_PG_SCAN_H

#include "base/attr.h"
#include "store/postgres/pg_engine.h"

/* Within a transaction that reads alone. pg_scan_fini() ends it, also after a failure. */
MUST_USE enum err pg_scan_init(struct pg_conn *conn, struct store *store);
void pg_scan_fini(struct pg_conn *conn);

#endif
