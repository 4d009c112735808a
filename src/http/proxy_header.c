/* SPDX-License-Identifier: Apache-2.0
 *
 * Version 1 is a line of text of at most 107 bytes, version 2 a block whose length stands in its
 * 15th and 16th byte. A header that can no longer become a good one is refused at its first wrong
 * byte, so that nobody can make us wait. */
#include "http/proxy_header.h"

#include <netinet/in.h>
#include <string.h>

#include "base/err.h"

enum {
	V1_MAX = 107,
	V2_FIXED = 16,
	V2_LOCAL = 0x20,
	V2_PROXY = 0x21,
	TLV_FIXED = 3,
	TLV_SSL = 0x20,
	SSL_CLIENT_TLS = 0x01,
};

static const struct slice v1_signature = { "PROXY ", 6 };
static const struct slice v2_signature = { "\r\n\r\n\0\r\nQUIT\n", 12 };

/* --- version 1 --- */

static bool parse_port(struct slice text, uint16_t *out)
{
	int64_t port;
	if (text.len == 0 || text.len > 5 || text.ptr[0] == '-' ||
	    slice_parse_int64(text, &port) != ERR_OK)
		return false;
	if (port > UINT16_MAX)
		return false;
	*out = (uint16_t)port;
	return true;
}

static const struct v1_family {
	struct slice name;
	bool v4; /* IPv4 addresses; otherwise IPv6, of which the mapped ones have been folded to
		    IPv4 */
} v1_families[] = {
	{ { "TCP4", 4 }, true },
	{ { "TCP6", 4 }, false },
};

static bool v1_address(const struct v1_family *family, struct slice text, struct address *out)
{
	bool colon = slice_has_byte(text, ':');
	return colon != family->v4 && !slice_has_byte(text, '[') &&
	       address_parse(text, out) == ERR_OK;
}

/* "source destination source-port destination-port" */
static bool v1_addresses(const struct v1_family *family, struct slice rest, struct address *source)
{
	enum { FIELDS = 4 };
	struct slice fields[FIELDS];
	size_t count = 0;
	struct slice field;
	while (slice_split(&rest, ' ', &field)) {
		if (count == FIELDS)
			return false;
		fields[count++] = field;
	}
	struct address destination;
	uint16_t port;
	if (count != FIELDS || !v1_address(family, fields[0], source) ||
	    !v1_address(family, fields[1], &destination))
		return false;
	return parse_port(fields[3], &port) && parse_port(fields[2], &source->port);
}

static enum proxy_header_state parse_v1(struct slice bytes, struct proxy_header *out)
{
	struct slice text = slice_sub(bytes, 0, V1_MAX);
	const char *feed = memchr(text.ptr, '\n', text.len);
	if (feed == NULL)
		return bytes.len < V1_MAX ? PROXY_HEADER_MORE : PROXY_HEADER_BAD;
	size_t length = (size_t)(feed - text.ptr) + 1;
	if (length < v1_signature.len + 2 || feed[-1] != '\r')
		return PROXY_HEADER_BAD;
	struct slice rest = slice_of(text.ptr + v1_signature.len, length - 2 - v1_signature.len);
	struct slice name;
	(void)slice_split(&rest, ' ', &name);
	*out = (struct proxy_header){ .length = length };
	if (slice_equal(name, SLICE("UNKNOWN"))) {
		out->local = true;
		return PROXY_HEADER_WHOLE;
	}
	for (size_t i = 0; i < ARRAY_LEN(v1_families); i++) {
		if (slice_equal(name, v1_families[i].name) && rest.ptr != NULL &&
		    v1_addresses(&v1_families[i], rest, &out->source))
			return PROXY_HEADER_WHOLE;
	}
	return PROXY_HEADER_BAD;
}

/* --- version 2 --- */

static size_t number16(const uint8_t *bytes)
{
	return (size_t)bytes[0] << 8 | bytes[1];
}

static void v2_inet(const uint8_t *block, struct address *out)
{
	struct sockaddr_in sa = { .sin_family = AF_INET };
	memcpy(&sa.sin_addr, block, 4);
	memcpy(&sa.sin_port, block + 8, 2);
	address_from_sockaddr((const struct sockaddr *)&sa, out);
}

static void v2_inet6(const uint8_t *block, struct address *out)
{
	struct sockaddr_in6 sa = { .sin6_family = AF_INET6 };
	memcpy(&sa.sin6_addr, block, 16);
	memcpy(&sa.sin6_port, block + 32, 2);
	address_from_sockaddr((const struct sockaddr *)&sa, out);
}

static void v2_local(const uint8_t *block, struct address *out)
{
	(void)block;
	*out = (struct address){ .family = ADDRESS_LOCAL };
}

static const struct v2_family {
	uint8_t code;
	size_t size;                                             /* of both addresses */
	void (*read)(const uint8_t *block, struct address *out); /* NULL: unspecified */
} v2_families[] = {
	{ 0x00, 0, NULL },
	{ 0x11, 12, v2_inet },
	{ 0x21, 36, v2_inet6 },
	{ 0x31, 216, v2_local },
};

/* The fields behind the addresses. False when one reaches over the end. */
static bool v2_fields(const uint8_t *bytes, size_t len, bool *secure)
{
	while (len > 0) {
		if (len < TLV_FIXED)
			return false;
		size_t size = number16(bytes + 1);
		if (size > len - TLV_FIXED)
			return false;
		if (bytes[0] == TLV_SSL && size >= 1)
			*secure = (bytes[TLV_FIXED] & SSL_CLIENT_TLS) != 0;
		bytes += TLV_FIXED + size;
		len -= TLV_FIXED + size;
	}
	return true;
}

static bool v2_block(uint8_t code, const uint8_t *block, size_t len, struct proxy_header *out)
{
	for (size_t i = 0; i < ARRAY_LEN(v2_families); i++) {
		const struct v2_family *family = &v2_families[i];
		if (family->code != code)
			continue;
		if (len < family->size)
			return false;
		out->local = family->read == NULL;
		/* Of an unspecified family nothing is known but the length: it is skipped whole. */
		if (family->read == NULL)
			return true;
		family->read(block, &out->source);
		return v2_fields(block + family->size, len - family->size, &out->secure);
	}
	return false;
}

static enum proxy_header_state parse_v2(struct slice bytes, struct proxy_header *out)
{
	const uint8_t *raw = (const uint8_t *)bytes.ptr;
	if (bytes.len > 12 && raw[12] != V2_LOCAL && raw[12] != V2_PROXY)
		return PROXY_HEADER_BAD;
	if (bytes.len < V2_FIXED)
		return PROXY_HEADER_MORE;
	size_t len = number16(raw + 14);
	if (V2_FIXED + len > PROXY_HEADER_MAX)
		return PROXY_HEADER_BAD;
	if (bytes.len < V2_FIXED + len)
		return PROXY_HEADER_MORE;
	*out = (struct proxy_header){ .length = V2_FIXED + len, .local = raw[12] == V2_LOCAL };
	if (out->local)
		return PROXY_HEADER_WHOLE;
	return v2_block(raw[13], raw + V2_FIXED, len, out) ? PROXY_HEADER_WHOLE : PROXY_HEADER_BAD;
}

/* True when the bytes begin as the signature does, as far as they go. */
static bool may_be(struct slice bytes, struct slice signature)
{
	size_t len = bytes.len < signature.len ? bytes.len : signature.len;
	return slice_equal(slice_sub(bytes, 0, len), slice_sub(signature, 0, len));
}

enum proxy_header_state proxy_header_parse(struct slice bytes, struct proxy_header *out)
{
	*out = (struct proxy_header){ .local = true };
	if (bytes.len == 0)
		return PROXY_HEADER_MORE;
	if (may_be(bytes, v1_signature))
		return parse_v1(bytes, out);
	if (may_be(bytes, v2_signature))
		return parse_v2(bytes, out);
	return PROXY_HEADER_BAD;
}
