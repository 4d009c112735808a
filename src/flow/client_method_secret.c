/* SPDX-License-Identifier: Apache-2.0
 *
 * A secret, by header (client_secret_basic) or form (client_secret_post): RFC6749#2.3.1. Either way
 * unless the client is pinned to one. Every live secret is looked at, in constant time. */
#include "flow/client_method.h"

/* The live secret that was presented; NULL for none. */
static const struct client_secret *match(const struct flow *flow, const struct call *call,
					 const struct attempt *attempt)
{
	const struct client_secret_list *secrets = &attempt->entry.secrets;
	const struct client_secret *found = NULL;
	for (size_t i = 0; i < secrets->count; i++) {
		const struct client_secret *stored = &secrets->items[i];
		if (client_method_is_live(stored, call->now) &&
		    client_auth_secret_fits(flow->ring, &attempt->entry.client->id, stored,
					    attempt->credentials->secret))
			found = stored;
	}
	return found;
}

static enum err judge(const struct flow *flow, const struct call *call,
		      const struct attempt *attempt, struct judgement *judgement)
{
	/* RFC6749#3.2.1, ASVS#10.4.10: a confidential client must authenticate */
	judgement->why = "no client secret";
	if (!(attempt->sent & SENT_SECRET))
		return ERR_INVALID;
	const struct client_secret *secret = match(flow, call, attempt);
	judgement->why = "wrong client secret";
	if (!secret)
		return ERR_INVALID;
	client_method_used(call, secret, judgement->out);
	judgement->out->wants_touch |= secret->key_id != keyring_current(flow->ring);
	return ERR_OK;
}

static enum err judge_basic(const struct flow *flow, const struct call *call,
			    const struct attempt *attempt, struct judgement *judgement)
{
	judgement->why = "client secret in the form, not in the header";
	if ((attempt->sent & SENT_SECRET) && !attempt->credentials->by_header)
		return ERR_INVALID;
	return judge(flow, call, attempt, judgement);
}

static enum err judge_post(const struct flow *flow, const struct call *call,
			   const struct attempt *attempt, struct judgement *judgement)
{
	judgement->why = "client secret in the header, not in the form";
	if ((attempt->sent & SENT_SECRET) && attempt->credentials->by_header)
		return ERR_INVALID;
	return judge(flow, call, attempt, judgement);
}

const struct client_method_row client_method_secret = { .takes = SENT_SECRET, .judge = judge };
const struct client_method_row client_method_secret_basic = { .takes = SENT_SECRET,
							      .judge = judge_basic };
const struct client_method_row client_method_secret_post = { .takes = SENT_SECRET,
							     .judge = judge_post };
