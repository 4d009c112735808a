/* SPDX-License-Identifier: Apache-2.0
 *
 * Caps on device codes, counted in memory: how many a source (the /24 or /64 of an address) asked
 * for in this minute, and how many of its codes are live. Bounded: quiet sources without live codes
 * are forgotten first. Safe for all threads. */
#ifndef FLOW_ISSUE_METER_H
#define FLOW_ISSUE_METER_H

#include <stdint.h>

#include "base/address.h"
#include "base/attr.h"
#include "base/err.h"

struct issue_meter;

struct issue_meter_options {
	uint32_t per_minute;
	uint32_t live;
	const struct network *exempt; /* counted, never refused */
	size_t exempt_count;
};
struct issue_meter *issue_meter_new(const struct issue_meter_options *options);
void issue_meter_free(struct issue_meter **meter);

/* The key of an address's source; random per process, never 0. */
uint64_t issue_meter_source(const struct issue_meter *meter, const struct address *address);
/* Takes one of the minute and one of the live. ERR_FULL over a cap: nothing is taken,
 * `*retry_after` says how many seconds. A meter that has no room for one more source takes nothing
 * and lets it pass. */
MUST_USE enum err issue_meter_take(struct issue_meter *meter, const struct address *address,
				   int64_t now_ms, int64_t *retry_after);
/* A live code more that was issued before this process began. */
void issue_meter_add_live(struct issue_meter *meter, uint64_t source);
/* A live code less. */
void issue_meter_release(struct issue_meter *meter, uint64_t source);

#endif
