/* SPDX-License-Identifier: Apache-2.0
 *
 * What the claims of a client's assertion must say: RFC7523#3, OIDC#9. Its signature, and whether
 * its jti has come before, are the flow's to ask. */
#ifndef DOMAIN_CLIENT_ASSERTION_H
#define DOMAIN_CLIENT_ASSERTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum {
	ASSERTION_LEEWAY_S = 60,
	ASSERTION_AHEAD_S = 3600, /* its exp: D22 */
	ASSERTION_JTI_MAX = 256,
	ASSERTION_AUDIENCES_MAX = 8
};

struct assertion_claims {
	struct slice iss; /* "", as all texts here: not there */
	struct slice sub;
	struct slice jti;
	struct slice aud[ASSERTION_AUDIENCES_MAX];
	size_t aud_count;
	bool has_exp;
	int64_t exp;
	bool has_nbf;
	int64_t nbf;
	bool has_iat;
	int64_t iat;
};

struct assertion_expected {
	struct slice client_id;
	/* Names of ours that an audience may be. Each of the audiences must be one of them: an
	 * assertion that others would take, too, could be used by one of them against us. D23 */
	const struct slice *audiences;
	size_t audience_count;
	int64_t now;
};

enum assertion_fault {
	ASSERTION_FINE = 0,
	ASSERTION_ISSUER,
	ASSERTION_SUBJECT,
	ASSERTION_AUDIENCE,
	ASSERTION_EXPIRED, /* or without exp */
	ASSERTION_TOO_LONG,
	ASSERTION_EARLY,
	ASSERTION_JTI,
	ASSERTION_FAULT_COUNT
};

enum assertion_fault assertion_claims_check(const struct assertion_claims *claims,
					    const struct assertion_expected *expected);
const char *assertion_fault_words(enum assertion_fault fault); /* for the event */
/* typ of the header, in small letters and without "application/". */
bool assertion_type_is_fine(struct slice typ);

#endif
