/* SPDX-License-Identifier: Apache-2.0
 *
 * URLs are compared character by character as they would be normalised, without being written
 * anew: two readers run side by side. */
#include "domain/dpop.h"

#include <assert.h>

#include "base/ascii.h"
#include "base/attr.h"
#include "base/ensure.h"
#include "base/uri.h"

/* --- URLs */

/* The port is left out where it is the scheme's own, and a slash at the end of the path. */
static bool split(struct slice url, struct uri *out)
{
	uri_split(url, out);
	uri_drop_default_port(out);
	/* RFC9449#4.3: query and fragment are ignored */
	out->rest = slice_sub(out->rest, 0, slice_find_any(out->rest, "?#"));
	if (slice_has_suffix(out->rest, SLICE("/")))
		out->rest.len--;
	return !slice_is_empty(out->host) && !slice_has_byte(out->host, '@');
}

/* RFC3986#2.3 */
static bool is_unreserved(int c)
{
	return ascii_is_alnum((char)c) || c == '-' || c == '.' || c == '_' || c == '~';
}

enum { ESCAPED = 0x100 };

/* The next character of a path; -1 at its end. What need not be escaped is as if it were not, and
 * what must be has ESCAPED added: RFC3986#6.2.2 */
static int next(struct slice *path)
{
	if (path->len == 0)
		return -1;
	int c = (unsigned char)path->ptr[0];
	int high = path->len >= 3 ? ascii_hex_value(path->ptr[1]) : -1;
	int low = path->len >= 3 ? ascii_hex_value(path->ptr[2]) : -1;
	bool escape = c == '%' && high >= 0 && low >= 0;
	*path = slice_sub(*path, escape ? 3 : 1, path->len);
	if (!escape)
		return c;
	int value = high * 16 + low;
	return is_unreserved(value) ? value : value | ESCAPED;
}

static bool paths_equal(struct slice a, struct slice b)
{
	int left;
	do {
		left = next(&a);
		if (left != next(&b))
			return false;
	} while (left >= 0);
	return true;
}

bool dpop_url_equal(struct slice a, struct slice b)
{
	struct uri left;
	struct uri right;
	return split(a, &left) && split(b, &right) &&
	       slice_equal_nocase(left.scheme, right.scheme) &&
	       slice_equal_nocase(left.host, right.host) && slice_equal(left.port, right.port) &&
	       paths_equal(left.rest, right.rest);
}

/* --- claims */

/* RFC9449#4.2: jti is demanded; one of any length would fill memory elsewhere */
static bool jti_is_fine(const struct dpop_claims *claims, const struct dpop_expected *expected)
{
	(void)expected;
	return claims->jti.len > 0 && claims->jti.len <= DPOP_JTI_MAX;
}

/* RFC9449#4.3: htm is the method of this request. Methods are told apart by case: RFC9110#9.1 */
static bool method_is_fine(const struct dpop_claims *claims, const struct dpop_expected *expected)
{
	return slice_equal(claims->htm, slice_str(expected->method));
}

/* RFC9449#4.3: htu is the URI of this request */
static bool url_is_fine(const struct dpop_claims *claims, const struct dpop_expected *expected)
{
	for (size_t i = 0; i < expected->url_count; i++)
		if (dpop_url_equal(claims->htu, expected->urls[i]))
			return true;
	return false;
}

/* RFC9449#4.3, #11.1: made lately, or a moment ahead of our clock. Compared without sums: an iat
 * may be any number. */
static bool time_is_fine(const struct dpop_claims *claims, const struct dpop_expected *expected)
{
	return claims->has_iat && claims->iat >= expected->now - DPOP_LATE_S &&
	       claims->iat <= expected->now + DPOP_EARLY_S;
}

/* RFC9449#4.3: with an access token, its hash */
static bool token_is_fine(const struct dpop_claims *claims, const struct dpop_expected *expected)
{
	return slice_is_empty(expected->ath) || slice_equal(claims->ath, expected->ath);
}

static const struct check {
	bool (*is_fine)(const struct dpop_claims *claims, const struct dpop_expected *expected);
	const char *words;
} checks[] = {
	[DPOP_FINE] = { NULL, "" },
	[DPOP_JTI] = { jti_is_fine, "DPoP proof without a usable jti" },
	[DPOP_METHOD] = { method_is_fine, "DPoP proof for another method" },
	[DPOP_URL] = { url_is_fine, "DPoP proof for another URL" },
	[DPOP_TIME] = { time_is_fine, "DPoP proof of another time" },
	[DPOP_TOKEN] = { token_is_fine, "DPoP proof of another access token" },
};
static_assert(ARRAY_LEN(checks) == DPOP_FAULT_COUNT, "a check for each fault");

enum dpop_fault dpop_claims_check(const struct dpop_claims *claims,
				  const struct dpop_expected *expected)
{
	for (unsigned i = DPOP_JTI; i < DPOP_FAULT_COUNT; i++)
		if (!checks[i].is_fine(claims, expected))
			return (enum dpop_fault)i;
	return DPOP_FINE;
}

const char *dpop_fault_words(enum dpop_fault fault)
{
	ensure((unsigned)fault < DPOP_FAULT_COUNT);
	return checks[fault].words;
}
