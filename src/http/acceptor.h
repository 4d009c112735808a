/* SPDX-License-Identifier: Apache-2.0
 *
 * The thread that owns all listening sockets. It accepts, refuses, reads PROXY headers, hands
 * sockets to the loops, sweeps the deadlines once a second, and lets refused peers finish. */
#ifndef HTTP_ACCEPTOR_H
#define HTTP_ACCEPTOR_H

#include "base/attr.h"
#include "base/err.h"

struct acceptor;
struct http_server;

/* ERR_IO when the system has no descriptors or threads left. */
MUST_USE enum err acceptor_new(struct http_server *server, struct acceptor **out);
MUST_USE enum err acceptor_run(struct acceptor *acceptor);
/* By any thread: looks at once whether the server drains. */
void acceptor_wake(struct acceptor *acceptor);
/* Joins the thread; nothing is accepted or swept afterwards. The object stays: loops may still call
 * acceptor_linger(). */
void acceptor_stop(struct acceptor *acceptor);
void acceptor_free(struct acceptor **acceptor);

/* By a loop: the socket is about to be closed though its peer may still be sending. Closing would
 * reset the connection and take the answer back, so a duplicate of it is read out, briefly, here.
 */
void acceptor_linger(struct acceptor *acceptor, int fd);

#endif
