/* SPDX-License-Identifier: Apache-2.0
 *
 * Peers who do not come to an end: half handshakes, handshakes byte by byte, requests that trickle
 * in over TLS; what they cost, and that stopping does not mind them. And the wrong protocol on the
 * wrong port. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "check_main.h"
#include "tls_client.h"

enum { MANY = 1000, SOME = 50, HELLO_MAX = 4096 };

static struct fixture fixture;
static struct reply reply;
static struct tls_files files;
static struct tls_client client;
static char hello[HELLO_MAX];
static size_t hello_len;
static int fds[MANY];

static const struct tls_choice plain_choice;

static void start(unsigned timeout)
{
	tls_files_make(&files, "server");
	tls_fixture_init(&fixture, &files, false);
	fixture.options.header_timeout = timeout;
	fixture.options.body_timeout = timeout;
	fixture_start(&fixture, "127.0.0.1:0");
	hello_len = tls_hello(hello, sizeof(hello));
}

static void stop(void)
{
	fixture_stop(&fixture);
	tls_files_remove(&files);
}

/* Sends the bytes one by one until the server has had enough. */
static void trickle(int fd, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		raw_send(fd, bytes + i, 1);
		raw_read(fd, 20, &reply);
		if (reply.closed)
			return;
	}
	raw_read(fd, FIXTURE_PATIENCE_MS, &reply);
}

static const struct half_row {
	const char *name;
	size_t sent; /* of the hello; more than there is: all of it */
	bool trickled;
} halves[] = {
	{ "nothing", 0, false },
	{ "a byte", 1, false },
	{ "half a hello", 100, false },
	{ "a whole hello and no more", HELLO_MAX, false },
	{ "a hello byte by byte", HELLO_MAX, true },
};

START_TEST(half_a_handshake_is_cut)
{
	const struct half_row *row = &halves[_i];
	start(1);
	size_t len = row->sent < hello_len ? row->sent : hello_len;
	long long began = now_ms();
	int fd = raw_connect(fixture.port);
	if (row->trickled)
		trickle(fd, hello, len);
	else
		raw_send(fd, hello, len);
	if (!row->trickled)
		raw_read(fd, FIXTURE_PATIENCE_MS, &reply);
	long long took = now_ms() - began;
	ck_assert_msg(reply.closed && took >= 1000, "%s: %lld ms", row->name, took);
	close(fd);
	stop();
}
END_TEST

/* RFC9110#15.5.9: the request has a deadline over TLS too, and its 408 comes in the session. */
static const struct slow_row {
	const char *name;
	const char *text;
	int status;
} slows[] = {
	{ "no request", "", 0 },
	{ "half a line", "GET / HT", 0 },
	{ "half a head", "GET / HTTP/1.1\r\nHost: a\r\n", 408 },
	{ "half a body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc", 408 },
};

/* False when the time was over before the handshake was, or before half of the request was read. */
static bool half_is_cut(const struct slow_row *row, unsigned seconds)
{
	start(seconds);
	long long began = now_ms();
	bool opened = tls_open(&client, fixture.port, &plain_choice) == 0;
	if (opened) {
		tls_say(&client, row->text);
		tls_read(&client, FIXTURE_PATIENCE_MS, &reply);
		ck_assert_msg(reply.closed, "%s: no close_notify", row->name);
		ck_assert_int_ge(now_ms() - began, 1000 * (long long)seconds);
	}
	tls_close(&client);
	WAIT_FOR(http_server_busy(fixture.server) == 0);
	bool told = opened && reply.status == 408;
	ck_assert_msg(atomic_load(&fixture.refused) == told, "%s: not told why", row->name);
	stop();
	return opened && reply.status == row->status;
}

START_TEST(half_a_request_is_cut)
{
	unsigned seconds = 1;
	while (!half_is_cut(&slows[_i], seconds)) {
		seconds *= 2;
		ck_assert_msg(seconds <= 8, "%s, whatever time there is: %s", slows[_i].name,
			      reply.bytes);
	}
}
END_TEST

static double processor_seconds(void)
{
	struct timespec spent;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
	return (double)spent.tv_sec + (double)spent.tv_nsec / 1e9;
}

/* The library asks an unfinished handshake again and again: one of them would keep a loop busy. */
START_TEST(half_handshakes_cost_nothing)
{
	start(10);
	for (int i = 0; i < SOME; i++) {
		fds[i] = raw_connect(fixture.port);
		raw_send(fds[i], hello, i % 2 == 0 ? hello_len : 100);
		if (i % 2 == 0)
			raw_read_answer(fds[i], 50, &reply);
	}
	double before = processor_seconds();
	long long until = now_ms() + 1000;
	while (now_ms() < until)
		nap();
	double spent = processor_seconds() - before;
	ck_assert_msg(spent < 0.3, "%.2f s of processor time in one second", spent);
	for (int i = 0; i < SOME; i++)
		close(fds[i]);
	stop();
}
END_TEST

/* The others are served meanwhile; stopping takes all of them away. */
START_TEST(thousand_half_handshakes)
{
	start(30);
	for (int i = 0; i < MANY; i++) {
		fds[i] = raw_connect(fixture.port);
		raw_send(fds[i], hello, i % 3 == 0 ? 0 : (i % 3 == 1 ? 100 : hello_len));
	}
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(tls_open(&client, fixture.port, &plain_choice), 0);
		tls_say(&client, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
		tls_read_one(&client, &reply);
		ck_assert_int_eq(reply.status, 200);
		tls_close(&client);
	}
	/* Half of them go by themselves. */
	for (int i = 0; i < MANY / 2; i++)
		close(fds[i]);
	stop();
	for (int i = MANY / 2; i < MANY; i++) {
		raw_read(fds[i], FIXTURE_PATIENCE_MS, &reply);
		ck_assert(reply.closed);
		close(fds[i]);
	}
}
END_TEST

/* They count among the connections, and are given back. */
START_TEST(half_handshakes_are_counted)
{
	enum { MOST = 16 };
	tls_files_make(&files, "server");
	tls_fixture_init(&fixture, &files, false);
	fixture.options.max_connections = MOST;
	fixture_start(&fixture, "127.0.0.1:0");
	hello_len = tls_hello(hello, sizeof(hello));
	for (int i = 0; i < MOST; i++) {
		fds[i] = raw_connect(fixture.port);
		raw_send(fds[i], hello, hello_len);
		raw_read_answer(fds[i], 20, &reply);
		ck_assert(!reply.closed);
	}
	ck_assert_int_ne(tls_open(&client, fixture.port, &plain_choice), 0);
	tls_close(&client);
	for (int i = 0; i < MOST; i++)
		close(fds[i]);
	int error;
	do {
		nap();
		error = tls_open(&client, fixture.port, &plain_choice);
		tls_close(&client);
	} while (error != 0);
	stop();
}
END_TEST

START_TEST(plain_http_on_a_tls_port)
{
	start(10);
	int fd = raw_connect(fixture.port);
	raw_say(fd, "GET /secret HTTP/1.1\r\nHost: a\r\n\r\n");
	raw_read(fd, FIXTURE_PATIENCE_MS, &reply);
	ck_assert(reply.closed);
	ck_assert_int_eq(reply.status, 0);
	close(fd);
	ck_assert_uint_eq(atomic_load(&fixture.handled), 0);
	stop();
}
END_TEST

START_TEST(tls_on_a_plain_port)
{
	fixture_init(&fixture);
	fixture_start(&fixture, "127.0.0.1:0");
	ck_assert_int_ne(tls_open(&client, fixture.port, &plain_choice), 0);
	tls_close(&client);
	ck_assert_uint_eq(atomic_load(&fixture.handled), 0);
	fixture_stop(&fixture);
}
END_TEST

/* RFC9325#3.5 */
START_TEST(renegotiation_is_refused)
{
	start(10);
	ck_assert_int_eq(
		tls_open(&client, fixture.port,
			 &(struct tls_choice){ .priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.2" }),
		0);
	int error = GNUTLS_E_AGAIN;
	long long until = now_ms() + FIXTURE_PATIENCE_MS;
	while (error == GNUTLS_E_AGAIN && now_ms() < until) {
		error = gnutls_handshake(client.session);
		nap();
	}
	ck_assert_int_ne(error, 0);
	ck_assert_int_ne(error, GNUTLS_E_AGAIN);
	tls_close(&client);
	stop();
}
END_TEST

/* RFC8446#4.6.1: there is no ticket to come back with, and no early data. */
START_TEST(nothing_is_resumed)
{
	gnutls_datum_t data;
	start(10);
	ck_assert_int_eq(tls_open(&client, fixture.port, &plain_choice), 0);
	tls_say(&client, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
	tls_read_one(&client, &reply);
	ck_assert_uint_eq(gnutls_session_get_flags(client.session) & GNUTLS_SFLAGS_SESSION_TICKET,
			  0);
	ck_assert_int_eq(gnutls_session_get_data2(client.session, &data), 0);
	ck_assert_uint_lt(data.size, 16);
	gnutls_free(data.data);
	tls_close(&client);
	stop();
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, half_a_handshake_is_cut, 0, (int)ARRAY_LEN(halves));
	tcase_add_loop_test(tc, half_a_request_is_cut, 0, (int)ARRAY_LEN(slows));
	tcase_add_test(tc, half_handshakes_cost_nothing);
	tcase_add_test(tc, thousand_half_handshakes);
	tcase_add_test(tc, half_handshakes_are_counted);
	tcase_add_test(tc, plain_http_on_a_tls_port);
	tcase_add_test(tc, tls_on_a_plain_port);
	tcase_add_test(tc, renegotiation_is_refused);
	tcase_add_test(tc, nothing_is_resumed);
}

TEST_MAIN("http/tls_handshake", add_tests)
