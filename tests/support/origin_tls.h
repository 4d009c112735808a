/* SPDX-License-Identifier: Apache-2.0
 *
 * TLS of the web server that tests fetch from: a certificate made on the spot, and one session per
 * connection. For origin.c. */
#ifndef TESTS_SUPPORT_ORIGIN_TLS_H
#define TESTS_SUPPORT_ORIGIN_TLS_H

#include <stddef.h>
#include <sys/types.h>

struct origin_tls;
struct origin_tls *origin_tls_new(void);
void origin_tls_free(struct origin_tls **tls);
const char *origin_tls_ca(const struct origin_tls *tls);

struct origin_session;
/* NULL when the handshake fails. */
struct origin_session *origin_tls_open(struct origin_tls *tls, int fd);
void origin_tls_close(struct origin_session **session);
ssize_t origin_tls_read(struct origin_session *session, char *bytes, size_t len);
ssize_t origin_tls_write(struct origin_session *session, const char *bytes, size_t len);

#endif
