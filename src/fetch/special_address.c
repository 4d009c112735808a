/* SPDX-License-Identifier: Apache-2.0
 *
 * IPv4 is open but for a list. IPv6 is closed but for 2000::/3 without a list, and for NAT64, by
 * which hosts without IPv4 reach the rest of the world: there the address inside is asked for.
 * (Addresses that map IPv4 are folded to it when they are made.) */
#include "fetch/special_address.h"

#include <string.h>

#include "base/attr.h"

#define V4(bits, ...) \
	{ \
		{ .family = ADDRESS_V4, .bytes = { __VA_ARGS__ } }, (bits) \
	}
#define V6(bits, ...) \
	{ \
		{ .family = ADDRESS_V6, .bytes = { __VA_ARGS__ } }, (bits) \
	}

static const struct network special[] = {
	V4(8, 0),                       /* "this" network */
	V4(8, 10),                      /* private */
	V4(10, 100, 64),                /* shared by carriers */
	V4(8, 127),                     /* loopback */
	V4(16, 169, 254),               /* link-local; 169.254.169.254 */
	V4(12, 172, 16),                /* private */
	V4(24, 192, 0, 0),              /* protocol assignments */
	V4(24, 192, 0, 2),              /* documentation */
	V4(24, 192, 88, 99),            /* relays of 6to4 */
	V4(16, 192, 168),               /* private */
	V4(15, 198, 18),                /* benchmarks */
	V4(24, 198, 51, 100),           /* documentation */
	V4(24, 203, 0, 113),            /* documentation */
	V4(4, 224),                     /* multicast */
	V4(4, 240),                     /* reserved, and broadcast */
	V6(23, 0x20, 0x01),             /* protocol assignments, Teredo */
	V6(32, 0x20, 0x01, 0x0d, 0xb8), /* documentation */
	V6(16, 0x20, 0x02),             /* 6to4 */
	V6(20, 0x3f, 0xff),             /* documentation */
};

static const struct network global_v6 = V6(3, 0x20);
static const struct network nat64 = V6(96, 0x00, 0x64, 0xff, 0x9b);

static bool is_special_v6(const struct address *address)
{
	struct address inside = { .family = ADDRESS_V4 };
	if (!network_has(&nat64, 1, address))
		return !network_has(&global_v6, 1, address);
	memcpy(inside.bytes, address->bytes + 12, 4);
	return special_address(&inside);
}

bool special_address(const struct address *address)
{
	if (address->family != ADDRESS_V4 && address->family != ADDRESS_V6)
		return true;
	if (network_has(special, ARRAY_LEN(special), address))
		return true;
	return address->family == ADDRESS_V6 && is_special_v6(address);
}
