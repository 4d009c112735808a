/* SPDX-License-Identifier: Apache-2.0
 *
 * One certificate: RFC 5280 as libcrypto reads it. Nothing here says that it is to be trusted; see
 * certificate_authorities.c. */
#include "crypto/certificate.h"

#include <openssl/asn1.h>
#include <stdlib.h>

#include "base/ensure.h"
#include "crypto/certificate_inside.h"
#include "crypto/jwk_inside.h"
#include "crypto/libcrypto.h"

static X509 *read_der(struct slice der)
{
	const unsigned char *at = (const unsigned char *)der.ptr;
	X509 *x509 = X509_new_ex(libcrypto()->context, NULL);
	ensure(x509 != NULL);
	/* What stands behind it would have no part in the thumbprint of whoever checks next. */
	if (d2i_X509(&x509, &at, (long)der.len) != NULL &&
	    at == (const unsigned char *)der.ptr + der.len)
		return x509;
	X509_free(x509);
	libcrypto_forget_errors();
	return NULL;
}

enum err certificate_parse(struct slice der, struct certificate **out)
{
	*out = NULL;
	if (der.len == 0 || der.len > CERTIFICATE_BYTES_MAX)
		return ERR_INVALID;
	X509 *x509 = read_der(der);
	if (x509 == NULL)
		return ERR_INVALID;
	*out = xcalloc(1, sizeof(**out));
	(*out)->x509 = x509;
	hash_sha256(der, &(*out)->thumbprint);
	return ERR_OK;
}

void certificate_free(struct certificate **certificate)
{
	if (*certificate != NULL)
		X509_free((*certificate)->x509);
	free(*certificate);
	*certificate = NULL;
}

void certificate_thumbprint(const struct certificate *certificate, struct hash *out)
{
	/* RFC8705#3.1: over the DER, as it came */
	*out = certificate->thumbprint;
}

bool certificate_is_current(const struct certificate *certificate, int64_t now)
{
	int begins = ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate->x509), (time_t)now);
	int ends = ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate->x509), (time_t)now);
	libcrypto_forget_errors();
	return (begins == -1 || begins == 0) && (ends == 0 || ends == 1);
}

bool certificate_has_subject(const struct certificate *certificate, struct slice dn)
{
	AUTO(x509_name) X509_NAME *name = distinguished_name_parse(dn);
	return name != NULL && X509_NAME_cmp(name, X509_get_subject_name(certificate->x509)) == 0;
}

bool certificate_has_key(const struct certificate *certificate, const struct jwk *key)
{
	const EVP_PKEY *theirs = X509_get0_pubkey(certificate->x509);
	bool is_same = theirs != NULL && key->pkey != NULL && EVP_PKEY_eq(theirs, key->pkey) == 1;
	libcrypto_forget_errors();
	return is_same;
}
