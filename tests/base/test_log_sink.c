/* SPDX-License-Identifier: Apache-2.0
 *
 * A reader that does not read must not stop a server: lines are dropped, counted, and the count is
 * said. */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/log_sink.h"
#include "check_main.h"

enum { LINES = 3000 };

static char text[1 << 20];

static void fill(void)
{
	log_sink_never_wait();
	for (int i = 0; i < LINES; i++)
		log_info("one of many", LOG_NUMBER("number", i));
}

static size_t drain(int fd)
{
	size_t len = 0;
	ssize_t got;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while ((got = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = '\0';
	return len;
}

static void check_whole_lines(size_t len)
{
	ck_assert(len > 0 && text[len - 1] == '\n');
	ck_assert(strncmp(text, "ts=", 3) == 0);
}

static void check_goes_on(int reader)
{
	fill();
	check_whole_lines(drain(reader));
	ck_assert(strstr(text, "number=0\n") != NULL && strstr(text, "number=2999") == NULL);
	log_plain(LOG_INFO, "room again");
	check_whole_lines(drain(reader));
	ck_assert(strstr(text, "room again") != NULL);
	ck_assert(strstr(text, "log lines were dropped") != NULL);
	ck_assert_uint_eq(log_sink_take_dropped(), 0);
}

START_TEST(full_pipe_drops_lines_and_says_how_many)
{
	int fds[2];
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	dup2(fds[1], STDERR_FILENO);
	check_goes_on(fds[0]);
	ck_assert_int_eq(fcntl(STDERR_FILENO, F_GETFL) & O_NONBLOCK, 0);
}
END_TEST

START_TEST(full_socket_drops_lines_and_says_how_many)
{
	int fds[2];
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	dup2(fds[1], STDERR_FILENO);
	check_goes_on(fds[0]);
}
END_TEST

static int gather_into_pipe(struct log_lines *lines)
{
	int fds[2];
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	dup2(fds[1], STDERR_FILENO);
	log_sink_never_wait();
	log_gather(lines);
	return fds[0];
}

START_TEST(gathered_lines_wait_for_their_release)
{
	static struct log_lines lines;
	int reader = gather_into_pipe(&lines);
	log_plain(LOG_INFO, "one");
	log_plain(LOG_INFO, "two");
	ck_assert_uint_eq(drain(reader), 0);
	log_release();
	check_whole_lines(drain(reader));
	ck_assert(strstr(text, "\"one\"\nts=") != NULL && strstr(text, "\"two\"\n") != NULL);
	log_plain(LOG_INFO, "three");
	ck_assert(drain(reader) > 0);
}
END_TEST

START_TEST(a_warning_takes_gathered_lines_along)
{
	static struct log_lines lines;
	int reader = gather_into_pipe(&lines);
	log_plain(LOG_INFO, "one");
	log_plain(LOG_WARN, "two");
	check_whole_lines(drain(reader));
	ck_assert(strstr(text, "\"one\"\nts=") != NULL && strstr(text, "\"two\"\n") != NULL);
	log_release();
	ck_assert_uint_eq(drain(reader), 0);
}
END_TEST

START_TEST(gathered_lines_that_are_too_many_go_out_whole)
{
	static struct log_lines lines;
	int reader = gather_into_pipe(&lines);
	for (int i = 0; i < 200; i++)
		log_info("one of many", LOG_NUMBER("number", i));
	size_t before = drain(reader);
	check_whole_lines(before);
	log_release();
	check_whole_lines(drain(reader));
	ck_assert(strstr(text, "number=199\n") != NULL);
}
END_TEST

START_TEST(gathered_lines_that_are_dropped_are_counted_one_by_one)
{
	static struct log_lines lines;
	int reader = gather_into_pipe(&lines);
	for (int i = 0; i < LINES; i++)
		log_info("one of many", LOG_NUMBER("number", i));
	log_release();
	size_t len = drain(reader);
	uint64_t whole = 0;
	for (size_t i = 0; i < len; i++)
		whole += text[i] == '\n';
	check_whole_lines(len);
	ck_assert_uint_eq(whole + log_sink_take_dropped(), LINES);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, gathered_lines_wait_for_their_release);
	tcase_add_test(tc, a_warning_takes_gathered_lines_along);
	tcase_add_test(tc, gathered_lines_that_are_too_many_go_out_whole);
	tcase_add_test(tc, gathered_lines_that_are_dropped_are_counted_one_by_one);
	tcase_add_test(tc, full_pipe_drops_lines_and_says_how_many);
	tcase_add_test(tc, full_socket_drops_lines_and_says_how_many);
}

TEST_MAIN("base/log_sink", add_tests)
