/* SPDX-License-Identifier: Apache-2.0
 *
 * The system's clocks. The test build links tests/support/clock_moved.c in the place of this file.
 */
#include "base/clock.h"

#include <time.h>

static int64_t read_us(clockid_t id)
{
	/* Cannot fail for the two clocks asked for here. */
	struct timespec t;
	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_now(void)
{
	return read_us(CLOCK_REALTIME) / 1000000;
}

int64_t clock_now_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_mono_ms(void)
{
	return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_mono_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}
