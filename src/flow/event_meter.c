/* SPDX-License-Identifier: Apache-2.0
 *
 * Buckets that a keyed hash of kind and network chooses: a few sources share one now and then, and
 * with it the budget. Nothing is ever evicted, so no number of sources makes room for one. */
#include "flow/event_meter.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/secret.h"
#include "crypto/mac.h"

enum { BUCKETS = 4096 };

struct bucket {
	int64_t span;
	uint32_t count;
};

struct event_meter {
	struct secret key;
	pthread_mutex_t lock; /* of all below */
	struct bucket all;
	uint64_t left_out; /* in the span of `all` */
	struct bucket buckets[BUCKETS];
};

struct event_meter *event_meter_new(void)
{
	struct event_meter *meter = xcalloc(1, sizeof(*meter));
	rng_bytes(meter->key.bytes, sizeof(meter->key.bytes));
	ensure(pthread_mutex_init(&meter->lock, NULL) == 0);
	return meter;
}

void event_meter_free(struct event_meter **meter)
{
	if (!*meter)
		return;
	pthread_mutex_destroy(&(*meter)->lock);
	secret_fini(&(*meter)->key);
	free(*meter);
	*meter = NULL;
}

static size_t bucket_of(const struct event_meter *meter, enum event_kind kind,
			const struct address *address)
{
	uint8_t prefix[ADDRESS_PREFIX_BYTES];
	struct hash mac;
	uint32_t at;
	address_prefix(address, prefix);
	mac_compute(&meter->key,
		    MAC_PARTS(slice_str(event_kind_name(kind)), slice_of(prefix, sizeof(prefix))),
		    &mac);
	memcpy(&at, mac.bytes, sizeof(at));
	return at % BUCKETS;
}

static bool has_room(struct bucket *bucket, int64_t span, uint32_t limit)
{
	if (bucket->span != span)
		*bucket = (struct bucket){ .span = span };
	return bucket->count < limit;
}

/* How many the last span left out; 0 unless a new one has begun. */
static uint64_t close_span(struct event_meter *meter, int64_t span)
{
	if (meter->all.span == span)
		return 0;
	uint64_t left_out = meter->left_out;
	meter->left_out = 0;
	return left_out;
}

bool event_meter_take(struct event_meter *meter, enum event_kind kind,
		      const struct address *address, int64_t now_ms)
{
	if (!meter)
		return true;
	int64_t span = now_ms / (EVENT_METER_SPAN_S * 1000) + 1;
	struct bucket *bucket = &meter->buckets[bucket_of(meter, kind, address)];
	pthread_mutex_lock(&meter->lock);
	uint64_t left_out = close_span(meter, span);
	/* Both are asked: either may have to begin its span. */
	bool room = has_room(&meter->all, span, EVENT_METER_ALL);
	room = has_room(bucket, span, EVENT_METER_SOURCE) && room;
	meter->all.count += room;
	bucket->count += room;
	bool first = !room && meter->left_out++ == 0;
	pthread_mutex_unlock(&meter->lock);
	if (left_out > 0)
		log_warn("refusals were not recorded", LOG_NUMBER("count", left_out));
	if (first)
		log_warn("more refusals than are recorded",
			 LOG_TEXT("kind", slice_str(event_kind_name(kind))));
	return room;
}
