/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading PROXY headers without waiting. Bytes are looked at before they are taken, so that not one
 * byte of the client's own is lost: what is incomplete is all header, and of a whole header exactly
 * its length is taken. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/log.h"
#include "http/acceptor_private.h"

struct pending {
	struct waiter waiter; /* first: both are cast to and fro */
	struct arrival arrival;
	size_t len;
	char bytes[PROXY_HEADER_MAX];
};

/* Takes bytes that have been looked at; they are there, so this neither waits nor falls short. */
static bool consume(int fd, char *into, size_t len)
{
	return len == 0 || recv(fd, into, len, MSG_DONTWAIT) == (ssize_t)len;
}

static void forget(struct acceptor *acceptor, struct pending *pending)
{
	acceptor_unwatch(acceptor, &pending->waiter.watch);
	waiter_take(&acceptor->pending, &pending->waiter);
	free(pending);
}

static void drop(struct acceptor *acceptor, struct pending *pending)
{
	int fd = pending->arrival.fd;
	forget(acceptor, pending);
	acceptor_refuse(acceptor, fd);
}

static void hand_on(struct acceptor *acceptor, struct pending *pending,
		    const struct proxy_header *header)
{
	struct arrival arrival = pending->arrival;
	forget(acceptor, pending);
	arrival.secure = header->secure;
	if (!header->local) {
		arrival.peer = header->source;
		/* What a client behind the balancer says of itself is worth as much as the client
		 * is trusted. */
		arrival.trusted = server_trusts(acceptor->server, &arrival.peer);
	}
	acceptor_hand(acceptor, &arrival);
}

static void pending_ready(struct acceptor *acceptor, struct watch *watch)
{
	struct pending *pending = (struct pending *)watch;
	int fd = pending->arrival.fd;
	char *end = pending->bytes + pending->len;
	ssize_t n = recv(fd, end, PROXY_HEADER_MAX - pending->len, MSG_PEEK | MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop(acceptor, pending);
		return;
	}
	struct proxy_header header;
	size_t seen = pending->len + (size_t)n;
	enum proxy_header_state state = proxy_header_parse(slice_of(pending->bytes, seen), &header);
	if (state == PROXY_HEADER_MORE && consume(fd, end, (size_t)n)) {
		pending->len = seen;
		return;
	}
	if (state == PROXY_HEADER_WHOLE && consume(fd, end, header.length - pending->len)) {
		hand_on(acceptor, pending, &header);
		return;
	}
	char text[ADDRESS_TEXT_MAX];
	log_warn("a trusted proxy sent no good PROXY header",
		 LOG_TEXT("peer", address_text(&pending->arrival.peer, text)));
	drop(acceptor, pending);
}

void pending_add(struct acceptor *acceptor, const struct arrival *arrival, int64_t deadline_ms)
{
	struct pending *pending = xmalloc(sizeof(*pending));
	pending->waiter = (struct waiter){ .watch = { pending_ready, arrival->fd },
					   .deadline_ms = deadline_ms };
	pending->arrival = *arrival;
	pending->len = 0;
	waiter_append(&acceptor->pending, &pending->waiter);
	if (!acceptor_watch(acceptor, &pending->waiter.watch))
		drop(acceptor, pending);
}

void pending_sweep(struct acceptor *acceptor, int64_t now_ms, bool all)
{
	struct waiter *waiter;
	while ((waiter = acceptor->pending.first) != NULL && (all || waiter->deadline_ms <= now_ms))
		drop(acceptor, (struct pending *)waiter);
}
