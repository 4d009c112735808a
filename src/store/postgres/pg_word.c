/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing and parsing the text of a notification. */
#include "store/postgres/pg_word.h"

#include "base/encode.h"
#include "base/ensure.h"

static const struct {
	char letter;
	enum device_status status;
} letters[] = {
	{ 'a', DEVICE_APPROVED },
	{ 'd', DEVICE_DENIED },
};

static char letter_of(enum device_status status)
{
	size_t i = 0;
	while (letters[i].status != status)
		ensure(++i < ARRAY_LEN(letters));
	return letters[i].letter;
}

static bool status_of(char letter, enum device_status *out)
{
	for (size_t i = 0; i < ARRAY_LEN(letters); i++) {
		*out = letters[i].status;
		if (letters[i].letter == letter)
			return true;
	}
	return false;
}

void pg_word_write(const struct pg_word *words, size_t count, struct buf *out)
{
	ensure(count <= PG_WORDS_MAX);
	for (size_t i = 0; i < count; i++) {
		char hex[2 * HASH_BYTES];
		encode_hex(words[i].hash.bytes, HASH_BYTES, hex);
		if (i > 0)
			buf_add_byte(out, ',');
		buf_add_byte(out, letter_of(words[i].status));
		buf_add(out, slice_of(hex, sizeof(hex)));
	}
}

bool pg_word_parse(struct slice *rest, struct pg_word *out)
{
	struct slice part;
	if (!slice_split(rest, ',', &part) || part.len != PG_WORD_LEN)
		return false;
	return status_of(part.ptr[0], &out->status) &&
	       decode_hex(slice_sub(part, 1, part.len), out->hash.bytes, HASH_BYTES) == ERR_OK;
}
