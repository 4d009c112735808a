/* SPDX-License-Identifier: Apache-2.0
 *
 * Compiler attributes under short names, and the two cleanup helpers. A local that owns something
 * says so where it is declared, and is released on every way out of its block. */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#define MUST_USE __attribute__((__warn_unused_result__))
#define PRINTF_LIKE(fmt, first) __attribute__((__format__(__printf__, fmt, first)))
#define NORETURN __attribute__((__noreturn__))
#define UNUSED __attribute__((__unused__))

/* AUTO(arena) struct arena *a = arena_new();    calls arena_free(&a) when the block is left. */
#define AUTO(name) __attribute__((__cleanup__(name##_free)))

/* AUTO_FINI(buf) struct buf b;  buf_init(&b, ...);    calls buf_fini(&b) when the block is left. */
#define AUTO_FINI(name) __attribute__((__cleanup__(name##_fini)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
