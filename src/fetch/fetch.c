/* SPDX-License-Identifier: Apache-2.0
 *
 * A place first, then the request. Which network an URL leads to shows on the way alone; when there
 * are enough in that one, the place is given back meanwhile, so that who waits takes nothing from
 * others. The time that one waits counts as the request's own. */
#include "fetch/fetch.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "fetch/fetch_url.h"
#include "fetch/places.h"
#include "fetch/site.h"
#include "fetch/transfer.h"
#include "fetch/trust.h"

enum { TRIES = 4 };

struct fetch {
	struct fetch_options options;
	struct trust *trust;
	struct places *places;
};

struct fetch *fetch_new(const struct fetch_options *options)
{
	struct fetch *fetch = xcalloc(1, sizeof(*fetch));
	fetch->options = *options;
	fetch->trust = trust_new(options->ca_file);
	fetch->places = places_new(options->workers);
	return fetch;
}

void fetch_free(struct fetch **fetch)
{
	if (!*fetch)
		return;
	places_free(&(*fetch)->places);
	trust_free(&(*fetch)->trust);
	free(*fetch);
	*fetch = NULL;
}

static const char *const fault_names[] = {
	[FETCH_FINE] = "fine",       [FETCH_URL] = "url",         [FETCH_ADDRESS] = "address",
	[FETCH_CONNECT] = "connect", [FETCH_TIMEOUT] = "timeout", [FETCH_TOO_LARGE] = "too_large",
	[FETCH_BUSY] = "busy",
};
static_assert(ARRAY_LEN(fault_names) == FETCH_FAULT_COUNT, "a name for each fault");

const char *fetch_fault_name(enum fetch_fault fault)
{
	ensure((unsigned)fault < FETCH_FAULT_COUNT);
	return fault_names[fault];
}

bool fetch_stand(struct fetch *fetch, enum fetch_class class)
{
	return places_stand(fetch->places, class);
}

void fetch_stand_no_more(struct fetch *fetch, enum fetch_class class)
{
	places_stand_no_more(fetch->places, class);
}

enum err fetch_reload(struct fetch *fetch)
{
	return trust_reload(fetch->trust);
}

/* --- requests ---------------------------------------------------------------------------- */

static bool is_allowed(const struct fetch *fetch, const struct fetch_request *request, bool *https)
{
	return fetch_url_is_fine(request->url, https) && (*https || fetch->options.allow_http);
}

static enum fetch_fault run(struct fetch *fetch, struct transfer *transfer,
			    struct fetch_answer *out)
{
	struct trust_file file;
	transfer->curl = curl_library_get();
	transfer->left_ms = transfer->visit->deadline_ms - clock_mono_ms();
	if (transfer->left_ms <= 0)
		return FETCH_TIMEOUT;
	if (!transfer->curl)
		return FETCH_CONNECT;
	trust_take(fetch->trust, &file);
	transfer->trust_file = file.path;
	enum fetch_fault fault = transfer_run(transfer, out);
	trust_give(&file);
	return fault;
}

/* The transfer as it begins: a copy for each try. */
static enum fetch_fault try_once(struct fetch *fetch, struct transfer transfer,
				 struct fetch_answer *out)
{
	if (!places_enter(fetch->places, transfer.visit))
		return FETCH_BUSY;
	enum fetch_fault fault = run(fetch, &transfer, out);
	places_leave(fetch->places, transfer.visit);
	return fault;
}

/* Turned away on the way: the network is known now, and enter() waits for it. */
static enum fetch_fault try_again(struct fetch *fetch, const struct transfer *transfer,
				  struct fetch_answer *out)
{
	unsigned tries = 0;
	enum fetch_fault fault;
	do {
		fault = try_once(fetch, *transfer, out);
	} while (++tries < TRIES && fault == FETCH_BUSY && transfer->visit->turned_away);
	return fault;
}

enum fetch_fault fetch_do(struct fetch *fetch, struct arena *arena,
			  const struct fetch_request *request, struct fetch_answer *out)
{
	const struct fetch_options *options = &fetch->options;
	struct visit visit = { .class = request->class, .at_once = request->at_once };
	struct transfer transfer = {
		.options = options,
		.places = fetch->places,
		.visit = &visit,
		.request = request,
		.most = request->most_bytes > 0 ? request->most_bytes : options->most_bytes,
		.arena = arena,
	};
	*out = (struct fetch_answer){ .max_age = -1 };
	if (!is_allowed(fetch, request, &transfer.https))
		return FETCH_URL;
	visit.site = site_of(request->url);
	visit.deadline_ms = clock_mono_ms() + options->timeout_ms;
	enum fetch_fault fault = try_again(fetch, &transfer, out);
	if (fault == FETCH_BUSY)
		log_warn("a request of ours had no place",
			 LOG_TEXT("url", fetch_url_shown(request->url)),
			 LOG_TEXT("class", slice_str(places_row(request->class)->name)));
	return fault;
}
