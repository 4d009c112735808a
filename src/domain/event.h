/* SPDX-License-Identifier: Apache-2.0
 *
 * The audit log: every state change and every refusal, without secrets. */
#ifndef DOMAIN_EVENT_H
#define DOMAIN_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "domain/id.h"

enum event_kind {
	EVENT_USER_ADDED = 0,
	EVENT_USER_CHANGED,
	EVENT_USER_PASSWORD_CHANGED,
	EVENT_USER_DISABLED,
	EVENT_USER_ENABLED,
	EVENT_USER_REMOVED,
	EVENT_SIGNED_IN,
	EVENT_SIGN_IN_REFUSED,
	EVENT_SIGNED_OUT,
	EVENT_CLIENT_ADDED,
	EVENT_CLIENT_CHANGED,
	EVENT_CLIENT_REMOVED,
	EVENT_CLIENT_SECRET_ADDED,
	EVENT_CLIENT_SECRET_REMOVED,
	EVENT_CLIENT_REFUSED, /* client authentication failed */
	EVENT_SCOPE_CHANGED,
	EVENT_DEVICE_STARTED,
	EVENT_DEVICE_REFUSED, /* the device authorization request */
	EVENT_CODE_ENTERED,
	EVENT_CODE_REFUSED, /* a wrong user code */
	EVENT_DEVICE_APPROVED,
	EVENT_DEVICE_DENIED,
	EVENT_DEVICE_REDEEMED,
	EVENT_DEVICE_REUSED, /* polled again after its redemption */
	EVENT_ANSWER_REPLAYED,
	EVENT_TOKEN_REFRESHED,
	EVENT_TOKEN_REFUSED,
	EVENT_REFRESH_REUSED, /* a spent refresh token came again: the authorization is revoked */
	EVENT_AUTHORIZATION_REVOKED,
	EVENT_THROTTLED,
	EVENT_FORM_REFUSED, /* form token or origin */
	EVENT_KEY_ROTATED,
	EVENT_CONSENT_GIVEN,
	EVENT_CONSENT_REMOVED,
	EVENT_AUTHORIZE_GRANTED,
	EVENT_AUTHORIZE_DENIED,
	EVENT_AUTHORIZE_REFUSED,
	EVENT_AUTHORIZE_PUSHED,
	EVENT_REQUEST_USED, /* one that was kept: pushed, or posted by another site */
	EVENT_CODE_REDEEMED,
	EVENT_CODE_REUSED, /* a spent code came again: the authorization is revoked */
	EVENT_CODE_BURNED, /* a wrong verifier or redirect URI: nothing comes of the code any more
			    */
	EVENT_TOKEN_ISSUED,
	EVENT_TOKEN_EXCHANGED,
	EVENT_RESOURCE_CHANGED,
	EVENT_REGISTERED,
	EVENT_REGISTRATION_REFUSED,
	EVENT_TICKET_ADDED,
	EVENT_TICKET_USED,
	EVENT_TICKET_REMOVED,
	EVENT_ACCOUNT_CHOSEN,
	EVENT_USER_CLAIM_CHANGED,
	EVENT_LOGOUT_QUEUED, /* clients are to be told */
	EVENT_LOGOUT_DELIVERED,
	EVENT_LOGOUT_UNDELIVERED,
	EVENT_SIGNING_KEY_ADDED,
	EVENT_SIGNING_KEY_REMOVED,
	EVENT_RESOURCE_REFUSED, /* a token that is no good, at UserInfo and its like */
	EVENT_PROOF_REFUSED,    /* a DPoP proof that is no good */
	EVENT_KIND_COUNT
};

struct event {
	enum event_kind kind;
	int64_t at;
	struct id user;          /* zero: none */
	struct id client;        /* zero: none */
	struct id authorization; /* zero: none */
	struct slice address;
	struct slice request_id;
	struct slice detail; /* a few words: an error code, a field name, who did it */
};

struct event_list {
	struct event *items;
	size_t count;
};

/* "device.approved" */
const char *event_kind_name(enum event_kind kind);

#endif
