/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses of others in our pages: links, forms and frames, whose schemes stand in the templates;
 * and where such an address leads, in words. */
#include "view/view.h"

/* RFC8252#7.1, RFC3986#3.1: letters, digits, plus, dash and dot, a dot among them. */
static bool has_own_scheme(struct slice uri)
{
	size_t dots = 0;
	for (size_t i = 0; i < uri.len; i++) {
		char c = uri.ptr[i];
		if (c == ':')
			return i > 0 && dots > 0 && uri.ptr[0] >= 'a' && uri.ptr[0] <= 'z';
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
			     c == '-' || c == '.';
		if (!plain)
			return false;
		dots += c == '.';
	}
	return false;
}

static struct slice behind(struct slice uri, struct slice prefix)
{
	return slice_has_prefix(uri, prefix) ? slice_sub(uri, prefix.len, uri.len) : SLICE_EMPTY;
}

void view_add_address(struct values *values, const struct view_address_names *names,
		      struct slice uri)
{
	values_text(values, names->https, behind(uri, SLICE("https://")));
	values_text(values, names->http, behind(uri, SLICE("http://")));
	if (names->app != NULL)
		values_text(values, names->app, has_own_scheme(uri) ? uri : SLICE_EMPTY);
}

/* Up to the first of path, query and fragment; without userinfo, which is not registered anyway. */
static struct slice authority_of(struct slice rest)
{
	size_t len = 0;
	while (len < rest.len && rest.ptr[len] != '/' && rest.ptr[len] != '?' &&
	       rest.ptr[len] != '#')
		len++;
	return slice_sub(rest, 0, len);
}

static bool is_loopback(struct slice authority)
{
	static const char *const hosts[] = { "localhost", "127.0.0.1", "[::1]" };
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		struct slice host = slice_str(hosts[i]);
		if (slice_has_prefix(authority, host) &&
		    (authority.len == host.len || authority.ptr[host.len] == ':'))
			return true;
	}
	return false;
}

void view_add_destination(struct values *values, struct slice uri)
{
	struct slice rest = behind(uri, SLICE("https://"));
	if (rest.len == 0)
		rest = behind(uri, SLICE("http://"));
	struct slice scheme = uri;
	if (rest.len == 0 && !slice_split(&uri, ':', &scheme))
		scheme = SLICE_EMPTY;
	values_text(values, "destination", rest.len > 0 ? authority_of(rest) : scheme);
	values_bool(values, "is_here", rest.len == 0 || is_loopback(authority_of(rest)));
}
