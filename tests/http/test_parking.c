/* SPDX-License-Identifier: Apache-2.0
 *
 * Suspended requests: a thousand at once, peers that hang up, draining and stopping. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check_main.h"
#include "http_fixture.h"

enum { MANY = 1000 };

static struct fixture fixture;
static struct reply reply;
static int fds[MANY];

#define PARK "POST /park HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na=b"

static void start(void)
{
	fixture_init(&fixture);
	fixture_start(&fixture, "127.0.0.1:0");
}

static void park_many(void)
{
	for (size_t i = 0; i < MANY; i++) {
		fds[i] = raw_connect(fixture.port);
		raw_say(fds[i], PARK);
	}
	fixture_wait_parked(&fixture, MANY);
	ck_assert_uint_eq(http_server_busy(fixture.server), MANY);
}

START_TEST(one_is_parked_and_resumed)
{
	start();
	int fd = raw_connect(fixture.port);
	for (int i = 0; i < 3; i++) {
		raw_say(fd, PARK);
		fixture_wait_parked(&fixture, 1);
		fixture_resume(&fixture, 1);
		raw_read_one(fd, false, &reply);
		ck_assert_int_eq(reply.status, 200);
		ck_assert_str_eq(reply_body(&reply), "resumed");
	}
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(pipelined_behind_a_parked_one)
{
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, PARK "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
	fixture_wait_parked(&fixture, 1);
	ck_assert_uint_eq(atomic_load(&fixture.handled), 1);
	fixture_resume(&fixture, 1);
	WAIT_FOR(atomic_load(&fixture.sent) == 2);
	raw_read_answer(fd, 100, &reply);
	ck_assert_uint_eq(reply.answers, 2);
	ck_assert(reply_has(&reply, "0 /next"));
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(thousand_parked_then_drained)
{
	start();
	int idle = raw_connect(fixture.port);
	raw_say(idle, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	raw_read_one(idle, false, &reply);
	park_many();
	/* Nobody's loop is blocked. */
	raw_say(idle, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	raw_read_one(idle, false, &reply);
	http_server_drain(fixture.server);
	raw_read(idle, FIXTURE_PATIENCE_MS, &reply);
	ck_assert_msg(reply.closed, "an idle connection stays open");
	fixture_resume(&fixture, MANY);
	for (size_t i = 0; i < MANY; i++) {
		raw_read(fds[i], FIXTURE_PATIENCE_MS, &reply);
		ck_assert_int_eq(reply.status, 200);
		ck_assert(reply_has(&reply, "\r\nConnection: close\r\n"));
		ck_assert(reply.closed);
		close(fds[i]);
	}
	WAIT_FOR(http_server_busy(fixture.server) == 0);
	ck_assert_uint_eq(atomic_load(&fixture.sent), MANY + 2);
	close(idle);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(thousand_resumed_then_stopped_at_once)
{
	start();
	park_many();
	fixture_resume(&fixture, MANY);
	fixture_stop(&fixture);
	for (size_t i = 0; i < MANY; i++)
		close(fds[i]);
}
END_TEST

/* The only loop has read what was sent before a request that it has answered. */
static void wait_until_read(void)
{
	int fd = raw_connect(fixture.port);
	for (int i = 0; i < 2; i++) {
		raw_say(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
		raw_read_one(fd, false, &reply);
	}
	close(fd);
}

START_TEST(drained_server_takes_nobody)
{
	fixture_init(&fixture);
	fixture.options.loops = 1;
	fixture_start(&fixture, "127.0.0.1:0");
	int open = raw_connect(fixture.port);
	raw_say(open, "GET / HTTP/1.1\r\nHo");
	wait_until_read();
	http_server_drain(fixture.server);
	raw_read(open, 1500, &reply);
	ck_assert_msg(!reply.closed, "a request half sent may be finished");
	raw_say(open, "st: a\r\n\r\n");
	raw_read(open, FIXTURE_PATIENCE_MS, &reply);
	ck_assert_int_eq(reply.status, 200);
	ck_assert(reply.closed);
	close(open);
	fixture_stop(&fixture);
}
END_TEST

static struct http_exchange *first_parked(void)
{
	pthread_mutex_lock(&fixture.lock);
	struct http_exchange *exchange = fixture.parked[0];
	pthread_mutex_unlock(&fixture.lock);
	return exchange;
}

static const struct hang_up_row {
	const char *name;
	const char *also; /* sent behind the request */
	bool reset;
} hang_ups[] = {
	{ "an orderly end", "", false },
	{ "a reset", "", true },
	{ "more bytes, then an end", "GET /next HTTP/1.1\r\nHost: a\r\n\r\n", false },
};

START_TEST(hang_up_while_parked)
{
	const struct hang_up_row *row = &hang_ups[_i];
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, PARK);
	raw_say(fd, row->also);
	fixture_wait_parked(&fixture, 1);
	ck_assert(!http_exchange_gone(first_parked()));
	const struct linger hard = { .l_onoff = 1, .l_linger = 0 };
	if (row->reset)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close(fd);
	WAIT_FOR(http_exchange_gone(first_parked()));
	/* Only marked: it is still the worker's. */
	ck_assert_uint_eq(atomic_load(&fixture.done), 0);
	ck_assert_uint_eq(http_server_busy(fixture.server), 1);
	fixture_resume(&fixture, 1);
	WAIT_FOR(atomic_load(&fixture.done) == 1);
	ck_assert_msg(atomic_load(&fixture.sent) == 0, "%s", row->name);
	WAIT_FOR(http_server_busy(fixture.server) == 0);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(hang_up_before_it_is_noticed)
{
	start();
	int fd = raw_connect(fixture.port);
	raw_say(fd, PARK);
	fixture_wait_parked(&fixture, 1);
	close(fd);
	fixture_resume(&fixture, 1);
	WAIT_FOR(atomic_load(&fixture.done) == 1);
	fixture_stop(&fixture);
}
END_TEST

/* The library sees some of them go before it calls us again, and we must not wait for those. */
START_TEST(a_crowd_hangs_up_and_the_server_stops)
{
	enum { CROWD = 60 };
	start();
	for (size_t i = 0; i < CROWD; i++) {
		fds[i] = raw_connect(fixture.port);
		raw_say(fds[i], PARK);
	}
	fixture_wait_parked(&fixture, CROWD);
	for (size_t i = 0; i < CROWD; i++)
		close(fds[i]);
	fixture_resume(&fixture, CROWD);
	WAIT_FOR(http_server_busy(fixture.server) == 0);
	fixture_stop(&fixture);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, one_is_parked_and_resumed);
	tcase_add_test(tc, pipelined_behind_a_parked_one);
	tcase_add_test(tc, thousand_parked_then_drained);
	tcase_add_test(tc, thousand_resumed_then_stopped_at_once);
	tcase_add_test(tc, drained_server_takes_nobody);
	tcase_add_loop_test(tc, hang_up_while_parked, 0, (int)ARRAY_LEN(hang_ups));
	tcase_add_test(tc, hang_up_before_it_is_noticed);
	tcase_add_loop_test(tc, a_crowd_hangs_up_and_the_server_stops, 0, 5);
}

TEST_MAIN("http/parking", add_tests)
