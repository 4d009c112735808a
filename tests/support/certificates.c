/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates of version 3 with just the extensions that a test names. */
#include "support/certificates.h"

#include <check.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/ensure.h"

void pair_free(struct pair **pair)
{
	if (*pair == NULL)
		return;
	X509_free((*pair)->x509);
	EVP_PKEY_free((*pair)->pkey);
	free(*pair);
	*pair = NULL;
}

static void add_entry(X509_NAME *name, struct slice part, bool joined)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice attribute;
	ck_assert(slice_split(&part, '=', &attribute));
	const char *key = arena_cstr(arena, attribute);
	int type = strcmp(key, "C") == 0 ? V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING;
	ck_assert_int_eq(X509_NAME_add_entry_by_txt(name, key, type,
						    (const unsigned char *)part.ptr, (int)part.len,
						    -1, joined ? -1 : 0),
			 1);
}

static void set_subject(X509 *x509, const char *text)
{
	X509_NAME *name = X509_NAME_new();
	struct slice rest = slice_str(text);
	struct slice rdn;
	while (rest.len > 0 && slice_split(&rest, '/', &rdn)) {
		struct slice part;
		for (bool joined = false; slice_split(&rdn, '+', &part); joined = true)
			add_entry(name, part, joined);
	}
	X509_set_subject_name(x509, name);
	X509_NAME_free(name);
}

static void add_extension(X509 *x509, int nid, const char *value)
{
	X509V3_CTX ctx;
	if (value == NULL)
		return;
	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, x509, x509, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	ck_assert_ptr_nonnull(extension);
	ck_assert_int_eq(X509_add_ext(x509, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

static EVP_PKEY *key_make(int rsa_bits)
{
	return rsa_bits > 0 ? EVP_RSA_gen((unsigned)rsa_bits) : EVP_EC_gen("P-256");
}

static void fill(struct pair *pair, const struct pair_new *new)
{
	static long serial = 1;
	const struct pair *issuer = new->issuer ? new->issuer : pair;
	X509_set_version(pair->x509, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(pair->x509), serial++);
	ASN1_TIME_set(X509_getm_notBefore(pair->x509), new->from ? new->from : 1000);
	ASN1_TIME_set(X509_getm_notAfter(pair->x509), new->until ? new->until : 2000);
	set_subject(pair->x509, new->subject);
	X509_set_issuer_name(pair->x509, X509_get_subject_name(issuer->x509));
	X509_set_pubkey(pair->x509, pair->pkey);
	add_extension(pair->x509, NID_basic_constraints,
		      new->is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
	add_extension(pair->x509, NID_key_usage,
		      new->is_ca ? "critical,keyCertSign" : "critical,digitalSignature");
	add_extension(pair->x509, NID_ext_key_usage, new->usage);
	add_extension(pair->x509, NID_subject_alt_name, new->names);
	const EVP_MD *hash = EVP_get_digestbyname(new->hash ? new->hash : "SHA256");
	ck_assert_int_gt(X509_sign(pair->x509, issuer->pkey, hash), 0);
}

struct pair *pair_make(const struct pair_new *new)
{
	struct pair *pair = xcalloc(1, sizeof(*pair));
	pair->x509 = X509_new();
	pair->pkey = key_make(new->rsa_bits);
	ck_assert(pair->x509 != NULL && pair->pkey != NULL);
	fill(pair, new);
	return pair;
}

struct slice pair_der(const struct pair *pair, struct arena *arena)
{
	unsigned char *der = NULL;
	int len = i2d_X509(pair->x509, &der);
	ck_assert_int_gt(len, 0);
	struct slice copy = arena_slice(arena, slice_of(der, (size_t)len));
	OPENSSL_free(der);
	return copy;
}

struct slice pair_pem(const struct pair *pair, struct arena *arena)
{
	char *text;
	BIO *bio = BIO_new(BIO_s_mem());
	ck_assert_int_eq(PEM_write_bio_X509(bio, pair->x509), 1);
	long len = BIO_get_mem_data(bio, &text);
	struct slice copy = arena_slice(arena, slice_of(text, (size_t)len));
	BIO_free(bio);
	return copy;
}

struct certificate *pair_certificate(const struct pair *pair)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct certificate *certificate;
	ck_assert_int_eq(certificate_parse(pair_der(pair, arena), &certificate), ERR_OK);
	return certificate;
}

static struct slice number(struct arena *arena, const struct pair *pair, const char *name)
{
	unsigned char bytes[1024];
	BIGNUM *bn = NULL;
	ck_assert_int_eq(EVP_PKEY_get_bn_param(pair->pkey, name, &bn), 1);
	int len = EVP_PKEY_is_a(pair->pkey, "EC") ? BN_bn2binpad(bn, bytes, 32)
						  : BN_bn2bin(bn, bytes);
	BN_free(bn);
	ck_assert_int_gt(len, 0);
	return encode_base64url(arena, slice_of(bytes, (size_t)len));
}

struct jwk *pair_jwk(const struct pair *pair)
{
	AUTO(arena) struct arena *arena = arena_new();
	bool is_ec = EVP_PKEY_is_a(pair->pkey, "EC");
	struct slice a = number(arena, pair,
				is_ec ? OSSL_PKEY_PARAM_EC_PUB_X : OSSL_PKEY_PARAM_RSA_N);
	struct slice b = number(arena, pair,
				is_ec ? OSSL_PKEY_PARAM_EC_PUB_Y : OSSL_PKEY_PARAM_RSA_E);
	struct jwk *key;
	struct slice json =
		is_ec ? arena_printf(
				arena,
				"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%.*s\",\"y\":\"%.*s\"}",
				SLICE_ARG(a), SLICE_ARG(b))
		      : arena_printf(arena, "{\"kty\":\"RSA\",\"n\":\"%.*s\",\"e\":\"%.*s\"}",
				     SLICE_ARG(a), SLICE_ARG(b));
	ck_assert_int_eq(jwk_parse_public(json, &key), ERR_OK);
	return key;
}
