/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of the events of the audit log. They are stored and searched for: they never change once
 * released. */
#include "domain/event.h"

#include <assert.h>

#include "base/attr.h"
#include "base/ensure.h"

static const char *const names[] = {
	[EVENT_USER_ADDED] = "user.added",
	[EVENT_USER_CHANGED] = "user.changed",
	[EVENT_USER_PASSWORD_CHANGED] = "user.password_changed",
	[EVENT_USER_DISABLED] = "user.disabled",
	[EVENT_USER_ENABLED] = "user.enabled",
	[EVENT_USER_REMOVED] = "user.removed",
	[EVENT_SIGNED_IN] = "sign_in.done",
	[EVENT_SIGN_IN_REFUSED] = "sign_in.refused",
	[EVENT_SIGNED_OUT] = "sign_out.done",
	[EVENT_CLIENT_ADDED] = "client.added",
	[EVENT_CLIENT_CHANGED] = "client.changed",
	[EVENT_CLIENT_REMOVED] = "client.removed",
	[EVENT_CLIENT_SECRET_ADDED] = "client.secret_added",
	[EVENT_CLIENT_SECRET_REMOVED] = "client.secret_removed",
	[EVENT_CLIENT_REFUSED] = "client.refused",
	[EVENT_SCOPE_CHANGED] = "scope.changed",
	[EVENT_DEVICE_STARTED] = "device.started",
	[EVENT_DEVICE_REFUSED] = "device.refused",
	[EVENT_CODE_ENTERED] = "code.entered",
	[EVENT_CODE_REFUSED] = "code.refused",
	[EVENT_DEVICE_APPROVED] = "device.approved",
	[EVENT_DEVICE_DENIED] = "device.denied",
	[EVENT_DEVICE_REDEEMED] = "device.redeemed",
	[EVENT_DEVICE_REUSED] = "device.reused",
	[EVENT_ANSWER_REPLAYED] = "answer.replayed",
	[EVENT_TOKEN_REFRESHED] = "token.refreshed",
	[EVENT_TOKEN_REFUSED] = "token.refused",
	[EVENT_REFRESH_REUSED] = "refresh.reused",
	[EVENT_AUTHORIZATION_REVOKED] = "authorization.revoked",
	[EVENT_THROTTLED] = "throttle.refused",
	[EVENT_FORM_REFUSED] = "form.refused",
	[EVENT_KEY_ROTATED] = "key.rotated",
	[EVENT_CONSENT_GIVEN] = "consent.given",
	[EVENT_CONSENT_REMOVED] = "consent.removed",
	[EVENT_AUTHORIZE_GRANTED] = "authorize.granted",
	[EVENT_AUTHORIZE_DENIED] = "authorize.denied",
	[EVENT_AUTHORIZE_REFUSED] = "authorize.refused",
	[EVENT_AUTHORIZE_PUSHED] = "authorize.pushed",
	[EVENT_REQUEST_USED] = "request.used",
	[EVENT_CODE_REDEEMED] = "authorization_code.redeemed",
	[EVENT_CODE_REUSED] = "authorization_code.reused",
	[EVENT_CODE_BURNED] = "authorization_code.burned",
	[EVENT_TOKEN_ISSUED] = "token.issued",
	[EVENT_TOKEN_EXCHANGED] = "token.exchanged",
	[EVENT_RESOURCE_CHANGED] = "resource.changed",
	[EVENT_REGISTERED] = "client.registered",
	[EVENT_REGISTRATION_REFUSED] = "client.registration_refused",
	[EVENT_TICKET_ADDED] = "ticket.added",
	[EVENT_TICKET_USED] = "ticket.used",
	[EVENT_TICKET_REMOVED] = "ticket.removed",
	[EVENT_ACCOUNT_CHOSEN] = "account.chosen",
	[EVENT_USER_CLAIM_CHANGED] = "user.claim_changed",
	[EVENT_LOGOUT_QUEUED] = "logout.queued",
	[EVENT_LOGOUT_DELIVERED] = "logout.delivered",
	[EVENT_LOGOUT_UNDELIVERED] = "logout.undelivered",
	[EVENT_SIGNING_KEY_ADDED] = "signing_key.added",
	[EVENT_SIGNING_KEY_REMOVED] = "signing_key.removed",
	[EVENT_RESOURCE_REFUSED] = "resource.refused",
	[EVENT_PROOF_REFUSED] = "proof.refused",
};

static_assert(ARRAY_LEN(names) == EVENT_KIND_COUNT, "a name for each kind of event");

const char *event_kind_name(enum event_kind kind)
{
	ensure((unsigned)kind < EVENT_KIND_COUNT);
	return names[kind];
}
