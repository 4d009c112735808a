/* SPDX-License-Identifier: Apache-2.0
 *
 * How long something takes, on a machine that has other things to do as well: they only add to it,
 * so what the program itself takes is the least of several times. */
#ifndef CHECK_TIME_H
#define CHECK_TIME_H

#include <check.h>
#include <stdint.h>

/* `ms` does it once more each time, and gives milliseconds. */
#define CK_LEAST_LT(ms, bound) \
	do { \
		int64_t least_ms = (ms); \
		for (int tries = 1; tries < 10 && least_ms >= (bound); tries++) { \
			int64_t next_ms = (ms); \
			least_ms = next_ms < least_ms ? next_ms : least_ms; \
		} \
		ck_assert_int_lt(least_ms, (bound)); \
	} while (0)

#endif
