/* SPDX-License-Identifier: Apache-2.0
 *
 * Scopes: the grammar of RFC 6749 section 3.3, sets of them, and the rule that gives a request its
 * scope. Sets are small and written as the space-separated text of the wire. */
#ifndef DOMAIN_SCOPE_H
#define DOMAIN_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/slice.h"
#include "domain/oauth_error.h"

enum { SCOPE_MAX = 64 /* scopes in a set */, SCOPE_NAME_MAX = 128, SCOPE_TEXT_MAX = 4096 };

/* A row of the scope table. */
struct scope {
	struct slice name;
	struct slice description; /* words for people: "Know who you are" */
	bool is_default;          /* given when a request names none */
};

struct scope_list {
	const struct scope *items;
	size_t count;
};

struct scope_set {
	struct slice names[SCOPE_MAX];
	size_t count;
};

/* 1*( %x21 / %x23-5B / %x5D-7E ), at most SCOPE_NAME_MAX */
bool scope_is_name(struct slice name);
/* Splits at SP (runs of blanks are forgiven), drops repeats, refuses bad names and too many. The
 * slices point into `text`. ERR_INVALID. */
MUST_USE enum err scope_set_parse(struct slice text, struct scope_set *out);
bool scope_set_has(const struct scope_set *set, struct slice name);
bool scope_set_covers(const struct scope_set *set, const struct scope_set *part);
/* The wire form, in order. */
struct slice scope_set_text(const struct scope_set *set, struct arena *arena);
/* NULL when there is no such row. */
const struct scope *scope_list_find(const struct scope_list *list, struct slice name);

/* Whether it is about a person, or about acting for one, and so means nothing where there is none:
 * openid, offline_access, and the scopes of claims (OIDC#5.4, #11). */
bool scope_is_personal(struct slice name);

/* What a new request of a client gets.
 *   requested  the parameter; empty or missing means none was named
 *   allowed    the client's allowed scopes; empty text means all that exist
 *   defaults   the client's default scopes; empty text means the server's defaults
 *   known      all rows
 * A name that does not exist or is not allowed gives OAUTH_INVALID_SCOPE. Defaults that are not
 * allowed are left out. RFC6749#3.3, RFC8628#3.1 */
struct scope_request {
	struct slice requested;
	struct slice allowed;
	struct slice defaults;
	const struct scope_list *known;
};
MUST_USE enum oauth_error scope_grant(const struct scope_request *request, struct scope_set *out);
/* At refresh: what was granted, or the narrower set asked for; OAUTH_INVALID_SCOPE when wider.
 * RFC6749#6 */
MUST_USE enum oauth_error scope_narrow(struct slice granted, struct slice requested,
				       struct scope_set *out);

#endif
