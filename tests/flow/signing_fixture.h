/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing keys and the secret of pairwise subjects for flow tests: literal ones, since making an
 * RSA key takes a while. */
#ifndef SIGNING_FIXTURE_H
#define SIGNING_FIXTURE_H

#include "crypto/alg.h"
#include "flow/flow_fixture.h"
#include "json/json.h"

/* Puts a key for each algorithm of ours into the store, which sign since `fixture_start()`, and
 * gives the flow what it needs to use them. fixture_stop() takes it back. */
void fixture_sign(struct fixture *fixture);
/* The same with keys for these algorithms alone: ALG_BIT(...). */
void fixture_sign_with(struct fixture *fixture, uint32_t algs);
/* A claims object of `text`, signed by the fixture's key as if by us. */
struct slice fixture_signed(struct fixture *fixture, const char *text, const char *typ,
			    enum alg alg);
/* The kid of the key for this algorithm. */
struct slice fixture_kid(enum alg alg);

/* The claims of a token that must be well-formed and, by its header, of this type, algorithm and
 * the fixture's key; the signature is checked. */
struct json *fixture_claims(struct fixture *fixture, struct slice compact, const char *typ,
			    enum alg alg);
/* Texts and numbers that must be there. */
struct slice claims_text(const struct json *claims, const char *name);
int64_t claims_number(const struct json *claims, const char *name);

#endif
