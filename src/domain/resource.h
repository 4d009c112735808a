/* SPDX-License-Identifier: Apache-2.0
 *
 * Protected resources (RFC 8707): what an access token is for. A set of them is written as the
 * space separated text of their URIs, and "" means none was named. */
#ifndef DOMAIN_RESOURCE_H
#define DOMAIN_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "domain/id.h"
#include "domain/oauth_error.h"

enum { RESOURCE_URI_MAX = 512, RESOURCES_MAX = 8 /* in one request */ };

/* Of access tokens. */

enum token_format {
	TOKEN_FORMAT_DEFAULT = 0,
	TOKEN_FORMAT_OPAQUE,
	TOKEN_FORMAT_JWT,
	TOKEN_FORMAT_COUNT
};

/* A row of the resource table. */
struct resource {
	struct slice uri;
	struct slice name;        /* words for people */
	struct slice scopes;      /* that mean something there, space separated; "": all */
	struct id client;         /* which may introspect its tokens; zero: none */
	enum token_format format; /* DEFAULT: as the client has it */
	int64_t lifetime;         /* of access tokens, seconds; 0: as the server has it */
	int64_t created;
};
struct resource_list {
	struct resource *items;
	size_t count;
};

/* RFC8707#2: an absolute URI without fragment, of characters that a URI has. */
bool resource_uri_is_valid(struct slice uri);
/* Sets as text: all of `part` is in `set`. */
bool resource_set_covers(struct slice set, struct slice part);
/* NULL when there is no such row. */
const struct resource *resource_list_find(const struct resource_list *list, struct slice uri);

/* What a request that names resources gets. OAUTH_INVALID_TARGET: malformed, unknown, or not for
 * this client. */
struct resource_request {
	const struct slice *named;
	size_t count;
	struct slice allowed; /* the client's; "": all that exist */
	const struct resource_list *known;
};
MUST_USE enum oauth_error resource_grant(const struct resource_request *request,
					 struct arena *arena, struct slice *out);
/* At the token endpoint: what was granted, or the part of it that is named. RFC8707#2.2 */
MUST_USE enum oauth_error resource_narrow(struct slice granted, const struct slice *named,
					  size_t count, struct arena *arena, struct slice *out);
/* What a token for these resources is like: the scopes that mean something at one of them, the
 * shorter of their lifetimes (0: as the server has it), and their format (DEFAULT: as the client
 * has it; a JWT where one of them cannot do without). One that is no longer known asks for nothing.
 * RFC9068#3 */
struct resource_terms {
	struct slice scope;
	int64_t lifetime;
	enum token_format format;
};
void resource_terms(const struct resource_list *known, struct slice resources, struct slice scope,
		    struct arena *arena, struct resource_terms *out);

#endif
