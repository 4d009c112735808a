/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of the resource table, as read at most five seconds ago. Safe for all threads. */
#ifndef FLOW_RESOURCE_CACHE_H
#define FLOW_RESOURCE_CACHE_H

#include "base/attr.h"
#include "domain/resource.h"
#include "flow/flow.h"
#include "flow/row_cache.h"

struct row_cache *resource_cache_new(void);
/* The list in the call's arena; read anew when flow->resources is NULL. On a worker: it may ask the
 * database. */
MUST_USE enum err resource_cache_list(const struct flow *flow, const struct call *call,
				      struct resource_list *out);
/* FOUND when `client` may introspect tokens of one of these resources (a set as text). */
enum find resource_cache_serves(const struct flow *flow, const struct call *call,
				const struct id *client, struct slice resources);

#endif
