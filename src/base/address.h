/* SPDX-License-Identifier: Apache-2.0
 *
 * Internet addresses and networks. IPv4-mapped IPv6 addresses are folded to IPv4 when made. A unix
 * socket's peer is ADDRESS_LOCAL. */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/attr.h"
#include "base/slice.h"

enum address_family { ADDRESS_NONE = 0, ADDRESS_V4, ADDRESS_V6, ADDRESS_LOCAL };
enum { ADDRESS_TEXT_MAX = 64, ADDRESS_PREFIX_BYTES = 9 };

struct address {
	enum address_family family;
	uint8_t bytes[16]; /* 4 used for V4 */
	uint16_t port;
};

struct network {
	struct address address;
	unsigned prefix; /* bits */
};

/* "192.0.2.1", "2001:db8::1", "[2001:db8::1]"; without a port. */
MUST_USE enum err address_parse(struct slice text, struct address *out);
void address_from_sockaddr(const struct sockaddr *sa, struct address *out);
/* Without port; "unix" for ADDRESS_LOCAL; "" for NONE. Always terminated. */
struct slice address_text(const struct address *address, char out[ADDRESS_TEXT_MAX]);
bool address_is_loopback(const struct address *address); /* ADDRESS_LOCAL counts */
/* What counts as one source: family, then the /24 of IPv4 or the /64 of IPv6, the rest zero. */
void address_prefix(const struct address *address, uint8_t out[ADDRESS_PREFIX_BYTES]);

/* "10.0.0.0/8", "2001:db8::/32", a single address, or "unix". */
MUST_USE enum err network_parse(struct slice text, struct network *out);
bool network_has(const struct network *networks, size_t count, const struct address *address);

#endif
