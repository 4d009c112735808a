/* SPDX-License-Identifier: Apache-2.0
 *
 * A fixed table of sets of sixteen places; a source lives in the set that its key names, so that
 * finding it and making room for it look at sixteen places and no more. The keys are random per
 * process: nobody can aim at one set. */
#include "flow/issue_meter.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/rng.h"
#include "base/secret.h"
#include "crypto/mac.h"

enum { SOURCES_MAX = 65536, WAYS = 16, SETS = SOURCES_MAX / WAYS, LOCKS = 64 };
enum { MINUTE_MS = 60000, LIVE_RETRY_S = 60 };

struct place {
	uint64_t source; /* 0: empty */
	int64_t minute;  /* that `issued` counts */
	uint32_t issued;
	uint32_t live;
};

struct issue_meter {
	struct issue_meter_options options;
	struct network *exempt; /* a copy */
	struct secret key;
	pthread_mutex_t locks[LOCKS];
	struct place sets[SETS][WAYS];
};

struct issue_meter *issue_meter_new(const struct issue_meter_options *options)
{
	struct issue_meter *meter = xcalloc(1, sizeof(*meter));
	meter->options = *options;
	meter->exempt = xcalloc(options->exempt_count + 1, sizeof(struct network));
	for (size_t i = 0; i < options->exempt_count; i++)
		meter->exempt[i] = options->exempt[i];
	rng_bytes(meter->key.bytes, sizeof(meter->key.bytes));
	for (size_t i = 0; i < LOCKS; i++)
		ensure(pthread_mutex_init(&meter->locks[i], NULL) == 0);
	return meter;
}

void issue_meter_free(struct issue_meter **meter)
{
	if (!*meter)
		return;
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&(*meter)->locks[i]);
	secret_fini(&(*meter)->key);
	free((*meter)->exempt);
	free(*meter);
	*meter = NULL;
}

uint64_t issue_meter_source(const struct issue_meter *meter, const struct address *address)
{
	uint8_t prefix[ADDRESS_PREFIX_BYTES];
	struct hash mac;
	uint64_t source;
	if (!meter)
		return 1;
	address_prefix(address, prefix);
	mac_compute(&meter->key, MAC_PARTS(slice_of(prefix, sizeof(prefix))), &mac);
	memcpy(&source, mac.bytes, sizeof(source));
	return source ? source : 1;
}

static struct place *lock_set(struct issue_meter *meter, uint64_t source)
{
	size_t set = source % SETS;
	pthread_mutex_lock(&meter->locks[set % LOCKS]);
	return meter->sets[set];
}

static void unlock_set(struct issue_meter *meter, uint64_t source)
{
	pthread_mutex_unlock(&meter->locks[source % SETS % LOCKS]);
}

static struct place *find_place(struct place *set, uint64_t source)
{
	for (size_t way = 0; way < WAYS; way++)
		if (set[way].source == source)
			return &set[way];
	return NULL;
}

/* Its own place, or that of the source without live codes that has been quiet for longest; empty
 * ones have been for ever. NULL when every place has live codes. */
static struct place *place_for(struct place *set, uint64_t source)
{
	struct place *best = find_place(set, source);
	if (best)
		return best;
	for (size_t way = 0; way < WAYS; way++) {
		struct place *place = &set[way];
		if (place->source == 0) {
			best = place;
			break;
		}
		if (place->live == 0 && (!best || place->minute < best->minute))
			best = place;
	}
	if (best)
		*best = (struct place){ .source = source };
	return best;
}

static int64_t over_cap(const struct issue_meter *meter, const struct place *place, int64_t now_ms)
{
	if (place->live >= meter->options.live)
		return LIVE_RETRY_S;
	if (place->issued >= meter->options.per_minute)
		return (MINUTE_MS - now_ms % MINUTE_MS + 999) / 1000;
	return 0;
}

static int64_t take_locked(const struct issue_meter *meter, struct place *place, int64_t now_ms,
			   bool exempt)
{
	int64_t minute = now_ms / MINUTE_MS;
	if (place->minute != minute)
		place->issued = 0;
	place->minute = minute;
	int64_t retry_after = exempt ? 0 : over_cap(meter, place, now_ms);
	if (retry_after > 0)
		return retry_after;
	place->issued++;
	place->live++;
	return 0;
}

enum err issue_meter_take(struct issue_meter *meter, const struct address *address, int64_t now_ms,
			  int64_t *retry_after)
{
	*retry_after = 0;
	if (!meter)
		return ERR_OK;
	uint64_t source = issue_meter_source(meter, address);
	bool exempt = network_has(meter->exempt, meter->options.exempt_count, address);
	struct place *place = place_for(lock_set(meter, source), source);
	if (place)
		*retry_after = take_locked(meter, place, now_ms, exempt);
	unlock_set(meter, source);
	return *retry_after > 0 ? ERR_FULL : ERR_OK;
}

void issue_meter_add_live(struct issue_meter *meter, uint64_t source)
{
	if (!meter)
		return;
	struct place *place = place_for(lock_set(meter, source), source);
	if (place)
		place->live++;
	unlock_set(meter, source);
}

void issue_meter_release(struct issue_meter *meter, uint64_t source)
{
	if (!meter)
		return;
	struct place *place = find_place(lock_set(meter, source), source);
	/* A source that found no room was never counted. */
	if (place && place->live > 0)
		place->live--;
	unlock_set(meter, source);
}
