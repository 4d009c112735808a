/* SPDX-License-Identifier: Apache-2.0
 *
 * The code is stored before the kept request is spent, and given out after both: whoever comes
 * second with the same request has made a code that nobody sees, and it is revoked. */
#include "flow/authorize_answer.h"

#include "base/ensure.h"
#include "base/rng.h"
#include "domain/names.h"
#include "flow/id_token.h"
#include "flow/revoke.h"
#include "flow/token_key.h"

static void add(struct authorize_response *response, const char *name, struct slice value)
{
	ensure(response->count < AUTHORIZE_FIELDS_MAX);
	if (!slice_is_empty(value))
		response->fields[response->count++] = (struct authorize_field){ name, value };
}

static void begin(const struct asked *asked, struct authorize_response *out)
{
	*out = (struct authorize_response){
		.mode = authorization_response_mode(&asked->parameters, asked->uri),
		.uri = asked->uri,
	};
}

static void finish(const struct flow *flow, const struct asked *asked,
		   struct authorize_response *out)
{
	/* RFC6749#4.1.2, RFC6749#4.1.2.1: as it came */
	add(out, NAME_STATE, authorization_state(&asked->parameters));
	/* RFC9207#2: with errors too */
	add(out, NAME_ISS, flow->settings.issuer);
}

/* ERR_UNCHANGED: it has been answered already. */
static enum err spend(const struct flow *flow, const struct call *call, const struct asked *asked)
{
	const struct event event = call_event(call, EVENT_REQUEST_USED, NULL, &asked->client->id,
					      NULL);
	for (size_t i = 0; i < asked->kept_count; i++) {
		enum err err = store_kept_use(flow->store, &asked->kept[i], call->now, &event);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

enum err authorize_refuse(const struct flow *flow, const struct call *call,
			  const struct asked *asked, const struct authorization_refusal *refusal,
			  struct authorize_response *out)
{
	const struct oauth_error_row *row = oauth_error_row(refusal->error);
	begin(asked, out);
	add(out, NAME_ERROR, slice_str(row->name));
	add(out, NAME_ERROR_DESCRIPTION,
	    slice_is_empty(refusal->text) ? slice_str(row->description) : refusal->text);
	finish(flow, asked, out);
	/* an error may be told twice */
	enum err err = spend(flow, call, asked);
	return err == ERR_UNCHANGED ? ERR_OK : err;
}

/* --- what is given */

static struct code_new make_code(const struct flow *flow, const struct call *call,
				 const struct authorize_grant *grant, struct token *token)
{
	const struct asked *asked = grant->asked;
	const struct session *person = grant->person;
	struct code_new new = {
		.code = {
			.authorization = {
				.user = person->user.id,
				.client = asked->client->id,
				.grant = GRANT_AUTHORIZATION_CODE,
				.scope = asked->request.scope,
				.origin = call->address_text,
				.auth_time = person->auth_time,
				.amr = person->amr,
				.acr = person->acr,
				.sid = person->sid,
				.resource = asked->request.resource,
				.claims = asked->claims.text,
				.created = call->now,
			},
			.redirect_uri = asked->parameters.of[PARAMETER_REDIRECT_URI],
			.code_challenge = asked->request.code_challenge,
			.nonce = asked->request.nonce, /* OIDC#3.3.3.6: of the later ID token too */
			.binding = asked->request.binding,
			/* RFC6749#4.1.2: for a short time */
			.expires = call->now + flow->settings.code_lifetime,
		},
		.session = person->hash,
		.remember = grant->remember,
		.remember_more = asked->claims.scope,
	};
	rng_bytes(new.code.authorization.id.bytes, ID_BYTES);
	if (!response_type_row(asked->request.type)->gives_code)
		return new;
	token_fresh(flow, TOKEN_CODE, &new.code.authorization.id, token);
	new.code.hash = token->hash;
	return new;
}

/* Behind the code, if there is one. OIDC#3.3.2.5, OIDC#3.3.2.8, OIDC#3.3.2.11, OIDC#3.2.2.10 */
static enum err add_id_token(const struct flow *flow, const struct call *call,
			     const struct asked *asked, const struct code_new *new,
			     struct authorize_response *out)
{
	const struct response_type_row *type = response_type_row(asked->request.type);
	struct slice text;
	const struct id_token_request request = {
		.authorization = &new->code.authorization,
		.client = asked->client,
		.scope = asked->request.scope,
		.nonce = asked->request.nonce,
		.code = out->count > 0 ? out->fields[0].value : SLICE_EMPTY,
		/* OIDC#5.4: without a code there will be no UserInfo */
		.with_claims = !type->gives_code,
	};
	if (!type->gives_id_token)
		return ERR_OK;
	enum err err = id_token_make(flow, call, &request, &text);
	if (err == ERR_OK)
		add(out, NAME_ID_TOKEN, text);
	return err;
}

static enum err save(const struct flow *flow, const struct call *call, const struct asked *asked,
		     const struct code_new *new)
{
	const struct authorization *authorization = &new->code.authorization;
	const struct event granted = call_event(call, EVENT_AUTHORIZE_GRANTED, &authorization->user,
						&authorization->client, &authorization->id);
	enum err err = store_code_insert(flow->store, new, &granted);
	if (err != ERR_OK)
		return err;
	err = spend(flow, call, asked);
	if (err == ERR_OK)
		return ERR_OK;
	enum err undone = revoke_as(flow, call, authorization, EVENT_AUTHORIZATION_REVOKED);
	return undone == ERR_OK ? err : undone;
}

enum err authorize_grant(const struct flow *flow, const struct call *call,
			 const struct authorize_grant *grant, struct authorize_response *out)
{
	AUTO_FINI(token) struct token token = { 0 };
	const struct asked *asked = grant->asked;
	const struct code_new new = make_code(flow, call, grant, &token);
	struct slice code = response_type_row(asked->request.type)->gives_code
				    ? arena_slice(call->arena, token_text(&token))
				    : SLICE_EMPTY;
	begin(asked, out);
	add(out, NAME_CODE, code);
	enum err err = add_id_token(flow, call, asked, &new, out);
	if (err != ERR_OK)
		return err;
	finish(flow, asked, out);
	return save(flow, call, asked, &new);
}
