/* SPDX-License-Identifier: Apache-2.0
 *
 * One event loop: a thread that runs libmicrohttpd daemons without listening sockets, which get
 * their connections from the acceptor. TLS is a daemon's property there, so there may be two. */
#ifndef HTTP_LOOP_H
#define HTTP_LOOP_H

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/log_sink.h"
#include "http/call.h"
#include "http/handshake.h"
#include "http/kept_response.h"

struct connection;
struct http_server;
struct MHD_Daemon;

enum loop_daemon { LOOP_PLAIN = 0, LOOP_TLS, LOOP_DAEMON_COUNT };

struct loop {
	struct http_server *server;
	struct MHD_Daemon *daemons[LOOP_DAEMON_COUNT]; /* NULL where no listener needs it */
	struct pollfd polls[LOOP_DAEMON_COUNT + 1]; /* the epoll sets of daemons and handshakes */
	unsigned poll_count;
	struct handshakes handshakes;
	int wake_fd;       /* an eventfd in the first daemon's set */
	atomic_bool woken; /* the eventfd has been written to, and the loop has not been round since
			    */
	pthread_t thread;
	bool running;
	atomic_bool stop;
	_Atomic(struct connection *) inbox; /* a stack: the acceptor pushes, the loop takes all */
	struct connection *adding;          /* by the loop thread, at this moment */
	atomic_size_t connections;          /* the acceptor's measure of load */
	atomic_size_t busy;                 /* requests under way */
	atomic_size_t parked;   /* suspended, or resumed and not yet seen again by the loop */
	atomic_size_t resuming; /* workers within http_exchange_resume() */
	struct call_pool calls; /* the loop thread's */
	struct kept_response kept;
	struct log_lines lines; /* of one round, one for each answer */
};

struct loop *loop_new(struct http_server *server);
/* Starts the thread. */
MUST_USE enum err loop_run(struct loop *loop);
/* By the acceptor. The record and its socket are the loop's from now on. */
void loop_add(struct loop *loop, struct connection *connection);
/* By any thread: there is something in the inbox, or resumed. Costs a system call once per round of
 * the loop. */
void loop_wake(struct loop *loop);
/* Joins the thread and closes all its connections. Nothing may be parked. */
void loop_free(struct loop **loop);

#endif
