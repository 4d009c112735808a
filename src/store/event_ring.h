/* SPDX-License-Identifier: Apache-2.0
 *
 * Events that were posted and wait to be written: copies in a ring of fixed size. Its owner locks.
 */
#ifndef STORE_EVENT_RING_H
#define STORE_EVENT_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/event.h"

/* How many may wait, and how much of their text is kept. */
enum {
	EVENT_RING_MAX = 1024,
	EVENT_RING_ADDRESS = 64,
	EVENT_RING_REQUEST = 48,
	EVENT_RING_DETAIL = 160
};

struct event_ring_slot {
	struct event event; /* its slices point into this slot */
	char address[EVENT_RING_ADDRESS];
	char request_id[EVENT_RING_REQUEST];
	char detail[EVENT_RING_DETAIL];
};

struct event_ring {
	struct event_ring_slot *slots;
	size_t first;
	size_t count;
	uint64_t dropped; /* since it was asked for */
};

void event_ring_init(struct event_ring *ring);
void event_ring_fini(struct event_ring *ring);
/* Copies, cutting text that is too long; a full ring counts what it drops. */
void event_ring_put(struct event_ring *ring, const struct event *event);
/* The oldest but `index`; stays where it is until event_ring_drop(), and may be read without the
 * lock meanwhile. */
const struct event *event_ring_at(const struct event_ring *ring, size_t index);
void event_ring_drop(struct event_ring *ring, size_t count);
/* How many were dropped since the last call. */
uint64_t event_ring_take_dropped(struct event_ring *ring);

#endif
