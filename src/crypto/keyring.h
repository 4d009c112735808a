/* SPDX-License-Identifier: Apache-2.0
 *
 * The master keys and the sub-keys derived from them, one per purpose (libsodium crypto_kdf). The
 * first key seals and signs, all of them open and verify. The file has mode 0600 (or is a systemd
 * credential); a line of it is
 * "<key id, 8 hex digits> <32 bytes, base64>", comments start with '#'. Every stored keyed value
 * names its key id. */
#ifndef CRYPTO_KEYRING_H
#define CRYPTO_KEYRING_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/slice.h"
#include "crypto/hash.h"

enum key_purpose {
	KEY_USER_CODE = 0, /* user codes as stored */
	KEY_CLIENT_SECRET, /* MACs of client secrets */
	KEY_SEAL,          /* sealed values */
	KEY_CSRF,          /* form tokens, anonymous cookies, fresh client ids */
	KEY_CODE_TAG,      /* the check part of tokens and codes */
	KEY_PAIRWISE,      /* pairwise subjects */
	KEY_THROTTLE,      /* names and addresses in the failure table */
	KEY_CHECK,         /* the check value that a database holds */
	KEY_PURPOSE_COUNT
};

enum { KEYRING_MAX = 8 };

struct keyring; /* wiped when freed */

/* Reads the file. ERR_ABSENT when there is none, ERR_INVALID when others may read it (mode & 077,
 * unless it is a systemd credential, below $CREDENTIALS_DIRECTORY) or a line is wrong; the reason
 * is logged. */
MUST_USE enum err keyring_load(const char *path, struct keyring **out);
/* Makes a file with one new key, mode 0600, with O_EXCL, synced with its folder. ERR_CONFLICT when
 * it exists. */
MUST_USE enum err keyring_create(const char *path);
/* Puts a new key before the others in the file (written beside it, synced and renamed). ERR_FULL
 * past KEYRING_MAX. */
MUST_USE enum err keyring_rotate(const char *path, uint32_t *new_id);
/* A keyring of literal keys, for tests. */
struct keyring *keyring_from_keys(const uint32_t *ids, const struct secret *keys, size_t count);
void keyring_free(struct keyring **ring);

size_t keyring_count(const struct keyring *ring);
uint32_t keyring_current(const struct keyring *ring);          /* id of the first */
uint32_t keyring_id(const struct keyring *ring, size_t index); /* index < keyring_count() */
/* NULL when the ring has no key of this id. */
const struct secret *keyring_subkey(const struct keyring *ring, uint32_t key_id,
				    enum key_purpose purpose);
/* Derived from the key, tells nothing about it: a database holds the value of every key that its
 * rows use. */
enum find keyring_check_value(const struct keyring *ring, uint32_t key_id, struct hash *out);

#endif
