/* SPDX-License-Identifier: Apache-2.0
 *
 * The TLS handshakes of one loop that wait for their peers. The library (0.9.75) takes a socket
 * whose handshake wants more bytes for one that is ready, and asks it again and again: a single
 * peer who sends half a handshake would keep a core busy until the deadline. So after each round
 * the unfinished ones are suspended, and watched here until their sockets are really ready. */
#ifndef HTTP_HANDSHAKE_H
#define HTTP_HANDSHAKE_H

#include <stdbool.h>

#include "base/attr.h"

struct connection;

/* All by the loop's thread. */
struct handshakes {
	int epoll_fd;
	struct connection *stepped; /* in this round of the loop */
	struct connection *waiting; /* suspended, and in the epoll set */
};

/* A connection is in at most one of the lists. */
enum handshake_place { HANDSHAKE_NOWHERE = 0, HANDSHAKE_STEPPED, HANDSHAKE_WAITING };

/* False: errno says why. */
MUST_USE bool handshakes_init(struct handshakes *handshakes);
void handshakes_fini(struct handshakes *handshakes);
/* It does something in this round, and may not be done at its end. */
void handshake_step(struct handshakes *handshakes, struct connection *connection);
/* Before a round: resumes those whose sockets are ready. */
void handshakes_wake(struct handshakes *handshakes);
/* After a round: suspends those that are not done. */
void handshakes_settle(struct handshakes *handshakes);
/* The library closes it. */
void handshake_forget(struct handshakes *handshakes, struct connection *connection);
/* Resumes all: the library stops with nobody suspended only. */
void handshakes_release(struct handshakes *handshakes);

#endif
