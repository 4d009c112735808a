/* SPDX-License-Identifier: Apache-2.0
 *
 * RFC 6749 has client_id and secret form-encoded before they are joined by a colon and written in
 * base64; a colon in either is therefore an escape. */
#include "endpoint/client_basic.h"

#include "base/encode.h"

bool client_basic_read(struct arena *arena, struct slice header, struct client_basic *out)
{
	struct slice pair;
	struct slice id;
	struct slice scheme;
	struct slice coded;
	struct slice more;
	*out = (struct client_basic){ SLICE_EMPTY, SLICE_EMPTY };
	if (!slice_word(&header, &scheme) || !slice_equal_nocase(scheme, SLICE("Basic")) ||
	    !slice_word(&header, &coded) || slice_word(&header, &more))
		return false;
	if (decode_base64(arena, coded, &pair) != ERR_OK || !slice_split(&pair, ':', &id) ||
	    !pair.ptr)
		return false;
	return decode_percent(arena, id, true, &out->id) == ERR_OK &&
	       decode_percent(arena, pair, true, &out->secret) == ERR_OK &&
	       !slice_is_empty(out->id);
}
