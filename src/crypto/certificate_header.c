/* SPDX-License-Identifier: Apache-2.0
 *
 * The forms in which proxies pass a client's certificate on in a header: PEM with blanks for line
 * ends (Apache), the same percent-encoded (nginx's $ssl_client_escaped_cert), base64 of the DER,
 * bare (HAProxy), percent-encoded (Traefik) or between colons (RFC 9440). One certificate, no more.
 * Whether the header may be believed at all is not decided here. */
#include "base/encode.h"
#include "crypto/certificate.h"
#include "crypto/certificate_inside.h"

enum { HEADER_BYTES_MAX = 3 * CERTIFICATE_BYTES_MAX };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct slice without_blanks(struct arena *arena, struct slice text)
{
	char *out = arena_alloc(arena, text.len);
	size_t len = 0;
	for (size_t i = 0; i < text.len; i++)
		if (!is_blank(text.ptr[i]))
			out[len++] = text.ptr[i];
	return slice_of(out, len);
}

/* RFC9440#2.1: a byte sequence of RFC 8941, in padded base64 */
static bool between_colons(struct slice text, struct slice *inner)
{
	if (text.len < 2 || text.ptr[0] != ':' || text.ptr[text.len - 1] != ':')
		return false;
	*inner = slice_sub(text, 1, text.len - 2);
	return true;
}

/* RFC 7468, with blanks wherever it has line ends. */
static bool between_pem_lines(struct slice text, struct slice *inner)
{
	static const struct slice begin = SLICE("-----BEGIN CERTIFICATE-----");
	static const struct slice end = SLICE("-----END CERTIFICATE-----");
	if (!slice_has_prefix(text, begin) || !slice_has_suffix(text, end) ||
	    text.len < begin.len + end.len)
		return false;
	*inner = slice_sub(text, begin.len, text.len - begin.len - end.len);
	return true;
}

enum err certificate_parse_header(struct arena *arena, struct slice text, struct certificate **out)
{
	struct slice inner;
	struct slice der;
	*out = NULL;
	if (text.len > HEADER_BYTES_MAX)
		return ERR_INVALID;
	text = slice_trim(text);
	if (slice_has_byte(text, '%') && decode_percent(arena, text, false, &text) != ERR_OK)
		return ERR_INVALID;
	text = slice_trim(text);
	if (between_pem_lines(text, &inner))
		inner = without_blanks(arena, inner);
	else if (!between_colons(text, &inner))
		inner = text;
	if (decode_base64(arena, inner, &der) != ERR_OK)
		return ERR_INVALID;
	return certificate_parse(der, out);
}
