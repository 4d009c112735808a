/* SPDX-License-Identifier: Apache-2.0
 *
 * The store in words of the domain. What hides behind it (store/sqlite, store/postgres) passes one
 * contract suite (tests/store/contract.c) and shares no SQL with anybody.
 *
 * Rules that hold for every function here:
 * - Results are copied into the caller's arena. `now` is a parameter everywhere; the store asks no
 * clock.
 * - A write returns when it is committed and durable, never before. Each is one transaction (a
 * savepoint of a group commit with SQLite), and takes the event that records it into the same
 * transaction; a NULL event records nothing.
 * - What a decision relied on stands in the condition of the write. When the condition no longer
 * holds, nothing changes and the answer is ERR_UNCHANGED: load and decide once more.
 * - ERR_DATABASE and FIND_FAILED are for a broken or unreachable database alone; the detail is
 * logged where it happens.
 * - Writes may wait: call them on workers and in the command line, never on an event loop. Reads
 * may run on a loop only when store_reads_are_quick().
 *
 * The calls stand in a header per kind of object; this one includes them all. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/store_clients.h"
#include "store/store_database.h"
#include "store/store_devices.h"
#include "store/store_events.h"
#include "store/store_once.h"
#include "store/store_people.h"
#include "store/store_tokens.h"

#endif
