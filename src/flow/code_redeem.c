/* SPDX-License-Identifier: Apache-2.0
 *
 * A spent code that comes again is a lost answer, when whoever sends it shows once more that he
 * began the request; otherwise two have it, and all that came of it ends. */
#include "flow/code_redeem.h"

#include "flow/revoke.h"
#include "flow/token_key.h"

/* What came, and the row that it is about. */
struct presented {
	const struct code_request *request;
	const struct authorization_code *code;
	bool proved; /* by a verifier, that he began the request */
};

static struct event event_of(const struct call *call, enum event_kind kind,
			     const struct authorization *authorization)
{
	return call_event(call, kind, &authorization->user, &authorization->client,
			  &authorization->id);
}

static enum err refuse(struct code_redeemed *out, enum oauth_error error, struct slice text)
{
	out->error = error;
	out->text = text;
	return ERR_OK;
}

/* --- a code that came before */

static enum err replay(const struct flow *flow, const struct call *call,
		       const struct authorization *authorization, struct code_redeemed *out)
{
	enum find stands = answer_stands(flow, call, authorization);
	if (stands != FOUND)
		return stands == ABSENT ? ERR_OK : ERR_DATABASE;
	const struct event event = event_of(call, EVENT_ANSWER_REPLAYED, authorization);
	flow_post(flow, call, &event);
	return refuse(out, OAUTH_OK, SLICE_EMPTY);
}

static enum err came_before(const struct flow *flow, const struct call *call,
			    const struct presented *presented, struct code_redeemed *out)
{
	const struct code_request *request = presented->request;
	const struct authorization_code *code = presented->code;
	const struct answer_kept kept = {
		.presented = request->code,
		.sealed = code->sealed_answer,
		.spent = code->redeemed,
		.replay_until = code->replay_until,
		.proved = presented->proved,
		.binding = request->binding,
	};
	out->text = code_verdict_text(CODE_SPENT);
	if (code->authorization.revoked != 0)
		return ERR_OK;
	/* RFC7636#4.6, RFC9700#4.5: a secret or a key is the application's, also when somebody has
	 * planted another's code on it. D6 */
	if (presented->proved && answer_reopen(flow, call, &kept, &out->answer) == ERR_OK)
		return replay(flow, call, &code->authorization, out);
	/* RFC6749#4.1.2, RFC6749#10.5, ASVS#10.4.2: what was given for it is revoked */
	return revoke_as(flow, call, &code->authorization, EVENT_CODE_REUSED);
}

/* --- one that is good */

/* RFC9449#10: bound to a key when the person allowed it */
static enum oauth_error key_fits(const struct call *call, const struct code_request *request,
				 const struct authorization_code *code, struct slice *text)
{
	if (slice_is_empty(code->binding) ||
	    slice_equal(code->binding, binding_text(&request->binding, call->arena)))
		return OAUTH_OK;
	if (request->binding.kind != BINDING_DPOP) {
		*text = SLICE("The code is bound to a key (dpop_jkt): a DPoP proof is needed.");
		return OAUTH_INVALID_DPOP_PROOF;
	}
	*text = SLICE("The DPoP proof is not by the key that the code is bound to.");
	return OAUTH_INVALID_GRANT;
}

static enum err save(const struct flow *flow, const struct call *call,
		     const struct answer_request *answer, struct code_redeemed *out)
{
	const struct authorization *authorization = answer->authorization;
	struct redemption redemption = {
		.authorization = authorization->id,
		.code_hash = answer->presented->hash,
		.client = authorization->client,
		.now = call->now,
	};
	enum err err = answer_make(flow, call, answer, &redemption.issue, &out->answer);
	if (err != ERR_OK)
		return err;
	const struct event event = event_of(call, EVENT_CODE_REDEEMED, authorization);
	err = store_code_redeem(flow->store, &redemption, &event);
	return err == ERR_OK ? refuse(out, OAUTH_OK, SLICE_EMPTY) : err;
}

static enum err redeem(const struct flow *flow, const struct call *call,
		       const struct presented *presented, struct code_redeemed *out)
{
	const struct code_request *request = presented->request;
	const struct authorization_code *code = presented->code;
	const struct authorization *authorization = &code->authorization;
	struct answer_request answer = {
		.authorization = authorization,
		.client = request->client->entry.client,
		.presented = request->code,
		.scope = authorization->scope,
		.refresh_scope = authorization->scope, /* with or without offline_access: D38 */
		.binding = request->binding,
		.refresh_binding = request->refresh_binding,
		.nonce = code->nonce,
		.proved = presented->proved,
		.gives_id_token = true,
	};
	enum oauth_error error = key_fits(call, request, code, &out->text);
	if (error != OAUTH_OK)
		return refuse(out, error, out->text);
	/* RFC8707#2.2: never more than was allowed */
	error = resource_narrow(authorization->resource, request->resources,
				request->resource_count, call->arena, &answer.resource);
	return error == OAUTH_OK ? save(flow, call, &answer, out) : refuse(out, error, SLICE_EMPTY);
}

/* RFC7636#4.6, RFC9700#4.5.3: whoever has it is not who began the request, so nobody else shall get
 * a second try. D42 */
static enum err burn(const struct flow *flow, const struct call *call,
		     const struct authorization_code *code, enum code_verdict verdict,
		     struct code_redeemed *out)
{
	out->text = code_verdict_text(verdict);
	return revoke_as(flow, call, &code->authorization, EVENT_CODE_BURNED);
}

/* --- all of them */

static enum err judge(const struct flow *flow, const struct call *call,
		      const struct code_request *request, const struct authorization_code *code,
		      struct code_redeemed *out)
{
	const struct client *client = request->client->entry.client;
	const struct code_presented came = {
		.hash = &request->code->hash,
		.client = &client->id,
		.registered = client->redirect_uris,
		.redirect_uri = request->redirect_uri,
		.verifier = request->verifier,
		.now = call->now,
	};
	struct presented presented = { request, code, false };
	enum code_verdict verdict = authorization_code_judge(code, &came, call->arena,
							     &presented.proved);
	switch (verdict) {
	case CODE_GOOD:
		return redeem(flow, call, &presented, out);
	case CODE_SPENT:
		return came_before(flow, call, &presented, out);
	case CODE_WRONG_REDIRECT_URI:
	case CODE_WRONG_VERIFIER:
		return burn(flow, call, code, verdict, out);
	case CODE_FOREIGN:
	case CODE_DEAD:
	case CODE_VERDICT_COUNT:
	default:
		return ERR_OK;
	}
}

/* ERR_UNCHANGED: what was read no longer stands; look once more. */
static enum err step(const struct flow *flow, const struct call *call,
		     const struct code_request *request, struct code_redeemed *out)
{
	struct authorization_code *code = NULL;
	const struct token_key key = token_key(request->code);
	*out = (struct code_redeemed){ .error = OAUTH_INVALID_GRANT };
	enum find found = store_code_find(flow->store, call->arena, &key.authorization, &code);
	if (found == FIND_FAILED)
		return ERR_DATABASE;
	return found == FOUND ? judge(flow, call, request, code, out) : ERR_OK;
}

void code_redeem(const struct flow *flow, const struct call *call,
		 const struct code_request *request, struct code_redeemed *out)
{
	enum err err = step(flow, call, request, out);
	if (err == ERR_UNCHANGED)
		err = step(flow, call, request, out);
	/* Still good, still not redeemable: the person or the client is gone or disabled. */
	if (err != ERR_OK)
		out->error = err == ERR_UNCHANGED ? OAUTH_INVALID_GRANT
						  : OAUTH_TEMPORARILY_UNAVAILABLE;
	if (out->error == OAUTH_OK)
		return;
	out->answer = (struct token_answer){ .expires_in = 0 }; /* that was made and not stored */
	flow_refused_error(flow, call, EVENT_TOKEN_REFUSED, request->client->entry.client,
			   out->error);
}
