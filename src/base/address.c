/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading, writing and comparing internet addresses. inet_pton() does the parsing; zone ids and
 * host names are refused. Networks are kept with their host bits cleared. */
#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/encode.h"

static const uint8_t mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };

enum { MAPPED_BITS = 96 };

static unsigned bits_of(enum address_family family)
{
	switch (family) {
	case ADDRESS_V4:
		return 32;
	case ADDRESS_V6:
		return 128;
	case ADDRESS_NONE:
	case ADDRESS_LOCAL:
		break;
	}
	return 0;
}

static void set_v4(const void *bytes, struct address *out)
{
	*out = (struct address){ .family = ADDRESS_V4 };
	memcpy(out->bytes, bytes, 4);
}

static void set_v6(const uint8_t bytes[16], struct address *out)
{
	if (memcmp(bytes, mapped_prefix, sizeof(mapped_prefix)) == 0) {
		set_v4(bytes + sizeof(mapped_prefix), out);
		return;
	}
	*out = (struct address){ .family = ADDRESS_V6 };
	memcpy(out->bytes, bytes, 16);
}

enum err address_parse(struct slice text, struct address *out)
{
	char copy[INET6_ADDRSTRLEN];
	uint8_t bytes[16];
	bool bracketed = text.len > 2 && text.ptr[0] == '[' && text.ptr[text.len - 1] == ']';
	if (bracketed)
		text = slice_sub(text, 1, text.len - 2);
	if (text.len == 0 || text.len >= sizeof(copy) || slice_has_byte(text, '\0'))
		return ERR_INVALID;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	if (!bracketed && inet_pton(AF_INET, copy, bytes) == 1) {
		set_v4(bytes, out);
		return ERR_OK;
	}
	if (inet_pton(AF_INET6, copy, bytes) != 1)
		return ERR_INVALID;
	set_v6(bytes, out);
	return ERR_OK;
}

void address_from_sockaddr(const struct sockaddr *sa, struct address *out)
{
	/* Copied, since the caller's memory need not be aligned for the real type. */
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	*out = (struct address){ .family = ADDRESS_NONE };
	switch (sa->sa_family) {
	case AF_INET:
		memcpy(&v4, sa, sizeof(v4));
		set_v4(&v4.sin_addr, out);
		out->port = ntohs(v4.sin_port);
		break;
	case AF_INET6:
		memcpy(&v6, sa, sizeof(v6));
		set_v6(v6.sin6_addr.s6_addr, out);
		out->port = ntohs(v6.sin6_port);
		break;
	case AF_UNIX:
		out->family = ADDRESS_LOCAL;
		break;
	default:
		break;
	}
}

/* inet_ntop() does it by way of sprintf(), and each request asks for one. */
static void write_v4(const uint8_t bytes[4], char *out)
{
	char digits[DECIMAL_MAX];
	for (size_t i = 0; i < 4; i++) {
		struct slice number = encode_decimal(bytes[i], digits);
		memcpy(out, number.ptr, number.len);
		out += number.len;
		*out++ = i < 3 ? '.' : '\0';
	}
}

struct slice address_text(const struct address *address, char out[ADDRESS_TEXT_MAX])
{
	out[0] = '\0';
	switch (address->family) {
	case ADDRESS_V4:
		write_v4(address->bytes, out);
		break;
	case ADDRESS_V6:
		inet_ntop(AF_INET6, address->bytes, out, ADDRESS_TEXT_MAX);
		break;
	case ADDRESS_LOCAL:
		memcpy(out, "unix", sizeof("unix"));
		break;
	case ADDRESS_NONE:
		break;
	}
	return slice_str(out);
}

bool address_is_loopback(const struct address *address)
{
	static const uint8_t v6_loopback[16] = { [15] = 1 };
	switch (address->family) {
	case ADDRESS_V4:
		return address->bytes[0] == 127;
	case ADDRESS_V6:
		return memcmp(address->bytes, v6_loopback, sizeof(v6_loopback)) == 0;
	case ADDRESS_LOCAL:
		return true;
	case ADDRESS_NONE:
		break;
	}
	return false;
}

void address_prefix(const struct address *address, uint8_t out[ADDRESS_PREFIX_BYTES])
{
	memset(out, 0, ADDRESS_PREFIX_BYTES);
	out[0] = (uint8_t)address->family;
	if (address->family == ADDRESS_V4)
		memcpy(out + 1, address->bytes, 3);
	if (address->family == ADDRESS_V6)
		memcpy(out + 1, address->bytes, 8);
}

static uint8_t mask_byte(unsigned prefix, size_t index)
{
	if (prefix >= (index + 1) * 8)
		return 0xff;
	if (prefix <= index * 8)
		return 0;
	return (uint8_t)(0xff << (8 - (prefix - index * 8)));
}

static void clear_host_bits(struct network *network)
{
	for (size_t i = 0; i < sizeof(network->address.bytes); i++)
		network->address.bytes[i] &= mask_byte(network->prefix, i);
}

/* The prefix length as written. A mapped address was folded from 128 to 32 bits, so its prefix
 * loses the same 96. */
static enum err parse_prefix(struct slice text, bool was_v6, struct network *out)
{
	int64_t bits;
	if (text.len > 3 || slice_parse_int64(text, &bits) != ERR_OK)
		return ERR_INVALID;
	if (was_v6 && out->address.family == ADDRESS_V4)
		bits -= MAPPED_BITS;
	if (text.ptr[0] == '-' || bits < 0 || bits > (int64_t)bits_of(out->address.family))
		return ERR_INVALID;
	out->prefix = (unsigned)bits;
	return ERR_OK;
}

enum err network_parse(struct slice text, struct network *out)
{
	struct slice rest = text;
	struct slice address;
	*out = (struct network){ 0 };
	if (slice_equal(text, SLICE("unix"))) {
		out->address.family = ADDRESS_LOCAL;
		return ERR_OK;
	}
	if (!slice_split(&rest, '/', &address) || address_parse(address, &out->address) != ERR_OK)
		return ERR_INVALID;
	out->prefix = bits_of(out->address.family);
	if (rest.ptr != NULL && parse_prefix(rest, slice_has_byte(address, ':'), out) != ERR_OK)
		return ERR_INVALID;
	clear_host_bits(out);
	return ERR_OK;
}

static bool has_one(const struct network *network, const struct address *address)
{
	if (network->address.family != address->family || address->family == ADDRESS_NONE)
		return false;
	for (size_t i = 0; i * 8 < network->prefix; i++) {
		if ((address->bytes[i] & mask_byte(network->prefix, i)) !=
		    network->address.bytes[i])
			return false;
	}
	return true;
}

bool network_has(const struct network *networks, size_t count, const struct address *address)
{
	for (size_t i = 0; i < count; i++) {
		if (has_one(&networks[i], address))
			return true;
	}
	return false;
}
