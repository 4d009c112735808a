/* SPDX-License-Identifier: Apache-2.0
 *
 * Which resources a client gets that names some (RFC 8707), by the rows of the resource table and
 * the client's own list. */
#ifndef FLOW_RESOURCES_H
#define FLOW_RESOURCES_H

#include "base/attr.h"
#include "domain/client.h"
#include "domain/oauth_error.h"
#include "flow/flow.h"

/* What a request named, in its order. */
struct resources_named {
	const struct slice *items;
	size_t count;
};
/* The set as text. OAUTH_INVALID_TARGET; OAUTH_TEMPORARILY_UNAVAILABLE when the database does not
 * answer. On a worker. */
MUST_USE enum oauth_error resources_grant(const struct flow *flow, const struct call *call,
					  const struct client *client,
					  const struct resources_named *named, struct slice *out);

#endif
