/* SPDX-License-Identifier: Apache-2.0
 *
 * ECDH-ES with direct agreement: RFC 7518 section 4.6. A key pair for this one message; its public
 * half goes into the header, and the key of the content is what both sides can compute. */
#include "base/ensure.h"
#include "base/secret.h"
#include "crypto/concat_kdf.h"
#include "crypto/jwe_key.h"
#include "crypto/jwk_inside.h"
#include "crypto/libcrypto.h"

enum { POINT_MAX = 66 /* P-521 */ };

static enum err shared_point(EVP_PKEY *ours, EVP_PKEY *theirs, unsigned char *z, size_t *len)
{
	AUTO(pkey_ctx)
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(libcrypto()->context, ours, NULL);
	ensure(ctx != NULL && EVP_PKEY_derive_init(ctx) == 1);
	*len = POINT_MAX;
	if (EVP_PKEY_derive_set_peer(ctx, theirs) == 1 && EVP_PKEY_derive(ctx, z, len) == 1)
		return ERR_OK;
	libcrypto_forget_errors();
	return ERR_CRYPTO;
}

/* RFC7518#4.6.1.1: the public half of our pair */
static void write_epk(const struct jwk *recipient, EVP_PKEY *pair, struct json *header)
{
	struct jwk half = { .curve = recipient->curve, .bits = recipient->bits, .pkey = pair };
	struct json *epk = json_object_new();
	recipient->type->write_public(&half, epk);
	json_set_json(header, "epk", &epk);
}

enum err jwe_key_ecdh(struct arena *arena UNUSED, const struct jwk *recipient, struct json *header,
		      struct jwe_key *out)
{
	unsigned char z[POINT_MAX];
	size_t len;
	AUTO(pkey)
	EVP_PKEY *pair = EVP_PKEY_Q_keygen(libcrypto()->context, NULL, "EC", recipient->curve);
	ensure(pair != NULL);
	if (shared_point(pair, recipient->pkey, z, &len) != ERR_OK)
		return ERR_CRYPTO;
	const struct concat_kdf input = { .z = slice_of(z, len),
					  .algorithm = slice_str(out->enc),
					  .apu = SLICE_EMPTY,
					  .apv = SLICE_EMPTY };
	concat_kdf(&input, out->bytes, out->len);
	secret_wipe(z, sizeof(z));
	write_epk(recipient, pair, header);
	out->encrypted = SLICE_EMPTY; /* RFC7516#5.1: with an agreed key this part is empty */
	return ERR_OK;
}
