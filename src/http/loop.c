/* SPDX-License-Identifier: Apache-2.0
 *
 * The daemons of one loop and the library's callbacks. What the library is not let do: decode
 * targets, cut queries into records, write to standard error, end the process on its own.
 *
 * Why the thread is ours: when the library's epoll_wait() fills its array of 128 events to the
 * last, it waits once more before it serves any of them (0.9.75). With 128 busy connections all
 * then wait for each other: 300 answers a second instead of 60,000. So we wait, and the library
 * never does. */
#include "http/loop.h"

#include <errno.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/thread.h"
#include "http/acceptor.h"
#include "http/connection.h"
#include "http/exchange.h"
#include "http/server.h"
#include "http/tls.h"
#include "http/tls_session.h"

/* Beyond max_header_bytes: room for the library's own records of headers, its copy of the cookies
 * and the answer's head. */
enum { MEMORY_BEYOND_HEADERS = 8192, LONGEST_WAIT_MS = 1000 };

/* What the library (0.9.75) answers by itself before our first step, and we cannot have otherwise:
 * a small HTML page of its own, with `Connection: close`; no handler hears of the request.
 *
 * 400: a header line without a colon, no version, a Content-Length that is no number, a bad chunk.
 *
 * 413: a Content-Length or a chunk size beyond 64 bits.
 *
 * 414 and 431: a request line or a head beyond all its memory, cookies that do not fit in twice.
 *
 * 505: a version that is not 1.x.
 *
 * After a fault in Content-Length it writes the head of its answer twice over. */

/* --- callbacks --- */

__attribute__((__format__(__printf__, 2, 0))) static void on_log(void *cls, const char *format,
								 va_list args)
{
	char line[256];
	(void)cls;
	int len = vsnprintf(line, sizeof(line), format, args);
	if (len <= 0)
		return;
	size_t shown = (size_t)len < sizeof(line) ? (size_t)len : sizeof(line) - 1;
	struct slice text = slice_trim(slice_of(line, shown));
	log_write(LOG_DEBUG, "libmicrohttpd", LOG_FIELDS(LOG_TEXT("text", text)));
}

NORETURN static void on_panic(void *cls, const char *file, unsigned int line, const char *reason)
{
	(void)cls;
	ensure_failed(reason == NULL ? "libmicrohttpd" : reason, file, (int)line);
}

/* The target is ours to decode. */
static size_t on_unescape(void *cls, struct MHD_Connection *mhd, char *text)
{
	(void)cls;
	(void)mhd;
	return strlen(text);
}

static struct connection *connection_of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	ensure(info != NULL && info->socket_context != NULL);
	return info->socket_context;
}

/* Called with the whole target, before the library changes it. */
static void *on_target(void *cls, const char *target, struct MHD_Connection *mhd)
{
	(void)cls;
	struct call *call = exchange_begin(connection_of(mhd), mhd, slice_str(target));
	/* The library would spend a record of its memory on each argument, for nobody. */
	char *arguments = strchr(target, '?');
	if (arguments != NULL && arguments[1] != '\0')
		arguments[1] = '\0';
	return call;
}

/* The library fixes the parameters. NOLINTNEXTLINE(readability-function-size) */
static enum MHD_Result on_step(void *cls, struct MHD_Connection *mhd, const char *url,
			       const char *method, const char *version, const char *data,
			       size_t *size, void **context)
{
	(void)cls;
	(void)mhd;
	struct raw_head raw = { method, url, version };
	size_t given = *size;
	*size = 0;
	return exchange_step(*context, &raw, data, given) ? MHD_YES : MHD_NO;
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **context,
			 enum MHD_RequestTerminationCode code)
{
	(void)cls;
	(void)mhd;
	if (*context == NULL)
		return;
	exchange_end(*context, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
	*context = NULL;
}

static void start_tls(struct loop *loop, struct connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection->mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	ensure(info != NULL && info->tls_session != NULL);
	connection->session = info->tls_session;
	connection->identity = tls_identity_take(loop->server->tls);
	tls_session_begin(connection);
}

/* The deadline is that of handshake and headers together. */
static void start(struct loop *loop, struct connection *connection)
{
	int64_t deadline = clock_mono_ms() + (int64_t)loop->server->options.header_timeout * 1000;
	bool entered = connection_enter(connection, PHASE_FRESH, deadline);
	ensure(entered);
	if (connection->tls)
		start_tls(loop, connection);
	connection_add(&loop->server->connections, connection);
}

/* Out of all counts. */
static void bury(struct loop *loop, struct connection *connection)
{
	struct http_server *server = loop->server;
	if (connection->counted)
		source_give(&server->sources, &connection->peer);
	atomic_fetch_sub(&server->connections.count, 1);
	atomic_fetch_sub(&loop->connections, 1);
	tls_identity_give(&connection->identity);
	free(connection);
}

/* The socket is still open here, and is closed next. */
static void stop(struct loop *loop, struct connection *connection)
{
	int unread = 0;
	handshake_forget(&loop->handshakes, connection);
	/* With TLS the library leaves the end to close(), which the copy that lingers puts off. */
	if (connection->tls)
		(void)shutdown(connection->fd, SHUT_WR);
	if (connection->refused || (ioctl(connection->fd, FIONREAD, &unread) == 0 && unread > 0))
		acceptor_linger(loop->server->acceptor, connection->fd);
	connection_remove(&loop->server->connections, connection);
	bury(loop, connection);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	struct loop *loop = cls;
	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (*context != NULL)
			stop(loop, *context);
		*context = NULL;
		return;
	}
	/* Within add_connection(). */
	ensure(loop->adding != NULL);
	loop->adding->mhd = mhd;
	*context = loop->adding;
	start(loop, loop->adding);
	loop->adding = NULL;
}

/* --- the thread --- */

static void add_connection(struct loop *loop, struct connection *connection)
{
	/* We know the real address; the library has no use for one. */
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };
	struct MHD_Daemon *daemon = loop->daemons[connection->tls ? LOOP_TLS : LOOP_PLAIN];
	loop->adding = connection;
	/* Where it fails, the library closes the socket, and may do so without a notice. */
	(void)MHD_add_connection(daemon, connection->fd, &nobody, sizeof(nobody));
	if (loop->adding != NULL)
		bury(loop, loop->adding);
	loop->adding = NULL;
}

static struct connection *take_inbox(struct loop *loop)
{
	if (atomic_load_explicit(&loop->inbox, memory_order_relaxed) == NULL)
		return NULL;
	return atomic_exchange_explicit(&loop->inbox, NULL, memory_order_acquire);
}

static void add_new(struct loop *loop)
{
	struct connection *connection = take_inbox(loop);
	while (connection != NULL) {
		struct connection *next = connection->next;
		add_connection(loop, connection);
		connection = next;
	}
}

static void close_new(struct loop *loop)
{
	struct connection *connection = take_inbox(loop);
	while (connection != NULL) {
		struct connection *next = connection->next;
		int fd = connection->fd;
		bury(loop, connection);
		close(fd);
		connection = next;
	}
}

/* 0 as well when a session holds bytes that have been read off the socket already. */
static int longest_wait(const struct loop *loop)
{
	MHD_UNSIGNED_LONG_LONG least = LONGEST_WAIT_MS;
	MHD_UNSIGNED_LONG_LONG timeout;
	for (size_t i = 0; i < LOOP_DAEMON_COUNT; i++) {
		struct MHD_Daemon *daemon = loop->daemons[i];
		if (daemon != NULL && MHD_get_timeout(daemon, &timeout) == MHD_YES &&
		    timeout < least)
			least = timeout;
	}
	return (int)least;
}

static void run_daemons(struct loop *loop)
{
	handshakes_wake(&loop->handshakes);
	for (size_t i = 0; i < LOOP_DAEMON_COUNT; i++) {
		if (loop->daemons[i] != NULL)
			(void)MHD_run_wait(loop->daemons[i], 0);
	}
	handshakes_settle(&loop->handshakes);
}

static void stop_daemons(struct loop *loop)
{
	handshakes_release(&loop->handshakes);
	for (size_t i = 0; i < LOOP_DAEMON_COUNT; i++) {
		if (loop->daemons[i] != NULL)
			MHD_stop_daemon(loop->daemons[i]);
		loop->daemons[i] = NULL;
	}
}

static void *thread_main(void *arg)
{
	struct loop *loop = arg;
	while (!atomic_load_explicit(&loop->stop, memory_order_acquire)) {
		int wait_ms = longest_wait(loop);
		if (wait_ms > 0)
			(void)poll(loop->polls, loop->poll_count, wait_ms);
		/* Before looking: who comes later writes again. */
		(void)atomic_exchange_explicit(&loop->woken, false, memory_order_acq_rel);
		log_gather(&loop->lines);
		add_new(loop);
		run_daemons(loop);
		log_release();
	}
	close_new(loop);
	stop_daemons(loop);
	return NULL;
}

/* --- life --- */

struct loop *loop_new(struct http_server *server)
{
	struct loop *loop = xcalloc(1, sizeof(*loop));
	loop->server = server;
	loop->wake_fd = -1;
	loop->handshakes.epoll_fd = -1;
	return loop;
}

static struct MHD_Daemon *start_daemon(struct loop *loop, bool tls)
{
	const struct MHD_OptionItem none = { MHD_OPTION_END, 0, NULL };
	const struct http_options *options = &loop->server->options;
	unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
			 MHD_USE_ERROR_LOG | (tls ? MHD_USE_TLS : 0);
	MHD_set_panic_func(on_panic, NULL);
	/* The acceptor keeps the number of connections; the library counts some of them a little
	 * longer. */
	return MHD_start_daemon(
		flags, 0, NULL, NULL, on_step, loop, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
		MHD_OPTION_ARRAY, tls ? tls_session_options() : &none,
		MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_CONNECTION_LIMIT,
		2 * options->max_connections + 64, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		options->max_header_bytes + MEMORY_BEYOND_HEADERS, MHD_OPTION_CONNECTION_TIMEOUT,
		options->idle_timeout, MHD_OPTION_NOTIFY_CONNECTION, on_connection, loop,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, loop, MHD_OPTION_URI_LOG_CALLBACK,
		on_target, loop, MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, loop, MHD_OPTION_END);
}

/* The library skips events whose pointer is NULL: they end a wait, and nothing else. */
static bool watch_wake(struct loop *loop)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data = { .ptr = NULL } };
	loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return loop->wake_fd >= 0 &&
	       epoll_ctl(loop->polls[0].fd, EPOLL_CTL_ADD, loop->wake_fd, &event) == 0;
}

static void add_poll(struct loop *loop, int fd)
{
	loop->polls[loop->poll_count++] = (struct pollfd){ .fd = fd, .events = POLLIN };
}

static bool add_daemon(struct loop *loop, enum loop_daemon kind)
{
	struct MHD_Daemon *daemon = start_daemon(loop, kind == LOOP_TLS);
	if (daemon == NULL)
		return false;
	loop->daemons[kind] = daemon;
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL)
		return false;
	add_poll(loop, info->epoll_fd);
	return true;
}

static bool add_daemons(struct loop *loop)
{
	const struct http_server *server = loop->server;
	if (server_listens(server, false) && !add_daemon(loop, LOOP_PLAIN))
		return false;
	if (!server_listens(server, true))
		return true;
	if (!add_daemon(loop, LOOP_TLS) || !handshakes_init(&loop->handshakes))
		return false;
	add_poll(loop, loop->handshakes.epoll_fd);
	return true;
}

static bool start_thread(struct loop *loop)
{
	loop->running = thread_start(&loop->thread, 0, thread_main, loop) == 0;
	return loop->running;
}

enum err loop_run(struct loop *loop)
{
	if (add_daemons(loop) && watch_wake(loop) && start_thread(loop))
		return ERR_OK;
	log_error("cannot start an event loop", LOG_TEXT("why", slice_str(strerror(errno))));
	return ERR_IO;
}

void loop_wake(struct loop *loop)
{
	uint64_t one = 1;
	if (!atomic_exchange_explicit(&loop->woken, true, memory_order_acq_rel))
		(void)!write(loop->wake_fd, &one, sizeof(one));
}

void loop_add(struct loop *loop, struct connection *connection)
{
	struct connection *first = atomic_load_explicit(&loop->inbox, memory_order_relaxed);
	do
		connection->next = first;
	while (!atomic_compare_exchange_weak_explicit(&loop->inbox, &first, connection,
						      memory_order_release, memory_order_relaxed));
	loop_wake(loop);
}

static void stop_thread(struct loop *loop)
{
	if (loop->running) {
		atomic_store_explicit(&loop->stop, true, memory_order_release);
		loop_wake(loop);
		pthread_join(loop->thread, NULL);
	} else {
		stop_daemons(loop);
	}
}

void loop_free(struct loop **loop)
{
	if (*loop == NULL)
		return;
	stop_thread(*loop);
	fd_fini(&(*loop)->wake_fd);
	handshakes_fini(&(*loop)->handshakes);
	call_pool_fini(&(*loop)->calls);
	kept_response_fini(&(*loop)->kept);
	free(*loop);
	*loop = NULL;
}
