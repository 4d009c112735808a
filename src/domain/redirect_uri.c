/* SPDX-License-Identifier: Apache-2.0
 *
 * A strict splitter for the URIs of RFC 3986 and the rules for those that may be registered.
 * Strict, because a browser reads them later: what two readers could take differently (userinfo,
 * backslashes, odd hosts) is refused, never repaired. */
#include "domain/redirect_uri.h"

#include <assert.h>

#include "base/address.h"
#include "base/ascii.h"
#include "base/attr.h"
#include "base/ensure.h"
#include "base/uri.h"

enum { HOST_MAX = 253, LABEL_MAX = 63, PORT_MAX = 65535 };

static bool is_hex(char c)
{
	return ascii_hex_value(c) >= 0;
}

/* Printable ASCII without the characters that RFC 3986 leaves out, and '%' with two hex digits
 * behind it. */
static bool characters_are_fine(struct slice uri)
{
	for (size_t i = 0; i < uri.len; i++) {
		char c = uri.ptr[i];

		if (c <= 0x20 || c >= 0x7f || slice_has_byte(SLICE("\"'<>\\^`{|}"), c))
			return false;
		if (c == '%' &&
		    (uri.len - i < 3 || !is_hex(uri.ptr[i + 1]) || !is_hex(uri.ptr[i + 2])))
			return false;
	}
	return true;
}

/* scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) */
static bool scheme_is_wellformed(struct slice scheme)
{
	if (scheme.len == 0 || !ascii_is_letter(scheme.ptr[0]))
		return false;
	for (size_t i = 1; i < scheme.len; i++) {
		char c = scheme.ptr[i];

		if (!ascii_is_alnum(c) && c != '+' && c != '-' && c != '.')
			return false;
	}
	return true;
}

static bool is_web(const struct uri *uri)
{
	return slice_equal_nocase(uri->scheme, SLICE("https")) ||
	       slice_equal_nocase(uri->scheme, SLICE("http"));
}

/* A domain name backwards: two labels or more, none of them empty. */
static bool scheme_is_private_use(struct slice scheme)
{
	struct slice label;
	size_t labels = 0;

	while (slice_split(&scheme, '.', &label)) {
		if (label.len == 0)
			return false;
		labels++;
	}
	return labels >= 2;
}

static bool label_is_fine(struct slice label)
{
	if (label.len == 0 || label.len > LABEL_MAX)
		return false;
	if (label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
		return false;
	for (size_t i = 0; i < label.len; i++) {
		char c = label.ptr[i];

		if (!ascii_is_alnum(c) && c != '-' && c != '_')
			return false;
	}
	return true;
}

/* Browsers read a host whose last label is a number (2130706433, 0x7f.1) as an IPv4 address. */
static bool label_is_number(struct slice label)
{
	bool hex = slice_has_prefix(label, SLICE("0x")) || slice_has_prefix(label, SLICE("0X"));

	for (size_t i = hex ? 2 : 0; i < label.len; i++) {
		if (hex ? !is_hex(label.ptr[i]) : !ascii_is_digit(label.ptr[i]))
			return false;
	}
	return true;
}

static bool host_is_ipv4(struct slice host)
{
	struct address address;

	return !slice_has_byte(host, ':') && address_parse(host, &address) == ERR_OK &&
	       address.family == ADDRESS_V4;
}

static bool host_is_ipv6(struct slice host)
{
	struct address address;

	/* The brackets go with an IPv6 address and with nothing else; one that maps IPv4 is folded
	 * to it: refused. */
	return slice_has_suffix(host, SLICE("]")) && slice_has_byte(host, ':') &&
	       address_parse(host, &address) == ERR_OK && address.family == ADDRESS_V6;
}

static bool host_is_fine(struct slice host)
{
	struct slice label = SLICE_EMPTY;
	struct slice rest = host;

	if (host.len == 0 || host.len > HOST_MAX)
		return false;
	if (host.ptr[0] == '[')
		return host_is_ipv6(host);
	while (slice_split(&rest, '.', &label)) {
		if (!label_is_fine(label))
			return false;
	}
	return !label_is_number(label) || host_is_ipv4(host);
}

static bool port_is_fine(struct slice port)
{
	int64_t number;

	if (port.len == 0 || port.len > 5 || slice_parse_int64(port, &number) != ERR_OK)
		return false;
	return number >= 1 && number <= PORT_MAX;
}

static bool host_is_loopback(struct slice host)
{
	if (slice_equal_nocase(host, SLICE("localhost")) || slice_equal(host, SLICE("[::1]")))
		return true;
	return host_is_ipv4(host) && slice_has_prefix(host, SLICE("127."));
}

static enum redirect_uri_fault check_authority(const struct uri *uri)
{
	if (slice_has_byte(uri->authority, '@'))
		return REDIRECT_URI_USERINFO;
	/* RFC9700#2.1: redirect URIs are compared as they stand, there are no patterns */
	if (slice_has_byte(uri->host, '*'))
		return REDIRECT_URI_WILDCARD;
	if (uri->has_port && !port_is_fine(uri->port))
		return REDIRECT_URI_HOST;
	return host_is_fine(uri->host) ? REDIRECT_URI_FINE : REDIRECT_URI_HOST;
}

static enum redirect_uri_fault check_web(const struct uri *uri)
{
	if (!uri->has_authority)
		return REDIRECT_URI_HOST;

	enum redirect_uri_fault fault = check_authority(uri);

	if (fault != REDIRECT_URI_FINE)
		return fault;
	/* RFC8252#7.3, RFC9700#2.6: http never leaves the machine of the person */
	if (slice_equal_nocase(uri->scheme, SLICE("http")) && !host_is_loopback(uri->host))
		return REDIRECT_URI_HTTP;
	return REDIRECT_URI_FINE;
}

static enum redirect_uri_fault check_private_use(const struct uri *uri)
{
	/* RFC8252#7.1: a domain name backwards. javascript:, data:, file: and their like have no
	 * dot and end here. */
	if (!scheme_is_private_use(uri->scheme))
		return REDIRECT_URI_SCHEME;
	if (slice_is_empty(uri->authority))
		return slice_is_empty(uri->rest) ? REDIRECT_URI_HOST : REDIRECT_URI_FINE;
	return check_authority(uri);
}

/* What is asked of every URI, and its parts for more. */
static enum redirect_uri_fault check(struct slice text, struct uri *uri)
{
	if (text.len > REDIRECT_URI_MAX)
		return REDIRECT_URI_TOO_LONG;
	if (!characters_are_fine(text))
		return REDIRECT_URI_CHARACTERS;

	uri_split(text, uri);
	/* RFC6749#3.1.2: absolute, so a scheme comes first */
	if (!scheme_is_wellformed(uri->scheme))
		return REDIRECT_URI_RELATIVE;
	/* RFC6749#3.1.2: no fragment */
	if (slice_has_byte(text, '#'))
		return REDIRECT_URI_FRAGMENT;
	if (slice_find_any(uri->rest, "[]") < uri->rest.len)
		return REDIRECT_URI_CHARACTERS;
	return is_web(uri) ? check_web(uri) : check_private_use(uri);
}

enum redirect_uri_fault redirect_uri_check(struct slice uri)
{
	struct uri parts;

	return check(uri, &parts);
}

enum redirect_uri_fault redirect_uri_check_origin(struct slice origin)
{
	struct uri parts;
	enum redirect_uri_fault fault = check(origin, &parts);

	if (fault != REDIRECT_URI_FINE)
		return fault;
	if (!is_web(&parts))
		return REDIRECT_URI_SCHEME;
	/* RFC6454#6.2: scheme, host and port, nothing behind them */
	if (!slice_is_empty(parts.rest))
		return REDIRECT_URI_NOT_ORIGIN;
	/* RFC6454#4: in the one spelling that browsers send, or it would never match */
	if (uri_port_is_default(&parts) || (parts.has_port && parts.port.ptr[0] == '0'))
		return REDIRECT_URI_NOT_ORIGIN;
	for (size_t i = 0; i < origin.len; i++) {
		if (origin.ptr[i] >= 'A' && origin.ptr[i] <= 'Z')
			return REDIRECT_URI_NOT_ORIGIN;
	}
	return REDIRECT_URI_FINE;
}

static const char origin_sentence[] =
	"An origin is scheme, host and port alone, in lower case and without the usual port, as in "
	"https://app.example.com.";

static const char *const fault_texts[] = {
	[REDIRECT_URI_FINE] = "",
	[REDIRECT_URI_TOO_LONG] = "A URI may have 1024 characters at most.",
	[REDIRECT_URI_CHARACTERS] = "There is a character in it that a URI cannot hold.",
	[REDIRECT_URI_RELATIVE] =
		"It must begin with a scheme, as in https://app.example.com/callback.",
	[REDIRECT_URI_FRAGMENT] = "There must be no fragment: nothing may follow a number sign.",
	[REDIRECT_URI_USERINFO] = "There must be no user name before the host.",
	[REDIRECT_URI_HTTP] = "Use https: http is for 127.0.0.1, [::1] and localhost alone.",
	[REDIRECT_URI_SCHEME] =
		"Use https or, for an app, a scheme with a dot, as in com.example.app:/callback.",
	[REDIRECT_URI_HOST] = "The host or the port is missing or malformed.",
	[REDIRECT_URI_WILDCARD] = "There must be no wildcard: name each host.",
	[REDIRECT_URI_NOT_ORIGIN] = origin_sentence,
};

static_assert(ARRAY_LEN(fault_texts) == REDIRECT_URI_FAULT_COUNT, "words for each fault");

struct slice redirect_uri_fault_text(enum redirect_uri_fault fault)
{
	ensure((unsigned)fault < REDIRECT_URI_FAULT_COUNT);
	return slice_str(fault_texts[fault]);
}
