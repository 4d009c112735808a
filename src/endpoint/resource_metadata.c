/* SPDX-License-Identifier: Apache-2.0
 *
 * What the UserInfo endpoint says of itself as a protected resource: RFC9728#3. Its challenges name
 * this place, so that a client which knows nothing but the resource finds its way. */
#include "endpoint/endpoints.h"
#include "endpoint/server_document.h"

bool resource_metadata_quick(struct web_context *context)
{
	return server_document_reply(context, DOCUMENT_OF_USERINFO, false);
}

void resource_metadata_get(struct web_context *context)
{
	(void)server_document_reply(context, DOCUMENT_OF_USERINFO, true);
}
