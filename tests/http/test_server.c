/* SPDX-License-Identifier: Apache-2.0
 *
 * Over real sockets: bodies, methods, keep-alive, pipelining, limits on connections, the end. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check_main.h"
#include "http_fixture.h"

static struct fixture fixture;
static struct reply reply;

static void start(void)
{
	fixture_init(&fixture);
	fixture_start(&fixture, "127.0.0.1:0");
}

#define HIDDEN "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST "POST /echo HTTP/1.1\r\n"

/* --- bodies --- */

/* RFC9110#15.5.14: reading stops in the middle, and the peer who goes on sending still gets the
 * answer. */
START_TEST(chunked_over_the_cap)
{
	static char chunk[16384 + 16];
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, POST "Host: a\r\nTransfer-Encoding: chunked\r\n\r\n");
	int head = snprintf(chunk, sizeof(chunk), "4000\r\n");
	memset(chunk + head, 'x', 16384);
	memcpy(chunk + head + 16384, "\r\n", 2);
	for (int i = 0; i < 30; i++)
		raw_send(fd, chunk, (size_t)head + 16384 + 2);
	raw_say(fd, "0\r\n\r\n" HIDDEN);
	raw_read(fd, FIXTURE_PATIENCE_MS, &reply);
	ck_assert_int_eq(reply.status, 413);
	ck_assert_uint_eq(reply.answers, 1);
	ck_assert(reply.closed);
	ck_assert(reply_has(&reply, "\r\nConnection: close\r\n"));
	ck_assert(reply_has(&reply, "\r\nDate: "));
	close(fd);
	ck_assert_uint_eq(atomic_load(&fixture.handled), 0);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(refused_peer_still_gets_the_answer)
{
	static char body[400000];
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, POST "Host: a\r\nContent-Length: 400000\r\n\r\n");
	raw_send(fd, body, sizeof(body));
	raw_read(fd, FIXTURE_PATIENCE_MS, &reply);
	ck_assert_int_eq(reply.status, 413);
	ck_assert(reply.closed);
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(chunked)
{
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, POST "Host: a\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\nabc\r\n");
	nap();
	raw_say(fd, "4\r\ndefg\r\n0\r\nTrailer: x\r\n\r\n");
	raw_read_one(fd, false, &reply);
	ck_assert_int_eq(reply.status, 200);
	ck_assert_str_eq(reply_body(&reply), "abcdefg");
	raw_say(fd, HIDDEN);
	raw_read_one(fd, false, &reply);
	ck_assert_str_eq(reply_body(&reply), "0 /hidden");
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(body_of_the_largest_size)
{
	static char body[65536];
	memset(body, 'b', sizeof(body));
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, POST "Host: a\r\nContent-Length: 65536\r\n\r\n");
	for (size_t i = 0; i < sizeof(body); i += 4096)
		raw_send(fd, body + i, 4096);
	raw_read_one(fd, false, &reply);
	ck_assert_int_eq(reply.status, 200);
	ck_assert_uint_eq(strlen(reply_body(&reply)), sizeof(body));
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

/* RFC9110#10.1.1 */
START_TEST(expectation_is_met)
{
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, POST "Host: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
	raw_read_answer(fd, 300, &reply);
	ck_assert_str_eq(reply.bytes, "HTTP/1.1 100 Continue\r\n\r\n");
	raw_say(fd, "abc");
	raw_read_one(fd, false, &reply);
	ck_assert_str_eq(reply_body(&reply), "abc");
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

/* --- what works --- */

static const struct works_row {
	const char *name;
	const char *bytes;
	const char *body;
	bool closes;
} works[] = {
	{ "a request of 1.0 is answered and closed", "GET /a HTTP/1.0\r\n\r\n", "0 /a", true },
	{ "1.0 may keep the connection", "GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
	  "0 /a", false },
	{ "the connection is kept", "GET /a HTTP/1.1\r\nHost: a\r\n\r\n", "0 /a", false },
	{ "the connection is closed on request",
	  "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "0 /a", true },
	{ "empty lines before a request are skipped", "\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n",
	  "0 /a", false },
	{ "one trailing slash is taken off", "GET /o/token/ HTTP/1.1\r\nHost: a\r\n\r\n",
	  "0 /o/token", false },
	{ "the absolute form", "GET http://other/a%20b?c HTTP/1.1\r\nHost: a\r\n\r\n", "0 /a b",
	  false },
	{ "OPTIONS passes through", "OPTIONS /a HTTP/1.1\r\nHost: a\r\n\r\n", "3 /a", false },
	{ "OPTIONS of the server", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "3 /", false },
	{ "PUT", "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", "4 /a", false },
	{ "DELETE", "DELETE /a HTTP/1.1\r\nHost: a\r\n\r\n", "5 /a", false },
	{ "TRACE reaches the handler as another method", "TRACE /a HTTP/1.1\r\nHost: a\r\n\r\n",
	  "6 /a", false },
	{ "CONNECT too", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", "6 /", false },
	{ "an odd method too", "FROB /a HTTP/1.1\r\nHost: a\r\n\r\n", "6 /a", false },
	{ "a method in small letters is another one", "get /a HTTP/1.1\r\nHost: a\r\n\r\n", "6 /a",
	  false },
	{ "a tab and UTF-8 in a value", "GET /a HTTP/1.1\r\nHost: a\r\nX: b\tc \xc3\xa4\r\n\r\n",
	  "0 /a", false },
	{ "an empty header value", "GET /a HTTP/1.1\r\nHost: a\r\nX:\r\nY: \r\n\r\n", "0 /a",
	  false },
};

START_TEST(what_works)
{
	const struct works_row *row = &works[_i];
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, row->bytes);
	raw_read_one(fd, false, &reply);
	ck_assert_msg(reply.status == (row->body[0] == '6' ? 405 : 200), "%s: %s", row->name,
		      reply.bytes);
	ck_assert_msg(strcmp(reply_body(&reply), row->body) == 0, "%s: %s", row->name, reply.bytes);
	if (!row->closes) {
		raw_say(fd, HIDDEN);
		raw_read_one(fd, false, &reply);
		ck_assert_int_eq(reply.status, 200);
	}
	raw_read(fd, row->closes ? FIXTURE_PATIENCE_MS : 50, &reply);
	ck_assert_msg(reply.closed == row->closes, "%s", row->name);
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

/* RFC9110#9.3.2 */
START_TEST(head_has_no_body)
{
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, "HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n");
	raw_read_answer(fd, 200, &reply);
	ck_assert_int_eq(reply.status, 200);
	ck_assert(reply_has(&reply, "\r\nContent-Length: 6\r\n"));
	ck_assert_str_eq(reply_body(&reply), "");
	raw_say(fd, HIDDEN);
	raw_read_one(fd, false, &reply);
	ck_assert_str_eq(reply_body(&reply), "0 /hidden");
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

/* The second of two like ones, and the one behind them, are sent the same record or another. */
START_TEST(answers_with_the_same_body_keep_their_own_headers)
{
	static const struct same_row {
		const char *query;
		int status;
	} rows[] = { { "one", 200 },  { "one", 200 },  { "two", 200 },
		     { "gone", 410 }, { "gone", 410 }, { "one", 200 } };
	start();
	int fd = raw_connect(fixture.port);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[128];
		snprintf(text, sizeof(text), "GET /same?%s HTTP/1.1\r\nHost: a\r\n\r\n",
			 rows[i].query);
		raw_say(fd, text);
		raw_read_one(fd, false, &reply);
		snprintf(text, sizeof(text), "\r\nX-Query: %s\r\n", rows[i].query);
		ck_assert_int_eq(reply.status, rows[i].status);
		ck_assert(reply_has(&reply, text) &&
			  reply_has(&reply, "\r\nContent-Length: 4\r\n"));
		ck_assert_str_eq(reply_body(&reply), "same");
	}
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(pipelined_requests)
{
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, POST "Host: a\r\nContent-Length: 3\r\n\r\nabc" HIDDEN HIDDEN);
	WAIT_FOR(atomic_load(&fixture.sent) == 3);
	raw_read_answer(fd, 300, &reply);
	ck_assert_uint_eq(reply.answers, 3);
	ck_assert(!reply.closed);
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

/* The library's array of events has 128 places, and it waited once more before serving exactly as
 * many. */
START_TEST(exactly_128_at_one_moment)
{
	enum { MANY = 128 };
	int fds[MANY];
	fixture_init(&fixture);
	fixture.options.loops = 1;
	fixture_start(&fixture, "127.0.0.1:0");
	for (int i = 0; i < MANY; i++) {
		fds[i] = raw_connect(fixture.port);
		raw_say(fds[i], HIDDEN);
		raw_read_one(fds[i], false, &reply);
	}
	int slow = raw_connect(fixture.port);
	raw_say(slow, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(atomic_load(&fixture.handled) == MANY + 1);
	for (int i = 0; i < MANY; i++)
		raw_say(fds[i], HIDDEN);
	WAIT_FOR(atomic_load(&fixture.handled) == 2 * MANY + 1);
	for (int i = 0; i < MANY; i++)
		close(fds[i]);
	close(slow);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(more_than_max_connections)
{
	fixture_init(&fixture);
	fixture.options.max_connections = 2;
	fixture_start(&fixture, "127.0.0.1:0");
	int first = raw_connect(fixture.port);
	int second = raw_connect(fixture.port);
	raw_say(second, HIDDEN);
	raw_read_one(second, false, &reply);
	int third = raw_connect(fixture.port);
	raw_say(third, HIDDEN);
	raw_read(third, FIXTURE_PATIENCE_MS, &reply);
	ck_assert_int_eq(reply.status, 0);
	ck_assert(reply.closed);
	close(third);
	close(first);
	/* There is room again once the loop has noticed. */
	do {
		nap();
		third = raw_connect(fixture.port);
		raw_say(third, HIDDEN);
		raw_read(third, 100, &reply);
		close(third);
	} while (reply.status != 200);
	close(second);
	fixture_stop(&fixture);
}
END_TEST

/* The listeners rest for a moment, and come back. */
START_TEST(out_of_descriptors)
{
	enum { CLIENTS = 4 };
	int fds[CLIENTS];
	struct rlimit limit, low;
	start();
	for (int i = 0; i < CLIENTS; i++)
		fds[i] = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	low = limit;
	low.rlim_cur = (rlim_t)fds[CLIENTS - 1] + 1;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &low), 0);
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(fixture.port) };
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (int i = 0; i < CLIENTS; i++) {
		ck_assert_int_eq(connect(fds[i], (const struct sockaddr *)&sa, sizeof(sa)), 0);
		raw_say(fds[i], HIDDEN);
	}
	raw_read(fds[0], 500, &reply);
	ck_assert_int_eq(reply.status, 0);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	for (int i = 0; i < CLIENTS; i++) {
		raw_read_one(fds[i], false, &reply);
		ck_assert_int_eq(reply.status, 200);
		close(fds[i]);
	}
	fixture_stop(&fixture);
}
END_TEST

/* Stopping with clients in every state that has no handler in it. */
START_TEST(stop_with_clients_connected)
{
	start();
	int fds[4];
	for (int i = 0; i < 4; i++)
		fds[i] = raw_connect(fixture.port);
	raw_say(fds[1], "GET / HTT");
	raw_say(fds[2], POST "Host: a\r\nContent-Length: 100\r\n\r\nhalf");
	raw_say(fds[3], HIDDEN);
	raw_read_one(fds[3], false, &reply);
	WAIT_FOR(http_server_busy(fixture.server) == 1);
	fixture_stop(&fixture);
	for (int i = 0; i < 4; i++)
		close(fds[i]);
}
END_TEST

START_TEST(stop_without_ever_running)
{
	const struct http_listen listen = { .address = "127.0.0.1:0" };
	const struct http_handler handler = { 0 };
	fixture_init(&fixture);
	fixture.options.listen = &listen;
	fixture.options.listen_count = 1;
	ck_assert_int_eq(http_server_new(&fixture.options, &handler, &fixture.server), ERR_OK);
	http_server_drain(fixture.server);
	fixture_stop(&fixture);
	http_server_free(&fixture.server);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, chunked_over_the_cap);
	tcase_add_test(tc, refused_peer_still_gets_the_answer);
	tcase_add_test(tc, chunked);
	tcase_add_test(tc, body_of_the_largest_size);
	tcase_add_test(tc, expectation_is_met);
	tcase_add_loop_test(tc, what_works, 0, (int)ARRAY_LEN(works));
	tcase_add_test(tc, head_has_no_body);
	tcase_add_test(tc, answers_with_the_same_body_keep_their_own_headers);
	tcase_add_test(tc, pipelined_requests);
	tcase_add_test(tc, exactly_128_at_one_moment);
	tcase_add_test(tc, more_than_max_connections);
	tcase_add_test(tc, out_of_descriptors);
	tcase_add_test(tc, stop_with_clients_connected);
	tcase_add_test(tc, stop_without_ever_running);
}

TEST_MAIN("http/server", add_tests)
