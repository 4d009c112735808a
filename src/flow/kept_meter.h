/* SPDX-License-Identifier: Apache-2.0
 *
 * How many requests are kept for people who have proved nothing: posted by another site, or pushed
 * by a public client. Each costs a row, so each source (the /24 or /64 of an address) gets so many
 * a minute, and all sources together so many. Counted in memory, per node. Safe for all threads.
 * D49 */
#ifndef FLOW_KEPT_METER_H
#define FLOW_KEPT_METER_H

#include "base/address.h"
#include "base/attr.h"
#include "base/err.h"
#include "store/store.h"

enum {
	KEPT_METER_POSTED = 10, /* a minute and source */
	KEPT_METER_PUSHED = 20,
	KEPT_METER_ALL = 600
};

struct kept_meter;

/* Networks without a limit of their own; those of all sources together hold for them too. */
struct kept_meter *kept_meter_new(const struct network *exempt, size_t exempt_count);
void kept_meter_free(struct kept_meter **meter);
/* One more. ERR_FULL, and `*retry_after` in seconds. A NULL meter lets all pass. */
MUST_USE enum err kept_meter_take(struct kept_meter *meter, enum kept_kind kind,
				  const struct address *address, int64_t now_ms,
				  int64_t *retry_after);

#endif
