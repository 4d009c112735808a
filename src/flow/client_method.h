/* SPDX-License-Identifier: Apache-2.0
 *
 * The methods of client authentication, a record and a file each. client_auth.c reads what was
 * sent, finds the record of the method that the client was registered with, and asks it. For
 * client_auth.c and client_method_*.c. */
#ifndef FLOW_CLIENT_METHOD_H
#define FLOW_CLIENT_METHOD_H

#include "crypto/certificate.h"
#include "domain/client_settings.h"
#include "flow/client_assertion.h"
#include "flow/client_auth.h"

/* What was sent, as bits. A certificate comes along by itself, and is none of them. */
enum { SENT_SECRET = 1, SENT_ASSERTION = 2 };

/* One attempt: what was sent, and what is known of the client. */
struct attempt {
	const struct client_credentials *credentials;
	struct client_entry entry; /* its `client` is NULL: unknown */
	uint32_t sent;
	const struct client_assertion *assertion; /* NULL: none */
	const struct certificate *certificate;    /* NULL: none */
};

/* ERR_OK: it is the client, and `out` says by what. ERR_INVALID: it is not, and `why` says so for
 * the event. ERR_DATABASE: cannot be told now. */
struct judgement {
	struct client_authenticated *out;
	const char *why;
};
struct client_method_row {
	uint32_t takes; /* of what may be sent: RFC6749#2.3, anything else is another method */
	bool waits;     /* not for an event loop */
	/* Of a client that exists and is enabled. */
	enum err (*judge)(const struct flow *flow, const struct call *call,
			  const struct attempt *attempt, struct judgement *judgement);
};

extern const struct client_method_row client_method_none;
extern const struct client_method_row client_method_secret;
extern const struct client_method_row client_method_secret_basic;
extern const struct client_method_row client_method_secret_post;
extern const struct client_method_row client_method_secret_jwt;
extern const struct client_method_row client_method_private_key_jwt;
extern const struct client_method_row client_method_tls;
extern const struct client_method_row client_method_self_signed_tls;

/* Whether a secret has not ended. */
bool client_method_is_live(const struct client_secret *secret, int64_t now);
/* Of a secret that was right: which one, and whether its last use is to be written. */
void client_method_used(const struct call *call, const struct client_secret *secret,
			struct client_authenticated *out);
/* Whether the assertion's algorithm is the one that the client named, if it named one: OIDC#9 */
bool client_method_alg_fits(const struct attempt *attempt, uint32_t algs);
/* The claims of an assertion whose signature is right. */
enum err client_method_judge_claims(const struct flow *flow, const struct call *call,
				    const struct attempt *attempt, struct judgement *judgement);

#endif
