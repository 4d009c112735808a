/* SPDX-License-Identifier: Apache-2.0
 *
 * Who a request comes from, over real sockets: PROXY headers, X-Forwarded-*, and the cap on
 * connections of one source. */
#include <string.h>
#include <unistd.h>

#include "check_main.h"
#include "http_fixture.h"

static struct fixture fixture;
static struct reply reply;
static struct network trusted[2];

static void prepare(bool trust, bool proxy_protocol)
{
	fixture_init(&fixture);
	ck_assert_int_eq(network_parse(SLICE("127.0.0.0/8"), &trusted[0]), ERR_OK);
	ck_assert_int_eq(network_parse(SLICE("10.0.0.0/8"), &trusted[1]), ERR_OK);
	fixture.options.trusted_proxies = trusted;
	fixture.options.trusted_proxy_count = trust ? 2 : 0;
	fixture.listen.proxy = proxy_protocol;
}

static void start(bool trust, bool proxy_protocol)
{
	prepare(trust, proxy_protocol);
	fixture_start(&fixture, "127.0.0.1:0");
}

#define PEER "GET /peer HTTP/1.1\r\nHost: a\r\n"
#define ID "X-Request-Id: abcdefgh-1234\r\n"

static const struct row {
	const char *name;
	const char *bytes;
	size_t len; /* with NULs; otherwise 0 */
	bool trust;
	bool proxy_protocol;
	const char *body; /* NULL: closed without an answer; a beginning of it otherwise */
} rows[] = {
	{ .name = "forwarded headers of a stranger are not read",
	  .trust = false,
	  .body = "127.0.0.1 http ",
	  .bytes = PEER "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n" ID "\r\n" },
	{ .name = "those of a trusted proxy are",
	  .trust = true,
	  .body = "192.0.2.1 https abcdefgh-1234",
	  .bytes = PEER "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n" ID "\r\n" },
	{ .name = "lines are joined and read from the right",
	  .trust = true,
	  .body = "192.0.2.7 http ",
	  .bytes = PEER
	  "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 192.0.2.7, 10.1.1.1\r\n\r\n" },
	{ .name = "trusted without a header is the proxy itself",
	  .trust = true,
	  .body = "127.0.0.1 http ",
	  .bytes = PEER "\r\n" },
	{ .name = "an id with other characters is not taken",
	  .trust = true,
	  .body = "127.0.0.1 http ",
	  .bytes = PEER "X-Request-Id: abc<script>\r\n\r\n" },
	{ .name = "version 1",
	  .trust = true,
	  .proxy_protocol = true,
	  .body = "203.0.113.5 http ",
	  .bytes = "PROXY TCP4 203.0.113.5 127.0.0.1 4711 80\r\n" PEER "\r\n" },
	{ .name = "version 1, IPv6",
	  .trust = true,
	  .proxy_protocol = true,
	  .body = "2001:db8::1 http ",
	  .bytes = "PROXY TCP6 2001:db8::1 ::1 4711 80\r\n" PEER "\r\n" },
	{ .name = "version 1, unknown",
	  .trust = true,
	  .proxy_protocol = true,
	  .body = "127.0.0.1 http ",
	  .bytes = "PROXY UNKNOWN\r\n" PEER "\r\n" },
	{ .name = "what the client behind the balancer says of itself is not read",
	  .trust = true,
	  .proxy_protocol = true,
	  .body = "203.0.113.5 http ",
	  .bytes = "PROXY TCP4 203.0.113.5 127.0.0.1 4711 80\r\n" PEER
		   "X-Forwarded-For: 192.0.2.1\r\n\r\n" },
	{ .name = "a proxy behind the balancer is trusted by its own address",
	  .trust = true,
	  .proxy_protocol = true,
	  .body = "192.0.2.1 http ",
	  .bytes = "PROXY TCP4 10.0.0.9 127.0.0.1 4711 80\r\n" PEER
		   "X-Forwarded-For: 192.0.2.1\r\n\r\n" },
#define V2_SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define V2 V2_SIGNATURE "\x21\x11\0\x0c\xcb\0\x71\x06\x7f\0\0\1\x12\x34\0\x50" PEER "\r\n"
	{ .name = "version 2",
	  .trust = true,
	  .proxy_protocol = true,
	  .bytes = V2,
	  .len = sizeof(V2) - 1,
	  .body = "203.0.113.6 http " },
#define V2_TLS \
	V2_SIGNATURE "\x21\x11\0\x14\xcb\0\x71\x06\x7f\0\0\1\x12\x34\0\x50\x20\0\5\1\0\0\0\0" PEER \
		     "\r\n"
	{ .name = "version 2 over TLS",
	  .trust = true,
	  .proxy_protocol = true,
	  .bytes = V2_TLS,
	  .len = sizeof(V2_TLS) - 1,
	  .body = "203.0.113.6 https " },
#define V2_LOCAL V2_SIGNATURE "\x20\0\0\0" PEER "\r\n"
	{ .name = "version 2, a health check",
	  .trust = true,
	  .proxy_protocol = true,
	  .bytes = V2_LOCAL,
	  .len = sizeof(V2_LOCAL) - 1,
	  .body = "127.0.0.1 http " },
	{ .name = "no header where there must be one",
	  .trust = true,
	  .proxy_protocol = true,
	  .bytes = PEER "\r\n" },
	{ .name = "a header that is none",
	  .trust = true,
	  .proxy_protocol = true,
	  .bytes = "PROXY TCP4 203.0.113.5 127.0.0.1 4711\r\n" PEER "\r\n" },
#define V2_BAD V2_SIGNATURE "\x21\x11\0\4\xcb\0\x71\x06" PEER "\r\n"
	{ .name = "version 2, too short for its addresses",
	  .trust = true,
	  .proxy_protocol = true,
	  .bytes = V2_BAD,
	  .len = sizeof(V2_BAD) - 1 },
#define V2_LONG V2_SIGNATURE "\x21\x11\xff\xff" PEER "\r\n"
	{ .name = "version 2, longer than anybody needs",
	  .trust = true,
	  .proxy_protocol = true,
	  .bytes = V2_LONG,
	  .len = sizeof(V2_LONG) - 1 },
};

static void expect(const struct row *row)
{
	ck_assert_msg(reply.status == (row->body == NULL ? 0 : 200), "%s: %s", row->name,
		      reply.bytes);
	ck_assert_msg(reply.closed == (row->body == NULL), "%s", row->name);
	if (row->body != NULL)
		ck_assert_msg(strncmp(reply_body(&reply), row->body, strlen(row->body)) == 0,
			      "%s: %s", row->name, reply_body(&reply));
}

START_TEST(whole)
{
	const struct row *row = &rows[_i];
	start(row->trust, row->proxy_protocol);
	int fd = raw_connect(fixture.port);
	raw_send(fd, row->bytes, row->len > 0 ? row->len : strlen(row->bytes));
	raw_read_answer(fd, row->body == NULL ? FIXTURE_PATIENCE_MS : 100, &reply);
	expect(row);
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(byte_by_byte)
{
	const struct row *row = &rows[_i];
	size_t len = row->len > 0 ? row->len : strlen(row->bytes);
	start(row->trust, row->proxy_protocol);
	int fd = raw_connect(fixture.port);
	for (size_t i = 0; i < len; i++) {
		raw_send(fd, row->bytes + i, 1);
		if (i % 8 == 0)
			nap();
	}
	raw_read_answer(fd, row->body == NULL ? FIXTURE_PATIENCE_MS : 100, &reply);
	expect(row);
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(header_that_never_comes)
{
	prepare(true, true);
	fixture.options.header_timeout = 2;
	fixture_start(&fixture, "127.0.0.1:0");
	long long began = now_ms();
	int fd = raw_connect(fixture.port);
	raw_say(fd, "PROXY TCP4 ");
	raw_read(fd, FIXTURE_PATIENCE_MS, &reply);
	ck_assert(reply.closed);
	ck_assert_int_ge(now_ms() - began, 2000);
	close(fd);
	fixture_stop(&fixture);
}
END_TEST

static int connect_as(const char *address)
{
	int fd = raw_connect(fixture.port);
	raw_say(fd, "PROXY TCP4 ");
	raw_say(fd, address);
	raw_say(fd, " 127.0.0.1 4711 80\r\nGET /peer HTTP/1.1\r\nHost: a\r\n\r\n");
	raw_read_answer(fd, 200, &reply);
	return fd;
}

START_TEST(cap_per_source)
{
	enum { CAP = 8 };
	int fds[CAP];
	start(true, true);
	for (int i = 0; i < CAP; i++) {
		fds[i] = connect_as(i % 2 == 0 ? "203.0.113.1" : "203.0.113.254");
		ck_assert_int_eq(reply.status, 200);
	}
	int over = connect_as("203.0.113.77");
	ck_assert_int_eq(reply.status, 0);
	ck_assert(reply.closed);
	close(over);
	int other = connect_as("203.0.114.1");
	ck_assert_int_eq(reply.status, 200);
	close(other);
	/* One goes, one may come. */
	close(fds[0]);
	do {
		nap();
		over = connect_as("203.0.113.77");
		close(over);
	} while (reply.status != 200);
	for (int i = 1; i < CAP; i++)
		close(fds[i]);
	fixture_stop(&fixture);
}
END_TEST

START_TEST(proxies_and_loopback_have_no_cap)
{
	enum { MORE = 12 };
	int fds[MORE];
	start(_i == 0, false);
	for (int i = 0; i < MORE; i++) {
		fds[i] = raw_connect(fixture.port);
		raw_say(fds[i], PEER "\r\n");
		raw_read_one(fds[i], false, &reply);
		ck_assert_int_eq(reply.status, 200);
	}
	for (int i = 0; i < MORE; i++)
		close(fds[i]);
	fixture_stop(&fixture);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, whole, 0, (int)ARRAY_LEN(rows));
	tcase_add_loop_test(tc, byte_by_byte, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tc, header_that_never_comes);
	tcase_add_test(tc, cap_per_source);
	tcase_add_loop_test(tc, proxies_and_loopback_have_no_cap, 0, 2);
}

TEST_MAIN("http/proxies", add_tests)
