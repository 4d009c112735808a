/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of protocol errors. Descriptions are fixed words, so that nothing a caller sent can
 * come back in them. */
#include "domain/oauth_error.h"

#include <assert.h>

#include "base/attr.h"
#include "base/ensure.h"

/* RFC6749#5.2: 400 unless said otherwise, and 401 for a client that failed to authenticate.
 * RFC6749#5.2: names and descriptions hold %x20-21 / %x23-5B / %x5D-7E and nothing else. */
static const struct oauth_error_row rows[] = {
	[OAUTH_OK] = {
		.name = "",
		.status = 200,
		.description = "",
		.section = "RFC6749#5.1",
	},
	[OAUTH_INVALID_REQUEST] = {
		.name = "invalid_request",
		.status = 400,
		.description = "A parameter is missing, repeated or malformed.",
		.section = "RFC6749#5.2",
	},
	[OAUTH_INVALID_CLIENT] = {
		.name = "invalid_client",
		.status = 401,
		.description = "Client authentication failed.",
		.section = "RFC6749#5.2",
	},
	[OAUTH_INVALID_GRANT] = {
		.name = "invalid_grant",
		.status = 400,
		.description = "The code or token is unknown, used, revoked or of another client.",
		.section = "RFC6749#5.2",
	},
	[OAUTH_UNAUTHORIZED_CLIENT] = {
		.name = "unauthorized_client",
		.status = 400,
		.description = "The client may not use this grant type.",
		.section = "RFC6749#5.2",
	},
	[OAUTH_UNSUPPORTED_GRANT_TYPE] = {
		.name = "unsupported_grant_type",
		.status = 400,
		.description = "The server does not support this grant type.",
		.section = "RFC6749#5.2",
	},
	[OAUTH_INVALID_SCOPE] = {
		.name = "invalid_scope",
		.status = 400,
		.description = "A scope is unknown, malformed, or not allowed to this client.",
		.section = "RFC6749#5.2",
	},
	[OAUTH_AUTHORIZATION_PENDING] = {
		.name = OAUTH_PENDING_NAME,
		.status = 400,
		.description = OAUTH_PENDING_DESCRIPTION,
		.section = "RFC8628#3.5",
	},
	[OAUTH_SLOW_DOWN] = {
		.name = "slow_down",
		.status = 400,
		.description = "Not decided yet: wait five seconds longer between polls.",
		.section = "RFC8628#3.5",
	},
	[OAUTH_ACCESS_DENIED] = {
		.name = "access_denied",
		.status = 400,
		.description = "The person refused the request.",
		.section = "RFC8628#3.5",
	},
	[OAUTH_EXPIRED_TOKEN] = {
		.name = "expired_token",
		.status = 400,
		.description = "The device code has expired: start again.",
		.section = "RFC8628#3.5",
	},
	[OAUTH_UNSUPPORTED_TOKEN_TYPE] = {
		.name = "unsupported_token_type",
		.status = 400,
		.description = "Tokens of this type cannot be revoked.",
		.section = "RFC7009#2.2.1",
	},
	[OAUTH_UNSUPPORTED_RESPONSE_TYPE] = {
		.name = "unsupported_response_type",
		.status = 400,
		.description = "The server does not support this response type.",
		.section = "RFC6749#4.1.2.1",
	},
	[OAUTH_INVALID_TARGET] = {
		.name = "invalid_target",
		.status = 400,
		.description = "A resource is unknown, malformed, or outside of what was granted.",
		.section = "RFC8707#2",
	},
	[OAUTH_INVALID_REQUEST_URI] = {
		.name = "invalid_request_uri",
		.status = 400,
		.description = "The request_uri is unknown, used, expired, or of another client.",
		.section = "RFC9126#2.2",
	},
	[OAUTH_INVALID_REQUEST_OBJECT] = {
		.name = "invalid_request_object",
		.status = 400,
		.description = "The request object is malformed, or not signed by the client.",
		.section = "RFC9101#7",
	},
	[OAUTH_REQUEST_NOT_SUPPORTED] = {
		.name = "request_not_supported",
		.status = 400,
		.description = "The request parameter is not supported.",
		.section = "OIDC#3.1.2.6",
	},
	[OAUTH_REQUEST_URI_NOT_SUPPORTED] = {
		.name = "request_uri_not_supported",
		.status = 400,
		.description = "Only a request_uri of this server is supported.",
		.section = "OIDC#3.1.2.6",
	},
	[OAUTH_REGISTRATION_NOT_SUPPORTED] = {
		.name = "registration_not_supported",
		.status = 400,
		.description = "The registration parameter is not supported.",
		.section = "OIDC#3.1.2.6",
	},
	[OAUTH_LOGIN_REQUIRED] = {
		.name = "login_required",
		.status = 400,
		.description = "The person has to sign in.",
		.section = "OIDC#3.1.2.6",
	},
	[OAUTH_INTERACTION_REQUIRED] = {
		.name = "interaction_required",
		.status = 400,
		.description = "The person has to be asked.",
		.section = "OIDC#3.1.2.6",
	},
	[OAUTH_CONSENT_REQUIRED] = {
		.name = "consent_required",
		.status = 400,
		.description = "The person has to consent.",
		.section = "OIDC#3.1.2.6",
	},
	[OAUTH_ACCOUNT_SELECTION_REQUIRED] = {
		.name = "account_selection_required",
		.status = 400,
		.description = "The person has to choose an account.",
		.section = "OIDC#3.1.2.6",
	},
	[OAUTH_UNMET_AUTHENTICATION_REQUIREMENTS] = {
		.name = "unmet_authentication_requirements",
		.status = 400,
		.description = "The person cannot sign in as it was asked for.",
		.section = "OIDC#5.5.1.1",
	},
	[OAUTH_INVALID_DPOP_PROOF] = {
		.name = "invalid_dpop_proof",
		.status = 400,
		.description = "The DPoP proof is missing, malformed, used, or of another key.",
		.section = "RFC9449#5",
	},
	[OAUTH_USE_DPOP_NONCE] = {
		.name = "use_dpop_nonce",
		.status = 400,
		.description = "The DPoP proof needs the nonce of the DPoP-Nonce header.",
		.section = "RFC9449#8",
	},
	[OAUTH_INVALID_TOKEN] = {
		.name = "invalid_token",
		.status = 401,
		.description = "The access token is unknown, expired or revoked.",
		.section = "RFC6750#3.1",
	},
	[OAUTH_INSUFFICIENT_SCOPE] = {
		.name = "insufficient_scope",
		.status = 403,
		.description = "The access token does not have the scope that is needed.",
		.section = "RFC6750#3.1",
	},
	[OAUTH_INVALID_REDIRECT_URI] = {
		.name = "invalid_redirect_uri",
		.status = 400,
		.description = "A redirect URI is not acceptable.",
		.section = "RFC7591#3.2.2",
	},
	[OAUTH_INVALID_CLIENT_METADATA] = {
		.name = "invalid_client_metadata",
		.status = 400,
		.description = "A member of the metadata is not acceptable.",
		.section = "RFC7591#3.2.2",
	},
	[OAUTH_INVALID_SOFTWARE_STATEMENT] = {
		.name = "invalid_software_statement",
		.status = 400,
		.description = "Software statements are not taken.",
		.section = "RFC7591#3.2.2",
	},
	[OAUTH_TEMPORARILY_UNAVAILABLE] = {
		.name = "temporarily_unavailable",
		.status = 503,
		.description = "The server cannot handle the request now: try again later.",
		.section = "RFC6749#4.1.2.1",
	},
};

static_assert(ARRAY_LEN(rows) == OAUTH_ERROR_COUNT, "a row for each error");

const struct oauth_error_row *oauth_error_row(enum oauth_error error)
{
	ensure((unsigned)error < OAUTH_ERROR_COUNT);
	return &rows[error];
}
