/* SPDX-License-Identifier: Apache-2.0
 *
 * Which redirect URIs and web origins may be registered: absolute, without fragment
 * (RFC6749#3.1.2), https, http on loopback only (RFC8252#7.3), private-use schemes with a dot in
 * them (RFC8252#7.1); never javascript:, data: and the like. */
#ifndef DOMAIN_REDIRECT_URI_H
#define DOMAIN_REDIRECT_URI_H

#include <stdbool.h>

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

/* --- one that a request names (redirect_uri_match.c); `registered` is a list with an LF between
 * two
 */

/* RFC9700#4.1.3: it is letter by letter one of those that are registered; but the port of one that
 * is http at 127.0.0.1 or [::1] may be another, since the app listens where the system lets it
 * (RFC8252#7.3). "localhost" is no address, and matches as it was registered (RFC8252#8.3). D37 */
bool redirect_uri_matches(struct slice registered, struct slice uri);
/* The one that is registered; "" when there is none, or more than one. RFC6749#3.1.2.3 */
struct slice redirect_uri_only(struct slice registered);
/* Nobody but its owner gets what is sent there: https. Any program on the person's machine may
 * listen on loopback, or claim a private-use scheme. RFC8252#8.6, #7.2 */
bool redirect_uri_is_assured(struct slice uri);
/* A form can be posted to it: http and https. */
bool redirect_uri_takes_forms(struct slice uri);

#endif
