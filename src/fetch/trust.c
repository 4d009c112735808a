/* SPDX-License-Identifier: Apache-2.0
 *
 * libcurl takes one file, or a folder, and reads it anew for each request: Debian's folder takes
 * eight times as long as the same in one file. So both files are copied into one that stands in
 * memory and has no name but that of its descriptor. */
#include "fetch/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/fd.h"
#include "base/log.h"

#define SYSTEM_FILE "/etc/ssl/certs/ca-certificates.crt"

enum { PIECE = 16384, PATH_LEN = 32 };

struct trust {
	int fd; /* -1: none of ours */
	char path[PATH_LEN];
};

static bool write_all(int to, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t written = write(to, bytes, len);
		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			bytes += written;
			len -= (size_t)written;
		}
	}
	return true;
}

static bool copy_all(int from, int to)
{
	char piece[PIECE];
	for (;;) {
		ssize_t got = read(from, piece, sizeof(piece));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0 && write_all(to, "\n", 1);
		if (!write_all(to, piece, (size_t)got))
			return false;
	}
}

static void add_file(const char *path, int to)
{
	AUTO_FINI(fd) int from = open(path, O_RDONLY | O_CLOEXEC);
	if (from >= 0 && copy_all(from, to))
		return;
	log_error("certificates of authorities cannot be read", LOG_TEXT("file", slice_str(path)),
		  LOG_TEXT("why", slice_str(strerror(errno))));
}

static void join(struct trust *trust, const char *ca_file)
{
	trust->fd = memfd_create("authorities", MFD_CLOEXEC);
	ensure(trust->fd >= 0);
	add_file(SYSTEM_FILE, trust->fd);
	add_file(ca_file, trust->fd);
	snprintf(trust->path, sizeof(trust->path), "/proc/self/fd/%d", trust->fd);
}

struct trust *trust_new(const char *ca_file)
{
	struct trust *trust = xcalloc(1, sizeof(*trust));
	trust->fd = -1;
	if (ca_file)
		join(trust, ca_file);
	return trust;
}

void trust_free(struct trust **trust)
{
	if (*trust)
		fd_fini(&(*trust)->fd);
	free(*trust);
	*trust = NULL;
}

const char *trust_file(const struct trust *trust)
{
	if (trust->fd >= 0)
		return trust->path;
	return access(SYSTEM_FILE, R_OK) == 0 ? SYSTEM_FILE : NULL;
}
