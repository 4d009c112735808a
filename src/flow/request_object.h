/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed authorization requests by value: RFC 9101, OIDC#6.1. Only what stands in the object
 * counts; of what stands beside it nothing does. */
#ifndef FLOW_REQUEST_OBJECT_H
#define FLOW_REQUEST_OBJECT_H

#include "domain/authorization_parameters.h"
#include "domain/authorization_request.h"
#include "flow/flow.h"

struct request_object_question {
	const struct client *client;
	struct slice text; /* the JWT */
	int64_t began;     /* when this request was first seen */
};
/* OAUTH_OK, and the parameters of the object; OAUTH_INVALID_REQUEST_OBJECT with a sentence;
 * OAUTH_TEMPORARILY_UNAVAILABLE when the keys of the client cannot be had now. On a worker: they
 * may have to be fetched. */
struct authorization_refusal request_object_read(const struct flow *flow, const struct call *call,
						 const struct request_object_question *question,
						 struct authorization_parameters *out);

#endif
