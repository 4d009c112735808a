/* SPDX-License-Identifier: Apache-2.0
 *
 * The Accept header: how much a client wants a media type. RFC9110#12.5.1. */
#ifndef BASE_ACCEPT_H
#define BASE_ACCEPT_H

#include <stdbool.h>

#include "base/slice.h"

enum { ACCEPT_WEIGHT_MAX = 1000 };

struct accept_weight {
	bool is_named; /* itself, and not by a range with a star */
	int weight;    /* thousandths; 0: not wanted, or not spoken of */
};
/* `accept` as it came, without a pointer when there is no such header: everything is wanted then.
 * `type` is "application/json", and without parameters: those of a range, but for its weight, are
 * passed over. Of two ranges the one that says more counts, of two alike the greater weight. What
 * is malformed is no range. */
struct accept_weight accept_weight_of(struct slice accept, struct slice type);

#endif
