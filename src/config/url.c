/* SPDX-License-Identifier: Apache-2.0
 *
 * RFC 3986, as far as options need it. */
#include "config/url.h"

#include "base/address.h"
#include "base/ascii.h"
#include "base/uri.h"

enum { PORT_MAX = 65535, UNIX_PATH_MAX = 107 };

static bool is_printable(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] <= 0x20 || text.ptr[i] >= 0x7f)
			return false;
	}
	return true;
}

static bool is_host_name(struct slice host)
{
	for (size_t i = 0; i < host.len; i++) {
		char c = host.ptr[i];
		if (!ascii_is_alnum(c) && c != '-' && c != '.')
			return false;
	}
	return host.len > 0 && host.ptr[0] != '.' && host.ptr[0] != '-';
}

static bool is_port(struct slice port, int64_t least)
{
	int64_t number;

	return slice_parse_int64(port, &number) == ERR_OK && port.ptr[0] != '-' &&
	       number >= least && number <= PORT_MAX;
}

/* Takes the brackets of an address off. */
static enum err check_host(struct slice *host)
{
	struct address address;

	if (!slice_has_prefix(*host, SLICE("[")))
		return is_host_name(*host) ? ERR_OK : ERR_INVALID;
	if (!slice_has_suffix(*host, SLICE("]")) || !slice_has_byte(*host, ':') ||
	    address_parse(*host, &address) != ERR_OK)
		return ERR_INVALID;
	*host = slice_sub(*host, 1, host->len - 2);
	return ERR_OK;
}

enum err url_parse(struct slice text, struct url *out)
{
	struct uri uri;

	uri_split(text, &uri);
	*out = (struct url){ .https = slice_equal(uri.scheme, SLICE("https")), .host = uri.host };
	if (!is_printable(text) || (!out->https && !slice_equal(uri.scheme, SLICE("http"))))
		return ERR_INVALID;
	if (check_host(&out->host) != ERR_OK || (uri.has_port && !is_port(uri.port, 1)))
		return ERR_INVALID;
	size_t end = slice_find_any(uri.rest, "?#");

	out->path = slice_sub(uri.rest, 0, end);
	out->has_fragment = slice_has_byte(uri.rest, '#');
	out->has_query = end < uri.rest.len && uri.rest.ptr[end] == '?';
	return ERR_OK;
}

bool url_host_is_loopback(struct slice host)
{
	struct address address;

	if (slice_equal_nocase(host, SLICE("localhost")) ||
	    slice_has_suffix(host, SLICE(".localhost")))
		return true;
	return address_parse(host, &address) == ERR_OK && address_is_loopback(&address);
}

static enum err parse_tcp(struct slice text, struct listen_address *out)
{
	struct uri uri;
	struct address address;

	uri_split_authority(text, &uri);
	if (check_host(&uri.host) != ERR_OK || !uri.has_port || !is_port(uri.port, 0))
		return ERR_INVALID;
	if (address_parse(uri.host, &address) != ERR_OK)
		return ERR_INVALID;
	out->kind = LISTEN_TCP;
	out->is_loopback = address_is_loopback(&address);
	return ERR_OK;
}

static const struct listen_scheme {
	const char *text;
	bool tls;
	bool asks_certificate;
	bool proxy;
} listen_schemes[] = {
	{ "http://", false, false, false },     { "http+proxy://", false, false, true },
	{ "https://", true, false, false },     { "https+proxy://", true, false, true },
	{ "https+mtls://", true, true, false }, { "https+mtls+proxy://", true, true, true },
};

static void cut_scheme(struct slice text, struct listen_address *out)
{
	*out = (struct listen_address){ .place = text };
	for (size_t i = 0; i < ARRAY_LEN(listen_schemes); i++) {
		const struct listen_scheme *scheme = &listen_schemes[i];
		struct slice prefix = slice_str(scheme->text);

		if (!slice_has_prefix(text, prefix))
			continue;
		out->tls = scheme->tls;
		out->asks_certificate = scheme->asks_certificate;
		out->proxy = scheme->proxy;
		out->place = slice_sub(text, prefix.len, text.len);
	}
}

enum err listen_address_parse(struct slice text, struct listen_address *out)
{
	cut_scheme(text, out);
	if (slice_equal(out->place, SLICE("systemd"))) {
		out->kind = LISTEN_SYSTEMD;
		out->is_loopback = true;
		return ERR_OK;
	}
	if (!slice_has_prefix(out->place, SLICE("unix:")))
		return parse_tcp(out->place, out);
	struct slice path = slice_sub(out->place, 5, out->place.len);

	out->kind = LISTEN_UNIX;
	out->is_loopback = true;
	return path.len > 1 && path.len <= UNIX_PATH_MAX && path.ptr[0] == '/' ? ERR_OK
									       : ERR_INVALID;
}
