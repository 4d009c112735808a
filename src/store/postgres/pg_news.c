/* SPDX-License-Identifier: Apache-2.0
 *
 * One digit and 64 hexadecimal ones for each decision, one after the other. */
#include "store/postgres/pg_news.h"

#include <assert.h>

#include "base/encode.h"
#include "base/ensure.h"

enum { NEWS_LEN = 1 + 2 * HASH_BYTES };

static_assert(PG_NEWS_MAX * NEWS_LEN <= PG_NEWS_BYTES, "they fit");

size_t pg_news_write(const struct pg_news *news, size_t count, char out[PG_NEWS_BYTES])
{
	ensure(count <= PG_NEWS_MAX);
	for (size_t i = 0; i < count; i++) {
		char *at = out + i * NEWS_LEN;
		at[0] = (char)('0' + (int)news[i].status);
		encode_hex(news[i].code_hash.bytes, HASH_BYTES, at + 1);
	}
	return count * NEWS_LEN;
}

static bool read_status(char digit, enum device_status *out)
{
	*out = (enum device_status)(digit - '0');
	return *out == DEVICE_APPROVED || *out == DEVICE_DENIED;
}

bool pg_news_next(struct slice *text, struct pg_news *out)
{
	if (text->len < NEWS_LEN || !read_status(text->ptr[0], &out->status) ||
	    decode_hex(slice_sub(*text, 1, NEWS_LEN - 1), out->code_hash.bytes, HASH_BYTES) !=
		    ERR_OK)
		return false;
	*text = slice_sub(*text, NEWS_LEN, SIZE_MAX);
	return true;
}
