/* SPDX-License-Identifier: Apache-2.0
 *
 * Parsing and reading the master key file. Mode, type and size are asked of the opened file, not of
 * its name, so that nothing can be put in its place in between. Reasons are logged with path and
 * line, never with what the line says. */
#include "crypto/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/fd.h"
#include "base/log.h"

void key_file_fini(struct key_file *file)
{
	secret_wipe(file, sizeof(*file));
}

bool key_file_has(const struct key_file *file, uint32_t id)
{
	for (size_t i = 0; i < file->count; i++) {
		if (file->ids[i] == id)
			return true;
	}
	return false;
}

static enum err parse_key(struct arena *arena, struct slice text, struct secret *out)
{
	struct slice bytes;
	enum err e = decode_base64(arena, text, &bytes);
	if (e != ERR_OK)
		return e;
	if (bytes.len != sizeof(out->bytes))
		return ERR_INVALID;
	memcpy(out->bytes, bytes.ptr, sizeof(out->bytes));
	return ERR_OK;
}

static enum err parse_line(struct arena *arena, struct slice line, struct key_file *out)
{
	struct slice id_text, key_text, rest = line;
	uint8_t id[4];
	if (!slice_word(&rest, &id_text) || !slice_word(&rest, &key_text))
		return ERR_INVALID;
	if (slice_word(&rest, &rest) || decode_hex(id_text, id, sizeof(id)) != ERR_OK)
		return ERR_INVALID;
	uint32_t number = (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 |
			  id[3];
	if (out->count == KEYRING_MAX || key_file_has(out, number))
		return ERR_INVALID;
	out->ids[out->count] = number;
	enum err e = parse_key(arena, key_text, &out->keys[out->count]);
	if (e == ERR_OK)
		out->count++;
	return e;
}

enum err key_file_parse(struct slice text, struct key_file *out, size_t *line)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice part;
	*out = (struct key_file){ 0 };
	for (*line = 1; slice_split(&text, '\n', &part); ++*line) {
		part = slice_trim(part);
		if (part.len == 0 || part.ptr[0] == '#')
			continue;
		enum err e = parse_line(arena, part, out);
		if (e != ERR_OK)
			return e;
	}
	*line = 0;
	return out->count > 0 ? ERR_OK : ERR_INVALID;
}

/* A systemd credential may be readable by more than its owner, as its folder is not. */
static bool is_credential(const char *path)
{
	struct slice dir = slice_str(getenv("CREDENTIALS_DIRECTORY"));
	struct slice name = slice_str(path);
	if (dir.len == 0 || !slice_has_prefix(name, dir) || strstr(path, "/../") != NULL)
		return false;
	return path[dir.len] == '/' || dir.ptr[dir.len - 1] == '/';
}

static enum err refuse(const char *path, const char *reason)
{
	log_error("cannot use the master key file", LOG_TEXT("path", slice_str(path)),
		  LOG_TEXT("reason", slice_str(reason)));
	return ERR_INVALID;
}

static enum err check_file(const char *path, const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return refuse(path, "it is not a regular file");
	if (st->st_size > KEY_FILE_MAX_BYTES)
		return refuse(path, "it is too large");
	if ((st->st_mode & 077) != 0 && !is_credential(path))
		return refuse(path, "others than its owner may use it, it must have mode 0600");
	return ERR_OK;
}

static enum err io_failed(const char *path, const char *what)
{
	log_error("master key file", LOG_TEXT("path", slice_str(path)),
		  LOG_TEXT("failed", slice_str(what)), LOG_NUMBER("errno", errno));
	return ERR_IO;
}

static enum err read_whole(int fd, const char *path, struct arena *arena, struct slice *text)
{
	char *bytes = arena_alloc(arena, KEY_FILE_MAX_BYTES + 1);
	size_t len = 0;
	while (len <= KEY_FILE_MAX_BYTES) {
		ssize_t got = read(fd, bytes + len, KEY_FILE_MAX_BYTES + 1 - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return io_failed(path, "read");
		if (got == 0)
			break;
		len += (size_t)got;
	}
	if (len > KEY_FILE_MAX_BYTES)
		return refuse(path, "it is too large");
	*text = slice_of(bytes, len);
	return ERR_OK;
}

enum err key_file_read(const char *path, struct arena *arena, struct slice *text)
{
	/* O_NONBLOCK, as the name may be that of a pipe. */
	AUTO_FINI(fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	if (fd < 0 && errno == ENOENT)
		return ERR_ABSENT;
	if (fd < 0)
		return io_failed(path, "open");
	if (fstat(fd, &st) != 0)
		return io_failed(path, "fstat");
	enum err e = check_file(path, &st);
	if (e != ERR_OK)
		return e;
	return read_whole(fd, path, arena, text);
}

struct slice key_file_line(struct arena *arena, uint32_t id, const struct secret *key)
{
	struct slice text = encode_base64(arena, slice_of(key->bytes, sizeof(key->bytes)));
	return arena_printf(arena, "%08x %.*s\n", id, SLICE_ARG(text));
}
