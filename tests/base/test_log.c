/* SPDX-License-Identifier: Apache-2.0
 *
 * What lands on standard error: one whole line per event, escaped, in both formats. Standard error
 * is a pipe meanwhile. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "check_main.h"
#include "check_slice.h"

enum { TS_LEN = sizeof("ts=2026-01-02T03:04:05.678Z ") - 1 };

static char output[16384];

/* Runs `speak` and gives what it wrote. */
static struct slice capture(void (*speak)(void))
{
	int pipe_fds[2];
	ck_assert_int_eq(pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK), 0);
	int saved = dup(STDERR_FILENO);
	dup2(pipe_fds[1], STDERR_FILENO);
	speak();
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(pipe_fds[1]);
	ssize_t len = read(pipe_fds[0], output, sizeof(output) - 1);
	close(pipe_fds[0]);
	output[len > 0 ? len : 0] = '\0';
	return slice_of(output, len > 0 ? (size_t)len : 0);
}

/* The same without the time, whose form is checked on the way. */
static struct slice capture_rest(void (*speak)(void))
{
	static const char form[] = "ts=dddd-dd-ddTdd:dd:dd.dddZ ";
	struct slice line = capture(speak);
	ck_assert_uint_gt(line.len, TS_LEN);
	for (size_t i = 0; i < TS_LEN; i++) {
		bool digit = line.ptr[i] >= '0' && line.ptr[i] <= '9';
		ck_assert(form[i] == 'd' ? digit : line.ptr[i] == form[i]);
	}
	return slice_sub(line, TS_LEN, line.len);
}

static struct slice value;

static void say_value(void)
{
	log_info("m", LOG_TEXT("v", value));
}

static const struct escape_row {
	const char *name;
	struct slice value;
	const char *logfmt;
	struct slice json; /* what a JSON parser reads back */
} escape_rows[] = {
	{ .name = "a word stands bare",
	  .value = SLICE("abc-1/2"),
	  .logfmt = "abc-1/2",
	  .json = SLICE("abc-1/2") },
	{ .name = "nothing is quoted", .value = SLICE(""), .logfmt = "\"\"", .json = SLICE("") },
	{ .name = "a blank", .value = SLICE("a b"), .logfmt = "\"a b\"", .json = SLICE("a b") },
	{ .name = "an equals sign",
	  .value = SLICE("a=b"),
	  .logfmt = "\"a=b\"",
	  .json = SLICE("a=b") },
	{ .name = "a quote",
	  .value = SLICE("a\"b"),
	  .logfmt = "\"a\\\"b\"",
	  .json = SLICE("a\"b") },
	{ .name = "a backslash",
	  .value = SLICE("a\\b"),
	  .logfmt = "\"a\\\\b\"",
	  .json = SLICE("a\\b") },
	{ .name = "a forged line",
	  .value = SLICE("a\nts=1"),
	  .logfmt = "\"a\\nts=1\"",
	  .json = SLICE("a\nts=1") },
	{ .name = "CR and tab",
	  .value = SLICE("\r\t"),
	  .logfmt = "\"\\r\\t\"",
	  .json = SLICE("\r\t") },
	{ .name = "a terminal escape",
	  .value = SLICE("\x1b[2J"),
	  .logfmt = "\"\\x1b[2J\"",
	  .json = SLICE("\\x1b[2J") },
	{ .name = "a NUL",
	  .value = SLICE("a\0b"),
	  .logfmt = "\"a\\x00b\"",
	  .json = SLICE("a\\x00b") },
	{ .name = "DEL", .value = SLICE("\x7f"), .logfmt = "\"\\x7f\"", .json = SLICE("\\x7f") },
	{ .name = "a C1 control",
	  .value = SLICE("\xc2\x9b"),
	  .logfmt = "\"\\xc2\\x9b\"",
	  .json = SLICE("\\xc2\\x9b") },
	{ .name = "UTF-8 stays",
	  .value = SLICE("\xc3\xa9"),
	  .logfmt = "\"\xc3\xa9\"",
	  .json = SLICE("\xc3\xa9") },
	{ .name = "broken UTF-8",
	  .value = SLICE("a\xff\xc3"),
	  .logfmt = "\"a\\xff\\xc3\"",
	  .json = SLICE("a\\xff\\xc3") },
};

START_TEST(escapes_in_logfmt)
{
	const struct escape_row *row = &escape_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	value = row->value;
	struct slice line = capture_rest(say_value);
	ck_slice_row(row->name, line,
		     arena_printf(arena, "level=info msg=\"m\" v=%s\n", row->logfmt));
}
END_TEST

START_TEST(escapes_in_json)
{
	const struct escape_row *row = &escape_rows[_i];
	log_configure(LOG_INFO, LOG_JSON);
	value = row->value;
	capture(say_value);
	json_t *line = json_loads(output, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_msg(line != NULL, "%s: %s", row->name, output);
	json_t *v = json_object_get(line, "v");
	ck_slice_row(row->name, slice_of(json_string_value(v), json_string_length(v)), row->json);
	json_decref(line);
	log_configure(LOG_INFO, LOG_LOGFMT);
}
END_TEST

static void say_all(void)
{
	log_set_request(SLICE("r1"));
	log_warn("two words", LOG_NUMBER("n", -5), LOG_TEXT("a b=\"c", SLICE("x")));
	log_set_request(SLICE_EMPTY);
}

START_TEST(carries_request_and_numbers)
{
	ck_slice_str(capture_rest(say_all),
		     "level=warn msg=\"two words\" request=r1 n=-5 a_b__c=x\n");
	log_configure(LOG_INFO, LOG_JSON);
	struct slice line = capture(say_all);
	log_configure(LOG_INFO, LOG_LOGFMT);
	struct slice head = SLICE("{\"ts\":\"2026-01-02T03:04:05.678Z\"");
	ck_slice_str(
		slice_sub(line, head.len, line.len),
		",\"level\":\"warn\",\"msg\":\"two words\",\"request\":\"r1\",\"n\":-5,\"a b=\\\"c\":\"x\"}\n");
}
END_TEST

static void say_plain(void)
{
	log_plain(LOG_ERROR, "alone");
}

START_TEST(says_a_message_alone)
{
	ck_slice_str(capture_rest(say_plain), "level=error msg=\"alone\"\n");
}
END_TEST

static void say_too_little(void)
{
	log_plain(LOG_DEBUG, "nobody asked");
	log_configure(LOG_ERROR, LOG_LOGFMT);
	log_plain(LOG_WARN, "nobody asked");
}

START_TEST(is_silent_below_its_level)
{
	ck_slice_str(capture(say_too_little), "");
	log_configure(LOG_INFO, LOG_LOGFMT);
}
END_TEST

static void say_too_much(void)
{
	static char bytes[100000];
	memset(bytes, 0xff, sizeof(bytes));
	bytes[sizeof(bytes) - 1] = '\0';
	struct slice all = slice_of(bytes, sizeof(bytes));
	log_error(bytes, LOG_TEXT("a", all), LOG_TEXT("b", all), LOG_NUMBER("n", 7));
}

static size_t count_byte(struct slice s, char byte)
{
	size_t count = 0;
	for (size_t i = 0; i < s.len; i++)
		count += s.ptr[i] == byte;
	return count;
}

/* Lines that were cut once lacked their closing quote. */
START_TEST(cuts_a_long_line_and_keeps_it_whole)
{
	struct slice line = capture(say_too_much);
	ck_assert_uint_le(line.len, 4096);
	ck_assert_uint_eq(count_byte(line, '"') % 2, 0);
	ck_assert_uint_ge(count_byte(line, '"'), 2);
	ck_assert(slice_has_suffix(line, SLICE("\n")));
	ck_assert(!slice_has_byte(slice_sub(line, 0, line.len - 1), '\n'));
	log_configure(LOG_INFO, LOG_JSON);
	line = capture(say_too_much);
	log_configure(LOG_INFO, LOG_LOGFMT);
	ck_assert_uint_le(line.len, 4096);
	json_t *json = json_loads(output, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(json);
	json_decref(json);
}
END_TEST

static void say_many(void)
{
	static char bytes[900];
	memset(bytes, 'x', sizeof(bytes));
	struct slice all = slice_of(bytes, sizeof(bytes));
	log_info("m", LOG_TEXT("a", all), LOG_TEXT("b", all), LOG_TEXT("c", all),
		 LOG_TEXT("d", all), LOG_TEXT("e", all), LOG_NUMBER("n", 7));
}

START_TEST(leaves_out_what_does_not_fit_and_goes_on)
{
	struct slice line = capture(say_many);
	ck_assert_uint_le(line.len, 4096);
	ck_assert_ptr_nonnull(strstr(output, " d=x"));
	ck_assert_ptr_null(strstr(output, " e=x"));
	ck_assert(slice_has_suffix(line, SLICE(" n=7\n")));
}
END_TEST

START_TEST(leaves_errno_alone)
{
	errno = ENOTTY;
	capture(say_plain);
	errno = ENOTTY;
	log_plain(LOG_DEBUG, "x");
	ck_assert_int_eq(errno, ENOTTY);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, escapes_in_logfmt, 0, ARRAY_LEN(escape_rows));
	tcase_add_loop_test(tc, escapes_in_json, 0, ARRAY_LEN(escape_rows));
	tcase_add_test(tc, carries_request_and_numbers);
	tcase_add_test(tc, says_a_message_alone);
	tcase_add_test(tc, is_silent_below_its_level);
	tcase_add_test(tc, cuts_a_long_line_and_keeps_it_whole);
	tcase_add_test(tc, leaves_out_what_does_not_fit_and_goes_on);
	tcase_add_test(tc, leaves_errno_alone);
}

TEST_MAIN("base/log", add_tests)
