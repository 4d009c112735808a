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
/* Somebody is about to call signing_prepare(): until that has succeeded, who wants a key that is
 * not there waits a moment for it. */
void signing_expect(struct signing *signing);
/* The program stops: signing_prepare() makes no further one, and nobody waits for it any more. */
void signing_give_up(struct signing *signing);
bool signing_is_given_up(struct signing *signing);
/* Whether there is a key for each algorithm that we sign with: for /readyz. */
bool signing_is_ready(struct signing *signing);

/* Sees that there is a key for each algorithm that we sign with; one that is missing is made, and
 * signs at once. Slow when it makes one. ERR_UNCHANGED: another node is about it. */
MUST_USE enum err signing_prepare(const struct flow *flow, const struct call *call);
/* What the housekeeper does: signing_prepare() until it has succeeded, and each SIGNING_REREAD_S
 * reads the keys anew, and rotates what is due. Failures are logged. */
void signing_keep(const struct flow *flow, const struct call *call);
/* A new key for `alg` beside the old one. `at_once`: it signs at once, and all others of the
 * algorithm are removed (one has leaked): what they signed is good no longer. `*kid` is in the
 * call's arena. */
MUST_USE enum err signing_rotate(const struct flow *flow, const struct call *call, enum alg alg,
				 bool at_once, struct slice *kid);
/* Rotates what has signed for longer than the settings say, and removes what nobody asks for any
 * more. Under a lease: nothing when another node is about it. */
MUST_USE enum err signing_rotate_due(const struct flow *flow, const struct call *call);

/* What this client chose, or else `otherwise`. */
enum alg signing_alg_of(const struct client *client, enum alg otherwise);

/* The compact form of these claims. On a worker. ERR_ABSENT: no key for it. */
struct signing_request {
	enum alg alg;
	const char *typ; /* "JWT", "at+jwt"; NULL: none */
	const struct json *claims;
};
MUST_USE enum err signing_sign(const struct flow *flow, const struct call *call,
			       const struct signing_request *request, struct slice *out);
/* The claims of a token that we signed, of this typ, whatever its age. ERR_INVALID: not ours. */
MUST_USE enum err signing_verify(const struct flow *flow, const struct call *call,
				 struct slice compact, const char *typ, struct json **claims);

/* The JWKS document and its ETag, in the call's arena. ERR_DATABASE. */
struct signing_document {
	struct slice json;
	struct slice etag;
};
MUST_USE enum err signing_jwks(const struct flow *flow, const struct call *call,
			       struct signing_document *out);
/* The same from memory alone, for a loop. False: it has not been read yet. */
bool signing_jwks_peek(const struct flow *flow, const struct call *call,
		       struct signing_document *out);

/* The keys as they are in the database now, for those who have changed them. */
MUST_USE enum err signing_reread(const struct flow *flow, const struct call *call);

#endif
