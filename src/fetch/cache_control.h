/* SPDX-License-Identifier: Apache-2.0
 *
 * How long an answer may be kept: RFC9111#5.2.2, of which we need little. */
#ifndef FETCH_CACHE_CONTROL_H
#define FETCH_CACHE_CONTROL_H

#include <stdint.h>

#include "base/slice.h"

/* Seconds that one Cache-Control line allows; 0 with no-store or no-cache; -1 when it does not say.
 */
int64_t cache_control_max_age(struct slice value);

#endif
