/* SPDX-License-Identifier: Apache-2.0
 *
 * The authorization code of RFC 6749 section 4.1: its record, and what presenting it gets. It hangs
 * on an authorization that is made with it. */
#ifndef DOMAIN_AUTHORIZATION_CODE_H
#define DOMAIN_AUTHORIZATION_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"
#include "crypto/hash.h"
#include "domain/authorization.h"
#include "domain/oauth_error.h"

struct authorization_code {
	struct hash hash; /* of the code; zero: an authorization without one */
	struct authorization authorization;
	struct slice redirect_uri;   /* as it was sent; "" when it was not */
	struct slice code_challenge; /* "": none */
	struct slice nonce;
	struct slice binding; /* dpop_jkt, as domain/binding.h writes it */
	int64_t expires;
	int64_t redeemed; /* 0: not yet */
	struct slice sealed_answer;
	int64_t replay_until;
};

/* What comes with a code to the token endpoint. */
struct code_presented {
	const struct hash *hash;
	const struct id *client;
	struct slice registered;   /* the client's redirect URIs */
	struct slice redirect_uri; /* "" where it was not sent, as all here */
	struct slice verifier;
	int64_t now;
};
enum code_verdict {
	CODE_GOOD = 0,
	CODE_FOREIGN, /* unknown, or another client's: nothing happens to it. RFC6749#5.2 */
	CODE_DEAD,    /* expired, or revoked */
	CODE_SPENT,   /* it came before: a lost answer, or somebody else has it too */
	CODE_WRONG_REDIRECT_URI, /* whoever has it has not begun the request: it is good for nothing
				    any more */
	CODE_WRONG_VERIFIER,     /* likewise */
	CODE_VERDICT_COUNT
};
/* `*proved`: a PKCE verifier and a redirect URI that fit: whoever sends them began the request. */
enum code_verdict authorization_code_judge(const struct authorization_code *code,
					   const struct code_presented *presented,
					   struct arena *arena, bool *proved);
struct slice code_verdict_text(enum code_verdict verdict); /* for error_description */

#endif
