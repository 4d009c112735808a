/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the host stands in a URI (RFC3986#3.2). Nothing is checked: whether it is a name or an
 * address, and whether the port is one, each caller asks by rules of its own. */
#ifndef BASE_AUTHORITY_H
#define BASE_AUTHORITY_H

#include "base/slice.h"

/* Of host [ ":" port ], the host: an address in brackets, which may hold colons, with them. When
 * something follows it, that is a ':' and the port. */
struct slice authority_host(struct slice authority);
/* What stands behind "//" up to a port, path, query or fragment; "" when there is none. */
struct slice uri_host(struct slice uri);

#endif
