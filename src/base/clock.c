/* SPDX-License-Identifier: Apache-2.0
 *
 * The system's clocks. The test build links tests/support/clock_moved.c in the place of this file.
 */
#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

/* What is to be added to the clock that never steps back, and counts sleep as well; 0: nobody is
 * followed. */
static _Atomic int64_t followed_ms;

static int64_t read_us(clockid_t id)
{
	/* Cannot fail for the two clocks asked for here. */
	struct timespec t;
	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_now(void)
{
	int64_t offset_ms = atomic_load_explicit(&followed_ms, memory_order_relaxed);
	if (offset_ms != 0)
		return (read_us(CLOCK_BOOTTIME) / 1000 + offset_ms) / 1000;
	return read_us(CLOCK_REALTIME) / 1000000;
}

void clock_follow(int64_t real_ms, int64_t mono_ms)
{
	int64_t slept_ms = read_us(CLOCK_BOOTTIME) / 1000 - clock_mono_ms();
	atomic_store_explicit(&followed_ms, real_ms - mono_ms - slept_ms, memory_order_relaxed);
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
