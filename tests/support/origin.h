/* SPDX-License-Identifier: Apache-2.0
 *
 * A web server on loopback, for what fetches: it answers each path with bytes that a test wrote
 * down, plainly or over TLS, at once or as a bad server would. */
#ifndef TESTS_SUPPORT_ORIGIN_H
#define TESTS_SUPPORT_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum origin_way {
	ORIGIN_AT_ONCE = 0,
	ORIGIN_TRICKLE, /* a byte each twenty milliseconds */
	ORIGIN_ENDLESS, /* the last byte again and again */
	ORIGIN_HOLD     /* nothing, until the other side gives up, or origin_release() */
};

struct origin_answer {
	enum origin_way way;
	const char *path;
	const char *bytes; /* status line, headers, body */
};

#define ORIGIN_OK(headers, body) "HTTP/1.1 200 OK\r\n" headers "Connection: close\r\n\r\n" body

struct origin;
/* What the answers point to lives as long as it. Other paths get 404. `tls`: with a certificate of
 * its own for localhost and 127.0.0.1. */
struct origin *origin_start(const struct origin_answer *answers, size_t count, bool tls);
/* The same, plainly, at another address of loopback: "127.0.1.1". */
struct origin *origin_start_at(const char *address, const struct origin_answer *answers,
			       size_t count);
void origin_stop(struct origin **origin);
/* The answer of this index has these bytes from now on, which are copied. */
void origin_change(struct origin *origin, size_t index, const char *bytes);
/* From now on nothing is held: connections are closed instead. */
void origin_release(struct origin *origin);
uint16_t origin_port(const struct origin *origin);
const char *origin_ca(const struct origin *origin); /* PEM file by which its certificate is good */
unsigned origin_requests(struct origin *origin);    /* so far */
unsigned origin_most_at_once(struct origin *origin);
/* The last request as it came. Terminated; valid until the next one. */
const char *origin_last(struct origin *origin);

#endif
