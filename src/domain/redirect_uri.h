/* SPDX-License-Identifier: Apache-2.0
 *
 * Which redirect URIs and web origins may be registered: absolute, without fragment
 * (RFC6749#3.1.2), https, http on loopback only (RFC8252#7.3), private-use schemes with a dot in
 * them (RFC8252#7.1); never javascript:, data: and the like. */
#ifndef DOMAIN_REDIRECT_URI_H
#define DOMAIN_REDIRECT_URI_H

#include "base/slice.h"

enum redirect_uri_fault {
	REDIRECT_URI_FINE = 0,
	REDIRECT_URI_TOO_LONG,
	REDIRECT_URI_CHARACTERS, /* blanks, controls, non-ASCII, quotes, backslash */
	REDIRECT_URI_RELATIVE,
	REDIRECT_URI_FRAGMENT,
	REDIRECT_URI_USERINFO,
	REDIRECT_URI_HTTP, /* http on a host that is not loopback */
	REDIRECT_URI_SCHEME,
	REDIRECT_URI_HOST,
	REDIRECT_URI_WILDCARD,
	REDIRECT_URI_NOT_ORIGIN, /* an origin has more than scheme, host and port */
	REDIRECT_URI_FAULT_COUNT
};

enum { REDIRECT_URI_MAX = 1024 };

enum redirect_uri_fault redirect_uri_check(struct slice uri);
/* An origin as in RFC 6454: https://host[:port], or http on loopback. */
enum redirect_uri_fault redirect_uri_check_origin(struct slice origin);
struct slice redirect_uri_fault_text(enum redirect_uri_fault fault);

#endif
