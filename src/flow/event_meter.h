/* SPDX-License-Identifier: Apache-2.0
 *
 * How many refusals are recorded. Anybody can have requests refused, as fast as he can send them,
 * and events are kept for months: so each source gets so many rows per kind and span of time, and
 * all sources together so many. What is over is counted and told in the log. State changes are not
 * metered: they are recorded in the transaction that makes them. */
#ifndef FLOW_EVENT_METER_H
#define FLOW_EVENT_METER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "domain/event.h"

enum { EVENT_METER_SPAN_S = 600, EVENT_METER_SOURCE = 60, EVENT_METER_ALL = 6000 };

struct event_meter;

struct event_meter *event_meter_new(void);
void event_meter_free(struct event_meter **meter);
/* True when one more may be recorded; it is counted then. A NULL meter says yes to all. */
bool event_meter_take(struct event_meter *meter, enum event_kind kind,
		      const struct address *address, int64_t now_ms);

#endif
