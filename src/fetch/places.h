/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may send a request of ours now. Each class has places of its own, and a queue of its own
 * before them, so that strangers keep nobody waiting but strangers. Of the places of a class one
 * site (fetch/site.h) has a few, and so has one network really connected to (a /24, or a /48 of
 * IPv6): names cost nothing, networks do. A site or network that was slow a moment ago shares what
 * little is left for the slow: who has many of them must have new ones each time. For all threads.
 * D78 */
#ifndef FETCH_PLACES_H
#define FETCH_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/slice.h"
#include "fetch/fetch.h"

enum {
	PLACES_WORKERS = 32, /* for so many the rows are made; with fewer there are fewer places */
	PLACES_SLOW_MS = 2000,
	PLACES_SLOW_FOR_MS = 60000 /* so long it is remembered */
};

struct places_row {
	const char *name;
	unsigned places;
	unsigned each;    /* of them, for one site or one network */
	unsigned slow;    /* of them, for all together that were slow a moment ago */
	unsigned queue;   /* callers that wait */
	unsigned held;    /* of them, for those whom only their own like keep waiting */
	int64_t wait_ms;  /* for so long */
	bool own_threads; /* its callers are no workers */
};
const struct places_row *places_row(enum fetch_class class);

struct places;
/* `workers`: threads that the callers are of; 0: as many as the rows are made for. Of more than
 * those, the queues of workers are longer. */
struct places *places_new(size_t workers);
void places_free(struct places **places);

/* One request on its way; of the caller, who fills the first part. */
struct visit {
	enum fetch_class class;
	struct slice site;
	bool at_once;        /* does not wait */
	int64_t deadline_ms; /* by clock_mono_ms(): waits no longer */
	/* places.c's own: zero */
	struct visit_network {
		uint8_t bytes[ADDRESS_PREFIX_BYTES];
	} networks[2]; /* the last two: IPv6 and IPv4 are tried side by side */
	size_t network_count;
	int64_t began_ms;
	bool slow;
	bool turned_away;            /* by places_connect() */
	struct visit_network wanted; /* from where */
};
/* Takes a place, perhaps after a while. False: there is none in time, or the queue is full. */
bool places_enter(struct places *places, struct visit *visit);
/* Whether this address may be connected to, too. After a false leave, and enter
 * again, which then waits for a place in that network. Quick. */
bool places_connect(struct places *places, struct visit *visit, const struct address *address);
void places_leave(struct places *places, struct visit *visit);

/* Somebody who waits for what another one fetches waits in the same queue, as one who is held up by
 * his like. False: there are enough. */
bool places_stand(struct places *places, enum fetch_class class);
void places_stand_no_more(struct places *places, enum fetch_class class);

#endif
