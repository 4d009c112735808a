/* SPDX-License-Identifier: Apache-2.0
 *
 * Events of a call, and refusals recorded without waiting. */
#include "flow/flow.h"

#include "flow/event_meter.h"

static void copy_id(struct id *to, const struct id *from)
{
	if (from)
		*to = *from;
}

struct event call_event(const struct call *call, enum event_kind kind, const struct id *user,
			const struct id *client, const struct id *authorization)
{
	struct event event = {
		.kind = kind,
		.at = call->now,
		.address = call->address_text,
		.request_id = call->request_id,
		.detail = call->actor,
	};
	copy_id(&event.user, user);
	copy_id(&event.client, client);
	copy_id(&event.authorization, authorization);
	return event;
}

void flow_post(const struct flow *flow, const struct call *call, const struct event *event)
{
	if (event_meter_take(flow->events, event->kind, &call->address, call->now_ms))
		store_event_post(flow->store, event);
}

void flow_refused(const struct flow *flow, const struct call *call, const struct refusal *refusal)
{
	struct event event = call_event(call, refusal->kind, refusal->user, refusal->client, NULL);
	event.detail = refusal->detail;
	flow_post(flow, call, &event);
}

void flow_refused_error(const struct flow *flow, const struct call *call, enum event_kind kind,
			const struct client *client, enum oauth_error error)
{
	const struct refusal refusal = {
		.kind = kind,
		.client = client ? &client->id : NULL,
		.detail = slice_str(oauth_error_row(error)->name),
	};
	flow_refused(flow, call, &refusal);
}

enum err flow_ping(const struct flow *flow)
{
	return store_ping(flow->store);
}
