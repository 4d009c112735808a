/* SPDX-License-Identifier: Apache-2.0
 *
 * The metadata of a client as JSON: RFC7591#2, and the members that OpenID Connect Dynamic Client
 * Registration and others add. What it means is domain/client_metadata.h. */
#ifndef FLOW_CLIENT_METADATA_H
#define FLOW_CLIENT_METADATA_H

#include "base/attr.h"
#include "domain/client_metadata.h"
#include "json/json.h"

/* Members that are not known are passed over, and so are those that a client may not say; null is
 * as good as nothing. Texts are copied into the arena. OAUTH_INVALID_CLIENT_METADATA: one is of the
 * wrong type; OAUTH_INVALID_SOFTWARE_STATEMENT: there is one. */
MUST_USE enum oauth_error client_metadata_read(const struct json *json, struct arena *arena,
					       struct client_metadata *out, struct slice *why);
/* What is registered, as it came to be: RFC7591#3.2.1. Adds the members to `out`. */
void client_metadata_write(const struct client *client, struct arena *arena, struct json *out);

#endif
