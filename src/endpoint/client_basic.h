/* SPDX-License-Identifier: Apache-2.0
 *
 * The Basic header of a client: RFC6749#2.3.1. */
#ifndef ENDPOINT_CLIENT_BASIC_H
#define ENDPOINT_CLIENT_BASIC_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/slice.h"

struct client_basic {
	struct slice id; /* never empty */
	struct slice secret;
};
/* False when it is no Basic header, or not one that can be used. */
bool client_basic_read(struct arena *arena, struct slice header, struct client_basic *out);

#endif
