/* SPDX-License-Identifier: Apache-2.0
 *
 * The thread that keeps the tables true and the database small: warms the poll table at start,
 * hears of decisions taken on other nodes and re-reads them once a second, follows the database's
 * clock, sweeps the table, watches for guessed codes, and deletes expired rows in small batches
 * when no other node does. Waits on a descriptor, so that it stops at once. */
#ifndef FLOW_HOUSEKEEPING_H
#define FLOW_HOUSEKEEPING_H

#include "base/attr.h"
#include "base/err.h"
#include "flow/flow.h"

struct housekeeping;

struct housekeeping_options {
	const struct flow *flow; /* outlives the thread */
	int64_t keep_dead;       /* seconds that dead grants and authorizations stay, 86400 */
	int64_t keep_events;
};
MUST_USE enum err housekeeping_start(const struct housekeeping_options *options,
				     struct housekeeping **out);
/* True once the poll table has been warmed (or the warming failed and was logged: entries are then
 * read one by one). */
bool housekeeping_is_warm(const struct housekeeping *housekeeping);
void housekeeping_stop(struct housekeeping **housekeeping);

#endif
