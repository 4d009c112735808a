/* SPDX-License-Identifier: Apache-2.0
 *
 * The errors of the protocol, a row each: wire name, HTTP status, default description, and the
 * section that defines it. */
#ifndef DOMAIN_OAUTH_ERROR_H
#define DOMAIN_OAUTH_ERROR_H

#include "base/slice.h"

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
