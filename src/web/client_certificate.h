/* SPDX-License-Identifier: Apache-2.0
 *
 * The certificate that a client has proved to hold the key of: to our own TLS, or to a proxy that
 * we trust, which puts it into the header of client_certificate_header. RFC8705#2, RFC9440#2 */
#ifndef WEB_CLIENT_CERTIFICATE_H
#define WEB_CLIENT_CERTIFICATE_H

#include "web/web.h"

struct client_certificate {
	struct slice der;  /* of our own TLS; "": none */
	struct slice text; /* of the header, as the proxy wrote it; "": none */
};
/* False when the header stands there twice: then one of them is not the proxy's. */
bool client_certificate_find(const struct web_context *context, struct client_certificate *out);

#endif
