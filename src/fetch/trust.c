/* SPDX-License-Identifier: Apache-2.0
 *
 * libcurl takes one file, or a folder, and reads it anew for each request: Debian's folder takes
 * eight times as long as the same in one file. So both files are copied into one that stands in
 * memory and has no name but that of its descriptor. Who uses it has a descriptor of his own: the
 * number of a closed one may soon be that of anything. */
#include "fetch/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/fd.h"
#include "base/log.h"

#define SYSTEM_FILE "/etc/ssl/certs/ca-certificates.crt"

enum { PIECE = 16384 };

struct trust {
	const char *ca_file;
	pthread_mutex_t lock;
	int fd; /* -1: none of ours */
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

static enum err add_file(const char *path, int to)
{
	AUTO_FINI(fd) int from = open(path, O_RDONLY | O_CLOEXEC);
	if (from >= 0 && copy_all(from, to))
		return ERR_OK;
	log_error("certificates of authorities cannot be read", LOG_TEXT("file", slice_str(path)),
		  LOG_TEXT("why", slice_str(strerror(errno))));
	return ERR_IO;
}

/* What can be read of both. A system without authorities is no failure of `ca_file`. */
static enum err join(const char *ca_file, int *out)
{
	*out = memfd_create("authorities", MFD_CLOEXEC);
	ensure(*out >= 0);
	(void)add_file(SYSTEM_FILE, *out);
	return add_file(ca_file, *out);
}

struct trust *trust_new(const char *ca_file)
{
	struct trust *trust = xcalloc(1, sizeof(*trust));
	trust->ca_file = ca_file;
	trust->fd = -1;
	ensure(pthread_mutex_init(&trust->lock, NULL) == 0);
	if (ca_file)
		(void)join(ca_file, &trust->fd);
	return trust;
}

void trust_free(struct trust **trust)
{
	if (!*trust)
		return;
	fd_fini(&(*trust)->fd);
	pthread_mutex_destroy(&(*trust)->lock);
	free(*trust);
	*trust = NULL;
}

enum err trust_reload(struct trust *trust)
{
	AUTO_FINI(fd) int fd = -1;
	enum err err = trust->ca_file ? join(trust->ca_file, &fd) : ERR_OK;
	if (err != ERR_OK || !trust->ca_file)
		return err;
	pthread_mutex_lock(&trust->lock);
	int before = trust->fd;
	trust->fd = fd;
	fd = before;
	pthread_mutex_unlock(&trust->lock);
	return ERR_OK;
}

void trust_take(struct trust *trust, struct trust_file *out)
{
	*out = (struct trust_file){ .fd = -1 };
	if (!trust->ca_file) {
		out->path = access(SYSTEM_FILE, R_OK) == 0 ? SYSTEM_FILE : NULL;
		return;
	}
	pthread_mutex_lock(&trust->lock);
	out->fd = fcntl(trust->fd, F_DUPFD_CLOEXEC, 0);
	pthread_mutex_unlock(&trust->lock);
	/* without one left the path leads nowhere, and nobody is believed */
	snprintf(out->of_fd, sizeof(out->of_fd), "/proc/self/fd/%d", out->fd);
	out->path = out->of_fd;
}

void trust_give(struct trust_file *file)
{
	fd_fini(&file->fd);
	file->path = NULL;
}
