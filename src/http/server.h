/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the server share. Owners: the server owns all of it; the acceptor thread owns
 * the listeners and what is pending or lingering; each loop thread owns its calls; the two tables
 * have locks of their own. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>

#include "http/connection.h"
#include "http/http.h"
#include "http/listen.h"
#include "http/source.h"

struct acceptor;
struct loop;
struct tls;

struct http_server {
	struct http_options options; /* trusted_proxies is our copy; listen is not used after the
					start */
	struct http_handler handler;
	struct listener_list listeners;
	struct connection_table connections;
	struct source_table sources;
	struct tls *tls; /* NULL without a listener for it */
	struct acceptor *acceptor;
	struct loop **loops;
	size_t loop_count;
	atomic_bool draining;
};

/* Is there a listener with, or without, TLS? */
bool server_listens(const struct http_server *server, bool tls);
bool server_trusts(const struct http_server *server, const struct address *address);

#endif
