/* SPDX-License-Identifier: Apache-2.0
 *
 * What a request names against what is registered: RFC9700#4.1.3, RFC6749#3.1.2.3, RFC8252#7.3.
 * What is registered has passed redirect_uri_check(). */
#include "base/ascii.h"
#include "base/attr.h"
#include "domain/redirect_uri.h"

enum { PORT_MAX = 65535 };

static const struct slice loopbacks[] = {
	{ "http://127.0.0.1", 16 },
	{ "http://[::1]", 12 },
};

/* Takes ":" and a port off the front. False when it is no port. */
static bool skip_port(struct slice *rest)
{
	size_t digits = 0;
	int64_t port;
	if (!slice_has_prefix(*rest, SLICE(":")))
		return true;
	while (digits + 1 < rest->len && ascii_is_digit(rest->ptr[digits + 1]))
		digits++;
	if (digits == 0 || digits > 5 ||
	    slice_parse_int64(slice_sub(*rest, 1, digits), &port) != ERR_OK || port < 1 ||
	    port > PORT_MAX)
		return false;
	*rest = slice_sub(*rest, digits + 1, rest->len);
	return true;
}

/* What follows host and port of a loopback address. False when it is none. */
static bool loopback_rest(struct slice uri, size_t which, struct slice *rest)
{
	if (!slice_has_prefix(uri, loopbacks[which]))
		return false;
	*rest = slice_sub(uri, loopbacks[which].len, uri.len);
	if (!skip_port(rest))
		return false;
	/* not 127.0.0.1.example.com */
	return slice_is_empty(*rest) || rest->ptr[0] == '/' || rest->ptr[0] == '?';
}

/* RFC8252#7.3: any port at the time of the request */
static bool differs_in_port(struct slice registered, struct slice uri)
{
	for (size_t i = 0; i < ARRAY_LEN(loopbacks); i++) {
		struct slice ours;
		struct slice theirs;
		if (loopback_rest(registered, i, &ours) && loopback_rest(uri, i, &theirs))
			return slice_equal(ours, theirs);
	}
	return false;
}

bool redirect_uri_matches(struct slice registered, struct slice uri)
{
	struct slice one;
	if (redirect_uri_check(uri) != REDIRECT_URI_FINE)
		return false;
	while (slice_split(&registered, '\n', &one))
		/* RFC9700#2.1, RFC9700#4.1.3, OIDC#3.1.2.1, ASVS#10.4.1: simple string comparison
		 */
		if (!slice_is_empty(one) && (slice_equal(one, uri) || differs_in_port(one, uri)))
			return true;
	return false;
}

struct slice redirect_uri_only(struct slice registered)
{
	struct slice only = SLICE_EMPTY;
	struct slice one;
	while (slice_split(&registered, '\n', &one)) {
		if (slice_is_empty(one))
			continue;
		if (!slice_is_empty(only))
			return SLICE_EMPTY;
		only = one;
	}
	return only;
}

static bool has_scheme(struct slice uri, struct slice scheme)
{
	return slice_equal_nocase(slice_sub(uri, 0, scheme.len), scheme);
}

bool redirect_uri_is_assured(struct slice uri)
{
	return has_scheme(uri, SLICE("https:"));
}

bool redirect_uri_takes_forms(struct slice uri)
{
	return has_scheme(uri, SLICE("https:")) || has_scheme(uri, SLICE("http:"));
}
