/* SPDX-License-Identifier: Apache-2.0
 *
 * A successful token answer: making the tokens, and keeping the answer sealed under what was
 * presented, so that a lost answer can be given once more, to the same caller, byte by byte.
 * RFC6749#5.1 */
#ifndef FLOW_ANSWER_H
#define FLOW_ANSWER_H

#include "base/attr.h"
#include "crypto/token.h"
#include "flow/flow.h"

struct token_answer {
	struct slice access_token;
	struct slice refresh_token; /* "": none */
	struct slice scope;
	int64_t expires_in;
};

struct answer_request {
	struct id authorization;
	const struct token *presented; /* the code or refresh token that is redeemed */
	struct slice scope;            /* of the access token */
	struct slice refresh_scope;    /* of the refresh token: all that was granted */
	bool by_secret;                /* the client proved itself */
};

/* Makes tokens and the rows and the sealed answer to store. */
void answer_make(const struct flow *flow, const struct call *call,
		 const struct answer_request *request, struct issue *issue,
		 struct token_answer *out);

/* What was kept, while it may be given again. */
struct answer_kept {
	const struct token *presented;
	struct slice sealed;
	int64_t spent; /* when it was redeemed */
	int64_t replay_until;
	bool by_secret; /* the caller has proved himself again */
};
/* FOUND when what was given still stands: not revoked, and its person enabled. */
enum find answer_stands(const struct flow *flow, const struct call *call,
			const struct authorization *authorization);
/* ERR_ABSENT when it may not be given (any more) or does not open. */
MUST_USE enum err answer_reopen(const struct flow *flow, const struct call *call,
				const struct answer_kept *kept, struct token_answer *out);

#endif
