/* SPDX-License-Identifier: Apache-2.0
 *
 * From the library's idea of a head to ours. */
#ifndef HTTP_GATHER_H
#define HTTP_GATHER_H

#include "http/call.h"
#include "http/refusal.h"

/* What the library hands to its handler: all three point into one block of memory, which holds the
 * head as it came. */
struct raw_head {
	const char *method;
	const char *url;
	const char *version;
};

/* Fills the request of `call`, whose target is there already: method, headers, path, query; and the
 * call's body length. */
struct refusal gather_head(struct call *call, const struct raw_head *raw);

#endif
