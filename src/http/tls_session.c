/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's own credentials are never used: each session is given the identity of its moment,
 * so that a swap touches no connection. Bytes come in through pull(), which sees what the library
 * does not tell: that a handshake takes a step (handshake.h), and that the stream has ended, which
 * is the last moment at which something can still be said in this session.
 *
 * There are no session tickets and no early data: nothing to steal, to rotate or to share among
 * nodes; and none of an old certificate outlives a swap. */
#include "http/tls_session.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/ensure.h"
#include "http/connection.h"
#include "http/exchange.h"
#include "http/handshake.h"
#include "http/loop.h"
#include "http/tls.h"

enum { RSA_BITS_MAX = 8192, RSA_EXPONENT_BYTES_MAX = 5 };

/* The library starts with credentials only; these refuse. The library fixes the parameters.
 * NOLINTNEXTLINE(readability-function-size) */
static int no_certificate(gnutls_session_t session, const gnutls_datum_t *names, int name_count,
			  const gnutls_pk_algorithm_t *algorithms, int algorithm_count,
			  gnutls_pcert_st **certificates, unsigned *count, gnutls_privkey_t *key)
{
	(void)session;
	(void)names;
	(void)name_count;
	(void)algorithms;
	(void)algorithm_count;
	(void)certificates;
	(void)count;
	(void)key;
	return -1;
}

static char priorities[] = TLS_PRIORITIES;
static const struct MHD_OptionItem daemon_options[] = {
	{ MHD_OPTION_HTTPS_PRIORITIES, 0, priorities },
	{ MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)no_certificate },
	{ MHD_OPTION_TLS_NO_ALPN, 1, NULL },
	{ MHD_OPTION_END, 0, NULL },
};

const struct MHD_OptionItem *tls_session_options(void)
{
	return daemon_options;
}

/* --- bytes --- */

bool tls_session_write(const struct connection *connection, struct slice bytes)
{
	while (bytes.len > 0) {
		ssize_t n = gnutls_record_send(connection->session, bytes.ptr, bytes.len);
		if (n <= 0)
			return false;
		bytes = slice_sub(bytes, (size_t)n, bytes.len);
	}
	return true;
}

/* Sending while a receive waits for bytes is what GnuTLS allows to two threads; when this returns
 * it gives the session up. */
static void say_last(struct connection *connection)
{
	if (connection->call != NULL && connection_is_expired(connection))
		exchange_expire(connection->call);
	/* RFC8446#6.1 */
	(void)gnutls_bye(connection->session, GNUTLS_SHUT_WR);
}

static ssize_t pull(gnutls_transport_ptr_t ptr, void *bytes, size_t size)
{
	struct connection *connection = ptr;
	if (!connection->established)
		handshake_step(&connection->loop->handshakes, connection);
	ssize_t n = recv(connection->fd, bytes, size, MSG_DONTWAIT);
	if (n == 0 && connection->established)
		say_last(connection);
	return n;
}

/* --- the handshake --- */

/* Whose signature a peer can make us verify: a key of a million bits would hold the loop up for
 * minutes. */
static bool is_bearable(const gnutls_datum_t *certificate)
{
	gnutls_pubkey_t key;
	gnutls_datum_t modulus = { NULL, 0 };
	gnutls_datum_t exponent = { NULL, 0 };
	unsigned bits = 0;
	ensure(gnutls_pubkey_init(&key) == 0);
	bool fine = gnutls_pubkey_import_x509_raw(key, certificate, GNUTLS_X509_FMT_DER, 0) == 0;
	int algorithm = fine ? gnutls_pubkey_get_pk_algorithm(key, &bits) : -1;
	if (algorithm == GNUTLS_PK_RSA || algorithm == GNUTLS_PK_RSA_PSS)
		fine = bits <= RSA_BITS_MAX &&
		       gnutls_pubkey_export_rsa_raw(key, &modulus, &exponent) == 0 &&
		       exponent.size <= RSA_EXPONENT_BYTES_MAX;
	else
		fine = algorithm == GNUTLS_PK_ECDSA || algorithm == GNUTLS_PK_EDDSA_ED25519 ||
		       algorithm == GNUTLS_PK_EDDSA_ED448;
	gnutls_free(modulus.data);
	gnutls_free(exponent.data);
	gnutls_pubkey_deinit(key);
	return fine;
}

static const gnutls_datum_t *peer_certificate(gnutls_session_t session)
{
	unsigned count = 0;
	const gnutls_datum_t *list = gnutls_certificate_get_peers(session, &count);
	return count > 0 ? list : NULL;
}

/* Without a ticket there is nothing that we would say now, and with Nagle's algorithm the peer does
 * not send his request before he has heard that his last word was received. */
static void finish(struct connection *connection)
{
	int on = 1;
	connection->established = true;
	(void)setsockopt(connection->fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}

/* The library fixes the parameters. */
static int on_message(gnutls_session_t session, unsigned type, unsigned post, unsigned incoming,
		      const gnutls_datum_t *message)
{
	struct connection *connection = gnutls_session_get_ptr(session);
	const gnutls_datum_t *certificate;
	(void)post;
	(void)message;
	if (!incoming)
		return 0;
	if (type == GNUTLS_HANDSHAKE_FINISHED)
		finish(connection);
	if (type != GNUTLS_HANDSHAKE_CERTIFICATE_VERIFY)
		return 0;
	certificate = peer_certificate(session);
	return certificate != NULL && is_bearable(certificate) ? 0 : GNUTLS_E_CERTIFICATE_ERROR;
}

void tls_session_begin(struct connection *connection)
{
	static const char http11[] = "http/1.1";
	static const char http10[] = "http/1.0";
	const gnutls_datum_t protocols[] = {
		{ (unsigned char *)(uintptr_t)http11, sizeof(http11) - 1 },
		{ (unsigned char *)(uintptr_t)http10, sizeof(http10) - 1 },
	};
	gnutls_session_t session = connection->session;
	int error = gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE,
					   tls_identity_credentials(connection->identity));
	/* RFC7301#3.2: who speaks none of these is told, before he speaks to the wrong one. */
	if (error == 0)
		error = gnutls_alpn_set_protocols(session, protocols, ARRAY_LEN(protocols),
						  GNUTLS_ALPN_MANDATORY);
	ensure(error == 0);
	gnutls_certificate_server_set_request(
		session, connection->asks_certificate ? GNUTLS_CERT_REQUEST : GNUTLS_CERT_IGNORE);
	gnutls_session_set_ptr(session, connection);
	gnutls_transport_set_ptr2(session, connection,
				  (gnutls_transport_ptr_t)(intptr_t)connection->fd);
	gnutls_transport_set_pull_function(session, pull);
	gnutls_handshake_set_hook_function(session, GNUTLS_HANDSHAKE_ANY, GNUTLS_HOOK_PRE,
					   on_message);
}

struct slice tls_session_certificate(const struct connection *connection)
{
	if (connection->session == NULL || !connection->asks_certificate)
		return SLICE_EMPTY;
	const gnutls_datum_t *certificate = peer_certificate(connection->session);
	if (certificate == NULL)
		return SLICE_EMPTY;
	return slice_of((const char *)certificate->data, certificate->size);
}
