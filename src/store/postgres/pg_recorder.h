/* SPDX-License-Identifier: Apache-2.0
 *
 * The thread that writes the events that were posted: as many as have gathered, in one transaction
 * and one round trip. While the server is away they wait in the ring, and what does not fit is
 * dropped and counted. */
#ifndef STORE_POSTGRES_PG_RECORDER_H
#define STORE_POSTGRES_PG_RECORDER_H

#include "domain/event.h"
#include "store/postgres/pg_pool.h"

struct pg_recorder;

struct pg_recorder *pg_recorder_new(struct pg_pool *pool);
/* Writes what waits, if the server takes it, and ends the thread. */
void pg_recorder_free(struct pg_recorder **recorder);
/* Queues a copy; does not wait. */
void pg_recorder_post(struct pg_recorder *recorder, const struct event *event);

#endif
