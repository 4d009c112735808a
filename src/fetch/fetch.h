/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests that we make: keys of clients, metadata documents, logout tokens. By libcurl, which is
 * loaded on first use. Every request has a deadline and a limit of size, follows no redirect, uses
 * no proxy of the environment, and connects to no private, loopback, link-local, multicast or
 * otherwise special address unless that is allowed: asked of the address that is really connected
 * to, so that a name that changes its mind in between gains nothing. A call waits: on workers and
 * the housekeeper alone. */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

struct fetch_options {
	const struct network *allowed; /* special addresses that may be connected to all the same */
	size_t allowed_count;
	const char *ca_file; /* PEM of further CAs; NULL: those of the system alone */
	bool allow_http;     /* plain http as well; tests, and places of one's own network */
	int64_t timeout_ms;  /* of a whole request */
	size_t most_bytes;   /* of an answer's body */
	size_t workers;      /* threads that the callers are of; 0: enough for all places */
};

/* On whose account. Each class has places of its own, so that strangers keep nobody waiting but
 * strangers: fetch/places.h. */
enum fetch_class {
	FETCH_TRUSTED = 0, /* issuers of the options; clients that an administrator made or reviewed
			    */
	FETCH_REGISTERED,  /* clients that others have registered */
	FETCH_UNKNOWN,     /* clients by the URL of their document, and that document */
	FETCH_LOGOUT,      /* logout tokens, which go out on threads of their own */
	FETCH_CLASS_COUNT
};

struct fetch_request {
	enum fetch_class class;
	struct slice url;
	struct slice accept;      /* media type; may be "" */
	const struct slice *form; /* NULL: GET; otherwise this form is posted */
	size_t most_bytes;        /* 0: as in the options */
	bool at_once;             /* FETCH_BUSY rather than waiting for a place */
};

enum fetch_fault {
	FETCH_FINE = 0, /* there is an answer, of any status */
	FETCH_URL,      /* not https, has userinfo or a fragment, or is malformed */
	FETCH_ADDRESS,  /* leads to an address that is not allowed */
	FETCH_CONNECT,  /* no name, no connection, a certificate that is no good */
	FETCH_TIMEOUT,
	FETCH_TOO_LARGE,
	FETCH_BUSY, /* too many of its class are under way: says nothing about the other side */
	FETCH_FAULT_COUNT
};

struct fetch_answer {
	int status;
	struct slice media_type; /* without parameters, lower case */
	struct slice body;
	int64_t max_age; /* of Cache-Control, seconds; -1: not said; 0: no-store, no-cache */
};

struct fetch; /* shared by threads */
struct fetch *fetch_new(const struct fetch_options *options);
void fetch_free(struct fetch **fetch);
enum fetch_fault fetch_do(struct fetch *fetch, struct arena *arena,
			  const struct fetch_request *request, struct fetch_answer *out);
const char *fetch_fault_name(enum fetch_fault fault); /* for the log */

/* Who wants to wait on a worker until another thread has fetched the same thing asks first: such
 * waiters are bounded together with those that wait for a place. False: there are enough. */
bool fetch_stand(struct fetch *fetch, enum fetch_class class);
void fetch_stand_no_more(struct fetch *fetch, enum fetch_class class);

/* Reads `ca_file`, and the authorities of the system, anew. ERR_IO, logged, with those from before
 * still in use, when it cannot be read. */
MUST_USE enum err fetch_reload(struct fetch *fetch);

#endif
