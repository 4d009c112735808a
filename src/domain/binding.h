/* SPDX-License-Identifier: Apache-2.0
 *
 * What a token is bound to, so that who stole it can do nothing with it: the thumbprint of a DPoP
 * key (RFC 9449) or of a client's certificate (RFC 8705). */
#ifndef DOMAIN_BINDING_H
#define DOMAIN_BINDING_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "crypto/hash.h"

enum binding_kind { BINDING_NONE = 0, BINDING_DPOP, BINDING_CERTIFICATE, BINDING_KIND_COUNT };

struct binding {
	enum binding_kind kind;
	struct hash thumbprint;
};

/* The member of `cnf` that holds the thumbprint: "jkt", "x5t#S256". Not for BINDING_NONE. */
const char *binding_member(enum binding_kind kind);
/* As it is stored: "" for none, "jkt:" or "x5t#S256:" and the thumbprint in base64url. */
struct slice binding_text(const struct binding *binding, struct arena *arena);
MUST_USE enum err binding_parse(struct slice text, struct binding *out);
/* The thumbprint alone, in base64url. */
struct slice binding_thumbprint(const struct binding *binding, struct arena *arena);
MUST_USE enum err binding_thumbprint_parse(struct slice text, struct hash *out);
bool binding_equal(const struct binding *a, const struct binding *b); /* constant time */

#endif
