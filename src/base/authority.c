/* SPDX-License-Identifier: Apache-2.0
 *
 * A bracket that is not closed reaches to the end. */
#include "base/authority.h"

struct slice authority_host(struct slice authority)
{
	size_t end = slice_has_prefix(authority, SLICE("[")) ? slice_find_any(authority, "]") : 0;
	end += slice_find_any(slice_sub(authority, end, authority.len), ":");
	return slice_sub(authority, 0, end);
}

struct slice uri_host(struct slice uri)
{
	struct slice scheme;
	if (!slice_split(&uri, ':', &scheme) || !uri.ptr || !slice_has_prefix(uri, SLICE("//")))
		return SLICE_EMPTY;
	uri = slice_sub(uri, 2, uri.len);
	return authority_host(slice_sub(uri, 0, slice_find_any(uri, "/?#")));
}
