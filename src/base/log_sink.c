/* SPDX-License-Identifier: Apache-2.0
 *
 * O_NONBLOCK belongs to an open file, which standard error shares with whoever started us: hence a
 * file of our own, through /proc. Where that cannot be had, writing waits as it always did. */
#include "base/log_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int sink_fd = STDERR_FILENO;
static bool sink_is_socket;
static _Atomic uint64_t dropped;
static _Thread_local struct log_lines *gathered; /* NULL: each line goes out by itself */

void log_sink_never_wait(void)
{
	struct stat st;
	if (fstat(STDERR_FILENO, &st) != 0)
		return;
	sink_is_socket = S_ISSOCK(st.st_mode);
	if (!S_ISFIFO(st.st_mode) && !S_ISCHR(st.st_mode))
		return;
	int fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0)
		sink_fd = fd;
}

static ssize_t put(const char *text, size_t len)
{
	if (sink_is_socket)
		return send(sink_fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	return write(sink_fd, text, len);
}

/* `count` lines in one piece. */
static bool put_lines(const char *text, size_t len, uint64_t count)
{
	ssize_t written;
	do {
		written = put(text, len);
	} while (written < 0 && errno == EINTR);
	if (written >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
		return true;
	atomic_fetch_add(&dropped, count);
	return false;
}

void log_sink_gather(struct log_lines *lines)
{
	gathered = lines;
}

bool log_sink_flush(void)
{
	struct log_lines *lines = gathered;
	if (lines == NULL || lines->count == 0)
		return false;
	bool written = put_lines(lines->text, lines->len, lines->count);
	lines->len = 0;
	lines->count = 0;
	return written;
}

bool log_sink_write(const char *text, size_t len)
{
	struct log_lines *lines = gathered;
	if (lines == NULL)
		return put_lines(text, len, 1);
	bool written = len > LOG_SINK_MOST - lines->len && log_sink_flush();
	memcpy(lines->text + lines->len, text, len);
	lines->len += len;
	lines->count++;
	return written;
}

uint64_t log_sink_take_dropped(void)
{
	return atomic_load(&dropped) == 0 ? 0 : atomic_exchange(&dropped, 0);
}
