/* SPDX-License-Identifier: Apache-2.0
 *
 * This node among the nodes of its database: who it is, and how many pending codes all of them
 * remember together, by which user codes grow. A code that is polled on several nodes is counted on
 * each, so the sum is rather too great than too small. */
#ifndef FLOW_CENSUS_H
#define FLOW_CENSUS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "flow/flow.h"

struct census;

/* With a new random id; the name is the machine's. */
struct census *census_new(void);
void census_free(struct census **census);

const struct id *census_self(const struct census *census);
/* Tells the database of this node, and hears of the others. */
MUST_USE enum err census_beat(const struct flow *flow);
/* This node stops. */
void census_leave(const struct flow *flow);
/* Pending codes here and, as of the last beat, elsewhere. */
size_t census_live(const struct flow *flow);

#endif
