/* SPDX-License-Identifier: Apache-2.0
 *
 * What the claims of a DPoP proof must say, once its signature has been found right: RFC9449#4.3.
 * Whether a jti comes twice, and whether a nonce is ours, is the flow's to ask. */
#ifndef DOMAIN_DPOP_H
#define DOMAIN_DPOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

/* A proof is good from so long before the time of its iat, since clocks differ, to so long after:
 * D21 */
enum { DPOP_EARLY_S = 60, DPOP_LATE_S = 300, DPOP_JTI_MAX = 256, DPOP_URLS_MAX = 2 };

struct dpop_claims {
	struct slice jti; /* "", as all texts here: not there */
	struct slice htm;
	struct slice htu;
	struct slice ath;
	struct slice nonce;
	bool has_iat;
	int64_t iat;
};

struct dpop_expected {
	const char *method;
	/* Names of the endpoint: the request may have come to either. */
	struct slice urls[DPOP_URLS_MAX];
	size_t url_count;
	struct slice ath; /* of the access token that came along; "": none did */
	int64_t now;
};

enum dpop_fault {
	DPOP_FINE = 0,
	DPOP_JTI,    /* none, or one that nobody would remember */
	DPOP_METHOD, /* of another method */
	DPOP_URL,    /* for another place */
	DPOP_TIME,   /* no iat, too old, or of the future */
	DPOP_TOKEN,  /* of another access token, or of none */
	DPOP_FAULT_COUNT
};

enum dpop_fault dpop_claims_check(const struct dpop_claims *claims,
				  const struct dpop_expected *expected);
const char *dpop_fault_words(enum dpop_fault fault); /* for the event */
/* Whether two URLs name the same place: RFC3986#6.2.2, #6.2.3. Query and fragment of `a` count for
 * nothing, nor does a slash at the end (every path here answers with and without). */
bool dpop_url_equal(struct slice a, struct slice b);

#endif
