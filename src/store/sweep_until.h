/* SPDX-License-Identifier: Apache-2.0
 *
 * How long the sweep of every engine leaves what has ended. */
#ifndef STORE_SWEEP_UNTIL_H
#define STORE_SWEEP_UNTIL_H

#include "store/store.h"

enum sweep_age {
	SWEEP_NOW = 0, /* what has ended is of no use */
	SWEEP_GRACE,
	SWEEP_IDLE,
	SWEEP_DEAD,
	SWEEP_EVENT,
	SWEEP_IDLE_DOCUMENT,
	SWEEP_AGE_COUNT
};

/* What ended at or before this goes. */
int64_t sweep_until(const struct sweep *sweep, enum sweep_age age);

#endif
