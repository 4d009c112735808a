/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept are the parameters that count, in one spelling: out of the signed object where there
 * was one, and without what proved the client. */
#include "flow/pushed_request.h"

#include "base/random_text.h"
#include "domain/names.h"
#include "flow/authorize.h"
#include "flow/kept_meter.h"

enum { REQUEST_URI_BYTES = 32, BUSY_RETRY_S = 5 };

static bool refuse(struct pushed *out, enum oauth_error error, struct slice text)
{
	out->refusal = (struct authorization_refusal){ error, text };
	return false;
}

/* RFC9126#2.1: the client_id is that of the client that has authenticated */
static bool names_its_client(struct asked *asked)
{
	struct slice *client_id = &asked->parameters.of[PARAMETER_CLIENT_ID];
	if (slice_is_empty(*client_id))
		*client_id = asked->client->client_id;
	return slice_equal(*client_id, asked->client->client_id);
}

/* RFC9449#10.1: the proof that came along binds the code, as dpop_jkt would */
static bool tie_to_key(const struct call *call, const struct binding *binding, struct asked *asked)
{
	struct slice *jkt = &asked->parameters.of[PARAMETER_DPOP_JKT];
	if (binding->kind != BINDING_DPOP)
		return true;
	struct slice proved = binding_thumbprint(binding, call->arena);
	if (slice_is_empty(*jkt))
		*jkt = proved;
	return slice_equal(*jkt, proved);
}

static bool read(const struct call *call, const struct pushed_request *request, struct pushed *out)
{
	struct asked *asked = request->asked;
	if (authorization_parameters_parse(call->arena, request->body, &asked->parameters) !=
	    ERR_OK)
		return refuse(out, OAUTH_INVALID_REQUEST,
			      SLICE("The form is malformed or too long."));
	/* RFC9126#2.1 */
	if (!slice_is_empty(asked->parameters.of[PARAMETER_REQUEST_URI]))
		return refuse(out, OAUTH_INVALID_REQUEST,
			      SLICE("request_uri is what this endpoint gives, not what it takes."));
	if (!names_its_client(asked))
		return refuse(out, OAUTH_INVALID_REQUEST,
			      SLICE("client_id is not the client that has authenticated."));
	return true;
}

static bool judge(const struct flow *flow, const struct call *call,
		  const struct pushed_request *request, struct pushed *out)
{
	struct asked *asked = request->asked;
	/* RFC9126#3: a signed object is opened by it */
	asked_judge(flow, call, asked);
	out->refusal = asked->refusal;
	if (asked->state == ASKED_UNAVAILABLE)
		out->retry_after = BUSY_RETRY_S;
	return asked->state == ASKED_FINE;
}

/* A client that has proved itself answers for what it sends. RFC9126#2.3: 429 */
static bool take_place(const struct flow *flow, const struct call *call,
		       const struct pushed_request *request, struct pushed *out)
{
	if (request->client->proved || kept_meter_take(flow->kept, KEPT_PUSHED, &call->address,
						       call->now_ms, &out->retry_after) == ERR_OK)
		return true;
	out->over_budget = true;
	return refuse(out, OAUTH_TEMPORARILY_UNAVAILABLE, SLICE_EMPTY);
}

static void record(const struct flow *flow, const struct call *call,
		   const struct pushed_request *request, const struct pushed *pushed)
{
	flow_refused_error(flow, call, EVENT_AUTHORIZE_REFUSED, request->client->entry.client,
			   pushed->refusal.error);
}

void pushed_request_judge(const struct flow *flow, const struct call *call,
			  const struct pushed_request *request, struct pushed *out)
{
	*out = (struct pushed){ .refusal = { .error = OAUTH_OK } };
	*request->asked = (struct asked){ .client = request->client->entry.client };
	if (!read(call, request, out) || !judge(flow, call, request, out) ||
	    !take_place(flow, call, request, out))
		record(flow, call, request, out);
}

/* --- keeping it */

static void save(const struct flow *flow, const struct call *call, const struct asked *asked,
		 struct pushed *out)
{
	struct kept_request kept = {
		.kind = KEPT_PUSHED,
		.client = asked->client->id,
		.parameters = authorization_parameters_write(&asked->parameters, call->arena),
		.created = call->now,
		/* the person may need longer than the client: RFC9126#4 */
		.expires = call->now + flow->settings.pushed_lifetime + AUTHORIZE_PUSHED_WAIT_S,
	};
	const struct event event = call_event(call, EVENT_AUTHORIZE_PUSHED, NULL,
					      &asked->client->id, NULL);
	/* RFC9126#2.2, RFC9126#7.1: nobody guesses it */
	out->request_uri = random_text(call->arena, SLICE(NAME_REQUEST_URI_PREFIX),
				       REQUEST_URI_BYTES);
	out->expires_in = flow->settings.pushed_lifetime;
	hash_sha256(out->request_uri, &kept.hash);
	if (store_kept_insert(flow->store, &kept, &event) == ERR_OK)
		return;
	out->retry_after = BUSY_RETRY_S;
	refuse(out, OAUTH_TEMPORARILY_UNAVAILABLE, SLICE_EMPTY);
}

void pushed_request_keep(const struct flow *flow, const struct call *call,
			 const struct pushed_request *request, const struct binding *binding,
			 struct pushed *out)
{
	if (tie_to_key(call, binding, request->asked)) {
		save(flow, call, request->asked, out);
		return;
	}
	refuse(out, OAUTH_INVALID_REQUEST, SLICE("dpop_jkt is not the key of the DPoP proof."));
	record(flow, call, request, out);
}
