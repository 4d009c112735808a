/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks of 4 KiB, each twice the one before up to 64 KiB, cut up from the front. What is large
 * gets a block of its own, so that it does not throw away the rest of the current one. Under
 * AddressSanitizer everything gets a block of its own. What is hard: nothing may be left behind in
 * freed memory, so blocks are never grown in place. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/ensure.h"

#if defined(__SANITIZE_ADDRESS__)
#define ALONE true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ALONE true
#endif
#endif
#ifndef ALONE
#define ALONE false
#endif

enum { BLOCK_FIRST = 4096, BLOCK_LAST = 65536 };

struct block {
	struct block *next;
	size_t size;
	size_t used;
	_Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct block *blocks; /* the first is the current one */
	size_t next_size;
};

static struct block *block_new(size_t size)
{
	size_t total;
	ensure(!__builtin_add_overflow(sizeof(struct block), size, &total));
	struct block *block = xmalloc(total);
	block->next = NULL;
	block->size = size;
	block->used = 0;
	return block;
}

struct arena *arena_new(void)
{
	struct arena *arena = xcalloc(1, sizeof(*arena));
	arena->next_size = BLOCK_FIRST;
	return arena;
}

static void block_drop(struct block *block)
{
	explicit_bzero(block->bytes, block->used);
	free(block);
}

void arena_free(struct arena **arena)
{
	if (*arena == NULL)
		return;
	struct block *block = (*arena)->blocks;
	while (block != NULL) {
		struct block *next = block->next;
		block_drop(block);
		block = next;
	}
	free(*arena);
	*arena = NULL;
}

void arena_reset(struct arena *arena)
{
	struct block *kept = NULL;
	struct block *block = arena->blocks;
	while (block != NULL) {
		struct block *next = block->next;
		if (!ALONE && kept == NULL && block->size == BLOCK_FIRST - sizeof(struct block)) {
			explicit_bzero(block->bytes, block->used);
			kept = block;
		} else {
			block_drop(block);
		}
		block = next;
	}
	arena->blocks = kept;
	arena->next_size = BLOCK_FIRST;
	if (kept == NULL)
		return;
	kept->next = NULL;
	kept->used = 0;
	arena->next_size = 2 * BLOCK_FIRST;
}

/* Behind the current block, which goes on being filled. */
static void *take_alone(struct arena *arena, size_t size)
{
	struct block *block = block_new(size);
	block->used = size;
	if (arena->blocks == NULL) {
		arena->blocks = block;
		return block->bytes;
	}
	block->next = arena->blocks->next;
	arena->blocks->next = block;
	return block->bytes;
}

static void *take_from_current(struct arena *arena, size_t size)
{
	struct block *block = arena->blocks;
	if (block == NULL || block->size - block->used < size) {
		block = block_new(arena->next_size - sizeof(struct block));
		block->next = arena->blocks;
		arena->blocks = block;
		if (arena->next_size < BLOCK_LAST)
			arena->next_size *= 2;
	}
	void *ptr = block->bytes + block->used;
	block->used += size;
	return ptr;
}

static void *take(struct arena *arena, size_t size)
{
	if (size == 0)
		size = 1;
	if (ALONE || size > BLOCK_FIRST / 4)
		return take_alone(arena, size);
	size_t align = _Alignof(max_align_t);
	return take_from_current(arena, (size + align - 1) / align * align);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *ptr = take(arena, size);
	memset(ptr, 0, size);
	return ptr;
}

void *arena_calloc(struct arena *arena, size_t count, size_t size)
{
	size_t total;
	ensure(!__builtin_mul_overflow(count, size, &total));
	return arena_alloc(arena, total);
}

struct slice arena_slice(struct arena *arena, struct slice s)
{
	if (s.len == 0)
		return s.ptr == NULL ? s : SLICE_EMPTY;
	void *copy = take(arena, s.len);
	memcpy(copy, s.ptr, s.len);
	return slice_of(copy, s.len);
}

struct slice arena_lower(struct arena *arena, struct slice s)
{
	char *copy = arena_cstr(arena, s);
	for (size_t i = 0; i < s.len; i++)
		copy[i] = ascii_lower(copy[i]);
	return slice_of(copy, s.len);
}

void arena_slices(struct arena *arena, struct slice *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		items[i] = arena_slice(arena, items[i]);
}

char *arena_cstr(struct arena *arena, struct slice s)
{
	size_t size;
	ensure(!__builtin_add_overflow(s.len, 1, &size));
	char *copy = take(arena, size);
	if (s.len > 0)
		memcpy(copy, s.ptr, s.len);
	copy[s.len] = '\0';
	return copy;
}

struct slice arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	ensure(len >= 0);
	char *text = take(arena, (size_t)len + 1);
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return slice_of(text, (size_t)len);
}
