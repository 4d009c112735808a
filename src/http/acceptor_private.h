/* SPDX-License-Identifier: Apache-2.0
 *
 * Between acceptor.c, pending.c and linger.c: whatever the acceptor's epoll watches starts with a
 * struct watch. */
#ifndef HTTP_ACCEPTOR_PRIVATE_H
#define HTTP_ACCEPTOR_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "base/address.h"
#include "http/listen.h"
#include "http/proxy_header.h"
#include "http/server.h"

struct watch {
	void (*ready)(struct acceptor *acceptor, struct watch *watch);
	int fd;
};

struct listening {
	struct watch watch; /* first: both are cast to and fro */
	const struct listener *listener;
	bool watched; /* in the epoll set */
};

/* Sockets in the order of their deadlines: all of a list have the same time, so it is a queue. */
struct waiter {
	struct watch watch;
	int64_t deadline_ms;
	struct waiter *prev;
	struct waiter *next;
};

struct waiter_list {
	struct waiter *first;
	struct waiter *last;
	size_t count;
};

struct acceptor {
	struct http_server *server;
	int epoll_fd;
	struct watch wake; /* an eventfd */
	pthread_t thread;
	bool running;
	atomic_bool stop;
	struct listening listening[LISTEN_MAX];
	bool paused;
	unsigned refused; /* since the last sweep */
	size_t next_loop;
	struct waiter_list pending;
	pthread_mutex_t linger_lock; /* guards the next two; loops add */
	struct waiter_list lingering;
	bool closed_to_lingering;
};

/* A socket that has been accepted. */
struct arrival {
	int fd;
	const struct listener *listener; /* which it came in by */
	struct address peer;
	bool trusted;
	bool secure;
};

bool acceptor_watch(struct acceptor *acceptor, struct watch *watch);
/* Before the descriptor goes to somebody else, or while a duplicate of it may be open. */
void acceptor_unwatch(struct acceptor *acceptor, const struct watch *watch);
/* The socket belongs to a loop afterwards, or is closed. */
void acceptor_hand(struct acceptor *acceptor, struct arrival *arrival);
/* Closes an accepted socket that was not handed on. */
void acceptor_refuse(struct acceptor *acceptor, int fd);

void waiter_append(struct waiter_list *list, struct waiter *waiter);
void waiter_take(struct waiter_list *list, struct waiter *waiter);

/* pending.c: sockets of trusted proxies whose PROXY header has not come yet. */
void pending_add(struct acceptor *acceptor, const struct arrival *arrival, int64_t deadline_ms);
/* Closes those over their deadline; with `all`, all. */
void pending_sweep(struct acceptor *acceptor, int64_t now_ms, bool all);

/* linger.c */
void linger_sweep(struct acceptor *acceptor, int64_t now_ms, bool all);

#endif
