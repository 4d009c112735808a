/* SPDX-License-Identifier: Apache-2.0
 *
 * Mode, type and size are asked of the opened file, not of its name, so that nothing can be put in
 * its place in between. The group may read a key: that is how Debian keeps them (root:ssl-cert,
 * 0640), and how systemd hands credentials over. */
#include "http/pem_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"

enum { NOT_FOR_A_KEY = 037, PIECE = 4096 };

static enum err refuse(const char *path, const char *why)
{
	log_error("cannot use the file", LOG_TEXT("path", slice_str(path)),
		  LOG_TEXT("why", slice_str(why)));
	return ERR_INVALID;
}

static enum err io_failed(const char *path)
{
	log_error("cannot read the file", LOG_TEXT("path", slice_str(path)),
		  LOG_TEXT("why", slice_str(strerror(errno))));
	return ERR_IO;
}

static enum err check(const char *path, bool secret, const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return refuse(path, "it is not a regular file");
	if (secret && (st->st_mode & NOT_FOR_A_KEY) != 0)
		return refuse(path, "others may use it, it must have mode 0600 or 0640");
	return ERR_OK;
}

enum err pem_file_read(const char *path, bool secret, struct buf *out)
{
	/* O_NONBLOCK, as the name may be that of a pipe. */
	AUTO_FINI(fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	char piece[PIECE];
	ssize_t got;
	if (fd < 0 || fstat(fd, &st) != 0)
		return io_failed(path);
	enum err err = check(path, secret, &st);
	if (err != ERR_OK)
		return err;
	while ((got = read(fd, piece, sizeof(piece))) > 0)
		buf_add(out, slice_of(piece, (size_t)got));
	explicit_bzero(piece, sizeof(piece));
	if (got < 0)
		return io_failed(path);
	return buf_is_whole(out) ? ERR_OK : refuse(path, "it is larger than 1 MiB");
}
