/* SPDX-License-Identifier: Apache-2.0
 *
 * The one writer: a thread with the one connection that writes. It takes all operations that have
 * queued up while it was busy, runs each in a savepoint of one transaction, commits, and only then
 * lets the callers go. A caller sleeps for as long, so his operation lives on his stack, and no
 * more operations can wait than there are threads. */
#ifndef STORE_SQLITE_WRITER_H
#define STORE_SQLITE_WRITER_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "domain/event.h"
#include "store/sqlite/conn.h"

struct writer;

/* Makes the changes of one operation; `arg` is its caller's. Anything but ERR_OK undoes what it
 * did. It runs on the writer's thread, and again from the start when the batch has to be repeated.
 */
typedef enum err write_fn(struct conn *conn, void *arg);

/* The file must be there. */
MUST_USE enum err writer_new(const char *path, struct writer **out);
/* Writes what is queued, then ends the thread. NULL is nothing. */
void writer_free(struct writer **writer);
/* Runs `run` and records `event` (or nothing) in the same transaction. Returns when it is
 * committed. ERR_DATABASE when that failed, whatever `run` said. */
MUST_USE enum err writer_do(struct writer *writer, write_fn *run, void *arg,
			    const struct event *event);
/* Queues a copy; does not wait. */
void writer_post(struct writer *writer, const struct event *event);

#endif
