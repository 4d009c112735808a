/* SPDX-License-Identifier: Apache-2.0
 *
 * The cookie of a session does not come with a POST from another site; it comes with the GET that
 * follows. What was posted is judged then, and kept as it came until then. OIDC#3.1.2.1 */
#include "domain/authorization_parameters.h"
#include "domain/names.h"
#include "flow/authorize.h"
#include "flow/kept_request.h"

enum err authorize_keep(const struct flow *flow, const struct call *call, struct slice body,
			struct slice *location, int64_t *retry_after)
{
	struct authorization_parameters parameters;
	struct slice handle;
	const struct kept_request_new new = { KEPT_AUTHORIZE, body, AUTHORIZE_KEPT_S };
	if (body.len > AUTHORIZE_BODY_MAX ||
	    authorization_parameters_parse(call->arena, body, &parameters) != ERR_OK)
		return ERR_INVALID;
	enum err err = kept_request_keep(flow, call, &new, &handle, retry_after);
	if (err == ERR_OK)
		*location = arena_printf(call->arena, "/o/authorize/?" NAME_KEPT "=%.*s",
					 SLICE_ARG(handle));
	return err;
}
