/* SPDX-License-Identifier: Apache-2.0
 *
 * The line of a request: what stands in it, and what never does. */
#include "web/access_log.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "check_main.h"
#include "check_slice.h"
#include "support/browser.h"

static struct browser browser;
static char output[16384];

static void setup(void)
{
	browser_init(&browser);
	browser.request.method = HTTP_GET;
	browser.request.id = SLICE("aRequestIdOfTwentyTwoC");
	browser.request.began_us = clock_mono_us();
	browser.response.status = 200;
	browser.response.body = SLICE("hello");
	browser.context.call.address_text = SLICE("192.0.2.7");
}

static void teardown(void)
{
	browser_fini(&browser);
}

static const char *line_of(const struct web_context *context, bool sent)
{
	int fds[2];
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	int saved = dup(STDERR_FILENO);
	dup2(fds[1], STDERR_FILENO);
	access_log(context, sent);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(fds[1]);
	ssize_t len = read(fds[0], output, sizeof(output) - 1);
	close(fds[0]);
	output[len > 0 ? len : 0] = '\0';
	return output;
}

static const char *path_in(const char *line)
{
	static char path[1024];
	const char *at = strstr(line, " path=");
	ck_assert_ptr_nonnull(at);
	at += strlen(" path=");
	snprintf(path, sizeof(path), "%.*s", (int)strcspn(at, " \n"), at);
	return path;
}

START_TEST(a_line_says_who_did_what_and_what_came_of_it)
{
	const struct route route = { .pattern = "/o/device" };
	browser.context.route = &route;
	const char *line = line_of(&browser.context, true);
	static const char *const parts[] = {
		"msg=\"request\"", "method=GET", "path=/o/device",         "status=200", "bytes=5",
		"from=192.0.2.7",  "sent=yes",   "aRequestIdOfTwentyTwoC", " us="
	};
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		ck_assert_msg(strstr(line, parts[i]) != NULL, "%s is not in %s", parts[i], line);
	ck_assert_ptr_nonnull(strstr(line_of(&browser.context, false), "sent=no"));
}
END_TEST

START_TEST(a_request_that_never_was_has_no_line)
{
	ck_assert_str_eq(line_of(NULL, false), "");
}
END_TEST

/* No query, no handle, no header, no form: nothing of these may be seen. */
#define SECRET "s3cretS3cretS3cretS3cr"

START_TEST(no_secret_is_logged)
{
	const struct route route = { .pattern = "/o/device-confirm/{}" };
	browser.request.target = SLICE("/o/device-confirm/" SECRET "?user_code=" SECRET);
	browser.request.path = SLICE("/o/device-confirm/" SECRET);
	browser.request.query = SLICE("user_code=" SECRET);
	browser.request.body = SLICE("password=" SECRET);
	browser.context.path_part = SLICE(SECRET);
	browser_send(&browser, "Authorization", SLICE("Basic " SECRET));
	browser_send(&browser, "Cookie", SLICE("doorcode_session=" SECRET));
	for (int i = 0; i < 2; i++) {
		browser.context.route = i == 0 ? &route : NULL;
		const char *line = line_of(&browser.context, true);
		ck_assert_msg(strstr(line, SECRET) == NULL, "%s", line);
		ck_assert_msg(strstr(line, "user_code") == NULL, "%s", line);
	}
}
END_TEST

static const struct row {
	const char *name;
	const char *path;
	const char *shown;
} rows[] = {
	{ "a short path", "/wp-admin/x.php", "/wp-admin/x.php" },
	{ "the root", "/", "/" },
	{ "sixteen characters", "/0123456789abcdef", "/0123456789abcdef" },
	{ "a handle where there is no such page", "/o/device-confrim/s3cretS3cretS3cretS3cr",
	  "/o/device-confrim/..." },
	{ "a device code as a path", "/dcd_0000000000000000000000000000000000000000000000",
	  "/..." },
	{ "a user code typed behind the address", "/device/WDJB-MJHT", "/device/..." },
	{ "a user code in small letters, without its dash", "/wdjbmjht", "/..." },
	{ "a longer user code", "/o/device/WDJB-MJHT-BCD", "/o/device/..." },
	{ "a word with a vowel", "/WDJB-MJHTA", "/WDJB-MJHTA" },
	{ "few letters", "/mt-ws", "/mt-ws" },
	{ "dashes", "/--------", "/--------" },
	{ "seventeen characters", "/0123456789abcdefg/x", "/.../x" },
	{ "slashes", "//a//", "//a//" },
	{ "nothing", "", "\"\"" },
};

START_TEST(long_pieces_of_unknown_paths_are_cut)
{
	browser.request.path = slice_str(rows[_i].path);
	ck_assert_msg(strcmp(path_in(line_of(&browser.context, true)), rows[_i].shown) == 0,
		      "%s: %s", rows[_i].name, output);
}
END_TEST

START_TEST(a_path_cannot_write_a_line_of_its_own)
{
	browser.request.path = SLICE("/a\nlevel=error");
	const char *line = line_of(&browser.context, true);
	ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
}
END_TEST

START_TEST(a_very_long_path_is_one_short_line)
{
	char path[8192];
	memset(path, '/', sizeof(path));
	browser.request.path = slice_of(path, sizeof(path));
	const char *line = line_of(&browser.context, true);
	ck_assert_uint_lt(strlen(line), 4096);
	ck_assert_ptr_nonnull(strstr(line, "status=200"));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_line_says_who_did_what_and_what_came_of_it);
	tcase_add_test(tc, a_request_that_never_was_has_no_line);
	tcase_add_test(tc, no_secret_is_logged);
	tcase_add_loop_test(tc, long_pieces_of_unknown_paths_are_cut, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_path_cannot_write_a_line_of_its_own);
	tcase_add_test(tc, a_very_long_path_is_one_short_line);
}

TEST_MAIN("web/access_log", add_tests)
