/* SPDX-License-Identifier: Apache-2.0
 *
 * The compact form of RFC 7516: header, encrypted key, nonce, ciphertext, tag. The key of the
 * content serves once, so a random nonce meets no other. */
#include "crypto/jwe.h"

#include "base/buf.h"
#include "base/encode.h"
#include "base/ensure.h"
#include "base/rng.h"
#include "base/secret.h"
#include "crypto/jwe_key.h"
#include "crypto/libcrypto.h"
#include "json/json.h"

/* RFC7518#5.3: a nonce of 96 bits, a tag of 128 */
enum { NONCE_BYTES = 12, TAG_BYTES = 16 };

static jwe_key_fn *const managements[] = {
	[KEY_MANAGEMENT_NONE] = NULL,
	[RSA_OAEP_256] = jwe_key_rsa_oaep,
	[ECDH_ES] = jwe_key_ecdh,
};

static const struct content {
	const char *cipher;
	size_t key_bytes;
} contents[] = {
	[CONTENT_NONE] = { NULL, 0 },
	[A128GCM] = { "AES-128-GCM", 16 },
	[A256GCM] = { "AES-256-GCM", JWE_KEY_MAX },
};

void jwe_key_fini(struct jwe_key *key)
{
	secret_wipe(key->bytes, sizeof(key->bytes));
}

static void cipher_free(EVP_CIPHER **cipher)
{
	EVP_CIPHER_free(*cipher);
	*cipher = NULL;
}

static void cipher_ctx_free(EVP_CIPHER_CTX **ctx)
{
	EVP_CIPHER_CTX_free(*ctx);
	*ctx = NULL;
}

struct sealed {
	uint8_t nonce[NONCE_BYTES];
	uint8_t tag[TAG_BYTES];
	struct slice text;
};

static void update(EVP_CIPHER_CTX *ctx, unsigned char *to, struct slice from)
{
	int len = 0;
	ensure(from.len < INT32_MAX);
	ensure(EVP_EncryptUpdate(ctx, to, &len, (const unsigned char *)from.ptr, (int)from.len) ==
	       1);
	ensure(to == NULL || (size_t)len == from.len);
}

/* RFC7516#5.1: the encoded header, `head`, is authenticated along */
static void encrypt(EVP_CIPHER_CTX *ctx, unsigned char *text, struct slice head, struct slice plain,
		    struct sealed *out)
{
	int rest = 0;
	update(ctx, NULL, head);
	update(ctx, text, plain);
	ensure(EVP_EncryptFinal_ex(ctx, text + plain.len, &rest) == 1 && rest == 0);
	ensure(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, out->tag) == 1);
	out->text = slice_of(text, plain.len);
}

static void encrypt_by(struct arena *arena, const struct content *content,
		       const struct jwe_key *key, const struct slice texts[2], struct sealed *out)
{
	AUTO(cipher)
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(libcrypto()->context, content->cipher, NULL);
	AUTO(cipher_ctx) EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	ensure(cipher != NULL && ctx != NULL);
	rng_bytes(out->nonce, sizeof(out->nonce));
	ensure(EVP_EncryptInit_ex2(ctx, cipher, key->bytes, out->nonce, NULL) == 1);
	encrypt(ctx, arena_alloc(arena, texts[1].len + TAG_BYTES), texts[0], texts[1], out);
}

static struct json *header_new(const struct jwe_new *jwe)
{
	struct json *header = json_object_new();
	json_set_text(header, "alg", slice_str(key_management_name(jwe->alg)));
	json_set_text(header, "enc", slice_str(content_encryption_name(jwe->enc)));
	if (jwe->cty != NULL)
		json_set_text(header, "cty", slice_str(jwe->cty));
	if (jwk_kid(jwe->recipient).len > 0)
		json_set_text(header, "kid", jwk_kid(jwe->recipient));
	return header;
}

enum err jwe_encrypt(struct arena *arena, const struct jwe_new *jwe, struct slice *out)
{
	struct sealed sealed;
	*out = SLICE_EMPTY;
	if (!jwk_fits_encryption(jwe->recipient, jwe->alg) || jwe->enc == CONTENT_NONE)
		return ERR_CRYPTO;
	const struct content *content = &contents[jwe->enc];
	AUTO_FINI(jwe_key)
	struct jwe_key key = { .len = content->key_bytes,
			       .enc = content_encryption_name(jwe->enc) };
	AUTO(json) struct json *header = header_new(jwe);
	if (managements[jwe->alg](arena, jwe->recipient, header, &key) != ERR_OK)
		return ERR_CRYPTO;
	struct slice head = encode_base64url(arena, json_write(header, arena));
	encrypt_by(arena, content, &key, (const struct slice[]){ head, jwe->plain }, &sealed);
	/* RFC7516#7.1: five parts */
	const struct slice parts[] = { key.encrypted, slice_of(sealed.nonce, NONCE_BYTES),
				       sealed.text, slice_of(sealed.tag, TAG_BYTES) };
	struct buf text;
	buf_init_arena(&text, arena, 4096 + head.len + jwe->plain.len * 2);
	buf_add(&text, head);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		buf_add_byte(&text, '.');
		buf_add(&text, encode_base64url(arena, parts[i]));
	}
	ensure(buf_is_whole(&text));
	*out = buf_slice(&text);
	return ERR_OK;
}
