/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of the scope table, as read at most five seconds ago. Safe for all threads. */
#ifndef FLOW_SCOPE_CACHE_H
#define FLOW_SCOPE_CACHE_H

#include "base/attr.h"
#include "domain/scope.h"
#include "flow/flow.h"
#include "flow/row_cache.h"

struct row_cache *scope_cache_new(void);
/* From memory alone, for an event loop: ABSENT when nothing fresh is there. */
enum find scope_cache_peek(const struct flow *flow, const struct call *call,
			   struct scope_list *out);
/* The list in the call's arena; read anew when flow->scopes is NULL. */
MUST_USE enum err scope_cache_list(const struct flow *flow, const struct call *call,
				   struct scope_list *out);

#endif
