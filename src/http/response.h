/* SPDX-License-Identifier: Apache-2.0
 *
 * Sending an answer: through the library, or past it where it will not take one any more. */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include <stdbool.h>

#include "http/call.h"

/* Gives the call's response to the library. False when that failed and the connection is to be
 * closed. */
bool response_queue(struct call *call);
/* Writes the call's response to the socket itself, with `Connection: close`, without waiting. For
 * the two cases in which the library would only close: a body that is too large in its middle, and
 * a deadline. True when it went out whole. */
bool response_write(struct call *call);

#endif
