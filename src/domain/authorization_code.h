/* SPDX-License-Identifier: Apache-2.0
 *
 * The authorization code of RFC 6749 section 4.1: its record, and what presenting it gets. It hangs
 * on an authorization that is made with it. */
#ifndef DOMAIN_AUTHORIZATION_CODE_H
#define DOMAIN_AUTHORIZATION_CODE_H

#include <stdbool.h>
#include <stdint.h>

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

#endif
