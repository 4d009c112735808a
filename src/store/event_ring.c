/* SPDX-License-Identifier: Apache-2.0
 *
 * The ring of posted events. Its memory is taken at once but costs nothing until it is used. */
#include "store/event_ring.h"

#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"

void event_ring_init(struct event_ring *ring)
{
	*ring = (struct event_ring){ .slots = xcalloc(EVENT_RING_MAX, sizeof(*ring->slots)) };
}

void event_ring_fini(struct event_ring *ring)
{
	free(ring->slots);
	*ring = (struct event_ring){ 0 };
}

/* Cuts before a character of which not all bytes fit. */
static struct slice keep(char *place, size_t size, struct slice text)
{
	size_t len = text.len < size ? text.len : size;
	while (len > 0 && len < text.len && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
		len--;
	if (len > 0)
		memcpy(place, text.ptr, len);
	return slice_of(place, len);
}

void event_ring_put(struct event_ring *ring, const struct event *event)
{
	if (ring->count == EVENT_RING_MAX) {
		ring->dropped++;
		return;
	}
	struct event_ring_slot *slot = &ring->slots[(ring->first + ring->count) % EVENT_RING_MAX];
	slot->event = *event;
	slot->event.address = keep(slot->address, sizeof(slot->address), event->address);
	slot->event.request_id = keep(slot->request_id, sizeof(slot->request_id),
				      event->request_id);
	slot->event.detail = keep(slot->detail, sizeof(slot->detail), event->detail);
	ring->count++;
}

const struct event *event_ring_at(const struct event_ring *ring, size_t index)
{
	return &ring->slots[(ring->first + index) % EVENT_RING_MAX].event;
}

void event_ring_drop(struct event_ring *ring, size_t count)
{
	ensure(count <= ring->count);
	ring->first = (ring->first + count) % EVENT_RING_MAX;
	ring->count -= count;
}

uint64_t event_ring_take_dropped(struct event_ring *ring)
{
	uint64_t dropped = ring->dropped;
	ring->dropped = 0;
	return dropped;
}
