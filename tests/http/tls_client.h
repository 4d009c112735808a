/* SPDX-License-Identifier: Apache-2.0
 *
 * A TLS client over a raw socket, and certificates made on the spot. */
#ifndef TESTS_HTTP_TLS_CLIENT_H
#define TESTS_HTTP_TLS_CLIENT_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http_fixture.h"

enum { TLS_PATH_MAX = 128 };

/* A folder with cert.pem and key.pem (mode 0600), which belong together: the name is in the
 * certificate. */
struct tls_files {
	char folder[64];
	char certificate[TLS_PATH_MAX];
	char key[TLS_PATH_MAX];
};

void tls_files_make(struct tls_files *files, const char *name);
void tls_files_remove(struct tls_files *files);
/* Puts another pair, or only another key, in their place. */
void tls_files_renew(struct tls_files *files, const char *name, bool key_alone);
void tls_file_write(const char *path, const char *text, unsigned mode);

/* A listener with TLS on loopback; it asks for certificates when `asks`. Before fixture_start(). */
void tls_fixture_init(struct fixture *fixture, const struct tls_files *files, bool asks);

struct tls_client {
	int fd;
	gnutls_session_t session;
	gnutls_certificate_credentials_t credentials;
	bool asked; /* for a certificate */
};

struct tls_choice {
	const char *priorities;         /* NULL: what GnuTLS takes for normal */
	const char *alpn;               /* NULL: none */
	const struct tls_files *client; /* the certificate that is offered; NULL: none */
	const char *before;             /* sent before the handshake; NULL: nothing */
};

/* 0 when the handshake was done, GnuTLS's error otherwise; tls_close() in any case. */
int tls_open(struct tls_client *client, uint16_t port, const struct tls_choice *choice);
void tls_close(struct tls_client *client);
void tls_send(struct tls_client *client, const char *bytes, size_t len);
void tls_say(struct tls_client *client, const char *text);
/* Reads until the server closes (`closed`: with a close_notify) or nothing comes for `quiet_ms`. */
void tls_read(struct tls_client *client, int quiet_ms, struct reply *reply);
/* Reads one answer with its Content-Length. */
void tls_read_one(struct tls_client *client, struct reply *reply);
/* The name in the server's certificate. */
void tls_server_name(const struct tls_client *client, char name[64]);
/* The first flight of a client, as it goes over the wire; its length. */
size_t tls_hello(char *bytes, size_t size);

#endif
