/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates made on the spot, by libcrypto, for the tests of what reads them. */
#ifndef TESTS_SUPPORT_CERTIFICATES_H
#define TESTS_SUPPORT_CERTIFICATES_H

#include <openssl/x509.h>

#include "base/arena.h"
#include "crypto/certificate.h"

struct pair {
	X509 *x509;
	EVP_PKEY *pkey;
};
void pair_free(struct pair **pair);

struct pair_new {
	const char *subject;       /* "CN=a/O=b": in the order of the sequence; "+": joined */
	const struct pair *issuer; /* NULL: signed by itself */
	const char *names;         /* as in openssl.cnf: "DNS:a.example,IP:::1"; NULL: none */
	const char *usage;         /* extendedKeyUsage: "clientAuth"; NULL: none */
	const char *hash;          /* "SHA256" unless another is named */
	int64_t from, until;       /* 1000 and 2000 unless set */
	int rsa_bits;              /* 0: P-256 */
	bool is_ca;
};
struct pair *pair_make(const struct pair_new *new);

struct slice pair_der(const struct pair *pair, struct arena *arena);
struct slice pair_pem(const struct pair *pair, struct arena *arena);
/* What certificate_parse() makes of it. */
struct certificate *pair_certificate(const struct pair *pair);
/* The public key, as a JWK. */
struct jwk *pair_jwk(const struct pair *pair);

#endif
