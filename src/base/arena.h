/* SPDX-License-Identifier: Apache-2.0
 *
 * An arena holds all that one request (or one command) allocates, and is freed whole. Its memory is
 * wiped when freed: forms carry passwords. In the asan build each block is a malloc of its own, so
 * that overruns are seen. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/attr.h"
#include "base/slice.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena **arena);
/* As good as new, for the next request: what was used is wiped, the first block is kept, all others
 * are freed. */
void arena_reset(struct arena *arena);

/* Zeroed memory, aligned for any type. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size);
/* Zeroed memory for `count` items of `size` bytes; the product is checked. */
void *arena_calloc(struct arena *arena, size_t count, size_t size);
/* A copy of the bytes. */
struct slice arena_slice(struct arena *arena, struct slice s);
/* The same with the letters of ASCII in lower case. */
struct slice arena_lower(struct arena *arena, struct slice s);
/* The same of each, in its place. */
void arena_slices(struct arena *arena, struct slice *items, size_t count);
/* A copy with a NUL behind it, for library borders. */
char *arena_cstr(struct arena *arena, struct slice s);
struct slice arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

#endif
