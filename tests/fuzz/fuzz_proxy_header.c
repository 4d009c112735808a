/* SPDX-License-Identifier: Apache-2.0
 *
 * PROXY headers: a whole one is no longer than what was given; cut anywhere it asks for more;
 * followed by anything it is the same header. */
#include <stdlib.h>
#include <string.h>

#include "http/proxy_header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct proxy_header whole, other;
	enum proxy_header_state state = proxy_header_parse(slice_of(data, size), &whole);
	if (state == PROXY_HEADER_MORE && size >= PROXY_HEADER_MAX)
		abort();
	if (state != PROXY_HEADER_WHOLE)
		return 0;
	if (whole.length == 0 || whole.length > size || whole.length > PROXY_HEADER_MAX)
		abort();
	if (!whole.local && whole.source.family == ADDRESS_NONE)
		abort();
	if (proxy_header_parse(slice_of(data, whole.length), &other) != PROXY_HEADER_WHOLE ||
	    other.length != whole.length)
		abort();
	for (size_t len = 0; len < whole.length; len++) {
		if (proxy_header_parse(slice_of(data, len), &other) != PROXY_HEADER_MORE)
			abort();
	}
	return 0;
}
