/* SPDX-License-Identifier: Apache-2.0
 *
 * jansson grows its texts by copying them and freeing the old ones, so wiping in the function that
 * frees reaches them all. How long a block is only malloc knows. */
#include "json/json_memory.h"

#include <jansson.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/ensure.h"
#include "base/secret.h"

static void wipe_and_free(void *block)
{
	if (block != NULL)
		secret_wipe(block, malloc_usable_size(block));
	free(block);
}

static void prepare(void)
{
	json_set_alloc_funcs(malloc, wipe_and_free);
}

void json_memory_prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	ensure(pthread_once(&once, prepare) == 0);
}
