/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of the process when an invariant of ours is broken or memory has run out. Both leave one
 * log line; neither allocates on the way. */
#include "base/ensure.h"

#include <stdlib.h>

#include "base/log.h"

void ensure_failed(const char *what, const char *file, int line)
{
	log_error("invariant does not hold", LOG_TEXT("what", slice_str(what)),
		  LOG_TEXT("file", slice_str(file)), LOG_NUMBER("line", line));
	abort();
}

static void *check(void *ptr, unsigned long size)
{
	if (ptr != NULL)
		return ptr;
	log_error("out of memory", LOG_NUMBER("bytes", size));
	abort();
}

void *xmalloc(unsigned long size)
{
	return check(malloc(size > 0 ? size : 1), size);
}

void *xcalloc(unsigned long count, unsigned long size)
{
	unsigned long total;
	ensure(!__builtin_mul_overflow(count, size, &total));
	return check(calloc(1, total > 0 ? total : 1), total);
}

void *xrealloc(void *old, unsigned long size)
{
	return check(realloc(old, size > 0 ? size : 1), size);
}
