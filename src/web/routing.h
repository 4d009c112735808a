/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding the route of a path, and the methods it takes. */
#ifndef WEB_ROUTING_H
#define WEB_ROUTING_H

#include "web/web.h"

/* `part` gets what stands in the place of {}. NULL when no route fits. Fixed patterns win over
 * those with a {}. */
const struct route *routing_find(const struct route_table *table, struct slice path,
				 struct slice *part);
/* "GET, HEAD, POST, OPTIONS" */
struct slice routing_allow(const struct route *route, struct arena *arena);

#endif
