/* SPDX-License-Identifier: Apache-2.0
 *
 * One round of the hash is enough for the keys that we need, so the counter stays at 1. */
#include "crypto/concat_kdf.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/ensure.h"
#include "base/secret.h"
#include "crypto/hash.h"

static void add_number(struct buf *buf, size_t number)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_add_byte(buf, (char)(uint8_t)(number >> shift));
}

static void add_counted(struct buf *buf, struct slice data)
{
	add_number(buf, data.len);
	buf_add(buf, data);
}

/* RFC7518#4.6.2: counter, Z, AlgorithmID, PartyUInfo, PartyVInfo, SuppPubInfo */
void concat_kdf(const struct concat_kdf *input, uint8_t *out, size_t len)
{
	struct hash hash;
	AUTO_FINI(buf) struct buf buf;
	static_assert(CONCAT_KDF_MAX == (int)HASH_BYTES, "one round");
	ensure(len <= CONCAT_KDF_MAX);
	buf_init(&buf, 64 + input->z.len + input->algorithm.len + input->apu.len + input->apv.len);
	add_number(&buf, 1);
	buf_add(&buf, input->z);
	add_counted(&buf, input->algorithm);
	add_counted(&buf, input->apu);
	add_counted(&buf, input->apv);
	add_number(&buf, len * 8);
	ensure(buf_is_whole(&buf));
	hash_sha256(buf_slice(&buf), &hash);
	memcpy(out, hash.bytes, len);
	secret_wipe(&hash, sizeof(hash));
}
