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

/* The server's clock for a connection starts after that of the test. */
static long long began;

static int start(unsigned seconds)
{
	fixture_init(&fixture);
	fixture.options.max_header_bytes = 262144;
	fixture.options.header_timeout = seconds;
	fixture.options.body_timeout = seconds;
	fixture.options.idle_timeout = 2 * seconds;
	fixture_start(&fixture, "127.0.0.1:0");
	began = now_ms();
	return raw_connect(fixture.port);
}

static void stop(int fd)
{
	close(fd);
	fixture_stop(&fixture);
}

/* A loop that gets no processor until the deadline has passed cuts somebody who was not slow: then
 * with twice the time. */
static void in_time(bool (*try)(unsigned seconds))
{
	unsigned seconds = 1;
	while (!try(seconds)) {
		seconds *= 2;
		ck_assert_msg(seconds <= 8, "whatever time there is: %d %s", reply.status,
			      reply.bytes);
	}
}

/* True when it came; false when the connection was cut before. */
static bool one_answer(int fd)
{
	raw_say(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	raw_read_answer(fd, 50, &reply);
	return reply.status == 200 && !reply.closed;
}

/* The library goes by a clock that ticks. */
static void took_at_least(unsigned seconds)
{
	ck_assert_int_ge(now_ms() - began, 1000 * (long long)seconds - 20);
}

/* Sends the text byte by byte until the server has had enough. */
static void trickle(int fd, const char *text)
{
	long long until = now_ms() + FIXTURE_PATIENCE_MS;
	for (size_t i = 0; now_ms() < until; i = (i + 1) % strlen(text)) {
		raw_send(fd, text + i, 1);
		raw_read(fd, 20, &reply);
		if (reply.closed || reply.status != 0)
			break;
	}
	if (reply.closed)
		return;
	struct reply *rest = malloc(sizeof(*rest));
	raw_read(fd, FIXTURE_PATIENCE_MS, rest);
	ck_assert_msg(rest->closed, "left open");
	free(rest);
}

static const struct trickle_row {
	const char *name;
	const char *before;
	const char *trickled;
	int status; /* 0: closed without a word, since nothing can be said to half a line */
} trickles[] = {
	{ "an endless request line", "",
	  "GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	  0 },
	{ "endless headers", "GET / HTTP/1.1\r\nHost: a\r\n", "A: b\r\n", 408 },
	{ "empty lines for ever", "", "\r\n", 0 },
	{ "a body that never ends", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n",
	  "x", 408 },
	{ "chunks for ever", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
	  "1\r\nx\r\n", 408 },
	{ "trailers for ever",
	  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n",
	  408 },
};

static const struct trickle_row *trickled;

static bool is_cut(unsigned seconds)
{
	int fd = start(seconds);
	raw_say(fd, trickled->before);
	trickle(fd, trickled->trickled);
	took_at_least(seconds);
	ck_assert_uint_eq(atomic_load(&fixture.handled), 0);
	WAIT_FOR(http_server_busy(fixture.server) == 0);
	ck_assert_msg(atomic_load(&fixture.refused) == (reply.status == 408), "%s: not told why",
		      trickled->name);
	WAIT_FOR(atomic_load(&fixture.done) == atomic_load(&fixture.refused));
	stop(fd);
	return reply.status == trickled->status;
}

/* RFC9110#15.5.9 */
START_TEST(trickling_is_cut)
{
	trickled = &trickles[_i];
	in_time(is_cut);
}
END_TEST

/* A byte that comes in the same moment as the deadline hid the end from the library until it was
 * too late to answer. */
START_TEST(each_of_many_is_told_why)
{
	enum { CROWD = 40 };
	int fds[CROWD];
	unsigned told = 0;
	fds[0] = start(1);
	for (size_t i = 1; i < CROWD; i++)
		fds[i] = raw_connect(fixture.port);
	for (size_t i = 0; i < CROWD; i++)
		raw_say(fds[i], "GET / HTTP/1.1\r\nHost: a\r\nA: ");
	while (atomic_load(&fixture.refused) == 0 && now_ms() < began + FIXTURE_PATIENCE_MS) {
		for (size_t i = 0; i < CROWD; i++)
			raw_send(fds[i], "b", 1);
	}
	for (size_t i = 0; i < CROWD; i++) {
		raw_read(fds[i], FIXTURE_PATIENCE_MS, &reply);
		ck_assert(reply.closed);
		told += reply.status == 408;
		close(fds[i]);
	}
	took_at_least(1);
	unsigned refused = atomic_load(&fixture.refused);
	ck_assert_uint_gt(refused, 0);
	ck_assert_uint_eq(told, refused);
	fixture_stop(&fixture);
}
END_TEST

static bool second_is_cut(unsigned seconds)
{
	int fd = start(seconds);
	bool answered = one_answer(fd);
	if (answered) {
		raw_say(fd, "GET / HTTP/1.1\r\nHost: a\r\n");
		trickle(fd, "A: b\r\n");
		took_at_least(seconds);
	}
	stop(fd);
	return answered && reply.status == 408;
}

START_TEST(second_request_has_a_deadline_too)
{
	in_time(second_is_cut);
}
END_TEST

static bool second_line_is_cut(unsigned seconds)
{
	int fd = start(seconds);
	bool answered = one_answer(fd);
	if (answered) {
		trickle(fd, "\r\n");
		/* idle_timeout and header_timeout together */
		took_at_least(3 * seconds);
	}
	stop(fd);
	return answered;
}

START_TEST(request_line_of_the_second_request_too)
{
	in_time(second_line_is_cut);
}
END_TEST

START_TEST(silence_is_cut)
{
	int fd = start(1);
	raw_read(fd, FIXTURE_PATIENCE_MS, &reply);
	ck_assert(reply.closed);
	stop(fd);
}
END_TEST

static bool idle_is_closed(unsigned seconds)
{
	int fd = start(seconds);
	bool answered = one_answer(fd);
	if (answered) {
		raw_read(fd, FIXTURE_PATIENCE_MS, &reply);
		ck_assert(reply.closed);
		ck_assert_int_eq(reply.status, 0);
		took_at_least(2 * seconds);
	}
	stop(fd);
	return answered;
}

START_TEST(idle_connection_is_closed)
{
	in_time(idle_is_closed);
}
END_TEST

/* A handler may take as long as it likes. */
static bool parked_is_kept(unsigned seconds)
{
	int fd = start(seconds);
	raw_say(fd, "GET /park HTTP/1.1\r\nHost: a\r\n\r\n");
	while (fixture_parked(&fixture) == 0 && now_ms() < began + 1000 * (seconds + 2))
		nap();
	bool is_parked = fixture_parked(&fixture) == 1;
	if (is_parked) {
		raw_read(fd, (int)(1500 + 3000 * seconds), &reply);
		ck_assert(!reply.closed);
		fixture_resume(&fixture, 1);
		raw_read_one(fd, false, &reply);
		ck_assert_str_eq(reply_body(&reply), "resumed");
	}
	stop(fd);
	return is_parked;
}

START_TEST(parked_requests_have_no_deadline)
{
	in_time(parked_is_kept);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, trickling_is_cut, 0, (int)ARRAY_LEN(trickles));
	tcase_add_test(tc, each_of_many_is_told_why);
	tcase_add_test(tc, second_request_has_a_deadline_too);
	tcase_add_test(tc, request_line_of_the_second_request_too);
	tcase_add_test(tc, silence_is_cut);
	tcase_add_test(tc, idle_connection_is_closed);
	tcase_add_test(tc, parked_requests_have_no_deadline);
}

TEST_MAIN("http/deadlines", add_tests)
