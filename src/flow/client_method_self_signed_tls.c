/* SPDX-License-Identifier: Apache-2.0
 *
 * self_signed_tls_client_auth: a certificate whose key is one of those that the client registered.
 * RFC8705#2.2. Who signed it says nothing here. */
#include "flow/client_keys.h"
#include "flow/client_method.h"

struct wanted {
	const struct certificate *certificate;
};

static bool has_key(void *arg, const struct jwk_set *set)
{
	const struct wanted *wanted = arg;
	for (size_t i = 0; i < jwk_set_count(set); i++)
		if (certificate_has_key(wanted->certificate, jwk_set_at(set, i)))
			return true;
	return false;
}

static enum err judge(const struct flow *flow, const struct call *call,
		      const struct attempt *attempt, struct judgement *judgement)
{
	const struct key_source source = client_keys_source(attempt->entry.client);
	struct wanted wanted = { attempt->certificate };
	judgement->why = "no client certificate";
	if (!attempt->certificate)
		return ERR_INVALID;
	/* D24 */
	judgement->why = "client certificate that is not current";
	if (!certificate_is_current(attempt->certificate, call->now))
		return ERR_INVALID;
	/* RFC8705#2.2: it matches a registered one */
	switch (client_keys_ask(flow, call, &source, has_key, &wanted)) {
	case ERR_OK:
		judgement->out->proved = true;
		return ERR_OK;
	case ERR_FULL: /* nothing against the client: it comes again. D78 */
		return ERR_FULL;
	case ERR_INVALID:
		judgement->why = "client certificate with another key";
		return ERR_INVALID;
	default:
		judgement->why = "the client's keys cannot be had";
		return ERR_INVALID;
	}
}

const struct client_method_row client_method_self_signed_tls = { .waits = true, .judge = judge };
