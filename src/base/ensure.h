/* SPDX-License-Identifier: Apache-2.0
 *
 * ensure(cond) stops the process with a message when one of our own invariants does not hold. It
 * stays on in release builds. Never used on input. */
#ifndef BASE_ENSURE_H
#define BASE_ENSURE_H

#include "base/attr.h"

#define ensure(cond) \
	do { \
		if (__builtin_expect(!(cond), 0)) \
			ensure_failed(#cond, __FILE__, __LINE__); \
	} while (0)

NORETURN void ensure_failed(const char *what, const char *file, int line);

/* malloc and friends that end the process with a message instead of returning NULL. */
MUST_USE void *xmalloc(unsigned long size);
MUST_USE void *xcalloc(unsigned long count, unsigned long size);
MUST_USE void *xrealloc(void *old, unsigned long size);

#endif
