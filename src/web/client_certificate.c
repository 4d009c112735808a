/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may speak is decided by the peer of the socket. From a trusted proxy the header counts, and
 * the certificate of the connection, which would be the proxy's own, never does; from all others it
 * is the other way round, whatever headers they send. D25 */
#include "web/client_certificate.h"

/* What some proxies write when there is no certificate. */
static bool is_nothing(struct slice text)
{
	return slice_is_empty(text) || slice_equal(text, SLICE("\"\"")) ||
	       slice_equal(text, SLICE("(null)")) || slice_equal(text, SLICE("-"));
}

static bool read_header(const struct http_request *request, const char *name, struct slice *out)
{
	unsigned lines = 0;
	for (size_t i = 0; i < request->header_count; i++) {
		const struct http_header *header = &request->headers[i];
		if (!slice_equal_nocase(header->name, slice_str(name)))
			continue;
		*out = slice_trim(header->value);
		lines++;
	}
	if (lines == 0 || is_nothing(*out))
		*out = SLICE_EMPTY;
	return lines <= 1;
}

bool client_certificate_find(const struct web_context *context, struct client_certificate *out)
{
	const struct config *config = context->web->config;
	const struct http_request *request = context->request;
	*out = (struct client_certificate){ .der = SLICE_EMPTY, .text = SLICE_EMPTY };
	if (!network_has(config->trusted_proxies.items, config->trusted_proxies.count,
			 &request->peer)) {
		if (request->client_certificate.len > 0)
			out->der = request->client_certificate;
		return true;
	}
	if (!config->client_certificate_header)
		return true;
	/* RFC9440#4: a header that a client sent on its own is to be removed by the proxy */
	return read_header(request, config->client_certificate_header, &out->text);
}
