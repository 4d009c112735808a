/* SPDX-License-Identifier: Apache-2.0
 *
 * What http/ gives to the layers above: requests that have been read and refused where need be,
 * answers to be sent, and the server that carries both between sockets and handlers. Nothing of
 * libmicrohttpd shows here.
 *
 * The life of a request: accepted by the acceptor; headers and body read on an event loop, refused
 * there when malformed (design: "What the library lets through is refused by us"); then
 * handler->on_loop(). When that answers, the answer goes out. When it returns HTTP_SUSPEND the
 * connection is parked and handler->suspended() is told; some worker later fills exchange->response
 * and calls http_exchange_resume(). In the end handler->done() writes the log line. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

enum http_method {
	HTTP_GET = 0,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_OPTIONS,
	HTTP_PUT,
	HTTP_DELETE,
	HTTP_OTHER,
	HTTP_METHOD_COUNT
};

enum { HTTP_HEADERS_MAX = 64, HTTP_RESPONSE_HEADERS_MAX = 24, HTTP_REQUEST_ID_MAX = 32 };

struct http_header {
	struct slice name;
	struct slice value;
};

struct http_request {
	enum http_method method;
	struct slice target; /* raw, as sent */
	struct slice path;   /* decoded, no %00, without its trailing slash (but "/" stays) */
	struct slice query;  /* raw, without '?' ; may be empty */
	struct http_header headers[HTTP_HEADERS_MAX];
	size_t header_count;
	struct slice body;
	struct address peer;   /* of the socket (after the PROXY header) */
	struct address client; /* peer, or what trusted proxies say */
	bool secure;           /* https, by our own TLS or as a trusted proxy says */
	/* DER of the certificate that the peer gave to our own TLS and has proved to hold the key
	 * of; empty when there is none. Who issued it, whether it has expired and what it may be
	 * used for has not been looked at (RFC8705#2.1, #2.2 leave that to whoever knows the
	 * client). With a proxy in between it is the proxy's. */
	struct slice client_certificate;
	struct slice id;  /* request id: made here; from X-Request-Id of a trusted proxy when
			     well-formed */
	int64_t began_us; /* clock_mono_us() when the headers were there */
};

/* The first value of a header (repeated ones of the kind that must not be have been refused); ptr
 * NULL when absent. */
struct slice http_request_header(const struct http_request *request, const char *name);
/* One cookie out of the Cookie header; ptr NULL when absent. A name sent twice is ABSENT: nobody
 * may shadow ours. */
struct slice http_request_cookie(const struct http_request *request, struct slice name);

struct http_response {
	int status;
	struct http_header headers[HTTP_RESPONSE_HEADERS_MAX]; /* in the arena, or literals */
	size_t header_count;
	struct slice body;   /* in the arena, or static */
	bool body_is_static; /* lives for ever: sent without a copy */
	bool close;          /* the connection after it */
};

/* Values must hold no CR or LF: ensured. Literal names. */
void http_response_header(struct http_response *response, const char *name, struct slice value);

/* A request under way. */
struct http_exchange {
	struct arena *arena;
	struct http_request request;
	struct http_response response;
	void *state; /* of the handler: zeroed at the start, in the arena if it allocates */
};

enum http_verdict { HTTP_ANSWERED = 0, HTTP_SUSPEND };

struct http_handler {
	void *app;
	/* A refusal of http/ itself (400, 413, 414, 431, 408, 501): the handler writes the body.
	 * Path may be empty. */
	void (*refused)(void *app, struct http_exchange *exchange, int status, struct slice reason);
	/* The whole request is there. Must not wait. */
	enum http_verdict (*on_loop)(void *app, struct http_exchange *exchange);
	/* After HTTP_SUSPEND, when the connection is parked: hand it to a worker. */
	void (*suspended)(void *app, struct http_exchange *exchange);
	/* The answer has been sent or the peer has gone (`sent` false): log it. Once for each
	 * exchange that on_loop() or refused() has seen. The exchange is freed afterwards. */
	void (*done)(void *app, struct http_exchange *exchange, bool sent);
};

/* Called by a worker, once, when the response is filled: the exchange belongs to the loop again. */
void http_exchange_resume(struct http_exchange *exchange);
/* By a worker: has the peer of this parked exchange hung up? Noticed within a second. It must be
 * resumed all the same. */
bool http_exchange_gone(const struct http_exchange *exchange);

/* One place to listen on. */
struct http_listen {
	const char *address; /* "127.0.0.1:8000", "[::1]:0", "unix:/path", "systemd" */
	bool tls;
	bool asks_certificate; /* with tls: of the client, who may have none */
	bool proxy; /* trusted peers send the PROXY header, before the first byte of TLS */
};

struct http_options {
	const struct http_listen *listen;
	size_t listen_count;
	/* The names of these files live as long as the server. */
	const char *tls_certificate; /* PEM: ours, then those that lead to its root */
	const char *tls_key;         /* PEM, not readable by others */
	const char *tls_client_ca;   /* PEM: whose certificates clients are asked for; or NULL */
	unsigned loops;
	unsigned max_connections;
	unsigned max_connections_per_source;
	size_t max_header_bytes;
	size_t max_body_bytes;
	unsigned header_timeout; /* seconds */
	unsigned body_timeout;
	unsigned idle_timeout;
	const struct network *trusted_proxies;
	size_t trusted_proxy_count;
	bool insecure_http; /* serve plain http to peers that are neither loopback nor trusted */
};

struct http_server;

/* Binds, listens and reads the certificate; nothing is accepted before http_server_run(). The
 * reason of a failure is logged. */
MUST_USE enum err http_server_new(const struct http_options *options,
				  const struct http_handler *handler, struct http_server **out);
/* Starts acceptor and loops; returns at once. */
MUST_USE enum err http_server_run(struct http_server *server);
/* Reads certificate, key and CA file anew, by one thread at a time. Connections keep what they
 * have. The reason of a failure is logged, and what was there stays in use. */
MUST_USE enum err http_server_reload(struct http_server *server);
/* The port of the listener with this index (asked of the system: ":0" works); 0 for unix sockets.
 */
uint16_t http_server_port(const struct http_server *server, size_t index);
/* Closes the listeners; every answer from now on closes its connection; idle keep-alive connections
 * are closed. */
void http_server_drain(struct http_server *server);
/* Connections that still have a request under way. */
size_t http_server_busy(const struct http_server *server);
/* Stops loops and acceptor. Nothing may be suspended any more. */
void http_server_free(struct http_server **server);

/* --- forms
 * -------------------------------------------------------------------------------------------------------------
 */

enum { FORM_FIELDS_MAX = 64 };

struct form_field {
	struct slice name;
	struct slice value; /* decoded; may be empty */
};

struct form {
	struct form_field *fields; /* in the arena, FORM_FIELDS_MAX at most */
	size_t count;
};

enum form_fault { FORM_FINE = 0, FORM_WRONG_TYPE, FORM_MALFORMED, FORM_TOO_MANY, FORM_REPEATED };

/* application/x-www-form-urlencoded, any parameters behind it (charset=utf-8), any case. */
bool form_type_is_right(struct slice content_type);
/* Strict: bad escapes, %00, and names that come twice are refused, except the names listed in
 * `multiple` (NULL-terminated, may be NULL). Raw blanks are blanks. Fields may point into `text`.
 * RFC6749#3.2, RFC8628#3.1 */
enum form_fault form_parse(struct arena *arena, struct slice text, const char *const *multiple,
			   struct form *out);
/* Empty when missing: a parameter without a value counts as omitted (RFC6749#3.1). */
struct slice form_value(const struct form *form, const char *name);
/* Sent, and with a value. */
bool form_has(const struct form *form, const char *name);
/* All values of a field that may come several times; the number found, at most `max`. */
size_t form_values(const struct form *form, const char *name, struct slice *out, size_t max);

/* --- sd_notify
 * --------------------------------------------------------------------------------------------------------
 */

/* "READY=1", "STOPPING=1", to $NOTIFY_SOCKET when it is set (path or abstract). */
void notify_send(const char *state);

#endif
