/* SPDX-License-Identifier: Apache-2.0
 *
 * Client authentication: RFC6749#2.3, #3.2.1; by assertion RFC7523#2.2, OIDC#9; by certificate
 * RFC8705#2. The methods are a const table, a file each (flow/client_method_*.c). A right secret
 * costs microseconds and no database; only what is wrong is counted, by client and address. */
#ifndef FLOW_CLIENT_AUTH_H
#define FLOW_CLIENT_AUTH_H

#include "flow/client_cache.h"
#include "flow/flow.h"

struct client_credentials {
	struct slice client_id;
	struct slice secret;    /* "" when none was sent, or an empty one (which counts as none) */
	bool by_header;         /* HTTP Basic */
	struct slice assertion; /* client_assertion of type jwt-bearer; "": none. Then client_id may
				   be "", too: the assertion says it */
	struct slice certificate;      /* DER, of the TLS connection; "": none */
	struct slice certificate_text; /* of a trusted proxy's header, in any of their forms; "" */
	struct slice endpoint; /* URL of the endpoint that was called: an audience, by option */
};

enum client_auth {
	CLIENT_AUTH_OK = 0,
	CLIENT_AUTH_REFUSED,      /* unknown, disabled, no or wrong proof: invalid_client */
	CLIENT_AUTH_OVER_BUDGET,  /* too many wrong proofs from here: `retry_after` */
	CLIENT_AUTH_NEEDS_WORKER, /* from client_auth_quick() alone: not to be decided without
				     waiting */
	CLIENT_AUTH_UNAVAILABLE   /* the database does not answer */
};

struct client_authenticated {
	struct client_entry entry; /* its `client` is set whenever the client exists and is enabled,
				      also after OVER_BUDGET */
	bool proved;               /* proof of possession: false for public clients */
	struct hash certificate;   /* thumbprint of the client's certificate, also where it did not
				      authenticate by it: RFC8705#4; zero: none */
	struct id secret;          /* which one, where it was a secret */
	bool wants_touch; /* the secret's last use is an hour old, or its MAC is under an older key
			   */
	int64_t retry_after;
};

/* On an event loop: memory alone. Wrong secrets, unknown clients, assertions and certificates give
 * NEEDS_WORKER. */
enum client_auth client_auth_quick(const struct flow *flow, const struct call *call,
				   const struct client_credentials *credentials,
				   struct client_authenticated *out);
/* On a worker. Counts and records refusals; writes the secret's last use when wanted (and moves its
 * MAC to the current key). A public client that sends a secret is let through as public only when
 * the secret is empty; else refused. */
enum client_auth client_auth_check(const struct flow *flow, const struct call *call,
				   const struct client_credentials *credentials,
				   struct client_authenticated *out);
/* The MAC of a secret as stored: bound to the client's id. ERR_CRYPTO when the ring lacks the key.
 */
MUST_USE enum err client_auth_mac(const struct keyring *ring, uint32_t key_id,
				  const struct id *client, struct slice secret, struct hash *out);
/* Whether it is this stored one, in constant time; whether that one still lives is not asked. */
bool client_auth_secret_fits(const struct keyring *ring, const struct id *client,
			     const struct client_secret *stored, struct slice presented);

#endif
