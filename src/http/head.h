/* SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong with the head of a request: everything that the library lets through and that would
 * let two readers see two different requests. Pure: a request in, a refusal out. */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "http/http.h"
#include "http/refusal.h"

struct head {
	struct slice method;
	bool http11; /* 1.1 or above */
	size_t body_max;
	size_t body_length; /* out: as declared; 0 when absent or chunked */
	bool chunked;       /* out */
};

/* `request` has its headers, values with their outer blanks. */
struct refusal head_check(const struct http_request *request, struct head *head);
enum http_method head_method(struct slice name);

#endif
