/* SPDX-License-Identifier: Apache-2.0
 *
 * The public keys that a client registers by value: RFC7591#2 (jwks), RFC 7517. */
#ifndef DOMAIN_CLIENT_JWKS_H
#define DOMAIN_CLIENT_JWKS_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

/* The set in one line, as it is kept. ERR_INVALID, and `*why` a sentence: no JWK Set, a private or
 * symmetric key in it (which nobody may hold but its owner), or no key that is of use here. */
MUST_USE enum err client_jwks_check(struct arena *arena, struct slice json, struct slice *out,
				    struct slice *why);

#endif
