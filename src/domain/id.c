/* SPDX-License-Identifier: Apache-2.0
 *
 * Random 128-bit identifiers: comparison and their text form. Ids name things and are no secrets,
 * so plain comparison is enough. */
#include "domain/id.h"

#include <string.h>

#include "base/encode.h"

bool id_equal(const struct id *a, const struct id *b)
{
	return memcmp(a->bytes, b->bytes, ID_BYTES) == 0;
}

bool id_is_zero(const struct id *id)
{
	static const struct id none;

	return id_equal(id, &none);
}

struct slice id_slice(const struct id *id)
{
	return slice_of(id->bytes, ID_BYTES);
}

struct slice id_text(const struct id *id, char out[ID_TEXT_LEN + 1])
{
	encode_base62(id->bytes, ID_BYTES, out);
	out[ID_TEXT_LEN] = '\0';
	return slice_of(out, ID_TEXT_LEN);
}

enum err id_parse(struct slice text, struct id *out)
{
	struct id id;

	*out = (struct id){ 0 };
	if (decode_base62(text, id.bytes, ID_BYTES) != ERR_OK)
		return ERR_INVALID;
	/* Zero stands for "none" in every record: a text from outside must never name it. */
	if (id_is_zero(&id))
		return ERR_INVALID;
	*out = id;
	return ERR_OK;
}
