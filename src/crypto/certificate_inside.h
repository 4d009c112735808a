/* SPDX-License-Identifier: Apache-2.0
 *
 * What a certificate is made of. For certificate*.c and distinguished_name.c alone. */
#ifndef CRYPTO_CERTIFICATE_INSIDE_H
#define CRYPTO_CERTIFICATE_INSIDE_H

#include <openssl/x509.h>

#include "crypto/certificate.h"

enum { CERTIFICATE_BYTES_MAX = 16384, DISTINGUISHED_NAME_MAX = 2048 };

struct certificate {
	X509 *x509;
	struct hash thumbprint;
};

void x509_name_free(X509_NAME **name);
/* A name out of its text (RFC 4514). NULL: it is none. The caller frees it. */
X509_NAME *distinguished_name_parse(struct slice text);

#endif
