/* SPDX-License-Identifier: Apache-2.0
 *
 * The SQLite engine as its object files see it: where to read, and how to write. */
#ifndef STORE_SQLITE_ENGINE_H
#define STORE_SQLITE_ENGINE_H

#include "base/attr.h"
#include "store/sqlite/conn.h"
#include "store/sqlite/reader.h"
#include "store/sqlite/stmt.h"
#include "store/sqlite/writer.h"
#include "store/store_ops.h"

struct engine {
	struct store store; /* first */
	char *path;         /* absolute */
	struct readers readers;
	struct writer *writer; /* NULL when nothing may be written */
};

struct engine *engine_of(struct store *store);
/* The connection on which this thread reads; NULL when there is none. */
struct conn *engine_reader(struct store *store);
/* See writer_do(). ERR_DATABASE when nothing may be written. */
MUST_USE enum err engine_write(struct store *store, write_fn *run, void *arg,
			       const struct event *event);

/* An operation that is one statement: ENGINE_CHANGE(store, sql, VALUES(...), ERR_ABSENT, event). */
struct change {
	const char *sql;
	const struct value *values;
	size_t count;
	enum err none; /* when no row was changed */
	const struct event *event;
};
MUST_USE enum err engine_change(struct store *store, const struct change *change);
#define ENGINE_CHANGE(store, ...) engine_change((store), &(const struct change){ __VA_ARGS__ })

#endif
