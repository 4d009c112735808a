/* SPDX-License-Identifier: Apache-2.0
 *
 * /healthz: the process lives and its loops turn. /readyz: it takes requests: not stopping, and the
 * database answers. */
#include "endpoint/endpoints.h"
#include "web/reply.h"

void healthz_get(struct web_context *context)
{
	reply_text(context, 200, SLICE("ok\n"));
	context->response->body_is_static = true;
}

void readyz_get(struct web_context *context)
{
	if (atomic_load(&context->web->stopping))
		reply_text(context, 503, SLICE("stopping\n"));
	else if (flow_ping(context->web->flow) != ERR_OK)
		reply_text(context, 503, SLICE("the database does not answer\n"));
	else
		reply_text(context, 200, SLICE("ready\n"));
}
