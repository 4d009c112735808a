/* SPDX-License-Identifier: Apache-2.0
 *
 * The certificate is signed by itself, and is the one in the file of authorities, too. */
#include "support/origin_tls.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/ensure.h"

enum { PEM_MAX = 8192 };

struct origin_tls {
	char ca[64];
	gnutls_certificate_credentials_t credentials;
};

struct origin_session {
	gnutls_session_t session;
};

static void name_it(gnutls_x509_crt_t crt)
{
	struct in_addr loopback = { htonl(INADDR_LOOPBACK) };
	ensure(gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, "localhost", 9) ==
	       0);
	ensure(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, "localhost", 9,
						    GNUTLS_FSAN_SET) == 0);
	ensure(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, &loopback, 4,
						    GNUTLS_FSAN_APPEND) == 0);
}

static gnutls_x509_crt_t make_certificate(gnutls_x509_privkey_t key)
{
	gnutls_x509_crt_t crt;
	ensure(gnutls_x509_crt_init(&crt) == 0);
	ensure(gnutls_x509_crt_set_version(crt, 3) == 0);
	ensure(gnutls_x509_crt_set_serial(crt, "\1", 1) == 0);
	ensure(gnutls_x509_crt_set_activation_time(crt, time(NULL) - 60) == 0);
	ensure(gnutls_x509_crt_set_expiration_time(crt, time(NULL) + 86400) == 0);
	ensure(gnutls_x509_crt_set_ca_status(crt, 1) == 0);
	name_it(crt);
	ensure(gnutls_x509_crt_set_key(crt, key) == 0);
	ensure(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0) == 0);
	return crt;
}

static void write_ca(struct origin_tls *tls, gnutls_x509_crt_t crt)
{
	char pem[PEM_MAX];
	size_t size = sizeof(pem);
	ensure(gnutls_x509_crt_export(crt, GNUTLS_X509_FMT_PEM, pem, &size) == 0);
	snprintf(tls->ca, sizeof(tls->ca), "/tmp/doorcode-origin-XXXXXX");
	int fd = mkstemp(tls->ca);
	ensure(fd >= 0 && write(fd, pem, size) == (ssize_t)size);
	close(fd);
}

struct origin_tls *origin_tls_new(void)
{
	struct origin_tls *tls = xcalloc(1, sizeof(*tls));
	gnutls_x509_privkey_t key;
	ensure(gnutls_x509_privkey_init(&key) == 0);
	ensure(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
					    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
					    0) == 0);
	gnutls_x509_crt_t crt = make_certificate(key);
	write_ca(tls, crt);
	ensure(gnutls_certificate_allocate_credentials(&tls->credentials) == 0);
	ensure(gnutls_certificate_set_x509_key(tls->credentials, &crt, 1, key) >= 0);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(key);
	return tls;
}

void origin_tls_free(struct origin_tls **tls)
{
	if (!*tls)
		return;
	unlink((*tls)->ca);
	gnutls_certificate_free_credentials((*tls)->credentials);
	free(*tls);
	*tls = NULL;
}

const char *origin_tls_ca(const struct origin_tls *tls)
{
	return tls->ca;
}

struct origin_session *origin_tls_open(struct origin_tls *tls, int fd)
{
	struct origin_session *session = xcalloc(1, sizeof(*session));
	ensure(gnutls_init(&session->session, GNUTLS_SERVER | GNUTLS_NO_SIGNAL) == 0);
	ensure(gnutls_set_default_priority(session->session) == 0);
	ensure(gnutls_credentials_set(session->session, GNUTLS_CRD_CERTIFICATE, tls->credentials) ==
	       0);
	gnutls_transport_set_int(session->session, fd);
	int code;
	do {
		code = gnutls_handshake(session->session);
	} while (code < 0 && !gnutls_error_is_fatal(code));
	if (code < 0)
		origin_tls_close(&session);
	return session;
}

void origin_tls_close(struct origin_session **session)
{
	if (!*session)
		return;
	(void)gnutls_bye((*session)->session, GNUTLS_SHUT_WR);
	gnutls_deinit((*session)->session);
	free(*session);
	*session = NULL;
}

ssize_t origin_tls_read(struct origin_session *session, char *bytes, size_t len)
{
	ssize_t got;
	do {
		got = gnutls_record_recv(session->session, bytes, len);
	} while (got < 0 && !gnutls_error_is_fatal((int)got));
	return got;
}

ssize_t origin_tls_write(struct origin_session *session, const char *bytes, size_t len)
{
	size_t sent = 0;
	while (sent < len) {
		ssize_t got = gnutls_record_send(session->session, bytes + sent, len - sent);
		if (got < 0 && gnutls_error_is_fatal((int)got))
			return got;
		sent += got > 0 ? (size_t)got : 0;
	}
	return (ssize_t)sent;
}
