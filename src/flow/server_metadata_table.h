/* SPDX-License-Identifier: Apache-2.0
 *
 * What this server offers, as it says so itself: RFC8414#2, DISCOVERY#3, and what later
 * specifications add. One table, a row for each member, asked what is switched on. */
#ifndef FLOW_SERVER_METADATA_TABLE_H
#define FLOW_SERVER_METADATA_TABLE_H

#include "domain/scope.h"
#include "flow/flow.h"
#include "json/json.h"

struct offer {
	const struct flow_settings *settings;
	const struct scope_list *scopes;
	struct arena *arena;
};
/* The document; the caller frees it. */
struct json *server_metadata_json(const struct offer *offer);
/* What UserInfo says of itself as a protected resource: RFC9728#2. */
struct json *server_metadata_of_userinfo(const struct offer *offer);

#endif
