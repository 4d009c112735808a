/* SPDX-License-Identifier: Apache-2.0
 *
 * client_secret_jwt: an assertion under a MAC of the client's secret. OIDC#9. The secret is sealed
 * beside its MAC; one that is not sealed can sign nothing. */
#include "flow/client_method.h"

#include "flow/client_seal.h"

static bool is_signed_by(const struct flow *flow, const struct call *call,
			 const struct attempt *attempt, const struct client_secret *secret)
{
	const struct client_seal_place place = { &attempt->entry.client->id, &secret->id };
	struct slice text;
	if (client_seal_open(flow->ring, call->arena, &place, secret->sealed, &text) != ERR_OK)
		return false;
	AUTO(jwk) struct jwk *key = jwk_from_secret(text);
	return jws_verify(&attempt->assertion->jws, key) == ERR_OK;
}

static const struct client_secret *signer(const struct flow *flow, const struct call *call,
					  const struct attempt *attempt)
{
	const struct client_secret_list *secrets = &attempt->entry.secrets;
	const struct client_secret *found = NULL;
	for (size_t i = 0; i < secrets->count; i++)
		if (client_method_is_live(&secrets->items[i], call->now) &&
		    is_signed_by(flow, call, attempt, &secrets->items[i]))
			found = &secrets->items[i];
	return found;
}

static enum err judge(const struct flow *flow, const struct call *call,
		      const struct attempt *attempt, struct judgement *judgement)
{
	judgement->why = "no client assertion";
	if (!attempt->assertion)
		return ERR_INVALID;
	judgement->why = "client assertion with another algorithm";
	if (!client_method_alg_fits(attempt, ALGS_SECRET))
		return ERR_INVALID;
	/* RFC7523#3: signed, or under a MAC, by the issuer */
	const struct client_secret *secret = signer(flow, call, attempt);
	judgement->why = "client assertion not signed by the client's secret";
	if (!secret)
		return ERR_INVALID;
	client_method_used(call, secret, judgement->out);
	return client_method_judge_claims(flow, call, attempt, judgement);
}

const struct client_method_row client_method_secret_jwt = { .takes = SENT_ASSERTION,
							    .waits = true,
							    .judge = judge };
