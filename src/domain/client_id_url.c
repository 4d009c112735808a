/* SPDX-License-Identifier: Apache-2.0
 *
 * Two spellings of one address would be two clients, so what could be spelled in two ways is
 * refused. D74 */
#include "domain/client_id_url.h"

#include "domain/client.h"
#include "domain/redirect_uri.h"

#define SCHEME SLICE("https://")

static struct slice after_scheme(struct slice client_id)
{
	return slice_sub(client_id, SCHEME.len, client_id.len);
}

struct slice client_id_url_host(struct slice client_id)
{
	struct slice host;
	struct slice rest = after_scheme(client_id);
	if (!slice_has_prefix(client_id, SCHEME) || !slice_split(&rest, '/', &host))
		return SLICE_EMPTY;
	return host;
}

static bool is_dots(struct slice segment)
{
	return slice_equal(segment, SLICE(".")) || slice_equal(segment, SLICE(".."));
}

/* An escaped dot is a dot to whoever resolves it. */
static bool path_is_fine(struct slice path)
{
	struct slice segment;
	while (slice_split(&path, '/', &segment)) {
		if (is_dots(segment))
			return false;
		for (size_t i = 0; i + 2 < segment.len; i++)
			if (slice_equal_nocase(slice_sub(segment, i, 3), SLICE("%2e")))
				return false;
	}
	return true;
}

bool client_id_is_url(struct slice client_id)
{
	struct slice rest = after_scheme(client_id);
	struct slice host;
	if (!slice_has_prefix(client_id, SCHEME) || !client_id_is_valid(client_id) ||
	    redirect_uri_check(client_id) != REDIRECT_URI_FINE || slice_has_byte(client_id, '?'))
		return false;
	/* a path that is more than its first slash */
	return slice_split(&rest, '/', &host) && rest.ptr && rest.len > 0 && path_is_fine(rest);
}
