/* SPDX-License-Identifier: Apache-2.0
 *
 * /healthz: the process lives and its loops turn. /readyz: it takes requests: not stopping, the
 * database answers, and there are keys to sign with. */
#include "endpoint/endpoints.h"
#include "flow/signing.h"
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
	else if (!signing_is_ready(context->web->flow->signing))
		reply_text(context, 503, SLICE("the signing keys are being made\n"));
	else
		reply_text(context, 200, SLICE("ready\n"));
}
