/* SPDX-License-Identifier: Apache-2.0
 *
 * Proof Key for Code Exchange, RFC 7636, with S256 alone. */
#ifndef DOMAIN_PKCE_H
#define DOMAIN_PKCE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/slice.h"

enum {
	PKCE_CHALLENGE_LEN = 43 /* base64url of a SHA-256 */,
	PKCE_VERIFIER_MIN = 43,
	PKCE_VERIFIER_MAX = 128
};

/* What an authorization request says of it. */
enum pkce_fault {
	PKCE_FINE = 0,
	PKCE_MISSING,      /* it is demanded */
	PKCE_METHOD_ALONE, /* a method without a challenge */
	PKCE_METHOD,       /* plain, also where it is not named, or one that is not known */
	PKCE_CHALLENGE,    /* malformed */
	PKCE_FAULT_COUNT
};
struct pkce_request {
	struct slice challenge; /* "" where it was not sent, as all here */
	struct slice method;
	bool demanded;
};
enum pkce_fault pkce_check(const struct pkce_request *request);
struct slice pkce_fault_text(enum pkce_fault fault); /* for error_description */

/* At the token endpoint. Constant time in the secret. */
enum pkce_proof {
	PKCE_NOT_USED = 0, /* neither a challenge nor a verifier */
	PKCE_PROVED,
	PKCE_FAILED /* another verifier, none, or one where there was no challenge */
};
enum pkce_proof pkce_prove(struct slice challenge, struct slice verifier, struct arena *arena);

#endif
