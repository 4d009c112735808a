/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of TLS: which are refused at the start, and what a swap does and does not touch. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ensure.h"
#include "check_main.h"
#include "tls_client.h"

enum { MANY = 50 };

static struct fixture fixture;
static struct reply reply;
static struct tls_files files;
static struct tls_files others;
static char name[64];

static const struct tls_choice plain_choice;

static void set_up(void)
{
	tls_files_make(&files, "first");
	tls_files_make(&others, "second");
	tls_fixture_init(&fixture, &files, true);
}

static void tear_down(void)
{
	tls_files_remove(&files);
	tls_files_remove(&others);
}

static void copy(const char *from, const char *to)
{
	static char text[65536];
	FILE *file = fopen(from, "r");
	ensure(file != NULL);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	tls_file_write(to, text, 0600);
}

#define GARBAGE "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
/* openssl genpkey -algorithm ed25519 -aes256 -pass pass:x */
#define ENCRYPTED \
	"-----BEGIN ENCRYPTED PRIVATE KEY-----\n" \
	"MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjZW9F2rClfBgICCAAw\n" \
	"DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEDhqzV/XjVB0tIIzmwdnClQEQJrJ\n" \
	"CfAjm2gvKg32jf91HmRTiycmSQT9zGU+qDuqGgsJMP8sF5q75EVjXXjNjtgySow/\n" \
	"T5dtqeoaPuw5xSRABzg=\n" \
	"-----END ENCRYPTED PRIVATE KEY-----\n"

static void remove_certificate(void)
{
	unlink(files.certificate);
}
static void remove_key(void)
{
	unlink(files.key);
}
static void key_of_another(void)
{
	copy(others.key, files.key);
}
static void key_for_all(void)
{
	chmod(files.key, 0604);
}
static void key_that_the_group_writes(void)
{
	chmod(files.key, 0660);
}
static void certificate_is_garbage(void)
{
	tls_file_write(files.certificate, GARBAGE, 0644);
}
static void certificate_is_empty(void)
{
	tls_file_write(files.certificate, "", 0644);
}
static void certificate_is_a_key(void)
{
	copy(files.key, files.certificate);
}
static void key_is_garbage(void)
{
	tls_file_write(files.key, "not a key", 0600);
}
static void key_is_encrypted(void)
{
	tls_file_write(files.key, ENCRYPTED, 0600);
}
static void key_is_a_folder(void)
{
	fixture.options.tls_key = files.folder;
}
static void certificate_is_endless(void)
{
	fixture.options.tls_certificate = "/dev/zero";
}
static void certificate_is_too_large(void)
{
	truncate(files.certificate, 2 << 20);
}
static void client_ca_is_missing(void)
{
	fixture.options.tls_client_ca = "/nowhere/at/all.pem";
}
static void client_ca_is_no_certificate(void)
{
	fixture.options.tls_client_ca = files.key;
}
static void no_certificate_is_named(void)
{
	fixture.options.tls_certificate = NULL;
}
static void no_key_is_named(void)
{
	fixture.options.tls_key = NULL;
}

static const struct bad_row {
	const char *name;
	void (*spoil)(void);
	bool at_start_alone; /* it is not the files that are spoiled */
} bad[] = {
	{ "no certificate", remove_certificate, false },
	{ "no key", remove_key, false },
	{ "a key of another certificate", key_of_another, false },
	{ "a key that all may read", key_for_all, false },
	{ "a key that the group may write", key_that_the_group_writes, false },
	{ "a certificate that is garbage", certificate_is_garbage, false },
	{ "a certificate that is empty", certificate_is_empty, false },
	{ "a certificate that is a key", certificate_is_a_key, false },
	{ "a certificate that is too large", certificate_is_too_large, false },
	{ "a key that is garbage", key_is_garbage, false },
	{ "a key that is encrypted", key_is_encrypted, false },
	{ "a key that is a folder", key_is_a_folder, true },
	{ "a certificate without an end", certificate_is_endless, true },
	{ "a client CA that is not there", client_ca_is_missing, true },
	{ "a client CA that is no certificate", client_ca_is_no_certificate, true },
	{ "no certificate named", no_certificate_is_named, true },
	{ "no key named", no_key_is_named, true },
};

START_TEST(bad_files_are_refused_at_start)
{
	const struct http_handler handler = { 0 };
	set_up();
	bad[_i].spoil();
	fixture.listen.address = "127.0.0.1:0";
	fixture.options.listen = &fixture.listen;
	fixture.options.listen_count = 1;
	ck_assert_msg(http_server_new(&fixture.options, &handler, &fixture.server) != ERR_OK, "%s",
		      bad[_i].name);
	ck_assert_ptr_null(fixture.server);
	tear_down();
}
END_TEST

static void expect_name(const char *expected)
{
	struct tls_client client;
	ck_assert_int_eq(tls_open(&client, fixture.port, &plain_choice), 0);
	tls_server_name(&client, name);
	ck_assert_str_eq(name, expected);
	tls_close(&client);
}

static void expect_served(struct tls_client *client)
{
	tls_say(client, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
	tls_read_one(client, &reply);
	ck_assert_int_eq(reply.status, 200);
}

START_TEST(bad_files_are_refused_at_a_swap)
{
	struct tls_client client;
	if (bad[_i].at_start_alone)
		return;
	set_up();
	fixture_start(&fixture, "127.0.0.1:0");
	ck_assert_int_eq(tls_open(&client, fixture.port, &plain_choice), 0);
	bad[_i].spoil();
	ck_assert_msg(http_server_reload(fixture.server) != ERR_OK, "%s", bad[_i].name);
	expect_name("first");
	expect_served(&client);
	tls_close(&client);
	fixture_stop(&fixture);
	tear_down();
}
END_TEST

START_TEST(swap_drops_nobody)
{
	static struct tls_client clients[MANY];
	struct tls_client half;
	char hello[4096];
	set_up();
	fixture_start(&fixture, "127.0.0.1:0");
	for (int i = 0; i < MANY; i++) {
		ck_assert_int_eq(tls_open(&clients[i], fixture.port, &plain_choice), 0);
		if (i % 2 == 0)
			expect_served(&clients[i]);
	}
	/* One is in the middle of its handshake. */
	int fd = raw_connect(fixture.port);
	size_t len = tls_hello(hello, sizeof(hello));
	raw_send(fd, hello, len);
	raw_read_answer(fd, 200, &reply);
	ck_assert(reply.len > 0 && !reply.closed);
	for (int round = 0; round < 3; round++) {
		snprintf(name, sizeof(name), "round %d", round);
		tls_files_renew(&files, name, false);
		ck_assert_int_eq(http_server_reload(fixture.server), ERR_OK);
		char expected[64];
		snprintf(expected, sizeof(expected), "round %d", round);
		expect_name(expected);
	}
	ck_assert_int_eq(tls_open(&half, fixture.port, &plain_choice), 0);
	for (int i = 0; i < MANY; i++) {
		expect_served(&clients[i]);
		tls_server_name(&clients[i], name);
		ck_assert_str_eq(name, "first");
		tls_close(&clients[i]);
	}
	tls_close(&half);
	close(fd);
	fixture_stop(&fixture);
	tear_down();
}
END_TEST

START_TEST(group_may_read_the_key)
{
	set_up();
	chmod(files.key, 0640);
	fixture.options.tls_client_ca = others.certificate;
	fixture_start(&fixture, "127.0.0.1:0");
	expect_name("first");
	fixture_stop(&fixture);
	tear_down();
}
END_TEST

/* Nothing to read anew is no fault. */
START_TEST(swap_without_tls)
{
	fixture_init(&fixture);
	fixture_start(&fixture, "127.0.0.1:0");
	ck_assert_int_eq(http_server_reload(fixture.server), ERR_OK);
	fixture_stop(&fixture);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, bad_files_are_refused_at_start, 0, (int)ARRAY_LEN(bad));
	tcase_add_loop_test(tc, bad_files_are_refused_at_a_swap, 0, (int)ARRAY_LEN(bad));
	tcase_add_test(tc, swap_drops_nobody);
	tcase_add_test(tc, group_may_read_the_key);
	tcase_add_test(tc, swap_without_tls);
}

TEST_MAIN("http/tls_files", add_tests)
