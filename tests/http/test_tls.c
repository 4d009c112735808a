/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests over our own TLS: what has been read off the socket is not left lying, refusals past the
 * library, parking, the client's certificate, the PROXY header before the handshake. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check_main.h"
#include "tls_client.h"

enum { BODY = 60000, PIPELINED = 100, PARKED = 100 };

static struct fixture fixture;
static struct reply reply;
static struct tls_files files;
static struct tls_files clients;
static struct tls_client client;
static struct network loopback;

static const struct tls_choice plain_choice;

static void start(void)
{
	tls_files_make(&files, "server");
	tls_fixture_init(&fixture, &files, false);
	fixture_start(&fixture, "127.0.0.1:0");
}

static void stop(void)
{
	fixture_stop(&fixture);
	tls_files_remove(&files);
}

static void open_client(const struct tls_choice *choice)
{
	int error = tls_open(&client, fixture.port, choice);
	ck_assert_msg(error == 0, "handshake: %s", gnutls_strerror(error));
}

#define PEER "GET /peer HTTP/1.1\r\nHost: a\r\n\r\n"

/* RFC9325#3.1.1, #4.2 */
static const struct version_row {
	const char *priorities;
	bool fine;
} versions[] = {
	{ "NORMAL:-VERS-ALL:+VERS-TLS1.3", true },
	{ "NORMAL:-VERS-ALL:+VERS-TLS1.2", true },
	{ "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+CHACHA20-POLY1305", true },
	{ "NORMAL:-VERS-ALL:+VERS-TLS1.1", false },
	{ "NORMAL:-VERS-ALL:+VERS-TLS1.0", false },
	{ "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC", false },
	{ "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+3DES-CBC", false },
	{ "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA", false },
	{ "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+DHE-RSA", false },
	{ "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-FFDHE2048", false },
	{ "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-CCM", false },
};

START_TEST(versions_and_ciphers)
{
	const struct version_row *row = &versions[_i];
	start();
	int error = tls_open(&client, fixture.port,
			     &(struct tls_choice){ .priorities = row->priorities });
	ck_assert_msg((error == 0) == row->fine, "%s: %s", row->priorities, gnutls_strerror(error));
	for (int i = 0; row->fine && i < 3; i++) {
		tls_say(&client, PEER);
		tls_read_one(&client, &reply);
		ck_assert_int_eq(reply.status, 200);
		ck_assert_int_eq(strncmp(reply_body(&reply), "127.0.0.1 https ", 16), 0);
	}
	tls_close(&client);
	ck_assert_uint_eq(atomic_load(&fixture.handled), row->fine ? 3 : 0);
	stop();
}
END_TEST

/* RFC7301#3.2 */
static const struct alpn_row {
	const char *name;
	bool fine;
} alpns[] = { { "http/1.1", true }, { "http/1.0", true }, { "h2", false }, { "ftp", false } };

START_TEST(protocols)
{
	start();
	int error = tls_open(&client, fixture.port, &(struct tls_choice){ .alpn = alpns[_i].name });
	ck_assert_msg((error == 0) == alpns[_i].fine, "%s: %s", alpns[_i].name,
		      gnutls_strerror(error));
	tls_close(&client);
	stop();
}
END_TEST

/* A record is larger than what the library reads at a time, and the rest of it makes no socket
 * ready. */
START_TEST(large_records_are_read_to_their_end)
{
	static char body[BODY + 1];
	start();
	open_client(&plain_choice);
	memset(body, 'x', BODY);
	for (int i = 0; i < 3; i++) {
		tls_say(&client, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n");
		tls_say(&client, body);
		tls_read_one(&client, &reply);
		ck_assert_int_eq(reply.status, 200);
		ck_assert_str_eq(reply_body(&reply), body);
	}
	tls_close(&client);
	stop();
}
END_TEST

START_TEST(many_requests_in_one_record)
{
	static char text[PIPELINED * 64];
	size_t len = 0;
	start();
	open_client(&plain_choice);
	for (int i = 0; i < PIPELINED; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", i);
	tls_send(&client, text, len);
	WAIT_FOR(atomic_load(&fixture.sent) == PIPELINED);
	tls_read(&client, 500, &reply);
	ck_assert_uint_eq(reply.answers, PIPELINED);
	ck_assert(reply_has(&reply, "0 /99"));
	tls_close(&client);
	stop();
}
END_TEST

/* RFC9110#15.5.14 */
START_TEST(chunked_over_the_cap)
{
	static char chunk[16384 + 16];
	start();
	open_client(&plain_choice);
	tls_say(&client, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
	int head = snprintf(chunk, sizeof(chunk), "4000\r\n");
	memset(chunk + head, 'x', 16384);
	memcpy(chunk + head + 16384, "\r\n", 2);
	for (int i = 0; i < 10; i++)
		tls_send(&client, chunk, (size_t)head + 16384 + 2);
	tls_read(&client, FIXTURE_PATIENCE_MS, &reply);
	ck_assert_int_eq(reply.status, 413);
	ck_assert(reply.closed);
	tls_close(&client);
	ck_assert_uint_eq(atomic_load(&fixture.handled), 0);
	stop();
}
END_TEST

/* --- parking --- */

#define PARK "POST /park HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na=b"

START_TEST(parked_and_resumed)
{
	start();
	open_client(&plain_choice);
	for (int i = 0; i < 3; i++) {
		tls_say(&client, PARK);
		fixture_wait_parked(&fixture, 1);
		fixture_resume(&fixture, 1);
		tls_read_one(&client, &reply);
		ck_assert_str_eq(reply_body(&reply), "resumed");
	}
	tls_close(&client);
	stop();
}
END_TEST

START_TEST(parked_peer_hangs_up)
{
	start();
	open_client(&plain_choice);
	tls_say(&client, PARK);
	fixture_wait_parked(&fixture, 1);
	ck_assert(!http_exchange_gone(fixture.parked[0]));
	if (_i == 0)
		gnutls_bye(client.session, GNUTLS_SHUT_WR);
	tls_close(&client);
	WAIT_FOR(http_exchange_gone(fixture.parked[0]));
	fixture_resume(&fixture, 1);
	WAIT_FOR(atomic_load(&fixture.done) == 1);
	ck_assert_uint_eq(atomic_load(&fixture.sent), 0);
	stop();
}
END_TEST

START_TEST(many_parked_then_drained)
{
	static struct tls_client parked[PARKED];
	struct tls_client idle;
	start();
	ck_assert_int_eq(tls_open(&idle, fixture.port, &plain_choice), 0);
	tls_say(&idle, PEER);
	tls_read_one(&idle, &reply);
	for (size_t i = 0; i < PARKED; i++) {
		ck_assert_int_eq(tls_open(&parked[i], fixture.port, &plain_choice), 0);
		tls_say(&parked[i], PARK);
	}
	fixture_wait_parked(&fixture, PARKED);
	http_server_drain(fixture.server);
	tls_read(&idle, FIXTURE_PATIENCE_MS, &reply);
	ck_assert_msg(reply.closed,
		      "an idle connection stays open, or ends without a close_notify");
	fixture_resume(&fixture, PARKED);
	for (size_t i = 0; i < PARKED; i++) {
		tls_read(&parked[i], FIXTURE_PATIENCE_MS, &reply);
		ck_assert_str_eq(reply_body(&reply), "resumed");
		ck_assert(reply.closed);
		tls_close(&parked[i]);
	}
	tls_close(&idle);
	WAIT_FOR(http_server_busy(fixture.server) == 0);
	stop();
}
END_TEST

/* --- the client's certificate --- */

static void trust_loopback(bool trust)
{
	ck_assert_int_eq(network_parse(SLICE("127.0.0.0/8"), &loopback), ERR_OK);
	fixture.options.trusted_proxies = &loopback;
	fixture.options.trusted_proxy_count = trust ? 1 : 0;
}

static size_t certificate_of(const struct tls_files *from, unsigned char *der, size_t size)
{
	gnutls_datum_t pem, out;
	ck_assert_int_eq(gnutls_load_file(from->certificate, &pem), 0);
	ck_assert_int_eq(gnutls_pem_base64_decode2("CERTIFICATE", &pem, &out), 0);
	size_t len = out.size;
	ck_assert_uint_le(len, size);
	memcpy(der, out.data, len);
	gnutls_free(pem.data);
	gnutls_free(out.data);
	return len;
}

static const struct certificate_row {
	const char *name;
	const char *priorities;
	bool asks;
	bool offers;
	bool is_proxy; /* one that we trust, with clients of its own */
} certificates[] = {
	{ "asked for and given", "NORMAL:-VERS-ALL:+VERS-TLS1.3", true, true, false },
	{ "asked for and given, 1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.2", true, true, false },
	{ "asked for, none there", "NORMAL:-VERS-ALL:+VERS-TLS1.3", true, false, false },
	{ "asked for, none there, 1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.2", true, false, false },
	{ "a proxy's own", "NORMAL:-VERS-ALL:+VERS-TLS1.3", true, true, true },
	{ "not asked for", "NORMAL:-VERS-ALL:+VERS-TLS1.3", false, true, false },
	{ "not asked for, 1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.2", false, true, false },
};

/* RFC8705#2 */
START_TEST(certificate_of_the_client)
{
	const struct certificate_row *row = &certificates[_i];
	unsigned char der[2048];
	bool given = row->asks && row->offers && !row->is_proxy;
	tls_files_make(&files, "server");
	tls_fixture_init(&fixture, &files, row->asks);
	trust_loopback(row->is_proxy);
	fixture_start(&fixture, "127.0.0.1:0");
	tls_files_make(&clients, "client");
	open_client(&(struct tls_choice){ .priorities = row->priorities,
					  .client = row->offers ? &clients : NULL });
	ck_assert_msg(client.asked == row->asks, "%s", row->name);
	size_t len = given ? certificate_of(&clients, der, sizeof(der)) : 0;
	for (int i = 0; i < 2; i++) {
		tls_say(&client, "GET /certificate HTTP/1.1\r\nHost: a\r\n\r\n");
		tls_read_one(&client, &reply);
		const char *body = reply_body(&reply);
		ck_assert_msg(reply.len - (size_t)(body - reply.bytes) == len, "%s", row->name);
		ck_assert_msg(memcmp(body, der, len) == 0, "%s", row->name);
	}
	tls_close(&client);
	tls_files_remove(&clients);
	stop();
}
END_TEST

/* --- the PROXY header --- */

static void start_with_proxy(bool trust)
{
	tls_files_make(&files, "server");
	tls_fixture_init(&fixture, &files, false);
	trust_loopback(trust);
	fixture.listen.proxy = true;
	fixture_start(&fixture, "127.0.0.1:0");
}

static const struct proxy_row {
	const char *name;
	const char *before;
	bool trust;
	const char *body; /* NULL: no handshake */
} proxies[] = {
	{ "before the handshake", "PROXY TCP4 203.0.113.5 127.0.0.1 4711 443\r\n", true,
	  "203.0.113.5 https " },
	{ "a health check", "PROXY UNKNOWN\r\n", true, "127.0.0.1 https " },
	{ "of nobody who is trusted", NULL, false, "127.0.0.1 https " },
	{ "missing", NULL, true, NULL },
	{ "from nobody who is trusted", "PROXY TCP4 203.0.113.5 127.0.0.1 4711 443\r\n", false,
	  NULL },
};

START_TEST(proxy_header)
{
	const struct proxy_row *row = &proxies[_i];
	start_with_proxy(row->trust);
	int error = tls_open(&client, fixture.port, &(struct tls_choice){ .before = row->before });
	ck_assert_msg((error == 0) == (row->body != NULL), "%s: %s", row->name,
		      gnutls_strerror(error));
	if (error == 0) {
		tls_say(&client, PEER);
		tls_read_one(&client, &reply);
		ck_assert_msg(strncmp(reply_body(&reply), row->body, strlen(row->body)) == 0,
			      "%s: %s", row->name, reply_body(&reply));
	}
	tls_close(&client);
	stop();
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, versions_and_ciphers, 0, (int)ARRAY_LEN(versions));
	tcase_add_loop_test(tc, protocols, 0, (int)ARRAY_LEN(alpns));
	tcase_add_test(tc, large_records_are_read_to_their_end);
	tcase_add_test(tc, many_requests_in_one_record);
	tcase_add_test(tc, chunked_over_the_cap);
	tcase_add_test(tc, parked_and_resumed);
	tcase_add_loop_test(tc, parked_peer_hangs_up, 0, 2);
	tcase_add_test(tc, many_parked_then_drained);
	tcase_add_loop_test(tc, certificate_of_the_client, 0, (int)ARRAY_LEN(certificates));
	tcase_add_loop_test(tc, proxy_header, 0, (int)ARRAY_LEN(proxies));
}

TEST_MAIN("http/tls", add_tests)
