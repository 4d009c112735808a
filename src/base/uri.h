/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the parts of a URI stand in it (RFC3986#3). Nothing is checked: whether the scheme is well
 * formed, the host a name or an address, the port a number, each caller asks by rules of its own.
 */
#ifndef BASE_URI_H
#define BASE_URI_H

#include <stdbool.h>

#include "base/slice.h"

/*   URI       = scheme ":" [ "//" authority ] rest
 *   authority = host [ ":" port ]            (userinfo would be in the host) */
struct uri {
	struct slice scheme; /* "": none */
	bool has_authority;
	struct slice authority;
	struct slice host; /* an address in brackets with them; one not closed reaches to the end */
	bool has_port;
	struct slice port;
	struct slice rest; /* path, query, and a fragment if there is one */
};

void uri_split(struct slice text, struct uri *out);
/* Of an authority alone: its host and port. */
void uri_split_authority(struct slice authority, struct uri *out);
/* What stands behind "//" up to a port, path, query or fragment; "" when there is none. */
struct slice uri_host(struct slice text);
/* Scheme, host and port as they stand in the text; "" without an authority. */
struct slice uri_origin(const struct uri *uri);
/* The port is the one of https, or of http where it is not https. */
bool uri_port_is_default(const struct uri *uri);
/* Leaves it out then, as browsers do (RFC6454#6.2). */
void uri_drop_default_port(struct uri *uri);
/* uri_origin() of the text, without such a port. */
struct slice uri_usual_origin(struct slice text);

#endif
