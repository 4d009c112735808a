/* SPDX-License-Identifier: Apache-2.0
 *
 * The only place that asks what time it is. Rules take the time as a parameter. The test build
 * links clock_moved.c in the place of clock.c; the release build holds nothing of it. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Seconds since 1970, for everything that is stored: the machine's, or the clock that is followed.
 */
int64_t clock_now(void);
/* The machine's in milliseconds, for log lines. */
int64_t clock_now_ms(void);
/* From now on clock_now() goes by another clock, which showed `real_ms` when clock_mono_ms() was
 * `mono_ms`, however the machine's own is set meanwhile. Called again and again, since two clocks
 * drift. */
void clock_follow(int64_t real_ms, int64_t mono_ms);
/* Milliseconds of a clock that never steps back, for intervals and deadlines within this process.
 */
int64_t clock_mono_ms(void);
/* Microseconds of the same clock, for measuring. */
int64_t clock_mono_us(void);

#endif
