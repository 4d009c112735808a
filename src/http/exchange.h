/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps of one request on its loop, called by the library through loop.c in this order: begin,
 * step (several times), end. */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "http/call.h"
#include "http/gather.h"

struct connection;

/* The request line is there. `target` is raw, and may be changed by the library afterwards. */
struct call *exchange_begin(struct connection *connection, struct MHD_Connection *mhd,
			    struct slice target);
/* `size` bytes of the body lie at `data`; 0 of them at the first step and when the request is
 * whole. False: close. */
bool exchange_step(struct call *call, const struct raw_head *raw, const char *data, size_t size);
/* Its deadline has passed: answers 408 past the library, unless there is an answer already. */
void exchange_expire(struct call *call);
/* The request is over, `sent` or not. The call is gone afterwards. */
void exchange_end(struct call *call, bool sent);

#endif
