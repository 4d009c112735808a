/* SPDX-License-Identifier: Apache-2.0
 *
 * The master key file: reading, checking who may read it, and writing it so that a power cut leaves
 * the old file or the new one, never half of one. For keyring.c alone; what the file means stands
 * in crypto/keyring.h. */
#ifndef CRYPTO_KEY_FILE_H
#define CRYPTO_KEY_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/slice.h"
#include "crypto/keyring.h"

enum { KEY_FILE_MAX_BYTES = 65536 };

struct key_file {
	uint32_t ids[KEYRING_MAX];
	struct secret keys[KEYRING_MAX];
	size_t count;
};

void key_file_fini(struct key_file *file); /* wipes */
bool key_file_has(const struct key_file *file, uint32_t id);

/* ERR_INVALID for a wrong line, a key id that stands twice, no key, or more than KEYRING_MAX;
 * `*line` is the number of the line at fault, 0 when it is the file as a whole. */
MUST_USE enum err key_file_parse(struct slice text, struct key_file *out, size_t *line);
/* The text of the file, in the arena. ERR_ABSENT, ERR_INVALID (not a regular file, too large,
 * readable by others), ERR_IO. */
MUST_USE enum err key_file_read(const char *path, struct arena *arena, struct slice *text);
/* One line, with its line feed. */
struct slice key_file_line(struct arena *arena, uint32_t id, const struct secret *key);

/* Writes `text` beside `path`, syncs it, and puts it in place: without `replace` ERR_CONFLICT when
 * `path` exists, with it the new file has the owner of the old one. The folder is synced as well.
 */
MUST_USE enum err key_file_write(const char *path, struct slice text, bool replace);

#endif
