/* SPDX-License-Identifier: Apache-2.0
 *
 * The errors of the protocol, a row each: wire name, HTTP status, default description, and the
 * section that defines it. */
#ifndef DOMAIN_OAUTH_ERROR_H
#define DOMAIN_OAUTH_ERROR_H

#include "base/slice.h"

/* Of the row that is answered most often, so that its bytes can be made at compile time. */
#define OAUTH_PENDING_NAME "authorization_pending"
#define OAUTH_PENDING_DESCRIPTION "The request has not been decided yet."

enum oauth_error {
	OAUTH_OK = 0,
	OAUTH_INVALID_REQUEST,
	OAUTH_INVALID_CLIENT,
	OAUTH_INVALID_GRANT,
	OAUTH_UNAUTHORIZED_CLIENT,
	OAUTH_UNSUPPORTED_GRANT_TYPE,
	OAUTH_INVALID_SCOPE,
	OAUTH_AUTHORIZATION_PENDING,
	OAUTH_SLOW_DOWN,
	OAUTH_ACCESS_DENIED,
	OAUTH_EXPIRED_TOKEN,
	OAUTH_UNSUPPORTED_TOKEN_TYPE,
	OAUTH_UNSUPPORTED_RESPONSE_TYPE,
	OAUTH_INVALID_TARGET,
	OAUTH_INVALID_REQUEST_URI,
	OAUTH_INVALID_REQUEST_OBJECT,
	OAUTH_REQUEST_NOT_SUPPORTED,
	OAUTH_REQUEST_URI_NOT_SUPPORTED,
	OAUTH_REGISTRATION_NOT_SUPPORTED,
	OAUTH_LOGIN_REQUIRED,
	OAUTH_INTERACTION_REQUIRED,
	OAUTH_CONSENT_REQUIRED,
	OAUTH_ACCOUNT_SELECTION_REQUIRED,
	OAUTH_UNMET_AUTHENTICATION_REQUIREMENTS,
	OAUTH_INVALID_DPOP_PROOF,
	OAUTH_USE_DPOP_NONCE,
	OAUTH_INVALID_TOKEN, /* at resources: 401 with a challenge */
	OAUTH_INSUFFICIENT_SCOPE,
	OAUTH_INVALID_REDIRECT_URI,
	OAUTH_INVALID_CLIENT_METADATA,
	OAUTH_INVALID_SOFTWARE_STATEMENT,
	OAUTH_TEMPORARILY_UNAVAILABLE, /* overload: 503, or 429 where a caller is over his budget */
	OAUTH_ERROR_COUNT
};

struct oauth_error_row {
	const char *name;
	int status;
	const char *description; /* fixed words in %x20-21 / %x23-5B / %x5D-7E */
	const char *section;     /* "RFC6749#5.2" */
};

const struct oauth_error_row *oauth_error_row(enum oauth_error error);

#endif
