/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing the master key file: a new file beside it, synced, then put in place by link() (which
 * refuses an existing name) or rename(), then the folder synced. Losing this file loses everything
 * that was sealed, hence the care. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "crypto/key_file.h"

static enum err io_failed(const char *path, const char *what)
{
	log_error("cannot write the master key file", LOG_TEXT("path", slice_str(path)),
		  LOG_TEXT("failed", slice_str(what)), LOG_NUMBER("errno", errno));
	return ERR_IO;
}

static bool write_whole(int fd, struct slice text)
{
	while (text.len > 0) {
		ssize_t done = write(fd, text.ptr, text.len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		text = slice_sub(text, (size_t)done, text.len);
	}
	return true;
}

static enum err sync_folder(struct arena *arena, const char *path)
{
	/* dirname() writes into what it is given. */
	char *copy = arena_cstr(arena, slice_str(path));
	AUTO_FINI(fd) int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		return io_failed(path, "sync of the folder");
	return ERR_OK;
}

/* The owner of the file that is replaced: root may rotate what the server's own user must read. */
static bool keep_owner(int fd, const char *path)
{
	struct stat old, new;
	if (stat(path, &old) != 0 || fstat(fd, &new) != 0)
		return false;
	if (old.st_uid == new.st_uid && old.st_gid == new.st_gid)
		return true;
	return fchown(fd, old.st_uid, old.st_gid) == 0;
}

static enum err fill(int fd, const char *path, struct slice text, bool replace)
{
	if (fchmod(fd, 0600) != 0 || !write_whole(fd, text))
		return io_failed(path, "write");
	if (replace && !keep_owner(fd, path))
		return io_failed(path, "owner");
	return fsync(fd) == 0 ? ERR_OK : io_failed(path, "sync");
}

static enum err put_in_place(const char *beside, const char *path, bool replace)
{
	if (replace)
		return rename(beside, path) == 0 ? ERR_OK : io_failed(path, "rename");
	if (link(beside, path) != 0)
		return errno == EEXIST ? ERR_CONFLICT : io_failed(path, "link");
	unlink(beside);
	return ERR_OK;
}

enum err key_file_write(const char *path, struct slice text, bool replace)
{
	AUTO(arena) struct arena *arena = arena_new();
	char *beside = arena_cstr(arena, arena_printf(arena, "%s.XXXXXX", path));
	AUTO_FINI(fd) int fd = mkostemp(beside, O_CLOEXEC); /* O_EXCL and mode 0600 */
	if (fd < 0)
		return io_failed(path, "file beside it");
	enum err e = fill(fd, path, text, replace);
	if (e == ERR_OK)
		e = put_in_place(beside, path, replace);
	if (e != ERR_OK) {
		unlink(beside);
		return e;
	}
	return sync_folder(arena, path);
}
