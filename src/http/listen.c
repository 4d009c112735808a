/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening listening sockets. A unix socket that a dead process left behind is replaced, one that
 * somebody still answers on is not. Sockets from systemd are checked: a wrong unit file should say
 * so at start, not at the first request. */
#include "http/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/address.h"
#include "base/ensure.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/slice.h"

enum { BACKLOG = 1024, SYSTEMD_FIRST_FD = 3 };

static enum err fail(const char *spec, const char *what, int error)
{
	log_error("cannot listen", LOG_TEXT("on", slice_str(spec)),
		  LOG_TEXT("what", slice_str(what)),
		  LOG_TEXT("why", slice_str(error == 0 ? "" : strerror(error))));
	return error == 0 ? ERR_INVALID : ERR_IO;
}

static enum err add(struct listener_list *list, struct listener listener)
{
	if (list->count == LISTEN_MAX)
		return ERR_FULL;
	list->items[list->count++] = listener;
	return ERR_OK;
}

static bool set_on(int fd, int level, int name)
{
	int on = 1;
	return setsockopt(fd, level, name, &on, sizeof(on)) == 0;
}

static uint16_t port_of(int fd)
{
	struct sockaddr_storage sa = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof(sa);
	struct address address;
	if (getsockname(fd, (struct sockaddr *)&sa, &len) != 0)
		return 0;
	address_from_sockaddr((const struct sockaddr *)&sa, &address);
	return address.port;
}

/* --- addresses --- */

/* "127.0.0.1:8000", "[::1]:8000" */
static bool parse_inet(struct slice spec, struct sockaddr_storage *sa, socklen_t *len)
{
	size_t colon = spec.len;
	while (colon > 0 && spec.ptr[colon - 1] != ':')
		colon--;
	struct address address;
	int64_t port;
	if (colon < 2 || address_parse(slice_sub(spec, 0, colon - 1), &address) != ERR_OK)
		return false;
	if (slice_parse_int64(slice_sub(spec, colon, spec.len), &port) != ERR_OK || port < 0 ||
	    port > UINT16_MAX)
		return false;
	if (address.family == ADDRESS_V4) {
		struct sockaddr_in v4 = { .sin_family = AF_INET,
					  .sin_port = htons((uint16_t)port) };
		memcpy(&v4.sin_addr, address.bytes, 4);
		memcpy(sa, &v4, sizeof(v4));
		*len = sizeof(v4);
		return true;
	}
	/* "::1:8000" could be meant both ways. */
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
	memcpy(&v6.sin6_addr, address.bytes, 16);
	memcpy(sa, &v6, sizeof(v6));
	*len = sizeof(v6);
	return spec.ptr[0] == '[';
}

static enum err open_inet(struct listener_list *list, const char *spec)
{
	struct sockaddr_storage sa;
	socklen_t len;
	if (!parse_inet(slice_str(spec), &sa, &len))
		return fail(spec, "it must be ADDRESS:PORT, [ADDRESS]:PORT, unix:PATH or systemd",
			    0);
	AUTO_FINI(fd) int fd = socket(sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail(spec, "socket", errno);
	/* Connections inherit TCP_NODELAY. */
	if (!set_on(fd, SOL_SOCKET, SO_REUSEADDR) || !set_on(fd, IPPROTO_TCP, TCP_NODELAY))
		return fail(spec, "setsockopt", errno);
	/* So that 0.0.0.0 and [::] may stand side by side. */
	if (sa.ss_family == AF_INET6 && !set_on(fd, IPPROTO_IPV6, IPV6_V6ONLY))
		return fail(spec, "setsockopt", errno);
	if (bind(fd, (const struct sockaddr *)&sa, len) != 0)
		return fail(spec, "bind", errno);
	if (listen(fd, BACKLOG) != 0)
		return fail(spec, "listen", errno);
	enum err err = add(list, (struct listener){ .fd = fd, .port = port_of(fd) });
	if (err == ERR_OK)
		fd = -1;
	return err;
}

/* --- unix sockets --- */

/* True when nothing stands in the way of bind() any more. errno says why not. */
static bool clear_stale(const struct sockaddr_un *sa)
{
	struct stat st;
	if (lstat(sa->sun_path, &st) != 0)
		return errno == ENOENT;
	errno = EADDRINUSE;
	if (!S_ISSOCK(st.st_mode))
		return false;
	AUTO_FINI(fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	if (connect(fd, (const struct sockaddr *)sa, sizeof(*sa)) == 0 || errno != ECONNREFUSED) {
		errno = EADDRINUSE;
		return false;
	}
	return unlink(sa->sun_path) == 0;
}

static enum err bind_unix(const char *spec, const struct sockaddr_un *sa, struct listener *listener)
{
	struct stat st;
	if (!clear_stale(sa))
		return fail(spec, "the path is taken", errno);
	if (bind(listener->fd, (const struct sockaddr *)sa, sizeof(*sa)) != 0)
		return fail(spec, "bind", errno);
	/* Whoever reaches the folder may connect, as with a port of loopback: the socket itself is
	 * trusted in nothing. */
	if (chmod(sa->sun_path, 0666) != 0 || lstat(sa->sun_path, &st) != 0)
		return fail(spec, "chmod", errno);
	if (listen(listener->fd, BACKLOG) != 0)
		return fail(spec, "listen", errno);
	listener->device = st.st_dev;
	listener->inode = st.st_ino;
	return ERR_OK;
}

static enum err open_unix(struct listener_list *list, const char *spec)
{
	struct slice path = slice_str(spec + strlen("unix:"));
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	if (path.len == 0 || path.ptr[0] != '/' || path.len >= sizeof(sa.sun_path))
		return fail(spec, "the path must begin with a slash and be shorter than 108 bytes",
			    0);
	memcpy(sa.sun_path, path.ptr, path.len);
	AUTO_FINI(fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail(spec, "socket", errno);
	struct listener listener = { .fd = fd };
	enum err err = bind_unix(spec, &sa, &listener);
	if (err != ERR_OK)
		return err;
	listener.path = strdup(sa.sun_path);
	ensure(listener.path != NULL);
	err = add(list, listener);
	if (err == ERR_OK)
		fd = -1;
	else
		free(listener.path);
	return err;
}

/* --- systemd --- */

static bool env_number(const char *name, int64_t *out)
{
	return slice_parse_int64(slice_str(getenv(name)), out) == ERR_OK;
}

static int option_of(int fd, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);
	return getsockopt(fd, SOL_SOCKET, name, &value, &len) == 0 ? value : -1;
}

static bool is_listening_stream(int fd)
{
	int domain = option_of(fd, SO_DOMAIN);
	bool known = domain == AF_INET || domain == AF_INET6 || domain == AF_UNIX;
	return known && option_of(fd, SO_TYPE) == SOCK_STREAM && option_of(fd, SO_ACCEPTCONN) == 1;
}

static enum err take_systemd(struct listener_list *list, const char *spec, int fd)
{
	if (!is_listening_stream(fd))
		return fail(spec, "a socket of the unit is not a listening stream socket", 0);
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return fail(spec, "fcntl", errno);
	if (option_of(fd, SO_DOMAIN) != AF_UNIX)
		(void)set_on(fd, IPPROTO_TCP, TCP_NODELAY);
	return add(list, (struct listener){ .fd = fd, .port = port_of(fd) });
}

static enum err open_systemd(struct listener_list *list, const char *spec)
{
	int64_t pid, count;
	/* sd_listen_fds(3): the variables may have been meant for a parent of ours. */
	if (!env_number("LISTEN_PID", &pid) || pid != (int64_t)getpid())
		return fail(
			spec,
			"LISTEN_PID does not name this process: it was not started by a socket unit",
			0);
	if (!env_number("LISTEN_FDS", &count) || count < 1 || count > LISTEN_MAX)
		return fail(spec, "LISTEN_FDS is not a number of sockets", 0);
	for (int i = 0; i < (int)count; i++) {
		enum err err = take_systemd(list, spec, SYSTEMD_FIRST_FD + i);
		if (err != ERR_OK)
			return err;
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return ERR_OK;
}

static void mark(struct listener_list *list, size_t first, const struct http_listen *listen)
{
	for (size_t i = first; i < list->count; i++) {
		list->items[i].tls = listen->tls;
		list->items[i].asks_certificate = listen->asks_certificate;
		list->items[i].proxy = listen->proxy;
	}
}

enum err listener_list_open(struct listener_list *list, const struct http_listen *listen)
{
	const char *spec = listen->address;
	struct slice text = slice_str(spec);
	size_t first = list->count;
	enum err err;
	if (slice_equal(text, SLICE("systemd")))
		err = open_systemd(list, spec);
	else if (slice_has_prefix(text, SLICE("unix:")))
		err = open_unix(list, spec);
	else
		err = open_inet(list, spec);
	if (err == ERR_FULL)
		log_error("too many sockets to listen on", LOG_NUMBER("most", LISTEN_MAX));
	mark(list, first, listen);
	return err;
}

/* A successor may have put his own socket there: that one stays. */
static void unlink_ours(const struct listener *listener)
{
	struct stat st;
	if (lstat(listener->path, &st) == 0 && st.st_dev == listener->device &&
	    st.st_ino == listener->inode)
		(void)unlink(listener->path);
}

void listener_list_fini(struct listener_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct listener *listener = &list->items[i];
		if (listener->path != NULL)
			unlink_ours(listener);
		free(listener->path);
		listener->path = NULL;
		fd_fini(&listener->fd);
	}
}
