/* SPDX-License-Identifier: Apache-2.0
 *
 * What is refused by the head of a request, over a real socket: bytes in, status out, the
 * connection closed, and nothing that stood behind it executed. */
#include <stdio.h>
#include <string.h>
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
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static const struct refusal_row {
	const char *name;
	const char *bytes;
	size_t len; /* when there are NULs in it; otherwise 0 */
	int status;
	bool by_library; /* the library answers before we are asked */
	bool twice;      /* and writes its head twice over (0.9.75, any fault in Content-Length) */
} refusals[] = {
	{ .name = "two lengths, a request hidden behind the first",
	  .status = 400,
	  .bytes = POST "Host: a\r\nContent-Length: 0\r\nContent-Length: 33\r\n\r\n" HIDDEN },
	{ .name = "the same length twice",
	  .status = 400,
	  .bytes = POST "Host: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab" },
	{ .name = "two hosts",
	  .status = 400,
	  .bytes = "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" HIDDEN },
	{ .name = "two hosts, one in another case",
	  .status = 400,
	  .bytes = "GET / HTTP/1.1\r\nHost: a\r\nhOST: b\r\n\r\n" HIDDEN },
	{ .name = "no host with 1.1", .status = 400, .bytes = "GET / HTTP/1.1\r\n\r\n" HIDDEN },
	{ .name = "two content types",
	  .status = 400,
	  .bytes = POST "Host: a\r\n" FORM FORM "Content-Length: 2\r\n\r\nab" HIDDEN },
	{ .name = "two authorizations",
	  .status = 400,
	  .bytes =
		  "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YTpi\r\nAuthorization: Basic YTpj\r\n\r\n" HIDDEN },
	{ .name = "two DPoP proofs",
	  .status = 400,
	  .bytes = "GET / HTTP/1.1\r\nHost: a\r\nDPoP: a\r\nDPoP: b\r\n\r\n" HIDDEN },
	{ .name = "a length and an encoding",
	  .status = 400,
	  .bytes = POST
	  "Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" HIDDEN },
	{ .name = "an encoding that is not chunked",
	  .status = 400,
	  .bytes = POST "Host: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" HIDDEN },
	{ .name = "chunked with a blank behind it",
	  .status = 400,
	  .bytes = POST "Host: a\r\nTransfer-Encoding: chunked \r\n\r\n0\r\n\r\n" HIDDEN },
	{ .name = "two encodings",
	  .status = 400,
	  .bytes = POST
	  "Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" HIDDEN },
	{ .name = "an encoding with 1.0",
	  .status = 400,
	  .bytes = "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
	{ .name = "a length over the cap",
	  .status = 413,
	  .bytes = POST "Host: a\r\nContent-Length: 65537\r\n\r\n" HIDDEN },
	{ .name = "a length over the cap that waits for 100",
	  .status = 413,
	  .bytes = POST "Host: a\r\nExpect: 100-continue\r\nContent-Length: 65537\r\n\r\n" },
	{ .name = "a blank before the colon",
	  .status = 400,
	  .bytes = POST "Host: a\r\nContent-Length : 5\r\n\r\n" HIDDEN },
	{ .name = "a header with a bad name",
	  .status = 400,
	  .bytes = "GET / HTTP/1.1\r\nHost: a\r\nA(b: c\r\n\r\n" HIDDEN },
	{ .name = "a control character in a value",
	  .status = 400,
	  .bytes = "GET / HTTP/1.1\r\nHost: a\r\nX: a\001b\r\n\r\n" HIDDEN },
	{ .name = "a bare CR in a value",
	  .status = 400,
	  .bytes = "GET / HTTP/1.1\r\nHost: a\r\nX: a\rContent-Length: 5\r\n\r\n" HIDDEN },
	{ .name = "a folded header",
	  .status = 400,
	  .bytes = "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n  b\r\n\r\n" HIDDEN },
	{ .name = "a folded header at the end of which is a length",
	  .status = 400,
	  .bytes = POST "Host: a\r\nX: a\r\n Content-Length: 33\r\n\r\n" HIDDEN },
	{ .name = "bare line feeds", .status = 400, .bytes = "GET / HTTP/1.1\nHost: a\n\n" HIDDEN },
	{ .name = "one bare line feed",
	  .status = 400,
	  .bytes = "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n" HIDDEN },
#define WITH_NUL "GET / HTTP/1.1\r\nHost: a\r\nX: a\0Content-Length: 5\r\n\r\n" HIDDEN
	{ .name = "a NUL in a value",
	  .status = 400,
	  .bytes = WITH_NUL,
	  .len = sizeof(WITH_NUL) - 1 },
#define TARGET_NUL "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n" HIDDEN
	{ .name = "a NUL in the target",
	  .status = 400,
	  .bytes = TARGET_NUL,
	  .len = sizeof(TARGET_NUL) - 1 },
#define METHOD_NUL "GE\0T / HTTP/1.1\r\nHost: a\r\n\r\n" HIDDEN
	{ .name = "a NUL in the method",
	  .status = 400,
	  .bytes = METHOD_NUL,
	  .len = sizeof(METHOD_NUL) - 1 },
	{ .name = "a bad method",
	  .status = 400,
	  .bytes = "G(T / HTTP/1.1\r\nHost: a\r\n\r\n" HIDDEN },
	{ .name = "two blanks before the target",
	  .status = 400,
	  .bytes = "GET  / HTTP/1.1\r\nHost: a\r\n\r\n" HIDDEN },
	{ .name = "a blank in the target",
	  .status = 400,
	  .bytes = "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n" HIDDEN },
	{ .name = "%00 in the path",
	  .status = 400,
	  .bytes = "GET /o%00x HTTP/1.1\r\nHost: a\r\n\r\n" HIDDEN },
	{ .name = "an escaped slash",
	  .status = 400,
	  .bytes = "GET /o%2ftoken HTTP/1.1\r\nHost: a\r\n\r\n" HIDDEN },
	{ .name = "dot segments",
	  .status = 400,
	  .bytes = "GET /o/../x HTTP/1.1\r\nHost: a\r\n\r\n" HIDDEN },
	{ .name = "a target of no form",
	  .status = 400,
	  .bytes = "GET o/token HTTP/1.1\r\nHost: a\r\n\r\n" HIDDEN },
	{ .name = "a length that is no number",
	  .status = 400,
	  .by_library = true,
	  .twice = true,
	  .bytes = POST "Host: a\r\nContent-Length: abc\r\n\r\n" HIDDEN },
	{ .name = "a signed length",
	  .status = 400,
	  .by_library = true,
	  .twice = true,
	  .bytes = POST "Host: a\r\nContent-Length: +5\r\n\r\nabcde" HIDDEN },
	{ .name = "a length with a list",
	  .status = 400,
	  .by_library = true,
	  .twice = true,
	  .bytes = POST "Host: a\r\nContent-Length: 5, 5\r\n\r\nabcde" HIDDEN },
	{ .name = "a length of thirty digits",
	  .status = 413,
	  .by_library = true,
	  .twice = true,
	  .bytes = POST
	  "Host: a\r\nContent-Length: 111111111111111111111111111111\r\n\r\n" HIDDEN },
	{ .name = "a header line without a colon",
	  .status = 400,
	  .by_library = true,
	  .bytes = "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n" HIDDEN },
	{ .name = "no version", .status = 400, .by_library = true, .bytes = "GET /\r\n\r\n" },
	{ .name = "version 2.0",
	  .status = 505,
	  .by_library = true,
	  .bytes = "GET / HTTP/2.0\r\nHost: a\r\n\r\n" },
	{ .name = "a chunk size that is no number",
	  .status = 400,
	  .by_library = true,
	  .bytes = POST
	  "Host: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n" HIDDEN },
	{ .name = "a chunk longer than it says",
	  .status = 400,
	  .by_library = true,
	  .bytes = POST
	  "Host: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcdef\r\n0\r\n\r\n" HIDDEN },
};

/* RFC9110#5.3 RFC9110#5.5 RFC9112#2.2 RFC9112#3.2 RFC9112#5.1 RFC9112#5.2 RFC9112#6.1 */
START_TEST(refusals_close)
{
	const struct refusal_row *row = &refusals[_i];
	start();
	int fd = raw_connect(fixture.port);
	raw_send(fd, row->bytes, row->len > 0 ? row->len : strlen(row->bytes));
	raw_read(fd, FIXTURE_PATIENCE_MS, &reply);
	ck_assert_msg(reply.status == row->status, "%s: %.300s", row->name, reply.bytes);
	ck_assert_msg(reply.answers == (row->twice ? 2 : 1), "%s: more than one answer: %.900s",
		      row->name, reply.bytes);
	ck_assert_msg(reply.closed, "%s: left open", row->name);
	ck_assert_msg(reply_has(&reply, "\r\nConnection: close\r\n"), "%s: %.300s", row->name,
		      reply.bytes);
	close(fd);
	WAIT_FOR(http_server_busy(fixture.server) == 0);
	ck_assert_msg(atomic_load(&fixture.handled) == 0, "%s: something was executed", row->name);
	ck_assert_msg(atomic_load(&fixture.refused) == (row->by_library ? 0 : 1),
		      "%s: asked the handler?", row->name);
	fixture_stop(&fixture);
}
END_TEST

static void ask_with_many(const char *line, size_t count, bool finish, bool closes)
{
	int fd = raw_connect(fixture.port);
	raw_say(fd, "GET / HTTP/1.1\r\nHost: a\r\n");
	for (size_t i = 0; i < count; i++)
		raw_say(fd, line);
	raw_say(fd, finish ? "\r\n" : "");
	raw_read_answer(fd, closes ? FIXTURE_PATIENCE_MS : 50, &reply);
	close(fd);
}

/* RFC6585#5 */
START_TEST(too_many_headers)
{
	start();
	ask_with_many("A: b\r\n", HTTP_HEADERS_MAX, true, true);
	ck_assert_int_eq(reply.status, 431);
	ck_assert(reply.closed);
	ck_assert_uint_eq(atomic_load(&fixture.refused), 1);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(as_many_headers_as_may_be)
{
	start();
	ask_with_many("A: b\r\n", HTTP_HEADERS_MAX - 1, true, false);
	ck_assert_int_eq(reply.status, 200);
	ck_assert(!reply.closed);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(headers_too_large)
{
	static char line[2048];
	snprintf(line, sizeof(line), "X-Long: %02000d\r\n", 0);
	start();
	ask_with_many(line, 9, true, true);
	ck_assert_int_eq(reply.status, 431);
	ck_assert(reply.closed);
	ck_assert_uint_eq(atomic_load(&fixture.handled), 0);
	/* So large that the library has no room for it: it answers itself. */
	ask_with_many(line, 200, false, true);
	ck_assert_int_eq(reply.status, 431);
	ck_assert(reply.closed);
	fixture_stop(&fixture);
}
END_TEST

/* RFC9110#15.5.15 */
START_TEST(target_too_long)
{
	static char target[20000];
	start();
	for (int i = 0; i < 2; i++) {
		int fd = raw_connect(fixture.port);
		/* Over our cap, and over all the library's memory. */
		memset(target, 'a', sizeof(target));
		target[0] = '/';
		raw_say(fd, "GET ");
		raw_send(fd, target, i == 0 ? 8193 : sizeof(target));
		for (int more = 0; i == 1 && more < 2; more++)
			raw_send(fd, target, sizeof(target));
		raw_say(fd, " HTTP/1.1\r\nHost: a\r\n\r\n");
		raw_read(fd, FIXTURE_PATIENCE_MS, &reply);
		ck_assert_int_eq(reply.status, 414);
		ck_assert(reply.closed);
		close(fd);
	}
	ck_assert_uint_eq(atomic_load(&fixture.handled), 0);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(many_arguments_cost_nothing)
{
	static char query[6001];
	start();
	for (size_t i = 0; i < sizeof(query) - 1; i += 2) {
		query[i] = 'a';
		query[i + 1] = '&';
	}
	int fd = raw_connect(fixture.port);
	raw_say(fd, "GET /x?");
	raw_say(fd, query);
	raw_say(fd, " HTTP/1.1\r\nHost: a\r\n\r\n");
	raw_read_one(fd, false, &reply);
	ck_assert_int_eq(reply.status, 200);
	ck_assert_str_eq(reply_body(&reply), "0 /x");
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, refusals_close, 0, (int)ARRAY_LEN(refusals));
	tcase_add_test(tc, too_many_headers);
	tcase_add_test(tc, as_many_headers_as_may_be);
	tcase_add_test(tc, headers_too_large);
	tcase_add_test(tc, target_too_long);
	tcase_add_test(tc, many_arguments_cost_nothing);
}

TEST_MAIN("http/refusals", add_tests)
