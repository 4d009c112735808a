/* SPDX-License-Identifier: Apache-2.0
 *
 * Our own record of each connection that a loop has, because the library's time-out is renewed by
 * every byte: a phase and a deadline, which the loop sets and the acceptor reads once a second.
 *
 * A record is in the table from the moment the library has taken the socket until the library says
 * that it closes it. While it stands there under its descriptor, that descriptor cannot have become
 * another one; the sweep touches sockets only under the table's lock. */
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/attr.h"
#include "http/handshake.h"

struct MHD_Connection;
struct call;
struct gnutls_session_int;
struct loop;
struct tls_identity;

enum connection_phase {
	PHASE_HANDED = 0, /* on its way to the loop, in no table */
	PHASE_FRESH,      /* before the first request */
	PHASE_IDLE,       /* between requests */
	PHASE_HEAD,       /* the request line is there, the headers are coming */
	PHASE_BODY,
	PHASE_BUSY,   /* with the handler */
	PHASE_PARKED, /* suspended */
	PHASE_SENDING,
	PHASE_EXPIRED, /* its deadline has passed; only the sweep sets this, and nothing leaves it
			*/
};

struct connection {
	int fd;
	struct loop *loop;
	struct connection *next; /* on its way to the loop */
	struct address peer;     /* after the PROXY header */
	bool trusted;            /* the peer is a trusted proxy */
	bool secure;             /* by our own TLS, or the PROXY header said so */
	bool tls;                /* our own */
	bool asks_certificate;   /* of the peer */
	bool counted;            /* in the table of sources */
	bool refused;      /* the loop's: the peer may still be sending what we will not read */
	struct call *call; /* the loop's: the request under way */
	struct MHD_Connection *mhd;
	/* With our own TLS; the loop's. */
	struct gnutls_session_int *session; /* NULL without */
	struct tls_identity *identity;
	bool established;               /* the peer's last word of the handshake is there */
	enum handshake_place handshake; /* and its list */
	struct connection *handshake_prev;
	struct connection *handshake_next;
	atomic_bool gone;       /* parked, and the peer has hung up */
	_Atomic uint64_t state; /* phase and deadline in one word, so that a sweep never mistakes
				   one request for the next */
};

struct connection_table {
	pthread_mutex_t lock;
	struct connection **by_fd;
	size_t size;
	atomic_uint count;
};

void connection_table_init(struct connection_table *table);
void connection_table_fini(struct connection_table *table);

/* Takes the record (from the heap) over. */
void connection_add(struct connection_table *table, struct connection *connection);
/* The record is the caller's again. */
void connection_remove(struct connection_table *table, struct connection *connection);

/* By the loop. A deadline of 0 is none. False when the sweep was faster and the connection is lost.
 */
MUST_USE bool connection_enter(struct connection *connection, enum connection_phase phase,
			       int64_t deadline_ms);
bool connection_is_expired(const struct connection *connection);
enum connection_phase connection_phase_of(const struct connection *connection);

/* By the acceptor, once a second: cuts what is over its deadline, marks the parked ones whose peer
 * has hung up; `idle_too` cuts connections without a request as well. True when some that are over
 * have not ended yet: then it is to be called again soon. */
bool connection_sweep(struct connection_table *table, int64_t now_ms, bool idle_too);

#endif
