/* SPDX-License-Identifier: Apache-2.0
 *
 * A text builder with a cap. Appending past the cap sets a mark instead of growing: ask
 * buf_is_whole() once at the end. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/slice.h"

struct buf {
	char *ptr;
	size_t len;
	size_t cap;          /* allocated */
	size_t max;          /* never more than this */
	struct arena *arena; /* where it grows; NULL for the heap */
	bool cut;            /* something did not fit */
};

/* On the heap; give it to buf_fini(), which wipes and frees. */
void buf_init(struct buf *buf, size_t max);
/* In an arena; buf_fini() is not needed. */
void buf_init_arena(struct buf *buf, struct arena *arena, size_t max);
void buf_fini(struct buf *buf);
void buf_reset(struct buf *buf);

void buf_add(struct buf *buf, struct slice s);
void buf_add_str(struct buf *buf, const char *str);
void buf_add_byte(struct buf *buf, char byte);
/* One more of a list: `sep` before it, unless it is the first. */
void buf_add_part(struct buf *buf, char sep, struct slice part);
void buf_addf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

bool buf_is_whole(const struct buf *buf);
/* What has been built so far; valid until the next append. */
struct slice buf_slice(const struct buf *buf);

#endif
