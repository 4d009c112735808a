/* SPDX-License-Identifier: Apache-2.0
 *
 * private_key_jwt: an assertion signed by a key whose public half the client registered. RFC7523#3,
 * OIDC#9 */
#include "flow/client_keys.h"
#include "flow/client_method.h"

static enum err judge(const struct flow *flow, const struct call *call,
		      const struct attempt *attempt, struct judgement *judgement)
{
	const struct key_source source = client_keys_source(attempt->entry.client);
	judgement->why = "no client assertion";
	if (!attempt->assertion)
		return ERR_INVALID;
	judgement->why = "client assertion with another algorithm";
	if (!client_method_alg_fits(attempt, ALGS_ASYMMETRIC))
		return ERR_INVALID;
	/* RFC7523#3, ASVS#10.4.16: signed by the issuer */
	switch (client_keys_verify(flow, call, &source, &attempt->assertion->jws)) {
	case ERR_OK:
		judgement->out->proved = true;
		return client_method_judge_claims(flow, call, attempt, judgement);
	case ERR_FULL: /* nothing against the client: it comes again. D78 */
		return ERR_FULL;
	case ERR_INVALID:
		judgement->why = "client assertion not signed by a key of the client";
		return ERR_INVALID;
	default:
		judgement->why = "the client's keys cannot be had";
		return ERR_INVALID;
	}
}

const struct client_method_row client_method_private_key_jwt = { .takes = SENT_ASSERTION,
								 .waits = true,
								 .judge = judge };
