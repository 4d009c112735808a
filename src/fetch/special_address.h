/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses that no public server has: private, loopback, link-local (where clouds keep their
 * metadata), shared, multicast, reserved, for documentation; and forms of IPv6 that lead to an
 * address of IPv4 like that. The registries of RFC 6890. D26 */
#ifndef FETCH_SPECIAL_ADDRESS_H
#define FETCH_SPECIAL_ADDRESS_H

#include <stdbool.h>

#include "base/address.h"

/* True also for what is no internet address at all. */
bool special_address(const struct address *address);

#endif
