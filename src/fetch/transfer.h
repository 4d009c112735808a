/* SPDX-License-Identifier: Apache-2.0
 *
 * One request and its answer, by libcurl. For fetch.c. */
#ifndef FETCH_TRANSFER_H
#define FETCH_TRANSFER_H

#include "base/buf.h"
#include "fetch/curl_library.h"
#include "fetch/fetch.h"
#include "fetch/places.h"

struct transfer {
	const struct curl_library *curl;
	const struct fetch_options *options;
	const char *trust_file; /* PEM of authorities; NULL: libcurl's own */
	struct places *places;
	struct visit *visit; /* that has a place */
	const struct fetch_request *request;
	bool https;
	int64_t left_ms; /* for the whole of it */
	size_t most;     /* bytes of the body */
	struct arena *arena;
	/* transfer.c's own: zero */
	CURL *handle;
	struct buf body;
	size_t header_bytes;
	int64_t max_age;
	bool refused_address;
	bool too_large;
	CURLcode code; /* of the first option that was not taken */
};

/* Waits. FETCH_BUSY: where it leads to there is no place left. `out` is filled when it is
 * FETCH_FINE; otherwise the reason is logged. */
enum fetch_fault transfer_run(struct transfer *transfer, struct fetch_answer *out);

#endif
