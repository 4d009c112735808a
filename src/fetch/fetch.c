/* SPDX-License-Identifier: Apache-2.0
 *
 * Lets so many requests run at a time: a client whose keys come slowly must not take all workers.
 * The time that one waits for a place counts as its own. */
#include "fetch/fetch.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/thread.h"
#include "fetch/fetch_url.h"
#include "fetch/transfer.h"
#include "fetch/trust.h"

enum { AT_A_TIME = 8 };

struct fetch {
	struct fetch_options options;
	struct trust *trust;
	pthread_mutex_t lock;
	pthread_cond_t freed;
	unsigned running;
};

struct fetch *fetch_new(const struct fetch_options *options)
{
	struct fetch *fetch = xcalloc(1, sizeof(*fetch));
	fetch->options = *options;
	fetch->trust = trust_new(options->ca_file);
	ensure(pthread_mutex_init(&fetch->lock, NULL) == 0);
	thread_cond_init(&fetch->freed);
	return fetch;
}

void fetch_free(struct fetch **fetch)
{
	if (!*fetch)
		return;
	trust_free(&(*fetch)->trust);
	pthread_cond_destroy(&(*fetch)->freed);
	pthread_mutex_destroy(&(*fetch)->lock);
	free(*fetch);
	*fetch = NULL;
}

static const char *const fault_names[] = {
	[FETCH_FINE] = "fine",       [FETCH_URL] = "url",         [FETCH_ADDRESS] = "address",
	[FETCH_CONNECT] = "connect", [FETCH_TIMEOUT] = "timeout", [FETCH_TOO_LARGE] = "too_large",
};
static_assert(ARRAY_LEN(fault_names) == FETCH_FAULT_COUNT, "a name for each fault");

const char *fetch_fault_name(enum fetch_fault fault)
{
	ensure((unsigned)fault < FETCH_FAULT_COUNT);
	return fault_names[fault];
}

/* --- a place among those that run -------------------------------------------------------- */

static bool enter(struct fetch *fetch, int64_t deadline_ms)
{
	bool waiting = true;
	pthread_mutex_lock(&fetch->lock);
	while (fetch->running >= AT_A_TIME && waiting)
		waiting = thread_cond_wait(&fetch->freed, &fetch->lock, deadline_ms);
	bool entered = fetch->running < AT_A_TIME;
	fetch->running += entered;
	pthread_mutex_unlock(&fetch->lock);
	return entered;
}

static void leave(struct fetch *fetch)
{
	pthread_mutex_lock(&fetch->lock);
	fetch->running--;
	pthread_cond_signal(&fetch->freed);
	pthread_mutex_unlock(&fetch->lock);
}

/* --- requests ---------------------------------------------------------------------------- */

enum fetch_fault fetch_do(struct fetch *fetch, struct arena *arena,
			  const struct fetch_request *request, struct fetch_answer *out)
{
	const struct fetch_options *options = &fetch->options;
	int64_t deadline_ms = clock_mono_ms() + options->timeout_ms;
	struct transfer transfer = {
		.options = options,
		.trust_file = trust_file(fetch->trust),
		.request = request,
		.most = request->most_bytes > 0 ? request->most_bytes : options->most_bytes,
		.arena = arena,
	};
	*out = (struct fetch_answer){ .max_age = -1 };
	if (!fetch_url_is_fine(request->url, &transfer.https))
		return FETCH_URL;
	if (!transfer.https && !options->allow_http)
		return FETCH_URL;
	if (!enter(fetch, deadline_ms))
		return FETCH_TIMEOUT;
	transfer.curl = curl_library_get();
	transfer.left_ms = deadline_ms - clock_mono_ms();
	enum fetch_fault fault = FETCH_TIMEOUT;
	if (transfer.left_ms > 0)
		fault = transfer.curl ? transfer_run(&transfer, out) : FETCH_CONNECT;
	leave(fetch);
	return fault;
}
