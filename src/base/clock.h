/* SPDX-License-Identifier: Apache-2.0
 *
 * The only place that asks what time it is. Rules take the time as a parameter. The test build
 * links clock_moved.c in the place of clock.c; the release build holds nothing of it. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Seconds since 1970, for everything that is stored. */
int64_t clock_now(void);
/* The same clock in milliseconds, for log lines. */
int64_t clock_now_ms(void);
/* Milliseconds of a clock that never steps back, for intervals and deadlines within this process.
 */
int64_t clock_mono_ms(void);
/* Microseconds of the same clock, for measuring. */
int64_t clock_mono_us(void);

#endif
