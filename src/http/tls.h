/* SPDX-License-Identifier: Apache-2.0
 *
 * Our certificate with its key, and whose certificates clients are asked for: read from files,
 * swapped while connections go on. RFC 9325 says which versions and ciphers. */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include "base/attr.h"
#include "base/err.h"

struct gnutls_certificate_credentials_st;
struct http_options;

/* What one reading of the files gave; counted, as connections outlive a swap. */
struct tls_identity;
struct tls;

/* RFC9325#3.1.1, #4.2: TLS 1.2 and 1.3, ephemeral keys, AEAD ciphers, and nothing else. */
#define TLS_PRIORITIES \
	"SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:" \
	"-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:-MAC-ALL:+AEAD:" \
	"-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1"

/* Reads the files that the options name. The reason of a failure is logged: ERR_INVALID, ERR_IO. */
MUST_USE enum err tls_new(const struct http_options *options, struct tls **out);
/* Every identity that was taken has been given back. */
void tls_free(struct tls **tls);
/* Reads the same files anew; when that fails what was there stays. By one thread at a time. */
MUST_USE enum err tls_reload(struct tls *tls);

/* The one that is current, by any thread; to be given back. */
struct tls_identity *tls_identity_take(struct tls *tls);
/* Accepts NULL. */
void tls_identity_give(struct tls_identity **identity);
struct gnutls_certificate_credentials_st *tls_identity_credentials(
	const struct tls_identity *identity);

#endif
