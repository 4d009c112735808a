/* SPDX-License-Identifier: Apache-2.0
 *
 * Spans of time as people write them: "90", "90s", "10m", "12h", "30d". */
#ifndef CONFIG_DURATION_H
#define CONFIG_DURATION_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

enum { DURATION_TEXT_MAX = 24 };

/* Seconds, zero or more. ERR_INVALID for anything else, overflow included. */
MUST_USE enum err duration_parse(struct slice text, int64_t *seconds);
/* The shortest way to write it with one unit: 1800 is "30m", 0 is "0". Returns `out`. */
const char *duration_text(int64_t seconds, char out[DURATION_TEXT_MAX]);

#endif
