/* SPDX-License-Identifier: Apache-2.0
 *
 * Decryption of the compact form. */
#include "crypto/opener.h"

#include <check.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/kdf.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/encode.h"

enum { HEADER = 0, KEY, NONCE, TEXT, TAG, PARTS };

void opened_fini(struct opened *opened)
{
	json_free(&opened->header);
}

EVP_PKEY *opener_key(const char *kind)
{
	EVP_PKEY *pkey = strcmp(kind, "RSA") == 0 ? EVP_RSA_gen(2048) : EVP_EC_gen(kind);
	ck_assert_ptr_nonnull(pkey);
	return pkey;
}

static struct slice number(EVP_PKEY *pkey, const char *name, int bytes, struct arena *arena)
{
	unsigned char octets[512];
	BIGNUM *bn = NULL;
	ck_assert_int_eq(EVP_PKEY_get_bn_param(pkey, name, &bn), 1);
	int len = BN_bn2binpad(bn, octets, bytes > 0 ? bytes : BN_num_bytes(bn));
	BN_free(bn);
	ck_assert_int_gt(len, 0);
	return encode_base64url(arena, slice_of(octets, (size_t)len));
}

static const struct curve {
	const char *name;  /* ours */
	const char *group; /* libcrypto's */
	int bytes;
} curves[] = { { "P-256", "prime256v1", 32 },
	       { "P-384", "secp384r1", 48 },
	       { "P-521", "secp521r1", 66 } };

static const struct curve *curve_of(EVP_PKEY *pkey)
{
	char group[64];
	size_t len;
	ck_assert_int_eq(EVP_PKEY_get_group_name(pkey, group, sizeof(group), &len), 1);
	size_t i = 0;
	while (strcmp(curves[i].group, group) != 0)
		i++;
	return &curves[i];
}

struct slice opener_jwk(EVP_PKEY *pkey, const char *more, struct arena *arena)
{
	if (EVP_PKEY_is_a(pkey, "RSA")) {
		struct slice n = number(pkey, OSSL_PKEY_PARAM_RSA_N, 0, arena);
		struct slice e = number(pkey, OSSL_PKEY_PARAM_RSA_E, 0, arena);
		return arena_printf(arena, "{\"kty\":\"RSA\",\"n\":\"%.*s\",\"e\":\"%.*s\"%s}",
				    SLICE_ARG(n), SLICE_ARG(e), more);
	}
	const struct curve *curve = curve_of(pkey);
	struct slice x = number(pkey, OSSL_PKEY_PARAM_EC_PUB_X, curve->bytes, arena);
	struct slice y = number(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, curve->bytes, arena);
	return arena_printf(arena,
			    "{\"kty\":\"EC\",\"crv\":\"%s\",\"x\":\"%.*s\",\"y\":\"%.*s\"%s}",
			    curve->name, SLICE_ARG(x), SLICE_ARG(y), more);
}

static bool is(const struct json *header, const char *name, const char *value)
{
	struct slice text;
	return json_get_text(header, name, &text) && slice_equal(text, slice_str(value));
}

/* The point of "epk" as a key. */
static EVP_PKEY *peer_of(const struct json *header, const struct curve *curve, struct arena *arena)
{
	AUTO(json) struct json *epk = json_get(header, "epk");
	unsigned char point[1 + 2 * 66] = { 4 };
	struct slice x;
	struct slice y;
	EVP_PKEY *peer = NULL;
	ck_assert(epk != NULL && is(epk, "kty", "EC") && is(epk, "crv", curve->name));
	ck_assert(!json_has(epk, "d"));
	ck_assert(json_get_text(epk, "x", &x) && json_get_text(epk, "y", &y));
	ck_assert(decode_base64url(arena, x, &x) == ERR_OK &&
		  decode_base64url(arena, y, &y) == ERR_OK);
	ck_assert(x.len == (size_t)curve->bytes && y.len == (size_t)curve->bytes);
	memcpy(point + 1, x.ptr, x.len);
	memcpy(point + 1 + x.len, y.ptr, y.len);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string("group", (char *)(uintptr_t)curve->name, 0),
		OSSL_PARAM_construct_octet_string("pub", point, 1 + 2 * x.len), OSSL_PARAM_END
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	ck_assert_int_eq(EVP_PKEY_fromdata_init(ctx), 1);
	ck_assert_int_eq(EVP_PKEY_fromdata(ctx, &peer, EVP_PKEY_PUBLIC_KEY, params), 1);
	EVP_PKEY_CTX_free(ctx);
	return peer;
}

static size_t add_counted(unsigned char *to, size_t at, struct slice data)
{
	const unsigned char head[] = { 0, 0, 0, (unsigned char)data.len };
	memcpy(to + at, head, sizeof(head));
	memcpy(to + at + sizeof(head), data.ptr, data.len);
	return at + sizeof(head) + data.len;
}

/* libcrypto's own single-step KDF, so that ours has a rival. */
static void derive(struct slice z, struct slice enc, unsigned char *key, size_t len)
{
	unsigned char info[64];
	size_t at = add_counted(info, 0, enc);
	at = add_counted(info, at, SLICE(""));
	at = add_counted(info, at, SLICE(""));
	const unsigned char bits[] = { 0, 0, (unsigned char)(len * 8 >> 8),
				       (unsigned char)(len * 8) };
	memcpy(info + at, bits, sizeof(bits));
	at += sizeof(bits);
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "SSKDF", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string("digest", (char[]){ "SHA256" }, 0),
		OSSL_PARAM_construct_octet_string("key", (void *)(uintptr_t)z.ptr, z.len),
		OSSL_PARAM_construct_octet_string("info", info, at), OSSL_PARAM_END
	};
	ck_assert_int_eq(EVP_KDF_derive(ctx, key, len, params), 1);
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
}

static bool agree(EVP_PKEY *pkey, const struct json *header, struct arena *arena,
		  unsigned char *key, size_t len)
{
	struct slice enc;
	unsigned char z[66];
	size_t z_len = sizeof(z);
	EVP_PKEY *peer = peer_of(header, curve_of(pkey), arena);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
	bool agreed = EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
		      EVP_PKEY_derive(ctx, z, &z_len) == 1 && json_get_text(header, "enc", &enc);
	if (agreed)
		derive(slice_of(z, z_len), enc, key, len);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
	return agreed;
}

static bool unwrap(EVP_PKEY *pkey, struct slice encrypted, unsigned char *key, size_t len)
{
	unsigned char out[512];
	size_t out_len = sizeof(out);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
	bool is_open = EVP_PKEY_decrypt_init(ctx) == 1 &&
		       EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
		       EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()) == 1 &&
		       EVP_PKEY_decrypt(ctx, out, &out_len, (const unsigned char *)encrypted.ptr,
					encrypted.len) == 1 &&
		       out_len == len;
	if (is_open)
		memcpy(key, out, len);
	EVP_PKEY_CTX_free(ctx);
	return is_open;
}

static bool find_key(EVP_PKEY *pkey, const struct json *header, const struct slice *parts,
		     struct arena *arena, unsigned char key[32])
{
	size_t len = is(header, "enc", "A256GCM") ? 32 : 16;
	if (is(header, "alg", "RSA-OAEP-256"))
		return unwrap(pkey, parts[KEY], key, len);
	return is(header, "alg", "ECDH-ES") && parts[KEY].len == 0 &&
	       agree(pkey, header, arena, key, len);
}

static bool decrypt(const struct json *header, const unsigned char *key, struct slice head,
		    const struct slice *parts, unsigned char *plain)
{
	int len;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	const EVP_CIPHER *cipher = is(header, "enc", "A256GCM") ? EVP_aes_256_gcm()
								: EVP_aes_128_gcm();
	bool is_open = parts[NONCE].len == 12 && parts[TAG].len == 16;
	EVP_DecryptInit_ex(ctx, cipher, NULL, key, (const unsigned char *)parts[NONCE].ptr);
	EVP_DecryptUpdate(ctx, NULL, &len, (const unsigned char *)head.ptr, (int)head.len);
	EVP_DecryptUpdate(ctx, plain, &len, (const unsigned char *)parts[TEXT].ptr,
			  (int)parts[TEXT].len);
	EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, (void *)(uintptr_t)parts[TAG].ptr);
	is_open = is_open && EVP_DecryptFinal_ex(ctx, plain + len, &len) == 1;
	EVP_CIPHER_CTX_free(ctx);
	return is_open;
}

bool opener_open(EVP_PKEY *pkey, struct slice compact, struct arena *arena, struct opened *out)
{
	struct slice rest = compact;
	struct slice head;
	struct slice parts[PARTS];
	unsigned char key[32];
	*out = (struct opened){ 0 };
	for (size_t i = 0; i < PARTS; i++) {
		struct slice text;
		if (!slice_split(&rest, '.', &text) ||
		    decode_base64url(arena, text, &parts[i]) != ERR_OK)
			return false;
		head = i == HEADER ? text : head;
	}
	if (rest.ptr != NULL || json_parse(parts[HEADER], &out->header) != ERR_OK)
		return false;
	unsigned char *plain = arena_alloc(arena, parts[TEXT].len + 16);
	out->plain = slice_of(plain, parts[TEXT].len);
	return find_key(pkey, out->header, parts, arena, key) &&
	       decrypt(out->header, key, head, parts, plain);
}
