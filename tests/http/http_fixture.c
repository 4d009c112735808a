/* SPDX-License-Identifier: Apache-2.0
 *
 * The small handler and the raw sockets of the tests of http/. Its own faults end the process:
 * Check's assertions are for the thread of the test, and write to a descriptor that one of the
 * tests gives away. */
#include "http_fixture.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"

long long now_ms(void)
{
	return clock_mono_ms();
}

void nap(void)
{
	const struct timespec few = { .tv_nsec = 2000000 };
	nanosleep(&few, NULL);
}

/* --- the handler --- */

static void fill(struct http_exchange *exchange, int status, struct slice body)
{
	exchange->response.status = status;
	exchange->response.body = body;
	http_response_header(&exchange->response, "Content-Type", SLICE("text/plain"));
}

static void on_refused(void *app, struct http_exchange *exchange, int status, struct slice reason)
{
	struct fixture *fixture = app;
	atomic_fetch_add(&fixture->refused, 1);
	fill(exchange, status, reason);
	exchange->response.body_is_static = true;
}

static void tell_peer(struct http_exchange *exchange)
{
	char text[ADDRESS_TEXT_MAX];
	const struct http_request *request = &exchange->request;
	struct slice client = address_text(&request->client, text);
	fill(exchange, 200,
	     arena_printf(exchange->arena, "%.*s %s %.*s", SLICE_ARG(client),
			  request->secure ? "https" : "http", SLICE_ARG(request->id)));
}

/* A static body, under a status and headers as the query says. */
static void tell_same(struct http_exchange *exchange)
{
	struct slice query = exchange->request.query;
	fill(exchange, slice_equal(query, SLICE("gone")) ? 410 : 200, SLICE("same"));
	http_response_header(&exchange->response, "X-Query", query);
	exchange->response.body_is_static = true;
}

static void hold_up(void)
{
	const struct timespec time = { .tv_nsec = 200000000 };
	nanosleep(&time, NULL);
}

static enum http_verdict on_loop(void *app, struct http_exchange *exchange)
{
	struct fixture *fixture = app;
	const struct http_request *request = &exchange->request;
	atomic_fetch_add(&fixture->handled, 1);
	if (slice_equal(request->path, SLICE("/park")))
		return HTTP_SUSPEND;
	if (slice_equal(request->path, SLICE("/slow")))
		hold_up();
	if (slice_equal(request->path, SLICE("/peer")))
		tell_peer(exchange);
	else if (slice_equal(request->path, SLICE("/same")))
		tell_same(exchange);
	else if (slice_equal(request->path, SLICE("/certificate")))
		fill(exchange, 200, request->client_certificate);
	else if (slice_equal(request->path, SLICE("/echo")))
		fill(exchange, 200, request->body);
	else
		fill(exchange, request->method == HTTP_OTHER ? 405 : 200,
		     arena_printf(exchange->arena, "%d %.*s", (int)request->method,
				  SLICE_ARG(request->path)));
	return HTTP_ANSWERED;
}

static void on_suspended(void *app, struct http_exchange *exchange)
{
	struct fixture *fixture = app;
	pthread_mutex_lock(&fixture->lock);
	ensure(fixture->parked_count < FIXTURE_PARKED_MAX);
	fixture->parked[fixture->parked_count++] = exchange;
	pthread_mutex_unlock(&fixture->lock);
}

static void on_done(void *app, struct http_exchange *exchange, bool sent)
{
	struct fixture *fixture = app;
	ensure(exchange->request.id.len > 0);
	atomic_fetch_add(&fixture->done, 1);
	if (sent)
		atomic_fetch_add(&fixture->sent, 1);
}

/* --- the server --- */

void fixture_init(struct fixture *fixture)
{
	log_configure(LOG_ERROR, LOG_LOGFMT);
	memset(fixture, 0, sizeof(*fixture));
	pthread_mutex_init(&fixture->lock, NULL);
	fixture->options = (struct http_options){
		.loops = 2,
		.max_connections = 4096,
		.max_connections_per_source = 8,
		.max_header_bytes = 16384,
		.max_body_bytes = 65536,
		.header_timeout = 10,
		.body_timeout = 10,
		.idle_timeout = 20,
	};
}

void fixture_start(struct fixture *fixture, const char *listen)
{
	const struct http_handler handler = { fixture, on_refused, on_loop, on_suspended, on_done };
	fixture->listen.address = listen;
	fixture->options.listen = &fixture->listen;
	fixture->options.listen_count = 1;
	ensure(http_server_new(&fixture->options, &handler, &fixture->server) == ERR_OK);
	ensure(http_server_run(fixture->server) == ERR_OK);
	fixture->port = http_server_port(fixture->server, 0);
}

size_t fixture_parked(struct fixture *fixture)
{
	pthread_mutex_lock(&fixture->lock);
	size_t count = fixture->parked_count;
	pthread_mutex_unlock(&fixture->lock);
	return count;
}

void fixture_wait_parked(struct fixture *fixture, size_t count)
{
	WAIT_FOR(fixture_parked(fixture) >= count);
}

static struct http_exchange *take_parked(struct fixture *fixture)
{
	pthread_mutex_lock(&fixture->lock);
	struct http_exchange *exchange = fixture->parked[0];
	fixture->parked_count--;
	memmove(&fixture->parked[0], &fixture->parked[1], fixture->parked_count * sizeof(exchange));
	pthread_mutex_unlock(&fixture->lock);
	return exchange;
}

void fixture_resume(struct fixture *fixture, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct http_exchange *exchange = take_parked(fixture);
		fill(exchange, 200, SLICE("resumed"));
		exchange->response.body_is_static = true;
		http_exchange_resume(exchange);
	}
}

void fixture_stop(struct fixture *fixture)
{
	http_server_free(&fixture->server);
	ensure(fixture->server == NULL);
	/* Whoever was seen is told of his end. */
	ensure(atomic_load(&fixture->done) ==
	       atomic_load(&fixture->handled) + atomic_load(&fixture->refused));
	pthread_mutex_destroy(&fixture->lock);
}

/* --- raw sockets --- */

int raw_connect(uint16_t port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(port) };
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ensure(fd >= 0);
	ensure(connect(fd, (const struct sockaddr *)&sa, sizeof(sa)) == 0);
	int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

/* What the server no longer reads is not our mistake. */
void raw_send(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}

void raw_say(int fd, const char *text)
{
	raw_send(fd, text, strlen(text));
}

static bool wait_readable(int fd, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	return poll(&poll_fd, 1, timeout_ms) > 0;
}

/* False when the server has closed. */
static bool read_some(int fd, struct reply *reply)
{
	ensure(reply->len < REPLY_MAX - 1);
	ssize_t n = recv(fd, reply->bytes + reply->len, REPLY_MAX - 1 - reply->len, 0);
	if (n <= 0)
		return false;
	reply->len += (size_t)n;
	reply->bytes[reply->len] = '\0';
	return true;
}

void reply_judge(struct reply *reply)
{
	static const char mark[] = "HTTP/1.1 ";
	reply->answers = 0;
	for (const char *at = reply->bytes; (at = strstr(at, mark)) != NULL; at++)
		reply->answers++;
	if (strncmp(reply->bytes, mark, strlen(mark)) == 0)
		reply->status = (int)strtol(reply->bytes + strlen(mark), NULL, 10);
}

void reply_clear(struct reply *reply)
{
	reply->status = 0;
	reply->answers = 0;
	reply->closed = false;
	reply->len = 0;
	reply->bytes[0] = '\0';
}

void raw_read(int fd, int quiet_ms, struct reply *reply)
{
	reply_clear(reply);
	while (!reply->closed && wait_readable(fd, quiet_ms))
		reply->closed = !read_some(fd, reply);
	reply_judge(reply);
}

void raw_read_answer(int fd, int quiet_ms, struct reply *reply)
{
	if (wait_readable(fd, FIXTURE_PATIENCE_MS))
		raw_read(fd, quiet_ms, reply);
	else
		reply_clear(reply);
}

const char *reply_body(const struct reply *reply)
{
	const char *end = strstr(reply->bytes, "\r\n\r\n");
	return end == NULL ? "" : end + 4;
}

bool reply_is_whole(const struct reply *reply, bool head)
{
	const char *length = strstr(reply->bytes, "Content-Length: ");
	const char *end = strstr(reply->bytes, "\r\n\r\n");
	if (end == NULL)
		return false;
	if (head || length == NULL)
		return true;
	size_t body = (size_t)strtoul(length + strlen("Content-Length: "), NULL, 10);
	return reply->len >= (size_t)(end + 4 - reply->bytes) + body;
}

void raw_read_one(int fd, bool head, struct reply *reply)
{
	reply_clear(reply);
	while (!reply_is_whole(reply, head) && !reply->closed &&
	       wait_readable(fd, FIXTURE_PATIENCE_MS))
		reply->closed = !read_some(fd, reply);
	ck_assert_msg(reply_is_whole(reply, head), "no whole answer came: %s", reply->bytes);
	reply_judge(reply);
}

bool reply_has(const struct reply *reply, const char *text)
{
	return strstr(reply->bytes, text) != NULL;
}
