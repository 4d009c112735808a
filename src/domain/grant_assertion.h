/* SPDX-License-Identifier: Apache-2.0
 *
 * What an assertion about a person must say to be a grant: RFC7521#5.2, RFC7523#3. That it was
 * signed by its issuer, that it comes once, and who is meant, is flow/jwt_bearer.c. */
#ifndef DOMAIN_GRANT_ASSERTION_H
#define DOMAIN_GRANT_ASSERTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum {
	GRANT_ASSERTION_AUDIENCES_MAX = 8,
	GRANT_ASSERTION_SKEW_S = 30,
	GRANT_ASSERTION_LIFE_MAX_S = 3600 /* from now to its exp: so long it is remembered */
};

struct grant_assertion {
	struct slice typ; /* of the header, lower case, without "application/"; "" */
	struct slice iss; /* "" where it is missing, as all texts here */
	struct slice sub;
	struct slice aud[GRANT_ASSERTION_AUDIENCES_MAX];
	size_t aud_count;
	bool has_exp, has_nbf, has_iat;
	int64_t exp;
	int64_t nbf;
	int64_t iat;
};

enum grant_assertion_fault {
	GRANT_ASSERTION_FINE = 0,
	GRANT_ASSERTION_TYP, /* it is some other kind of token */
	GRANT_ASSERTION_SUB,
	GRANT_ASSERTION_AUD,
	GRANT_ASSERTION_EXPIRED, /* or without end */
	GRANT_ASSERTION_TOO_LONG,
	GRANT_ASSERTION_EARLY,
	GRANT_ASSERTION_FAULT_COUNT
};
struct grant_assertion_rules {
	struct slice issuer;         /* of this server */
	struct slice token_endpoint; /* its URL */
	int64_t now;
};
enum grant_assertion_fault grant_assertion_check(const struct grant_assertion *assertion,
						 const struct grant_assertion_rules *rules);
/* Fixed words for error_description. */
struct slice grant_assertion_fault_text(enum grant_assertion_fault fault);

#endif
