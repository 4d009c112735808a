/* SPDX-License-Identifier: Apache-2.0
 *
 * The CAs that may vouch for clients, out of a PEM file. Each that is in the file is trusted as it
 * stands, an intermediate one too. Revocation is not looked at: whoever runs the CA gives short
 * lives, or the client is disabled here. */
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "base/ensure.h"
#include "crypto/certificate.h"
#include "crypto/certificate_inside.h"
#include "crypto/libcrypto.h"

/* 112 bits: no SHA-1, no RSA below 2048 bits. */
enum { SECURITY_LEVEL = 2 };

struct certificate_authorities {
	X509_STORE *store;
};

enum err certificate_authorities_load(const char *path, struct certificate_authorities **out)
{
	*out = NULL;
	X509_STORE *store = X509_STORE_new();
	ensure(store != NULL);
	if (X509_STORE_load_file_ex(store, path, libcrypto()->context, NULL) != 1) {
		X509_STORE_free(store);
		libcrypto_forget_errors();
		return ERR_INVALID;
	}
	*out = xcalloc(1, sizeof(**out));
	(*out)->store = store;
	return ERR_OK;
}

void certificate_authorities_free(struct certificate_authorities **authorities)
{
	if (*authorities != NULL)
		X509_STORE_free((*authorities)->store);
	free(*authorities);
	*authorities = NULL;
}

static void x509_store_ctx_free(X509_STORE_CTX **ctx)
{
	X509_STORE_CTX_free(*ctx);
	*ctx = NULL;
}

bool certificate_leads_to(const struct certificate *certificate,
			  const struct certificate_authorities *authorities, int64_t now)
{
	AUTO(x509_store_ctx)
	X509_STORE_CTX *ctx = X509_STORE_CTX_new_ex(libcrypto()->context, NULL);
	ensure(ctx != NULL &&
	       X509_STORE_CTX_init(ctx, authorities->store, certificate->x509, NULL) == 1);
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, (time_t)now);
	X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
	ensure(X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN) == 1);
	/* RFC8705#2.1: the certificate must be good for client authentication */
	ensure(X509_STORE_CTX_set_purpose(ctx, X509_PURPOSE_SSL_CLIENT) == 1);
	bool leads = X509_verify_cert(ctx) == 1;
	libcrypto_forget_errors();
	return leads;
}
