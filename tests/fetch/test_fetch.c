/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests to real listeners on loopback: what comes back, what is refused on the way there, and
 * what bad servers can do. */
#include "fetch/fetch.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "check_main.h"
#include "check_slice.h"
#include "support/origin.h"

enum { MOST = 4096, TIMEOUT_MS = 10000, SHORT_MS = 400 };

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define THOUSAND HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED

static const struct origin_answer answers[] = {
	{ ORIGIN_AT_ONCE, "/json",
	  ORIGIN_OK("Content-Type: Application/JSON; charset=utf-8\r\n"
		    "Cache-Control: public, max-age=600\r\n",
		    "{\"a\":1}") },
	{ ORIGIN_AT_ONCE, "/two",
	  ORIGIN_OK("Cache-Control: max-age=600\r\nCache-Control: max-age=60\r\n", "x") },
	{ ORIGIN_AT_ONCE, "/never", ORIGIN_OK("Cache-Control: no-store\r\n", "x") },
	{ ORIGIN_AT_ONCE, "/continue",
	  "HTTP/1.1 103 Early Hints\r\nCache-Control: max-age=7\r\n\r\n"
	  "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nx" },
	{ ORIGIN_AT_ONCE, "/gone", "HTTP/1.1 410 Gone\r\nConnection: close\r\n\r\nno" },
	{ ORIGIN_AT_ONCE, "/moved",
	  "HTTP/1.1 302 Found\r\nLocation: /json\r\nConnection: close\r\n\r\n" },
	{ ORIGIN_AT_ONCE, "/cookie", ORIGIN_OK("Set-Cookie: a=b; Path=/\r\n", "x") },
	{ ORIGIN_AT_ONCE, "/exact",
	  ORIGIN_OK("", THOUSAND THOUSAND THOUSAND THOUSAND
		    "012345678901234567890123456789012345678901234567890123456789"
		    "012345678901234567890123456789012345") },
	{ ORIGIN_AT_ONCE, "/over",
	  ORIGIN_OK("", THOUSAND THOUSAND THOUSAND THOUSAND
		    "012345678901234567890123456789012345678901234567890123456789"
		    "0123456789012345678901234567890123456") },
	{ ORIGIN_ENDLESS, "/endless", ORIGIN_OK("", "x") },
	{ ORIGIN_AT_ONCE, "/promise", "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nx" },
	{ ORIGIN_ENDLESS, "/headers", "HTTP/1.1 200 OK\r\nX-A: x" },
	{ ORIGIN_AT_ONCE, "/gzip", ORIGIN_OK("Content-Encoding: gzip\r\n", "not opened") },
	{ ORIGIN_HOLD, "/hold", NULL },
	{ ORIGIN_TRICKLE, "/trickle", ORIGIN_OK("", THOUSAND) },
	{ ORIGIN_AT_ONCE, "/short", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx" },
	{ ORIGIN_AT_ONCE, "/garbage", "SSH-2.0-OpenSSH_9.2\r\n" },
};

static struct origin *plain;
static struct origin *secure;
static struct network loopback;
static struct arena *arena;

static void setup(void)
{
	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(network_parse(SLICE("127.0.0.0/8"), &loopback), ERR_OK);
	plain = origin_start(answers, ARRAY_LEN(answers), false);
	secure = origin_start(answers, ARRAY_LEN(answers), true);
	arena = arena_new();
}

static void teardown(void)
{
	arena_free(&arena);
	origin_stop(&secure);
	origin_stop(&plain);
}

static struct fetch_options options_all(void)
{
	return (struct fetch_options){
		.allowed = &loopback,
		.allowed_count = 1,
		.ca_file = origin_ca(secure),
		.allow_http = true,
		.timeout_ms = TIMEOUT_MS,
		.most_bytes = MOST,
	};
}

static struct slice url_of(const struct origin *origin, const char *host, const char *path)
{
	const char *scheme = origin == secure ? "https" : "http";
	return arena_printf(arena, "%s://%s:%u%s", scheme, host, origin_port(origin), path);
}

static enum fetch_fault ask(const struct fetch_options *options,
			    const struct fetch_request *request, struct fetch_answer *out)
{
	AUTO(fetch) struct fetch *fetch = fetch_new(options);
	return fetch_do(fetch, arena, request, out);
}

static enum fetch_fault get(const struct fetch_options *options, struct slice url,
			    struct fetch_answer *out)
{
	const struct fetch_request request = { .url = url, .accept = SLICE_EMPTY };
	return ask(options, &request, out);
}

/* --- answers ----------------------------------------------------------------------------- */

static const struct row {
	const char *path;
	enum fetch_fault fault;
	int status;
	int64_t max_age;
	const char *body; /* NULL: not asked */
} rows[] = {
	{ "/json", FETCH_FINE, 200, 600, "{\"a\":1}" },
	{ "/two", FETCH_FINE, 200, 60, "x" },
	{ "/never", FETCH_FINE, 200, 0, "x" },
	{ "/continue", FETCH_FINE, 200, -1, "x" },
	{ "/gone", FETCH_FINE, 410, -1, "no" },
	{ "/missing", FETCH_FINE, 404, -1, "" },
	{ "/moved", FETCH_FINE, 302, -1, "" },
	{ "/gzip", FETCH_FINE, 200, -1, "not opened" },
	{ "/exact", FETCH_FINE, 200, -1, NULL },

	{ "/over", FETCH_TOO_LARGE, 0, -1, "" },
	{ "/endless", FETCH_TOO_LARGE, 0, -1, "" },
	{ "/promise", FETCH_TOO_LARGE, 0, -1, "" },
	{ "/short", FETCH_CONNECT, 0, -1, "" },
	{ "/garbage", FETCH_CONNECT, 0, -1, "" },
};

START_TEST(answers_of)
{
	const struct row *row = &rows[_i];
	const struct origin *origins[] = { plain, secure };
	const struct fetch_options options = options_all();
	for (size_t i = 0; i < ARRAY_LEN(origins); i++) {
		struct fetch_answer answer;
		enum fetch_fault fault = get(&options, url_of(origins[i], "127.0.0.1", row->path),
					     &answer);
		ck_assert_msg(fault == row->fault, "%s: %s", row->path, fetch_fault_name(fault));
		ck_assert_msg(answer.status == row->status, "%s: %d", row->path, answer.status);
		ck_assert_msg(answer.max_age == row->max_age, "%s", row->path);
		if (row->body)
			ck_slice_row(row->path, answer.body, slice_str(row->body));
	}
}
END_TEST

START_TEST(a_header_without_end)
{
	const struct fetch_options options = options_all();
	struct fetch_answer answer;
	ck_assert_int_ne(get(&options, url_of(plain, "127.0.0.1", "/headers"), &answer),
			 FETCH_FINE);
}
END_TEST

START_TEST(media_type)
{
	const struct fetch_options options = options_all();
	struct fetch_answer answer;
	ck_assert_int_eq(get(&options, url_of(plain, "localhost", "/json"), &answer), FETCH_FINE);
	ck_slice_str(answer.media_type, "application/json");
	ck_assert_int_eq(get(&options, url_of(plain, "localhost", "/two"), &answer), FETCH_FINE);
	ck_slice_str(answer.media_type, "");
}
END_TEST

START_TEST(what_is_sent)
{
	const struct fetch_options options = options_all();
	const struct slice form = SLICE("logout_token=a.b.c");
	struct fetch_request request = { .url = url_of(plain, "127.0.0.1", "/json?q=1"),
					 .accept = SLICE("application/json") };
	struct fetch_answer answer;
	ck_assert_int_eq(ask(&options, &request, &answer), FETCH_FINE);
	ck_assert_ptr_nonnull(strstr(origin_last(plain), "GET /json?q=1 HTTP/1.1\r\n"));
	ck_assert_ptr_nonnull(strstr(origin_last(plain), "\r\nAccept: application/json\r\n"));
	ck_assert_ptr_null(strstr(origin_last(plain), "Accept-Encoding"));

	request.form = &form;
	ck_assert_int_eq(ask(&options, &request, &answer), FETCH_FINE);
	ck_assert_ptr_nonnull(strstr(origin_last(plain), "POST /json?q=1 HTTP/1.1\r\n"));
	ck_assert_ptr_nonnull(strstr(origin_last(plain),
				     "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
	ck_assert_ptr_nonnull(strstr(origin_last(plain), "\r\n\r\nlogout_token=a.b.c"));
}
END_TEST

START_TEST(no_cookies_are_kept)
{
	const struct fetch_options options = options_all();
	AUTO(fetch) struct fetch *fetch = fetch_new(&options);
	const struct fetch_request request = { .url = url_of(plain, "127.0.0.1", "/cookie"),
					       .accept = SLICE_EMPTY };
	struct fetch_answer answer;
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(fetch_do(fetch, arena, &request, &answer), FETCH_FINE);
	ck_assert_ptr_null(strstr(origin_last(plain), "Cookie"));
}
END_TEST

/* A redirect is an answer: nobody went where it points. */
START_TEST(redirects_are_not_followed)
{
	const struct fetch_options options = options_all();
	struct fetch_answer answer;
	ck_assert_int_eq(get(&options, url_of(secure, "localhost", "/moved"), &answer), FETCH_FINE);
	ck_assert_int_eq(answer.status, 302);
	ck_assert_uint_eq(origin_requests(secure), 1);
}
END_TEST

/* --- refusals ---------------------------------------------------------------------------- */

START_TEST(loopback_is_refused_unless_allowed)
{
	static const char *const hosts[] = { "127.0.0.1", "localhost", "2130706433", "0x7f.1",
					     "127.1" };
	struct fetch_options options = options_all();
	struct fetch_answer answer;
	options.allowed_count = 0;
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		enum fetch_fault fault = get(&options, url_of(secure, hosts[i], "/json"), &answer);
		ck_assert_msg(fault == FETCH_ADDRESS, "%s: %s", hosts[i], fetch_fault_name(fault));
		fault = get(&options, url_of(plain, hosts[i], "/json"), &answer);
		ck_assert_msg(fault == FETCH_ADDRESS, "%s: %s", hosts[i], fetch_fault_name(fault));
	}
	ck_assert_uint_eq(origin_requests(secure) + origin_requests(plain), 0);
}
END_TEST

static const char *const special_urls[] = {
	"https://169.254.169.254/latest/meta-data/",
	"https://10.0.0.1/",
	"https://192.168.0.1:8443/",
	"https://[::1]/",
	"https://[::ffff:127.0.0.1]/",
	"https://[::ffff:169.254.169.254]/",
	"https://[fd00:ec2::254]/",
	"https://[fe80::1]/",
	"https://[64:ff9b::7f00:1]/",
	"https://0.0.0.0/",
	"https://224.0.0.1/",
};

/* Nobody listens there; a refusal at once is told from a failure to connect. */
START_TEST(special_addresses_are_refused)
{
	struct fetch_options options = options_all();
	struct fetch_answer answer;
	options.allowed_count = 0;
	enum fetch_fault fault = get(&options, slice_str(special_urls[_i]), &answer);
	ck_assert_msg(fault == FETCH_ADDRESS || fault == FETCH_CONNECT, "%s: %s", special_urls[_i],
		      fetch_fault_name(fault));
	ck_assert_msg(fault == FETCH_ADDRESS, "%s: %s", special_urls[_i], fetch_fault_name(fault));
}
END_TEST

/* Plain http goes to allowed networks alone, be the address as public as can be. */
START_TEST(http_is_for_allowed_networks)
{
	struct fetch_options options = options_all();
	struct fetch_answer answer;
	ck_assert_int_eq(get(&options, SLICE("http://1.1.1.1/"), &answer), FETCH_ADDRESS);
	options.allow_http = false;
	ck_assert_int_eq(get(&options, url_of(plain, "127.0.0.1", "/json"), &answer), FETCH_URL);
	ck_assert_uint_eq(origin_requests(plain), 0);
}
END_TEST

START_TEST(bad_urls)
{
	const struct fetch_options options = options_all();
	struct fetch_answer answer;
	ck_assert_int_eq(get(&options, SLICE("ftp://127.0.0.1/"), &answer), FETCH_URL);
	ck_assert_int_eq(get(&options, SLICE("https://a@127.0.0.1/"), &answer), FETCH_URL);
	ck_assert_int_eq(get(&options, SLICE(""), &answer), FETCH_URL);
}
END_TEST

START_TEST(certificates_are_checked)
{
	struct fetch_options options = options_all();
	struct fetch_answer answer;
	ck_assert_int_eq(get(&options, url_of(secure, "localhost", "/json"), &answer), FETCH_FINE);
	/* A name that is not in it. */
	ck_assert_int_eq(get(&options, url_of(secure, "127.0.0.2", "/json"), &answer),
			 FETCH_CONNECT);
	options.ca_file = NULL;
	ck_assert_int_eq(get(&options, url_of(secure, "localhost", "/json"), &answer),
			 FETCH_CONNECT);
	ck_assert_uint_eq(origin_requests(secure), 1);
}
END_TEST

START_TEST(a_proxy_of_the_environment_is_not_used)
{
	static const char *const names[] = { "http_proxy", "https_proxy", "HTTPS_PROXY",
					     "all_proxy", "ALL_PROXY" };
	const struct fetch_options options = options_all();
	struct fetch_answer answer;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		setenv(names[i], "http://127.0.0.1:1/", 1);
	ck_assert_int_eq(get(&options, url_of(secure, "localhost", "/json"), &answer), FETCH_FINE);
	ck_assert_int_eq(get(&options, url_of(plain, "localhost", "/json"), &answer), FETCH_FINE);
}
END_TEST

/* --- bad servers ------------------------------------------------------------------------- */

static const char *const slow_paths[] = { "/hold", "/trickle" };

START_TEST(a_slow_server_costs_no_more_than_the_deadline)
{
	struct fetch_options options = options_all();
	struct fetch_answer answer;
	options.timeout_ms = SHORT_MS;
	int64_t began = clock_mono_ms();
	ck_assert_int_eq(get(&options, url_of(plain, "127.0.0.1", slow_paths[_i]), &answer),
			 FETCH_TIMEOUT);
	int64_t took = clock_mono_ms() - began;
	ck_assert_int_ge(took, SHORT_MS / 2);
	ck_assert_int_lt(took, TIMEOUT_MS);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, answers_of, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_header_without_end);
	tcase_add_test(tc, media_type);
	tcase_add_test(tc, what_is_sent);
	tcase_add_test(tc, no_cookies_are_kept);
	tcase_add_test(tc, redirects_are_not_followed);
	tcase_add_test(tc, loopback_is_refused_unless_allowed);
	tcase_add_loop_test(tc, special_addresses_are_refused, 0, ARRAY_LEN(special_urls));
	tcase_add_test(tc, http_is_for_allowed_networks);
	tcase_add_test(tc, bad_urls);
	tcase_add_test(tc, certificates_are_checked);
	tcase_add_test(tc, a_proxy_of_the_environment_is_not_used);
	tcase_add_loop_test(tc, a_slow_server_costs_no_more_than_the_deadline, 0,
			    ARRAY_LEN(slow_paths));
}

TEST_MAIN("fetch/fetch", add_tests)
