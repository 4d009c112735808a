/* SPDX-License-Identifier: Apache-2.0
 *
 * A row for each fault, asked in their order. Times are compared without sums of what was sent. */
#include "domain/client_assertion.h"

#include <assert.h>

#include "base/attr.h"
#include "base/ensure.h"

/* RFC7523#3: iss is the client. OIDC#9: its client_id */
static bool issuer_is_fine(const struct assertion_claims *claims,
			   const struct assertion_expected *expected)
{
	return slice_equal(claims->iss, expected->client_id);
}

/* RFC7523#3: for client authentication sub is the client_id */
static bool subject_is_fine(const struct assertion_claims *claims,
			    const struct assertion_expected *expected)
{
	return slice_equal(claims->sub, expected->client_id);
}

/* One spelling with a slash at its end, and one without. */
static bool is_same(struct slice audience, struct slice ours)
{
	if (slice_has_suffix(ours, SLICE("/")) && !slice_has_suffix(audience, SLICE("/")))
		ours.len--;
	return slice_equal(audience, ours);
}

static bool is_ours(struct slice audience, const struct assertion_expected *expected)
{
	for (size_t i = 0; i < expected->audience_count; i++)
		if (is_same(audience, expected->audiences[i]))
			return true;
	return false;
}

/* RFC7523#3: aud names this server, and a JWT without it is refused */
static bool audience_is_fine(const struct assertion_claims *claims,
			     const struct assertion_expected *expected)
{
	for (size_t i = 0; i < claims->aud_count; i++)
		if (!is_ours(claims->aud[i], expected))
			return false;
	return claims->aud_count > 0;
}

/* RFC7523#3: exp is demanded, and is not past */
static bool is_alive(const struct assertion_claims *claims,
		     const struct assertion_expected *expected)
{
	return claims->has_exp && claims->exp > expected->now - ASSERTION_LEEWAY_S;
}

/* RFC7523#3: an exp unreasonably far in the future may be refused; its jti would have to be
 * remembered for as long */
static bool is_short(const struct assertion_claims *claims,
		     const struct assertion_expected *expected)
{
	return claims->exp <= expected->now + ASSERTION_AHEAD_S + ASSERTION_LEEWAY_S;
}

/* RFC7523#3: not before nbf; nor from the future */
static bool has_begun(const struct assertion_claims *claims,
		      const struct assertion_expected *expected)
{
	int64_t latest = expected->now + ASSERTION_LEEWAY_S;
	return (!claims->has_nbf || claims->nbf <= latest) &&
	       (!claims->has_iat || claims->iat <= latest);
}

/* OIDC#9: jti is demanded, so that an assertion is used once */
static bool jti_is_fine(const struct assertion_claims *claims,
			const struct assertion_expected *expected)
{
	(void)expected;
	return claims->jti.len > 0 && claims->jti.len <= ASSERTION_JTI_MAX;
}

static const struct check {
	bool (*is_fine)(const struct assertion_claims *claims,
			const struct assertion_expected *expected);
	const char *words;
} checks[] = {
	[ASSERTION_FINE] = { NULL, "" },
	[ASSERTION_ISSUER] = { issuer_is_fine, "client assertion of another issuer" },
	[ASSERTION_SUBJECT] = { subject_is_fine, "client assertion about another subject" },
	[ASSERTION_AUDIENCE] = { audience_is_fine, "client assertion for another audience" },
	[ASSERTION_EXPIRED] = { is_alive, "client assertion has expired or never does" },
	[ASSERTION_TOO_LONG] = { is_short, "client assertion is good for too long" },
	[ASSERTION_EARLY] = { has_begun, "client assertion from the future" },
	[ASSERTION_JTI] = { jti_is_fine, "client assertion without a usable jti" },
};
static_assert(ARRAY_LEN(checks) == ASSERTION_FAULT_COUNT, "a check for each fault");

enum assertion_fault assertion_claims_check(const struct assertion_claims *claims,
					    const struct assertion_expected *expected)
{
	for (unsigned i = ASSERTION_ISSUER; i < ASSERTION_FAULT_COUNT; i++)
		if (!checks[i].is_fine(claims, expected))
			return (enum assertion_fault)i;
	return ASSERTION_FINE;
}

const char *assertion_fault_words(enum assertion_fault fault)
{
	ensure((unsigned)fault < ASSERTION_FAULT_COUNT);
	return checks[fault].words;
}

bool assertion_type_is_fine(struct slice typ)
{
	/* RFC8725#3.11: a token that was made for another use is none. Many clients say nothing. */
	return slice_is_empty(typ) || slice_equal(typ, SLICE("jwt")) ||
	       slice_equal(typ, SLICE("client-authentication+jwt"));
}
