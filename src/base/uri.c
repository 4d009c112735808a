/* SPDX-License-Identifier: Apache-2.0
 *
 * One pass from the left, each part up to the first character that ends it. */
#include "base/uri.h"

static struct slice after(struct slice s, size_t from)
{
	return slice_sub(s, from, s.len);
}

void uri_split_authority(struct slice authority, struct uri *out)
{
	size_t end = slice_has_prefix(authority, SLICE("[")) ? slice_find_any(authority, "]") : 0;
	end += slice_find_any(after(authority, end), ":");
	out->authority = authority;
	out->host = slice_sub(authority, 0, end);
	out->has_port = end < authority.len;
	out->port = after(authority, end + 1);
}

void uri_split(struct slice text, struct uri *out)
{
	size_t colon = slice_find_any(text, ":/?#");
	*out = (struct uri){ .rest = text };
	if (!slice_has_prefix(after(text, colon), SLICE(":")))
		return;
	out->scheme = slice_sub(text, 0, colon);
	out->rest = after(text, colon + 1);
	out->has_authority = slice_has_prefix(out->rest, SLICE("//"));
	if (!out->has_authority)
		return;
	struct slice hier = after(out->rest, 2);
	size_t end = slice_find_any(hier, "/?#");
	uri_split_authority(slice_sub(hier, 0, end), out);
	out->rest = after(hier, end);
}

struct slice uri_host(struct slice text)
{
	struct uri uri;
	uri_split(text, &uri);
	return uri.host;
}

struct slice uri_origin(const struct uri *uri)
{
	size_t len = uri->scheme.len + sizeof("://") - 1 + uri->authority.len;
	return uri->has_authority ? slice_of(uri->scheme.ptr, len) : SLICE_EMPTY;
}

bool uri_port_is_default(const struct uri *uri)
{
	bool https = slice_equal_nocase(uri->scheme, SLICE("https"));
	return uri->has_port && slice_equal(uri->port, https ? SLICE("443") : SLICE("80"));
}

void uri_drop_default_port(struct uri *uri)
{
	if (uri_port_is_default(uri))
		uri_split_authority(uri->host, uri);
}

struct slice uri_usual_origin(struct slice text)
{
	struct uri uri;
	uri_split(text, &uri);
	uri_drop_default_port(&uri);
	return uri_origin(&uri);
}
