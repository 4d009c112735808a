/* SPDX-License-Identifier: Apache-2.0
 *
 * One rule after the other; the first that is broken is told. The clocks of two servers may differ
 * by half a minute. */
#include "domain/grant_assertion.h"

#include <assert.h>

#include "base/attr.h"
#include "base/ensure.h"

static const char *const texts[] = {
	[GRANT_ASSERTION_FINE] = "",
	[GRANT_ASSERTION_TYP] = "The assertion is another kind of token.",
	[GRANT_ASSERTION_SUB] = "The assertion names nobody.",
	[GRANT_ASSERTION_AUD] = "The assertion is not for this server.",
	[GRANT_ASSERTION_EXPIRED] = "The assertion has expired, or does not say when it does.",
	[GRANT_ASSERTION_TOO_LONG] = "The assertion is good for more than an hour.",
	[GRANT_ASSERTION_EARLY] = "The assertion is not good yet.",
};
static_assert(ARRAY_LEN(texts) == GRANT_ASSERTION_FAULT_COUNT, "words for each fault");

struct slice grant_assertion_fault_text(enum grant_assertion_fault fault)
{
	ensure((unsigned)fault < GRANT_ASSERTION_FAULT_COUNT);
	return slice_str(texts[fault]);
}

/* RFC8725#3.11: what is typed was made for something else */
static bool typ_is_fine(struct slice typ)
{
	return slice_is_empty(typ) || slice_equal(typ, SLICE("jwt"));
}

/* RFC7523#3: the issuer, or the URL of the token endpoint, with or without its slash */
static bool is_for_us(const struct grant_assertion *assertion,
		      const struct grant_assertion_rules *rules)
{
	struct slice url = rules->token_endpoint;
	struct slice bare = slice_has_suffix(url, SLICE("/")) ? slice_sub(url, 0, url.len - 1)
							      : url;
	for (size_t i = 0; i < assertion->aud_count; i++)
		if (slice_equal(assertion->aud[i], rules->issuer) ||
		    slice_equal(assertion->aud[i], url) || slice_equal(assertion->aud[i], bare))
			return true;
	return false;
}

static bool is_early(const struct grant_assertion *assertion, int64_t now)
{
	int64_t latest = now + GRANT_ASSERTION_SKEW_S;
	return (assertion->has_nbf && assertion->nbf > latest) ||
	       (assertion->has_iat && assertion->iat > latest);
}

enum grant_assertion_fault grant_assertion_check(const struct grant_assertion *assertion,
						 const struct grant_assertion_rules *rules)
{
	int64_t now = rules->now;
	if (!typ_is_fine(assertion->typ))
		return GRANT_ASSERTION_TYP;
	if (slice_is_empty(assertion->sub))
		return GRANT_ASSERTION_SUB;
	if (!is_for_us(assertion, rules))
		return GRANT_ASSERTION_AUD;
	/* RFC7523#3: exp must be there, and must not have passed */
	if (!assertion->has_exp || assertion->exp <= now - GRANT_ASSERTION_SKEW_S)
		return GRANT_ASSERTION_EXPIRED;
	if (assertion->exp > now + GRANT_ASSERTION_LIFE_MAX_S)
		return GRANT_ASSERTION_TOO_LONG;
	return is_early(assertion, now) ? GRANT_ASSERTION_EARLY : GRANT_ASSERTION_FINE;
}
