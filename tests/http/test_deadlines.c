/* SPDX-License-Identifier: Apache-2.0
 *
 * Peers that send a byte now and then for ever: the library's time-out is renewed by each byte, our
 * deadlines are not. */
#include <string.h>
#include <unistd.h>

#include "check_main.h"
#include "http_fixture.h"

static struct fixture fixture;
static struct reply reply;

static void start(void)
{
	fixture_init(&fixture);
	fixture.options.header_timeout = 1;
	fixture.options.body_timeout = 1;
	fixture.options.idle_timeout = 2;
	fixture_start(&fixture, "127.0.0.1:0");
}

/* Sends the text byte by byte until the server has had enough. Milliseconds that took. */
static long long trickle(int fd, const char *text)
{
	long long began = now_ms();
	for (size_t i = 0; now_ms() - began < FIXTURE_PATIENCE_MS; i = (i + 1) % strlen(text)) {
		raw_send(fd, text + i, 1);
		raw_read(fd, 20, &reply);
		if (reply.closed || reply.status != 0)
			break;
	}
	if (!reply.closed) {
		struct reply *rest = malloc(sizeof(*rest));
		raw_read(fd, FIXTURE_PATIENCE_MS, rest);
		ck_assert_msg(rest->closed, "left open");
		free(rest);
	}
	return now_ms() - began;
}

static const struct trickle_row {
	const char *name;
	const char *before;
	const char *trickled;
	int status; /* 0: closed without a word, since nothing can be said to half a line */
	bool refused;
} trickles[] = {
	{ "an endless request line", "",
	  "GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	  0, false },
	{ "endless headers", "GET / HTTP/1.1\r\nHost: a\r\n", "A: b\r\n", 408, true },
	{ "empty lines for ever", "", "\r\n", 0, false },
	{ "a body that never ends", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n",
	  "x", 408, true },
	{ "chunks for ever", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
	  "1\r\nx\r\n", 408, true },
	{ "trailers for ever",
	  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n", 408,
	  true },
};

/* RFC9110#15.5.9 */
START_TEST(trickling_is_cut)
{
	const struct trickle_row *row = &trickles[_i];
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, row->before);
	long long took = trickle(fd, row->trickled);
	ck_assert_msg(took >= 900 && took < FIXTURE_PATIENCE_MS, "%s: cut after %lld ms", row->name,
		      took);
	ck_assert_msg(reply.status == row->status, "%s: %s", row->name, reply.bytes);
	close(fd);
	ck_assert_uint_eq(atomic_load(&fixture.handled), 0);
	WAIT_FOR(atomic_load(&fixture.done) == (row->refused ? 1 : 0));
	ck_assert_uint_eq(http_server_busy(fixture.server), 0);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(second_request_has_a_deadline_too)
{
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	raw_read_one(fd, false, &reply);
	raw_say(fd, "GET / HTTP/1.1\r\nHost: a\r\n");
	long long took = trickle(fd, "A: b\r\n");
	ck_assert_msg(took >= 900 && took < FIXTURE_PATIENCE_MS, "cut after %lld ms", took);
	ck_assert_int_eq(reply.status, 408);
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(request_line_of_the_second_request_too)
{
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	raw_read_one(fd, false, &reply);
	/* idle_timeout and header_timeout together */
	long long took = trickle(fd, "\r\n");
	ck_assert_msg(took >= 2500 && took < FIXTURE_PATIENCE_MS, "cut after %lld ms", took);
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(silence_is_cut)
{
	start();
	int fd = raw_connect(fixture.port);
	raw_read(fd, FIXTURE_PATIENCE_MS, &reply);
	ck_assert(reply.closed);
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(idle_connection_is_closed)
{
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	raw_read_one(fd, false, &reply);
	long long began = now_ms();
	raw_read(fd, FIXTURE_PATIENCE_MS, &reply);
	ck_assert(reply.closed);
	ck_assert_int_eq(reply.status, 0);
	ck_assert_int_ge(now_ms() - began, 1800);
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

/* A handler may take as long as it likes. */
START_TEST(parked_requests_have_no_deadline)
{
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, "GET /park HTTP/1.1\r\nHost: a\r\n\r\n");
	fixture_wait_parked(&fixture, 1);
	raw_read(fd, 4500, &reply);
	ck_assert(!reply.closed);
	fixture_resume(&fixture, 1);
	raw_read_one(fd, false, &reply);
	ck_assert_str_eq(reply_body(&reply), "resumed");
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, trickling_is_cut, 0, (int)ARRAY_LEN(trickles));
	tcase_add_test(tc, second_request_has_a_deadline_too);
	tcase_add_test(tc, request_line_of_the_second_request_too);
	tcase_add_test(tc, silence_is_cut);
	tcase_add_test(tc, idle_connection_is_closed);
	tcase_add_test(tc, parked_requests_have_no_deadline);
}

TEST_MAIN("http/deadlines", add_tests)
