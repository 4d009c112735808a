/* SPDX-License-Identifier: Apache-2.0
 *
 * Accepting, refusing and handing on. Refused is whoever comes over the number of connections in
 * all or of one source, and whoever would speak plain http over a network. Out of descriptors: the
 * listeners rest until the next sweep, or the thread would spin on a socket that stays readable. */
#include "http/acceptor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/thread.h"
#include "http/acceptor_private.h"
#include "http/loop.h"

enum { TICK_MS = 1000, AGAIN_MS = 100, ACCEPT_BATCH = 64, EVENTS = 64 };

void waiter_append(struct waiter_list *list, struct waiter *waiter)
{
	waiter->next = NULL;
	waiter->prev = list->last;
	if (list->last != NULL)
		list->last->next = waiter;
	else
		list->first = waiter;
	list->last = waiter;
	list->count++;
}

void waiter_take(struct waiter_list *list, struct waiter *waiter)
{
	if (waiter->prev != NULL)
		waiter->prev->next = waiter->next;
	else
		list->first = waiter->next;
	if (waiter->next != NULL)
		waiter->next->prev = waiter->prev;
	else
		list->last = waiter->prev;
	list->count--;
}

bool acceptor_watch(struct acceptor *acceptor, struct watch *watch)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP, .data = { .ptr = watch } };
	return epoll_ctl(acceptor->epoll_fd, EPOLL_CTL_ADD, watch->fd, &event) == 0;
}

void acceptor_unwatch(struct acceptor *acceptor, const struct watch *watch)
{
	(void)epoll_ctl(acceptor->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
}

/* --- one socket --- */

void acceptor_refuse(struct acceptor *acceptor, int fd)
{
	close(fd);
	atomic_fetch_sub(&acceptor->server->connections.count, 1);
	acceptor->refused++;
}

static struct loop *least_loaded(struct acceptor *acceptor)
{
	struct http_server *server = acceptor->server;
	size_t start = acceptor->next_loop++ % server->loop_count;
	struct loop *best = server->loops[start];
	for (size_t i = 1; i < server->loop_count; i++) {
		struct loop *loop = server->loops[(start + i) % server->loop_count];
		if (atomic_load(&loop->connections) < atomic_load(&best->connections))
			best = loop;
	}
	return best;
}

void acceptor_hand(struct acceptor *acceptor, struct arrival *arrival)
{
	struct http_server *server = acceptor->server;
	/* A trusted proxy without a PROXY header carries many clients; whoever sits on this host is
	 * limited otherwise. */
	bool counted = !arrival->trusted && !address_is_loopback(&arrival->peer);
	if (counted && !source_take(&server->sources, &arrival->peer)) {
		acceptor_refuse(acceptor, arrival->fd);
		return;
	}
	struct connection *connection = xcalloc(1, sizeof(*connection));
	connection->fd = arrival->fd;
	connection->loop = least_loaded(acceptor);
	connection->peer = arrival->peer;
	connection->trusted = arrival->trusted;
	connection->secure = arrival->secure || arrival->listener->tls;
	connection->tls = arrival->listener->tls;
	connection->asks_certificate = arrival->listener->asks_certificate;
	connection->counted = counted;
	loop_add(connection->loop, connection);
}

static void admit(struct acceptor *acceptor, struct arrival *arrival, const struct sockaddr *sa)
{
	struct http_server *server = acceptor->server;
	const struct http_options *options = &server->options;
	if (atomic_fetch_add(&server->connections.count, 1) >= options->max_connections) {
		acceptor_refuse(acceptor, arrival->fd);
		return;
	}
	address_from_sockaddr(sa, &arrival->peer);
	arrival->trusted = server_trusts(server, &arrival->peer);
	bool near = arrival->trusted || address_is_loopback(&arrival->peer);
	/* RFC8628#3.1: no secrets over plain http. There is nobody to redirect either: what was
	 * sent has been read by then. */
	if (!near && !arrival->listener->tls && !options->insecure_http) {
		acceptor_refuse(acceptor, arrival->fd);
		return;
	}
	if (arrival->trusted && arrival->listener->proxy)
		pending_add(acceptor, arrival,
			    clock_mono_ms() + (int64_t)options->header_timeout * 1000);
	else
		acceptor_hand(acceptor, arrival);
}

/* --- listeners --- */

static void unwatch_all(struct acceptor *acceptor)
{
	for (size_t i = 0; i < acceptor->server->listeners.count; i++) {
		struct listening *listening = &acceptor->listening[i];
		if (listening->watched)
			acceptor_unwatch(acceptor, &listening->watch);
		listening->watched = false;
	}
}

static bool watch_all(struct acceptor *acceptor)
{
	bool all = true;
	for (size_t i = 0; i < acceptor->server->listeners.count; i++) {
		struct listening *listening = &acceptor->listening[i];
		if (!listening->watched)
			listening->watched = acceptor_watch(acceptor, &listening->watch);
		all = all && listening->watched;
	}
	return all;
}

static void pause_accepting(struct acceptor *acceptor, int error)
{
	log_warn("cannot accept connections, pausing", LOG_TEXT("why", slice_str(strerror(error))),
		 LOG_NUMBER("connections", atomic_load(&acceptor->server->connections.count)));
	acceptor->paused = true;
	unwatch_all(acceptor);
}

/* True when it makes sense to go on. */
static bool accept_one(struct acceptor *acceptor, const struct listener *listener)
{
	struct sockaddr_storage sa = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof(sa);
	int fd = accept4(listener->fd, (struct sockaddr *)&sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0) {
		struct arrival arrival = { .fd = fd, .listener = listener };
		admit(acceptor, &arrival, (const struct sockaddr *)&sa);
		return true;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
		pause_accepting(acceptor, errno);
		return false;
	}
	/* accept(2): errors of the network that were waiting on the new socket come out here. They
	 * are that peer's. */
	return errno != EAGAIN && errno != EBADF && errno != EINVAL;
}

static void listening_ready(struct acceptor *acceptor, struct watch *watch)
{
	if (atomic_load(&acceptor->server->draining))
		return;
	for (int i = 0; i < ACCEPT_BATCH; i++) {
		if (!accept_one(acceptor, ((const struct listening *)watch)->listener))
			return;
	}
}

/* --- the thread --- */

static void wake_ready(struct acceptor *acceptor, struct watch *watch)
{
	uint64_t count;
	(void)acceptor;
	(void)!read(watch->fd, &count, sizeof(count));
}

static void stop_listening(struct acceptor *acceptor)
{
	unwatch_all(acceptor);
	listener_list_fini(&acceptor->server->listeners);
	pending_sweep(acceptor, 0, true);
}

static void tick(struct acceptor *acceptor, int64_t now_ms)
{
	struct http_server *server = acceptor->server;
	bool draining = atomic_load(&server->draining);
	pending_sweep(acceptor, now_ms, draining);
	linger_sweep(acceptor, now_ms, false);
	if (acceptor->paused && !draining)
		acceptor->paused = !watch_all(acceptor);
	if (acceptor->refused > 0)
		log_warn("connections refused", LOG_NUMBER("count", acceptor->refused));
	acceptor->refused = 0;
}

/* When to come again. */
static int64_t sweep(struct acceptor *acceptor, int64_t now_ms, int64_t next_tick)
{
	struct http_server *server = acceptor->server;
	bool draining = atomic_load(&server->draining);
	bool again = connection_sweep(&server->connections, now_ms, draining);
	return again && now_ms + AGAIN_MS < next_tick ? now_ms + AGAIN_MS : next_tick;
}

static void run_ready(struct acceptor *acceptor, int timeout_ms)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(acceptor->epoll_fd, events, EVENTS, timeout_ms);
	for (int i = 0; i < n; i++) {
		struct watch *watch = events[i].data.ptr;
		watch->ready(acceptor, watch);
	}
}

static void *thread_main(void *arg)
{
	struct acceptor *acceptor = arg;
	bool listening = true;
	int64_t next_tick = clock_mono_ms() + TICK_MS;
	int64_t next_sweep = next_tick;
	while (!atomic_load(&acceptor->stop)) {
		int64_t now = clock_mono_ms();
		if (listening && atomic_load(&acceptor->server->draining)) {
			stop_listening(acceptor);
			listening = false;
			next_tick = now;
		}
		if (now >= next_tick) {
			tick(acceptor, now);
			next_tick = now + TICK_MS;
			next_sweep = now;
		}
		if (now >= next_sweep)
			next_sweep = sweep(acceptor, now, next_tick);
		run_ready(acceptor, (int)(next_sweep - now));
	}
	return NULL;
}

/* --- life --- */

enum err acceptor_new(struct http_server *server, struct acceptor **out)
{
	struct acceptor *acceptor = xcalloc(1, sizeof(*acceptor));
	acceptor->server = server;
	ensure(pthread_mutex_init(&acceptor->linger_lock, NULL) == 0);
	acceptor->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	acceptor->wake = (struct watch){ wake_ready, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) };
	for (size_t i = 0; i < server->listeners.count; i++) {
		const struct listener *listener = &server->listeners.items[i];
		acceptor->listening[i] = (struct listening){
			.watch = { listening_ready, listener->fd }, .listener = listener
		};
	}
	if (acceptor->epoll_fd >= 0 && acceptor->wake.fd >= 0 &&
	    acceptor_watch(acceptor, &acceptor->wake)) {
		*out = acceptor;
		return ERR_OK;
	}
	log_error("cannot make the acceptor", LOG_TEXT("why", slice_str(strerror(errno))));
	acceptor_free(&acceptor);
	return ERR_IO;
}

enum err acceptor_run(struct acceptor *acceptor)
{
	if (!watch_all(acceptor))
		return ERR_IO;
	acceptor->running = thread_start(&acceptor->thread, 0, thread_main, acceptor) == 0;
	return acceptor->running ? ERR_OK : ERR_IO;
}

void acceptor_wake(struct acceptor *acceptor)
{
	uint64_t one = 1;
	(void)!write(acceptor->wake.fd, &one, sizeof(one));
}

void acceptor_stop(struct acceptor *acceptor)
{
	if (acceptor->running) {
		atomic_store(&acceptor->stop, true);
		acceptor_wake(acceptor);
		pthread_join(acceptor->thread, NULL);
		acceptor->running = false;
	}
	pending_sweep(acceptor, 0, true);
	linger_sweep(acceptor, 0, true);
}

void acceptor_free(struct acceptor **acceptor)
{
	if (*acceptor == NULL)
		return;
	acceptor_stop(*acceptor);
	fd_fini(&(*acceptor)->wake.fd);
	fd_fini(&(*acceptor)->epoll_fd);
	pthread_mutex_destroy(&(*acceptor)->linger_lock);
	free(*acceptor);
	*acceptor = NULL;
}
