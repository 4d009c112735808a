/* SPDX-License-Identifier: Apache-2.0
 *
 * A meter per kind for the sources, and one counter per kind for all. */
#include "flow/kept_meter.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/ensure.h"
#include "flow/issue_meter.h"

enum { MINUTE_MS = 60000 };

static const uint32_t per_minute[] = {
	[KEPT_PUSHED] = KEPT_METER_PUSHED,
	[KEPT_AUTHORIZE] = KEPT_METER_POSTED,
	[KEPT_LOGOUT] = KEPT_METER_POSTED,
};
static_assert(ARRAY_LEN(per_minute) == KEPT_KIND_COUNT, "a limit for each kind");

struct all {
	int64_t minute;
	uint32_t count;
};

struct kept_meter {
	struct issue_meter *sources[KEPT_KIND_COUNT];
	pthread_mutex_t lock;
	struct all all[KEPT_KIND_COUNT];
};

struct kept_meter *kept_meter_new(const struct network *exempt, size_t exempt_count)
{
	struct kept_meter *meter = xcalloc(1, sizeof(*meter));
	ensure(pthread_mutex_init(&meter->lock, NULL) == 0);
	for (size_t kind = 0; kind < KEPT_KIND_COUNT; kind++) {
		const struct issue_meter_options options = {
			.per_minute = per_minute[kind],
			.live = 1, /* given back at once */
			.exempt = exempt,
			.exempt_count = exempt_count,
		};
		meter->sources[kind] = issue_meter_new(&options);
	}
	return meter;
}

void kept_meter_free(struct kept_meter **meter)
{
	if (!*meter)
		return;
	for (size_t kind = 0; kind < KEPT_KIND_COUNT; kind++)
		issue_meter_free(&(*meter)->sources[kind]);
	pthread_mutex_destroy(&(*meter)->lock);
	free(*meter);
	*meter = NULL;
}

static bool take_of_all(struct kept_meter *meter, enum kept_kind kind, int64_t now_ms)
{
	struct all *all = &meter->all[kind];
	pthread_mutex_lock(&meter->lock);
	if (all->minute != now_ms / MINUTE_MS)
		*all = (struct all){ .minute = now_ms / MINUTE_MS };
	bool fits = all->count < KEPT_METER_ALL;
	all->count += fits;
	pthread_mutex_unlock(&meter->lock);
	return fits;
}

enum err kept_meter_take(struct kept_meter *meter, enum kept_kind kind,
			 const struct address *address, int64_t now_ms, int64_t *retry_after)
{
	*retry_after = 0;
	if (!meter)
		return ERR_OK;
	ensure((unsigned)kind < KEPT_KIND_COUNT);
	struct issue_meter *sources = meter->sources[kind];
	if (issue_meter_take(sources, address, now_ms, retry_after) != ERR_OK)
		return ERR_FULL;
	issue_meter_release(sources, issue_meter_source(sources, address));
	if (take_of_all(meter, kind, now_ms))
		return ERR_OK;
	*retry_after = (MINUTE_MS - now_ms % MINUTE_MS + 999) / 1000;
	return ERR_FULL;
}
