/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of tokens and codes: a prefix that says what it is ("dcd_" device code, "dcc_"
 * authorization code, "dca_" access token, "dcr_" refresh token), base62 of the authorization's id
 * (16 bytes, 22 characters) and of 20 random bytes (27), and a check part, 6 bytes keyed by the
 * code_tag sub-key (9). Invented values are refused by the check part without a look-up; only
 * SHA-256 of the whole text is ever stored. */
#ifndef CRYPTO_TOKEN_H
#define CRYPTO_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "crypto/hash.h"
#include "crypto/keyring.h"

enum token_kind {
	TOKEN_DEVICE_CODE = 0,
	TOKEN_CODE,
	TOKEN_ACCESS,
	TOKEN_REFRESH,
	TOKEN_KIND_COUNT
};

enum { TOKEN_ID_BYTES = 16, TOKEN_RANDOM_BYTES = 20, TOKEN_TEXT_LEN = 4 + 22 + 27 + 9 };

struct token {
	enum token_kind kind;
	uint8_t authorization[TOKEN_ID_BYTES];
	char text[TOKEN_TEXT_LEN + 1]; /* secret; terminated */
	struct hash hash;              /* as stored */
};

void token_fini(struct token *token); /* wipes */

/* Builds the text from the random bytes given, tagged by the ring's current key. */
void token_make(const struct keyring *ring, enum token_kind kind,
		const uint8_t authorization[TOKEN_ID_BYTES],
		const uint8_t random[TOKEN_RANDOM_BYTES], struct token *out);
/* ERR_INVALID unless it is a token of this kind whose check part fits one of the ring's keys. */
MUST_USE enum err token_parse(const struct keyring *ring, enum token_kind kind, struct slice text,
			      struct token *out);
/* Which kind the prefix says; TOKEN_KIND_COUNT for none. */
enum token_kind token_kind_of(struct slice text);
struct slice token_text(const struct token *token);

#endif
