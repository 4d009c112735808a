/* SPDX-License-Identifier: Apache-2.0
 *
 *   url = ( "http://" / "https://" ) host [ ":" port ] [ "/" path ] [ "?" query ] */
#include "fetch/fetch_url.h"

#include "base/address.h"
#include "base/ascii.h"
#include "base/uri.h"

enum { PORT_MAX = 65535 };

static bool has_plain_characters(struct slice url)
{
	for (size_t i = 0; i < url.len; i++)
		if (url.ptr[i] <= 0x20 || url.ptr[i] >= 0x7f ||
		    slice_has_byte(SLICE("\"<>\\^`{|}#"), url.ptr[i]))
			return false;
	return true;
}

static bool is_name(struct slice host)
{
	for (size_t i = 0; i < host.len; i++) {
		char c = host.ptr[i];
		if (!ascii_is_alnum(c) && c != '-' && c != '.' && c != '_')
			return false;
	}
	return host.len > 0;
}

static bool is_host(struct slice host)
{
	struct address address;
	if (!slice_has_prefix(host, SLICE("[")))
		return is_name(host);
	return slice_has_suffix(host, SLICE("]")) && slice_has_byte(host, ':') &&
	       address_parse(host, &address) == ERR_OK;
}

static bool is_port(struct slice port)
{
	int64_t number;
	return port.len <= 5 && slice_parse_int64(port, &number) == ERR_OK && number >= 1 &&
	       number <= PORT_MAX;
}

bool fetch_url_is_fine(struct slice url, bool *https)
{
	struct uri uri;
	if (url.len > FETCH_URL_MAX || !has_plain_characters(url))
		return false;
	uri_split(url, &uri);
	*https = slice_equal_nocase(uri.scheme, SLICE("https"));
	return (*https || slice_equal_nocase(uri.scheme, SLICE("http"))) && is_host(uri.host) &&
	       (!uri.has_port || is_port(uri.port));
}

struct slice fetch_url_shown(struct slice url)
{
	return slice_sub(url, 0, slice_find_any(url, "?#"));
}
