/* SPDX-License-Identifier: Apache-2.0
 *
 * base_url in front of a URL gives way to mtls_base_url. */
#include "flow/alias.h"

struct slice alias_of(const struct flow *flow, struct arena *arena, struct slice url)
{
	struct slice base = flow->settings.base_url;
	struct slice other = flow->settings.mtls_base_url;
	if (slice_is_empty(other) || !slice_has_prefix(url, base))
		return url;
	return arena_printf(arena, "%.*s%.*s", SLICE_ARG(other),
			    SLICE_ARG(slice_sub(url, base.len, url.len)));
}
