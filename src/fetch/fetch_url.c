/* SPDX-License-Identifier: Apache-2.0
 *
 *   url = ( "http://" / "https://" ) host [ ":" port ] [ "/" path ] [ "?" query ] */
#include "fetch/fetch_url.h"

#include "base/address.h"
#include "base/ascii.h"
#include "base/authority.h"

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

static bool is_authority(struct slice authority)
{
	struct slice host = authority_host(authority);
	struct slice port = slice_sub(authority, host.len + 1, authority.len);
	return is_host(host) && (host.len == authority.len || is_port(port));
}

/* Steps over the scheme. */
static bool take_scheme(struct slice *url, const char *scheme)
{
	struct slice wanted = slice_str(scheme);
	if (!slice_equal_nocase(slice_sub(*url, 0, wanted.len), wanted))
		return false;
	*url = slice_sub(*url, wanted.len, url->len);
	return true;
}

bool fetch_url_is_fine(struct slice url, bool *https)
{
	if (url.len > FETCH_URL_MAX || !has_plain_characters(url))
		return false;
	*https = take_scheme(&url, "https://");
	if (!*https && !take_scheme(&url, "http://"))
		return false;
	return is_authority(slice_sub(url, 0, slice_find_any(url, "/?")));
}

struct slice fetch_url_shown(struct slice url)
{
	return slice_sub(url, 0, slice_find_any(url, "?#"));
}
