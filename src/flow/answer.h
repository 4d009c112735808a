/* SPDX-License-Identifier: Apache-2.0
 *
 * A successful token answer: making the tokens, and keeping the answer sealed under what was
 * presented, so that a lost answer can be given once more, to the same caller, byte by byte.
 * RFC6749#5.1 */
#ifndef FLOW_ANSWER_H
#define FLOW_ANSWER_H

#include "base/attr.h"
#include "crypto/token.h"
#include "domain/binding.h"
#include "flow/flow.h"

struct token_answer {
	struct slice access_token;
	struct slice token_type;        /* "Bearer", "DPoP", "N_A" */
	struct slice refresh_token;     /* "": none */
	struct slice id_token;          /* "": none */
	struct slice issued_token_type; /* RFC8693#2.2.1; "": none */
	struct slice scope;
	int64_t expires_in;
};

/* What a grant gives, decided by its flow. */
struct answer_request {
	const struct authorization *authorization;
	const struct client *client;
	const struct token *presented; /* the code or refresh token that is redeemed; NULL: nothing
					  is, and no answer is kept */
	struct slice scope;            /* of the access token, as far as it means anything at its
					  resources */
	struct slice refresh_scope;    /* of the refresh token: all that was granted; "": none is
					  given */
	struct slice resource;         /* audience of the access token; "": the server's own */
	struct binding binding;        /* of the access token */
	struct slice refresh_binding;  /* of the refresh token; "": none */
	struct slice nonce;            /* for the ID token; "" */
	struct slice presented_code;   /* for its c_hash; "": none */
	int64_t expires;               /* not after; 0: as resource and settings say */
	enum token_format format;      /* of the access token; DEFAULT: as resource and client have
					  it */
	bool proved;                   /* the client proved itself */
	bool gives_id_token;           /* when openid is in `scope` */
};

/* When no refresh token that hangs on `authorization` is good any more. ASVS#10.4.8 */
int64_t answer_refresh_end(const struct flow *flow, const struct authorization *authorization);
/* What the refresh token is bound to when the access token is bound to this: nothing, for a client
 * that proves itself each time. RFC9449#5, RFC8705#7.1 */
struct slice answer_refresh_binding(struct arena *arena, const struct binding *binding,
				    bool proved);

/* Makes tokens, the rows and the sealed answer to store. ERR_DATABASE when claims or keys cannot be
 * had now. */
MUST_USE enum err answer_make(const struct flow *flow, const struct call *call,
			      const struct answer_request *request, struct issue *issue,
			      struct token_answer *out);

/* What was kept, while it may be given again. */
struct answer_kept {
	const struct token *presented;
	struct slice sealed;
	int64_t spent; /* when it was redeemed */
	int64_t replay_until;
	bool proved;            /* the caller has proved himself again */
	struct binding binding; /* what he proves to hold now: the same as the first time, or
				   nothing is given */
};
/* FOUND when what was given still stands: not revoked, and its person enabled. */
enum find answer_stands(const struct flow *flow, const struct call *call,
			const struct authorization *authorization);
/* ERR_ABSENT when it may not be given (any more) or does not open. */
MUST_USE enum err answer_reopen(const struct flow *flow, const struct call *call,
				const struct answer_kept *kept, struct token_answer *out);

#endif
