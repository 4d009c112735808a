/* SPDX-License-Identifier: Apache-2.0
 *
 * What we sign, and the keys for it: rows of the store, sealed under the master key, loaded once
 * and kept in memory. Every node has the same keys: another's new one is found within ten seconds,
 * and at once when its kid is asked for. */
#ifndef FLOW_SIGNING_H
#define FLOW_SIGNING_H

#include "base/attr.h"
#include "crypto/alg.h"
#include "flow/flow.h"
#include "json/json.h"

enum {
	SIGNING_REREAD_S = 10,
	SIGNING_AHEAD_S = 3600 /* a new key of a rotation is published before it signs */
};

struct signing *signing_new(void);
void signing_free(struct signing **signing);

/* Sees that there is a key for each algorithm that we sign with; one that is missing is made, and
 * signs at once. At start, on one node at a time. Slow when it makes one. */
MUST_USE enum err signing_prepare(const struct flow *flow, const struct call *call);
/* A new key for `alg` beside the old one. `now_at_once`: it signs at once (an old key has leaked,
 * and leaves the JWKS too). */
MUST_USE enum err signing_rotate(const struct flow *flow, const struct call *call, enum alg alg,
				 bool at_once, struct slice *kid);
/* Rotates what has signed for longer than the settings say. By the housekeeper, under a lease. */
void signing_rotate_due(const struct flow *flow, const struct call *call);

/* The compact form of these claims. On a worker. ERR_ABSENT: no key for it. */
struct signing_request {
	enum alg alg;
	const char *typ; /* "JWT", "at+jwt" */
	const struct json *claims;
};
MUST_USE enum err signing_sign(const struct flow *flow, const struct call *call,
			       const struct signing_request *request, struct slice *out);
/* The claims of a token that we signed, of this typ, whatever its age. ERR_INVALID: not ours. */
MUST_USE enum err signing_verify(const struct flow *flow, const struct call *call,
				 struct slice compact, const char *typ, struct json **claims);
/* The JWKS document, from memory: quick once it has been asked for. ERR_DATABASE. */
MUST_USE enum err signing_jwks(const struct flow *flow, const struct call *call,
			       struct slice *document, struct slice *etag);

#endif
