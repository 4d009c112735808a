/* SPDX-License-Identifier: Apache-2.0
 *
 * A server with a small handler, and raw sockets to talk to it.
 *
 * /echo: 200, the body.
 *
 * /peer: 200, the client's address, "https" or "http", the request id.
 *
 * /certificate: 200, the client's certificate.
 *
 * /park: suspends until fixture_resume(). /slow: holds its loop up for 200 ms.
 *
 * Anything else: 200 (405 for HTTP_OTHER), "METHOD-NUMBER PATH".
 *
 * Refusals: their status, their reason as the body. */
#ifndef TESTS_HTTP_FIXTURE_H
#define TESTS_HTTP_FIXTURE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "http/http.h"

enum { FIXTURE_PARKED_MAX = 2048, REPLY_MAX = 131072 };
/* How long to wait for what must come: only a failure takes it. */
enum { FIXTURE_PATIENCE_MS = 20000 };

struct fixture {
	struct http_server *server;
	struct http_options options; /* filled by fixture_init(); may be changed then */
	struct http_listen listen;   /* likewise; fixture_start() puts the address in */
	uint16_t port;
	atomic_uint handled; /* on_loop() calls */
	atomic_uint refused;
	atomic_uint done;
	atomic_uint sent;
	pthread_mutex_t lock;
	struct http_exchange *parked[FIXTURE_PARKED_MAX];
	size_t parked_count;
};

void fixture_init(struct fixture *fixture);
void fixture_start(struct fixture *fixture, const char *listen);
/* Waits until as many are parked. */
void fixture_wait_parked(struct fixture *fixture, size_t count);
size_t fixture_parked(struct fixture *fixture);
/* Answers the first `count` of the parked, from this thread. */
void fixture_resume(struct fixture *fixture, size_t count);
void fixture_stop(struct fixture *fixture);

int raw_connect(uint16_t port);
void raw_send(int fd, const char *bytes, size_t len);
void raw_say(int fd, const char *text);

struct reply {
	int status;       /* of the first answer; 0: none */
	unsigned answers; /* how many status lines came */
	bool closed;      /* by the server, within the time */
	size_t len;
	char bytes[REPLY_MAX];
};

/* Reads until the server closes or nothing comes for `quiet_ms`. */
void raw_read(int fd, int quiet_ms, struct reply *reply);
/* For an answer, or an end, that must come: however long that takes, and then what comes behind it
 * until nothing has come for `quiet_ms`. */
void raw_read_answer(int fd, int quiet_ms, struct reply *reply);
/* Reads one answer with its Content-Length. */
void raw_read_one(int fd, bool head, struct reply *reply);
void reply_clear(struct reply *reply);
/* Fills in status and answers from the bytes. */
void reply_judge(struct reply *reply);
/* Has the first answer come to its end? */
bool reply_is_whole(const struct reply *reply, bool head);
bool reply_has(const struct reply *reply, const char *text);
/* The body of the first answer. */
const char *reply_body(const struct reply *reply);

/* Milliseconds of the monotonic clock. */
long long now_ms(void);
/* Waits for the condition, far longer than it takes: that only bounds a failure. */
#define WAIT_FOR(condition) \
	do { \
		long long wait_until = now_ms() + FIXTURE_PATIENCE_MS; \
		while (!(condition) && now_ms() < wait_until) \
			nap(); \
		ck_assert_msg((condition), "waited in vain: " #condition); \
	} while (0)
void nap(void);

#endif
