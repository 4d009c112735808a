/* SPDX-License-Identifier: Apache-2.0
 *
 * Our side of a TLS session that the library has made: which certificate it shows and asks for, how
 * bytes come in, what may be said past the library. RFC 5246, RFC 8446. */
#ifndef HTTP_TLS_SESSION_H
#define HTTP_TLS_SESSION_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/slice.h"

struct connection;
struct MHD_OptionItem;

/* What a daemon of the library is started with, for MHD_OPTION_ARRAY. */
const struct MHD_OptionItem *tls_session_options(void);

/* The library has made the session and not used it yet: connection->session is set, and the
 * identity taken. */
void tls_session_begin(struct connection *connection);
/* DER of the peer's own certificate; empty when it gave none. Lives as long as the session. */
struct slice tls_session_certificate(const struct connection *connection);
/* False when the bytes did not fit into the socket whole. */
MUST_USE bool tls_session_write(const struct connection *connection, struct slice bytes);

#endif
