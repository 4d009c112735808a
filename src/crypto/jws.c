/* SPDX-License-Identifier: Apache-2.0
 *
 * The compact form: header, payload and signature in base64url. All that is decided by the header
 * is decided before a key is touched, and a header never names its own key: `jwk` is handed to the
 * one caller whose use it is (DPoP), `jku`, `x5u` and `x5c` to nobody. RFC7515#4.1.3, RFC8725#3.10
 */
#include "crypto/jws.h"

#include "base/buf.h"
#include "base/encode.h"
#include "base/ensure.h"
#include "crypto/raw_signature.h"
#include "json/json.h"

enum { PARTS = 3 };

/* RFC7515#7.1: just three parts. RFC7515#7.2: the JSON forms are not taken */
static bool split(struct slice compact, struct slice parts[PARTS])
{
	struct slice rest = compact;
	for (size_t i = 0; i < PARTS; i++)
		if (!slice_split(&rest, '.', &parts[i]))
			return false;
	return rest.ptr == NULL;
}

/* RFC7515#4.1.9: "application/" may be left out, and media types know no case */
static struct slice short_type(struct arena *arena, struct slice typ)
{
	static const struct slice prefix = { "application/", 12 };
	struct slice lower = arena_lower(arena, typ);
	return slice_has_prefix(lower, prefix) ? slice_sub(lower, prefix.len, lower.len) : lower;
}

static enum err read_embedded(struct arena *arena, const struct json *header, struct jws *out)
{
	out->jwk = SLICE_EMPTY;
	if (!json_has(header, "jwk"))
		return ERR_OK;
	AUTO(json) struct json *jwk = json_get(header, "jwk");
	if (jwk == NULL || !json_has_members(jwk))
		return ERR_INVALID;
	out->jwk = json_write(jwk, arena);
	return ERR_OK;
}

/* What would change how the token is to be read. We understand no extension, so "crit", which must
 * not be empty, always names one that we do not. */
static bool asks_for_more(const struct json *header)
{
	/* RFC7515#4.1.11, RFC7797#6, RFC8725#3.1 */
	return json_has(header, "crit") || json_has(header, "b64") || json_has(header, "zip");
}

static enum err read_header(struct arena *arena, const struct json *header, uint32_t algs,
			    struct jws *out)
{
	struct slice name;
	struct slice kid;
	struct slice typ;
	if (!json_has_members(header) || asks_for_more(header) ||
	    !json_get_text(header, "alg", &name))
		return ERR_INVALID;
	/* RFC8725#3.1, RFC8725#3.2: out of the list that the use allows; "none" is in no list */
	out->alg = alg_from_name(name);
	if (out->alg == ALG_COUNT || (algs & ALG_BIT(out->alg)) == 0)
		return ERR_INVALID;
	if (!json_get_optional_text(header, "kid", &kid) ||
	    !json_get_optional_text(header, "typ", &typ))
		return ERR_INVALID;
	out->kid = arena_slice(arena, kid);
	out->typ = short_type(arena, typ);
	return read_embedded(arena, header, out);
}

enum err jws_parse(struct arena *arena, struct slice compact, uint32_t algs, struct jws *out)
{
	struct slice parts[PARTS];
	struct slice header_text;
	AUTO(json) struct json *header = NULL;
	*out = (struct jws){ .alg = ALG_COUNT };
	if (compact.len > JWS_BYTES_MAX || !split(compact, parts))
		return ERR_INVALID;
	/* RFC7515#2: strict base64url, without padding, blanks or spare bits */
	if (decode_base64url(arena, parts[0], &header_text) != ERR_OK ||
	    decode_base64url(arena, parts[1], &out->payload) != ERR_OK ||
	    decode_base64url(arena, parts[2], &out->signature) != ERR_OK)
		return ERR_INVALID;
	/* RFC7515#4: an object, in which no name stands twice */
	if (out->signature.len == 0 || json_parse(header_text, &header) != ERR_OK)
		return ERR_INVALID;
	out->compact = arena_slice(arena, compact);
	return read_header(arena, header, algs, out);
}

/* RFC7515#5.1, RFC7515#5.2: what is signed is the text in front of the last dot */
static struct slice signed_part(const struct jws *jws)
{
	size_t len = jws->compact.len;
	while (len > 0 && jws->compact.ptr[len - 1] != '.')
		len--;
	ensure(len > 0);
	return slice_sub(jws->compact, 0, len - 1);
}

enum err jws_verify(const struct jws *jws, const struct jwk *key)
{
	/* RFC8725#3.1: a key is used with the algorithm that it is for, whatever the header says */
	if (!jwk_fits(key, jws->alg))
		return ERR_CRYPTO;
	return raw_signature_check(key, jws->alg, signed_part(jws), jws->signature);
}

void jws_identify(const struct jws *jws, struct hash *out)
{
	AUTO_FINI(buf) struct buf text;
	size_t kept = jws->signature.len;
	if (alg_row(jws->alg)->family == ALG_FAMILY_EC)
		kept /= 2;
	buf_init(&text, jws->compact.len + kept + 1);
	buf_add(&text, signed_part(jws));
	buf_add_byte(&text, '.');
	buf_add(&text, slice_sub(jws->signature, 0, kept));
	ensure(buf_is_whole(&text));
	hash_sha256(buf_slice(&text), out);
}

static struct slice header_of(struct arena *arena, const struct jws_new *jws)
{
	AUTO(json) struct json *header = json_object_new();
	json_set_text(header, "alg", slice_str(alg_row(jws->alg)->name));
	if (jws->typ != NULL)
		json_set_text(header, "typ", slice_str(jws->typ));
	if (jwk_kid(jws->key).len > 0)
		json_set_text(header, "kid", jwk_kid(jws->key));
	return json_write(header, arena);
}

static size_t encoded_length(size_t bytes)
{
	return bytes / 3 * 4 + 4;
}

enum err jws_sign(struct arena *arena, const struct jws_new *jws, struct slice *out)
{
	struct raw_signature signature;
	struct buf text;
	*out = SLICE_EMPTY;
	if (!jwk_is_private(jws->key) || !jwk_fits(jws->key, jws->alg))
		return ERR_CRYPTO;
	struct slice header = encode_base64url(arena, header_of(arena, jws));
	buf_init_arena(&text, arena,
		       header.len + encoded_length(jws->payload.len) +
			       encoded_length(SIGNATURE_BYTES_MAX) + PARTS);
	buf_add(&text, header);
	buf_add_byte(&text, '.');
	buf_add(&text, encode_base64url(arena, jws->payload));
	if (raw_signature_make(jws->key, jws->alg, buf_slice(&text), &signature) != ERR_OK)
		return ERR_CRYPTO;
	buf_add_byte(&text, '.');
	buf_add(&text, encode_base64url(arena, slice_of(signature.bytes, signature.len)));
	ensure(buf_is_whole(&text));
	*out = buf_slice(&text);
	return ERR_OK;
}
