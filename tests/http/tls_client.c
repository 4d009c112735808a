/* SPDX-License-Identifier: Apache-2.0
 *
 * The client has a non-blocking session over a blocking socket that it polls, so that every wait
 * has an end. */
#include "tls_client.h"

#include <check.h>
#include <errno.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/ensure.h"

enum { WAIT_MS = FIXTURE_PATIENCE_MS, PEM_MAX = 16384 };

/* --- files --- */

void tls_file_write(const char *path, const char *text, unsigned mode)
{
	FILE *file = fopen(path, "w");
	ensure(file != NULL);
	fputs(text, file);
	fclose(file);
	ensure(chmod(path, mode) == 0);
}

static gnutls_x509_privkey_t make_key(const char *path)
{
	char pem[PEM_MAX];
	size_t size = sizeof(pem);
	gnutls_x509_privkey_t key;
	ensure(gnutls_x509_privkey_init(&key) == 0);
	ensure(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
					    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
					    0) == 0);
	ensure(gnutls_x509_privkey_export(key, GNUTLS_X509_FMT_PEM, pem, &size) == 0);
	tls_file_write(path, pem, 0600);
	return key;
}

static void make_certificate(const char *path, const char *name, gnutls_x509_privkey_t key)
{
	char pem[PEM_MAX];
	size_t size = sizeof(pem);
	gnutls_x509_crt_t crt;
	ensure(gnutls_x509_crt_init(&crt) == 0);
	ensure(gnutls_x509_crt_set_version(crt, 3) == 0);
	ensure(gnutls_x509_crt_set_serial(crt, "\1", 1) == 0);
	ensure(gnutls_x509_crt_set_activation_time(crt, time(NULL) - 60) == 0);
	ensure(gnutls_x509_crt_set_expiration_time(crt, time(NULL) + 86400) == 0);
	ensure(gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, name,
					     (unsigned)strlen(name)) == 0);
	ensure(gnutls_x509_crt_set_key(crt, key) == 0);
	ensure(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0) == 0);
	ensure(gnutls_x509_crt_export(crt, GNUTLS_X509_FMT_PEM, pem, &size) == 0);
	tls_file_write(path, pem, 0644);
	gnutls_x509_crt_deinit(crt);
}

void tls_files_renew(struct tls_files *files, const char *name, bool key_alone)
{
	gnutls_x509_privkey_t key = make_key(files->key);
	if (!key_alone)
		make_certificate(files->certificate, name, key);
	gnutls_x509_privkey_deinit(key);
}

void tls_files_make(struct tls_files *files, const char *name)
{
	snprintf(files->folder, sizeof(files->folder), "/tmp/doorcode-tls-XXXXXX");
	ensure(mkdtemp(files->folder) != NULL);
	snprintf(files->certificate, TLS_PATH_MAX, "%s/cert.pem", files->folder);
	snprintf(files->key, TLS_PATH_MAX, "%s/key.pem", files->folder);
	tls_files_renew(files, name, false);
}

void tls_files_remove(struct tls_files *files)
{
	unlink(files->certificate);
	unlink(files->key);
	rmdir(files->folder);
}

void tls_fixture_init(struct fixture *fixture, const struct tls_files *files, bool asks)
{
	fixture_init(fixture);
	fixture->options.tls_certificate = files->certificate;
	fixture->options.tls_key = files->key;
	fixture->listen.tls = true;
	fixture->listen.asks_certificate = asks;
}

/* --- sessions --- */

static int on_request(gnutls_session_t session, unsigned type, unsigned post, unsigned incoming,
		      const gnutls_datum_t *message)
{
	struct tls_client *client = gnutls_session_get_ptr(session);
	(void)post;
	(void)message;
	if (incoming && type == GNUTLS_HANDSHAKE_CERTIFICATE_REQUEST)
		client->asked = true;
	return 0;
}

static void prepare(struct tls_client *client, const struct tls_choice *choice)
{
	const char *priorities = choice->priorities == NULL ? "NORMAL" : choice->priorities;
	ensure(gnutls_certificate_allocate_credentials(&client->credentials) == 0);
	if (choice->client != NULL)
		ensure(gnutls_certificate_set_x509_key_file(
			       client->credentials, choice->client->certificate,
			       choice->client->key, GNUTLS_X509_FMT_PEM) == 0);
	ensure(gnutls_init(&client->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) ==
	       0);
	ensure(gnutls_priority_set_direct(client->session, priorities, NULL) == 0);
	ensure(gnutls_credentials_set(client->session, GNUTLS_CRD_CERTIFICATE,
				      client->credentials) == 0);
	gnutls_session_set_ptr(client->session, client);
	gnutls_handshake_set_hook_function(client->session, GNUTLS_HANDSHAKE_ANY, GNUTLS_HOOK_PRE,
					   on_request);
	if (choice->alpn == NULL)
		return;
	gnutls_datum_t alpn = { (unsigned char *)(uintptr_t)choice->alpn,
				(unsigned)strlen(choice->alpn) };
	ensure(gnutls_alpn_set_protocols(client->session, &alpn, 1, 0) == 0);
}

static bool wait_for(const struct tls_client *client, int timeout_ms)
{
	bool writes = gnutls_record_get_direction(client->session) == 1;
	struct pollfd poll_fd = { .fd = client->fd, .events = writes ? POLLOUT : POLLIN };
	return poll(&poll_fd, 1, timeout_ms) > 0;
}

static bool again(int error)
{
	return error == GNUTLS_E_AGAIN || error == GNUTLS_E_INTERRUPTED;
}

/* The socket blocks for whoever shares it, the session never does. */
static ssize_t pull(gnutls_transport_ptr_t ptr, void *bytes, size_t size)
{
	return recv((int)(intptr_t)ptr, bytes, size, MSG_DONTWAIT);
}

int tls_open(struct tls_client *client, uint16_t port, const struct tls_choice *choice)
{
	int error;
	*client = (struct tls_client){ .fd = raw_connect(port) };
	if (choice->before != NULL)
		raw_say(client->fd, choice->before);
	prepare(client, choice);
	gnutls_transport_set_int(client->session, client->fd);
	gnutls_transport_set_pull_function(client->session, pull);
	while ((error = gnutls_handshake(client->session)) < 0) {
		if (gnutls_error_is_fatal(error))
			return error;
		if (again(error) && !wait_for(client, WAIT_MS))
			return GNUTLS_E_TIMEDOUT;
	}
	return 0;
}

void tls_close(struct tls_client *client)
{
	gnutls_deinit(client->session);
	gnutls_certificate_free_credentials(client->credentials);
	close(client->fd);
}

void tls_send(struct tls_client *client, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = gnutls_record_send(client->session, bytes, len);
		if (n < 0 && again((int)n) && wait_for(client, WAIT_MS))
			continue;
		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}

void tls_say(struct tls_client *client, const char *text)
{
	tls_send(client, text, strlen(text));
}

/* False when there is nothing more to come. */
static bool read_some(struct tls_client *client, int quiet_ms, struct reply *reply)
{
	ensure(reply->len < REPLY_MAX - 1);
	ssize_t n = gnutls_record_recv(client->session, reply->bytes + reply->len,
				       REPLY_MAX - 1 - reply->len);
	if (n < 0 && again((int)n))
		return wait_for(client, quiet_ms);
	if (n <= 0) {
		reply->closed = n == 0;
		return false;
	}
	reply->len += (size_t)n;
	reply->bytes[reply->len] = '\0';
	return true;
}

void tls_read(struct tls_client *client, int quiet_ms, struct reply *reply)
{
	reply_clear(reply);
	while (read_some(client, quiet_ms, reply))
		continue;
	reply_judge(reply);
}

void tls_read_one(struct tls_client *client, struct reply *reply)
{
	reply_clear(reply);
	while (!reply_is_whole(reply, false) && read_some(client, WAIT_MS, reply))
		continue;
	ck_assert_msg(reply_is_whole(reply, false), "no whole answer came: %s", reply->bytes);
	reply_judge(reply);
}

void tls_server_name(const struct tls_client *client, char name[64])
{
	unsigned count = 0;
	size_t size = 64;
	gnutls_x509_crt_t crt;
	const gnutls_datum_t *list = gnutls_certificate_get_peers(client->session, &count);
	ensure(count > 0 && gnutls_x509_crt_init(&crt) == 0);
	ensure(gnutls_x509_crt_import(crt, &list[0], GNUTLS_X509_FMT_DER) == 0);
	ensure(gnutls_x509_crt_get_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &size) ==
	       0);
	gnutls_x509_crt_deinit(crt);
}

/* --- a flight to be sent by hand --- */

struct catch
{
	char *bytes;
	size_t len;
	size_t size;
};

static ssize_t keep(gnutls_transport_ptr_t ptr, const void *bytes, size_t len)
{
	struct catch *catch = ptr;
	ensure(catch->len + len <= catch->size);
	memcpy(catch->bytes + catch->len, bytes, len);
	catch->len += len;
	return (ssize_t)len;
}

static ssize_t nothing(gnutls_transport_ptr_t ptr, void *bytes, size_t size)
{
	(void)ptr;
	(void)bytes;
	(void)size;
	errno = EAGAIN;
	return -1;
}

size_t tls_hello(char *bytes, size_t size)
{
	struct tls_client client = { .fd = -1 };
	struct catch catch = { .bytes = bytes, .size = size };
	prepare(&client, &(struct tls_choice){ .priorities = NULL });
	gnutls_transport_set_ptr(client.session, &catch);
	gnutls_transport_set_push_function(client.session, keep);
	gnutls_transport_set_pull_function(client.session, nothing);
	ensure(gnutls_handshake(client.session) == GNUTLS_E_AGAIN);
	tls_close(&client);
	return catch.len;
}
