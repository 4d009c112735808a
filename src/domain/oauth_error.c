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
		.name = "authorization_pending",
		.status = 400,
		.description = "The person has not decided yet.",
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
