/* SPDX-License-Identifier: Apache-2.0
 *
 * The text builder. Once something did not fit, nothing more is taken, so that what stands in the
 * buffer is always the beginning of what was meant. One byte beyond `cap` is allocated for the
 * terminator that vsnprintf() insists on. Growing copies and wipes: realloc() would leave secrets
 * in freed memory. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/secret.h"

enum { CAP_FIRST = 128 };

void buf_init(struct buf *buf, size_t max)
{
	buf_init_arena(buf, NULL, max);
}

void buf_init_arena(struct buf *buf, struct arena *arena, size_t max)
{
	ensure(max < SIZE_MAX / 4);
	*buf = (struct buf){ .max = max, .arena = arena };
}

void buf_fini(struct buf *buf)
{
	if (buf->arena == NULL && buf->ptr != NULL) {
		secret_wipe(buf->ptr, buf->cap);
		free(buf->ptr);
	}
	*buf = (struct buf){ .max = buf->max, .arena = buf->arena };
}

void buf_reset(struct buf *buf)
{
	buf->len = 0;
	buf->cut = false;
}

static void move_to(struct buf *buf, size_t cap)
{
	char *ptr = buf->arena != NULL ? arena_alloc(buf->arena, cap + 1) : xmalloc(cap + 1);
	if (buf->ptr != NULL)
		memcpy(ptr, buf->ptr, buf->len);
	if (buf->arena == NULL && buf->ptr != NULL) {
		secret_wipe(buf->ptr, buf->cap);
		free(buf->ptr);
	}
	buf->ptr = ptr;
	buf->cap = cap;
}

/* True when `more` bytes can be written behind what is there. */
static bool reserve(struct buf *buf, size_t more)
{
	if (buf->cut || more > buf->max - buf->len) {
		buf->cut = true;
		return false;
	}
	size_t need = buf->len + more;
	if (need <= buf->cap && buf->ptr != NULL)
		return true;
	size_t cap = buf->cap > 0 ? buf->cap * 2 : CAP_FIRST;
	if (cap > buf->max)
		cap = buf->max;
	move_to(buf, cap > need ? cap : need);
	return true;
}

void buf_add(struct buf *buf, struct slice s)
{
	if (s.len == 0 || !reserve(buf, s.len))
		return;
	memcpy(buf->ptr + buf->len, s.ptr, s.len);
	buf->len += s.len;
}

void buf_add_str(struct buf *buf, const char *str)
{
	buf_add(buf, slice_str(str));
}

void buf_add_byte(struct buf *buf, char byte)
{
	if (!reserve(buf, 1))
		return;
	buf->ptr[buf->len++] = byte;
}

void buf_add_part(struct buf *buf, char sep, struct slice part)
{
	if (buf->len > 0)
		buf_add_byte(buf, sep);
	buf_add(buf, part);
}

void buf_addf(struct buf *buf, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	ensure(len >= 0);
	if (len == 0 || !reserve(buf, (size_t)len))
		return;
	va_start(args, format);
	vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, args);
	va_end(args);
	buf->len += (size_t)len;
}

bool buf_is_whole(const struct buf *buf)
{
	return !buf->cut;
}

struct slice buf_slice(const struct buf *buf)
{
	return buf->ptr == NULL ? SLICE_EMPTY : slice_of(buf->ptr, buf->len);
}
