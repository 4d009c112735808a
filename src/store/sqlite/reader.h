/* SPDX-License-Identifier: Apache-2.0
 *
 * Connections that read, one per thread, made at the thread's first look-up. A thread's connection
 * is closed when the thread ends, and whatever is left when the store closes. */
#ifndef STORE_SQLITE_READER_H
#define STORE_SQLITE_READER_H

#include <pthread.h>

#include "base/attr.h"
#include "base/err.h"
#include "store/sqlite/conn.h"

struct reader;

struct readers {
	const char *path; /* the owner's */
	pthread_key_t key;
	pthread_mutex_t lock; /* of the list */
	struct reader *first;
};

MUST_USE enum err readers_init(struct readers *readers, const char *path);
/* No thread may be reading or ending any more. */
void readers_fini(struct readers *readers);
/* The connection of this thread; NULL when it cannot be opened, which is logged. */
struct conn *readers_get(struct readers *readers);

#endif
