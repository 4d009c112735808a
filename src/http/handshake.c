/* SPDX-License-Identifier: Apache-2.0
 *
 * Two lists and an epoll set of the sockets that wait. A socket is in the set only while it is
 * suspended: in between the library watches it in its own. */
#include "http/handshake.h"

#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/fd.h"
#include "http/connection.h"

enum { EVENTS = 64 };

bool handshakes_init(struct handshakes *handshakes)
{
	handshakes->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	return handshakes->epoll_fd >= 0;
}

void handshakes_fini(struct handshakes *handshakes)
{
	fd_fini(&handshakes->epoll_fd);
}

/* --- the lists --- */

static struct connection **head_of(struct handshakes *handshakes, enum handshake_place place)
{
	ensure(place != HANDSHAKE_NOWHERE);
	return place == HANDSHAKE_STEPPED ? &handshakes->stepped : &handshakes->waiting;
}

static void put(struct handshakes *handshakes, struct connection *connection,
		enum handshake_place place)
{
	struct connection **head = head_of(handshakes, place);
	connection->handshake = place;
	connection->handshake_prev = NULL;
	connection->handshake_next = *head;
	if (*head != NULL)
		(*head)->handshake_prev = connection;
	*head = connection;
}

static void take(struct handshakes *handshakes, struct connection *connection)
{
	if (connection->handshake_prev != NULL)
		connection->handshake_prev->handshake_next = connection->handshake_next;
	else
		*head_of(handshakes, connection->handshake) = connection->handshake_next;
	if (connection->handshake_next != NULL)
		connection->handshake_next->handshake_prev = connection->handshake_prev;
	connection->handshake = HANDSHAKE_NOWHERE;
}

/* --- to and fro --- */

void handshake_step(struct handshakes *handshakes, struct connection *connection)
{
	if (connection->handshake == HANDSHAKE_NOWHERE)
		put(handshakes, connection, HANDSHAKE_STEPPED);
}

static void suspend(struct handshakes *handshakes, struct connection *connection)
{
	bool writes = gnutls_record_get_direction(connection->session) == 1;
	struct epoll_event event = { .events = writes ? EPOLLOUT : EPOLLIN | EPOLLRDHUP,
				     .data = { .ptr = connection } };
	if (epoll_ctl(handshakes->epoll_fd, EPOLL_CTL_ADD, connection->fd, &event) != 0) {
		/* It stays with the library, which finds it closed. */
		(void)shutdown(connection->fd, SHUT_RDWR);
		return;
	}
	MHD_suspend_connection(connection->mhd);
	put(handshakes, connection, HANDSHAKE_WAITING);
}

static void resume(struct handshakes *handshakes, struct connection *connection)
{
	(void)epoll_ctl(handshakes->epoll_fd, EPOLL_CTL_DEL, connection->fd, NULL);
	take(handshakes, connection);
	MHD_resume_connection(connection->mhd);
}

void handshakes_wake(struct handshakes *handshakes)
{
	struct epoll_event events[EVENTS];
	if (handshakes->waiting == NULL)
		return;
	int n = epoll_wait(handshakes->epoll_fd, events, EVENTS, 0);
	for (int i = 0; i < n; i++) {
		struct connection *connection = events[i].data.ptr;
		resume(handshakes, connection);
		put(handshakes, connection, HANDSHAKE_STEPPED);
	}
}

void handshakes_settle(struct handshakes *handshakes)
{
	while (handshakes->stepped != NULL) {
		struct connection *connection = handshakes->stepped;
		take(handshakes, connection);
		if (!connection->established)
			suspend(handshakes, connection);
	}
}

void handshake_forget(struct handshakes *handshakes, struct connection *connection)
{
	if (connection->handshake == HANDSHAKE_WAITING)
		(void)epoll_ctl(handshakes->epoll_fd, EPOLL_CTL_DEL, connection->fd, NULL);
	if (connection->handshake != HANDSHAKE_NOWHERE)
		take(handshakes, connection);
}

void handshakes_release(struct handshakes *handshakes)
{
	while (handshakes->waiting != NULL)
		resume(handshakes, handshakes->waiting);
}
