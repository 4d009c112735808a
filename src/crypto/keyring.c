/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys in memory. All sub-keys are derived once, when the ring is made, into memory of
 * libsodium that is locked, guarded and read-only from then on; the master keys themselves are
 * wiped right after. */
#include "crypto/keyring.h"

#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "base/ensure.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/rng.h"
#include "crypto/key_file.h"
#include "crypto/mac.h"

struct keyring {
	size_t count;
	uint32_t ids[KEYRING_MAX];
	struct secret subkeys[KEYRING_MAX][KEY_PURPOSE_COUNT];
};

static void derive_all(const struct secret *master, struct secret subkeys[KEY_PURPOSE_COUNT])
{
	static const char context[crypto_kdf_CONTEXTBYTES] = { 'd', 'o', 'o', 'r',
							       'c', 'o', 'd', 'e' };
	for (uint64_t purpose = 0; purpose < KEY_PURPOSE_COUNT; purpose++)
		ensure(crypto_kdf_derive_from_key(subkeys[purpose].bytes, SECRET_KEY_BYTES,
						  purpose + 1, context, master->bytes) == 0);
}

struct keyring *keyring_from_keys(const uint32_t *ids, const struct secret *keys, size_t count)
{
	ensure(count > 0 && count <= KEYRING_MAX);
	struct keyring *ring = sodium_malloc(sizeof(*ring));
	ensure(ring != NULL);
	memset(ring, 0, sizeof(*ring));
	ring->count = count;
	for (size_t i = 0; i < count; i++) {
		ring->ids[i] = ids[i];
		derive_all(&keys[i], ring->subkeys[i]);
	}
	ensure(sodium_mprotect_readonly(ring) == 0);
	return ring;
}

void keyring_free(struct keyring **ring)
{
	sodium_free(*ring);
	*ring = NULL;
}

static enum err load_file(const char *path, struct arena *arena, struct slice *text,
			  struct key_file *file)
{
	size_t line;
	enum err e = key_file_read(path, arena, text);
	if (e != ERR_OK)
		return e;
	e = key_file_parse(*text, file, &line);
	if (e != ERR_OK)
		log_error("the master key file has a wrong line, or no key",
			  LOG_TEXT("path", slice_str(path)), LOG_NUMBER("line", line));
	return e;
}

enum err keyring_load(const char *path, struct keyring **out)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO_FINI(key_file) struct key_file file = { 0 };
	struct slice text;
	enum err e = load_file(path, arena, &text, &file);
	if (e != ERR_OK)
		return e;
	*out = keyring_from_keys(file.ids, file.keys, file.count);
	return ERR_OK;
}

static struct slice new_line(struct arena *arena, const struct key_file *others, uint32_t *id)
{
	AUTO_FINI(secret) struct secret key;
	rng_bytes(key.bytes, sizeof(key.bytes));
	do {
		rng_bytes(id, sizeof(*id));
	} while (*id == 0 || key_file_has(others, *id));
	return key_file_line(arena, *id, &key);
}

enum err keyring_create(const char *path)
{
	static const struct key_file none;
	AUTO(arena) struct arena *arena = arena_new();
	uint32_t id;
	struct slice line = new_line(arena, &none, &id);
	struct slice text = arena_printf(
		arena,
		"# Doorcode master keys. The first seals, all open. Keep a copy in a safe "
		"place.\n%.*s",
		SLICE_ARG(line));
	return key_file_write(path, text, false);
}

static enum err rotate_locked(const char *path, uint32_t *new_id)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO_FINI(key_file) struct key_file file = { 0 };
	struct slice old;
	enum err e = load_file(path, arena, &old, &file);
	if (e != ERR_OK)
		return e;
	if (file.count == KEYRING_MAX)
		return ERR_FULL;
	struct slice line = new_line(arena, &file, new_id);
	struct slice text = arena_printf(arena, "%.*s%.*s", SLICE_ARG(line), SLICE_ARG(old));
	if (text.len > KEY_FILE_MAX_BYTES)
		return ERR_FULL;
	return key_file_write(path, text, true);
}

/* Two rotations at a time would lose a key: the folder is locked, as the file itself is replaced. A
 * file system without such locks does not stop us. */
static enum err lock_and_rotate(const char *path, uint32_t *new_id)
{
	AUTO(arena) struct arena *arena = arena_new();
	char *folder = dirname(arena_cstr(arena, slice_str(path)));
	AUTO_FINI(fd) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX) != 0)
		log_warn("cannot lock the folder of the master key file",
			 LOG_TEXT("path", slice_str(path)));
	return rotate_locked(path, new_id);
}

enum err keyring_rotate(const char *path, uint32_t *new_id)
{
	/* A symbolic link stays, what it points to is replaced. */
	char *real = realpath(path, NULL);
	if (real == NULL)
		return ERR_ABSENT;
	enum err e = lock_and_rotate(real, new_id);
	free(real);
	return e;
}

size_t keyring_count(const struct keyring *ring)
{
	return ring->count;
}

uint32_t keyring_current(const struct keyring *ring)
{
	return ring->ids[0];
}

uint32_t keyring_id(const struct keyring *ring, size_t index)
{
	ensure(index < ring->count);
	return ring->ids[index];
}

const struct secret *keyring_subkey(const struct keyring *ring, uint32_t key_id,
				    enum key_purpose purpose)
{
	ensure((unsigned)purpose < KEY_PURPOSE_COUNT);
	for (size_t i = 0; i < ring->count; i++) {
		if (ring->ids[i] == key_id)
			return &ring->subkeys[i][purpose];
	}
	return NULL;
}

enum find keyring_check_value(const struct keyring *ring, uint32_t key_id, struct hash *out)
{
	const struct secret *key = keyring_subkey(ring, key_id, KEY_CHECK);
	if (key == NULL)
		return ABSENT;
	mac_compute(key, MAC_PARTS(SLICE("check value of a master key")), out);
	return FOUND;
}
