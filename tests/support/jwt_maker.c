/* SPDX-License-Identifier: Apache-2.0
 *
 * By the part of crypto/ that makes the bytes of a signature, below all its checks. */
#include "support/jwt_maker.h"

#include "base/buf.h"
#include "base/encode.h"
#include "base/ensure.h"
#include "crypto/raw_signature.h"

enum { SET_MAX = 16384 };

struct slice jwt_made(struct arena *arena, const struct jwk *key, enum alg alg, struct slice header,
		      struct slice payload)
{
	struct raw_signature signature;
	struct slice text = arena_printf(arena, "%.*s.%.*s",
					 SLICE_ARG(encode_base64url(arena, header)),
					 SLICE_ARG(encode_base64url(arena, payload)));
	ensure(raw_signature_make(key, alg, text, &signature) == ERR_OK);
	struct slice bytes = slice_of(signature.bytes, signature.len);
	return arena_printf(arena, "%.*s.%.*s", SLICE_ARG(text),
			    SLICE_ARG(encode_base64url(arena, bytes)));
}

struct slice jwt_public(struct arena *arena, const struct jwk *key)
{
	for (unsigned alg = 0; alg < ALG_COUNT; alg++)
		if (jwk_fits(key, (enum alg)alg))
			return jwk_public(key, (enum alg)alg, arena);
	ensure(false);
}

struct slice jwt_set(struct arena *arena, const struct jwk *const *keys, size_t count)
{
	struct buf text;
	buf_init_arena(&text, arena, SET_MAX);
	buf_add_str(&text, "{\"keys\":[");
	for (size_t i = 0; i < count; i++) {
		buf_add_str(&text, i > 0 ? "," : "");
		buf_add(&text, jwt_public(arena, keys[i]));
	}
	buf_add_str(&text, "]}");
	ensure(buf_is_whole(&text));
	return buf_slice(&text);
}
