/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of the events of the audit log, and which of them record a refusal. The names are stored
 * and searched for: they never change once released. */
#include "domain/event.h"

#include <assert.h>

#include "base/attr.h"
#include "base/ensure.h"

struct event_row {
	const char *name;
	bool is_refusal;
};

static const struct event_row rows[] = {
	[EVENT_USER_ADDED] = { "user.added", false },
	[EVENT_USER_CHANGED] = { "user.changed", false },
	[EVENT_USER_PASSWORD_CHANGED] = { "user.password_changed", false },
	[EVENT_USER_DISABLED] = { "user.disabled", false },
	[EVENT_USER_ENABLED] = { "user.enabled", false },
	[EVENT_USER_REMOVED] = { "user.removed", false },
	[EVENT_SIGNED_IN] = { "sign_in.done", false },
	[EVENT_SIGN_IN_REFUSED] = { "sign_in.refused", true },
	[EVENT_SIGNED_OUT] = { "sign_out.done", false },
	[EVENT_CLIENT_ADDED] = { "client.added", false },
	[EVENT_CLIENT_CHANGED] = { "client.changed", false },
	[EVENT_CLIENT_REMOVED] = { "client.removed", false },
	[EVENT_CLIENT_SECRET_ADDED] = { "client.secret_added", false },
	[EVENT_CLIENT_SECRET_REMOVED] = { "client.secret_removed", false },
	[EVENT_CLIENT_REFUSED] = { "client.refused", true },
	[EVENT_SCOPE_CHANGED] = { "scope.changed", false },
	[EVENT_DEVICE_STARTED] = { "device.started", false },
	[EVENT_DEVICE_REFUSED] = { "device.refused", true },
	[EVENT_CODE_ENTERED] = { "code.entered", false },
	[EVENT_CODE_REFUSED] = { "code.refused", true },
	[EVENT_DEVICE_APPROVED] = { "device.approved", false },
	[EVENT_DEVICE_DENIED] = { "device.denied", false },
	[EVENT_DEVICE_REDEEMED] = { "device.redeemed", false },
	[EVENT_DEVICE_REUSED] = { "device.reused", true },
	[EVENT_ANSWER_REPLAYED] = { "answer.replayed", false },
	[EVENT_TOKEN_REFRESHED] = { "token.refreshed", false },
	[EVENT_TOKEN_REFUSED] = { "token.refused", true },
	/* It revokes, so it is a change of state and not only a refusal. */
	[EVENT_REFRESH_REUSED] = { "refresh.reused", false },
	[EVENT_AUTHORIZATION_REVOKED] = { "authorization.revoked", false },
	[EVENT_THROTTLED] = { "throttle.refused", true },
	[EVENT_FORM_REFUSED] = { "form.refused", true },
	[EVENT_KEY_ROTATED] = { "key.rotated", false },
	[EVENT_CONSENT_GIVEN] = { "consent.given", false },
	[EVENT_CONSENT_REMOVED] = { "consent.removed", false },
	[EVENT_AUTHORIZE_GRANTED] = { "authorize.granted", false },
	[EVENT_AUTHORIZE_DENIED] = { "authorize.denied", false },
	[EVENT_AUTHORIZE_REFUSED] = { "authorize.refused", true },
	[EVENT_AUTHORIZE_PUSHED] = { "authorize.pushed", false },
	[EVENT_CODE_REDEEMED] = { "authorization_code.redeemed", false },
	[EVENT_CODE_REUSED] = { "authorization_code.reused", false },
	[EVENT_CODE_BURNED] = { "authorization_code.burned", false },
	[EVENT_TOKEN_ISSUED] = { "token.issued", false },
	[EVENT_TOKEN_EXCHANGED] = { "token.exchanged", false },
	[EVENT_RESOURCE_CHANGED] = { "resource.changed", false },
	[EVENT_REGISTERED] = { "client.registered", false },
	[EVENT_REGISTRATION_REFUSED] = { "client.registration_refused", true },
	[EVENT_TICKET_ADDED] = { "ticket.added", false },
	[EVENT_TICKET_USED] = { "ticket.used", false },
	[EVENT_ACCOUNT_CHOSEN] = { "account.chosen", false },
	[EVENT_USER_CLAIM_CHANGED] = { "user.claim_changed", false },
	[EVENT_LOGOUT_QUEUED] = { "logout.queued", false },
	[EVENT_LOGOUT_DELIVERED] = { "logout.delivered", false },
	[EVENT_LOGOUT_UNDELIVERED] = { "logout.undelivered", false },
	[EVENT_SIGNING_KEY_ADDED] = { "signing_key.added", false },
	[EVENT_SIGNING_KEY_REMOVED] = { "signing_key.removed", false },
	[EVENT_RESOURCE_REFUSED] = { "resource.refused", true },
	[EVENT_PROOF_REFUSED] = { "proof.refused", true },
};

static_assert(ARRAY_LEN(rows) == EVENT_KIND_COUNT, "a row for each kind of event");

const char *event_kind_name(enum event_kind kind)
{
	ensure((unsigned)kind < EVENT_KIND_COUNT);
	return rows[kind].name;
}

bool event_kind_is_refusal(enum event_kind kind)
{
	ensure((unsigned)kind < EVENT_KIND_COUNT);
	return rows[kind].is_refusal;
}
