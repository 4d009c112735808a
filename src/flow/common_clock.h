/* SPDX-License-Identifier: Apache-2.0
 *
 * All nodes of one database go by its clock: a node whose own is wrong would take live codes for
 * expired ones, or the reverse. */
#ifndef FLOW_COMMON_CLOCK_H
#define FLOW_COMMON_CLOCK_H

#include "base/attr.h"
#include "base/err.h"
#include "store/store.h"

/* Asks the database what time it is and follows it from now on, right to within half of the time
 * that the question took. An answer that took too long changes nothing, unless it is the first.
 * ERR_OK, too, where the machine's own clock is as good. */
MUST_USE enum err common_clock_follow(struct store *store);

#endif
