/* SPDX-License-Identifier: Apache-2.0
 *
 * Every answer is JSON and no-store. A 400 never carries a challenge: client libraries look at that
 * first and stop polling. */
#include "endpoint/oauth_reply.h"

#include "domain/names.h"
#include "web/reply.h"
#include "json/json_text.h"

enum { UNAVAILABLE_RETRY_S = 2 };

#define PENDING_BODY \
	"{\"" NAME_ERROR "\":\"" OAUTH_PENDING_NAME "\",\"" NAME_ERROR_DESCRIPTION \
	"\":\"" OAUTH_PENDING_DESCRIPTION "\"}"

static void start_error(struct web_context *context, struct json_text *json, enum oauth_error error,
			struct slice description)
{
	const struct oauth_error_row *row = oauth_error_row(error);
	json_text_start(json, context->arena);
	json_text_set(json, NAME_ERROR, slice_str(row->name));
	json_text_set(json, NAME_ERROR_DESCRIPTION,
		      slice_is_empty(description) ? slice_str(row->description) : description);
}

static void reply_error(struct web_context *context, int status, enum oauth_error error,
			struct slice description)
{
	struct json_text json;
	start_error(context, &json, error, description);
	reply_json(context, status, json_text_end(&json));
	/* RFC6749#5.2, RFC9110#11.6.1 */
	if (status == 401)
		http_response_header(context->response, "WWW-Authenticate",
				     SLICE("Basic realm=\"doorcode\""));
}

/* By far the most frequent answer: its bytes are made once. */
static void reply_pending(struct web_context *context)
{
	reply_json(context, 400, SLICE(PENDING_BODY));
	context->response->body_is_static = true;
}

void oauth_reply_error_text(struct web_context *context, enum oauth_error error,
			    struct slice description)
{
	if (error == OAUTH_AUTHORIZATION_PENDING)
		reply_pending(context);
	else if (error == OAUTH_TEMPORARILY_UNAVAILABLE)
		oauth_reply_wait(context, false, UNAVAILABLE_RETRY_S);
	else
		reply_error(context, oauth_error_row(error)->status, error, description);
}

void oauth_reply_error(struct web_context *context, enum oauth_error error)
{
	oauth_reply_error_text(context, error, SLICE_EMPTY);
}

void oauth_reply_wait(struct web_context *context, bool over_budget, int64_t seconds)
{
	reply_error(context, over_budget ? 429 : 503, OAUTH_TEMPORARILY_UNAVAILABLE,
		    over_budget ? SLICE("Too many requests from this address.") : SLICE_EMPTY);
	reply_retry_after(context, seconds > 0 ? seconds : 1);
}

void oauth_reply_slow_down(struct web_context *context, int64_t interval)
{
	struct json_text json;
	start_error(context, &json, OAUTH_SLOW_DOWN, SLICE_EMPTY);
	/* RFC8628#3.5: five seconds more; the sum is told, so that nobody has to count */
	if (interval > 0)
		json_text_set_number(&json, NAME_INTERVAL, interval);
	reply_json(context, oauth_error_row(OAUTH_SLOW_DOWN)->status, json_text_end(&json));
}

static void set_if_given(struct json_text *json, const char *name, struct slice value)
{
	if (!slice_is_empty(value))
		json_text_set(json, name, value);
}

/* RFC6749#5.1, OIDC#3.1.3.3, RFC8693#2.2.1 */
static void reply_tokens(struct web_context *context, const struct token_answer *answer)
{
	struct json_text json;
	json_text_start(&json, context->arena);
	json_text_set(&json, NAME_ACCESS_TOKEN, answer->access_token);
	json_text_set_number(&json, NAME_EXPIRES_IN, answer->expires_in);
	json_text_set(&json, NAME_TOKEN_TYPE, answer->token_type);
	set_if_given(&json, NAME_SCOPE, answer->scope);
	set_if_given(&json, NAME_REFRESH_TOKEN, answer->refresh_token);
	set_if_given(&json, NAME_ID_TOKEN, answer->id_token);
	set_if_given(&json, NAME_ISSUED_TOKEN_TYPE, answer->issued_token_type);
	reply_json(context, 200, json_text_end(&json));
}

void oauth_reply_granted(struct web_context *context, enum oauth_error error, struct slice why,
			 const struct token_answer *answer)
{
	if (error == OAUTH_OK)
		reply_tokens(context, answer);
	else
		oauth_reply_error_text(context, error, why);
}

/* What no error of the protocol has words for. RFC9110#15.5.6 */
static struct slice words_of(const struct refused *refused)
{
	if (!slice_is_empty(refused->text) || refused->status != 405)
		return refused->text;
	return SLICE("This address does not take such a request: Allow says which it takes.");
}

/* Refusals of the layers below, in the clients' language. */
static void refuse_with_json(struct web_context *context, const struct refused *refused)
{
	enum oauth_error error = refused->error;
	if (error == OAUTH_OK)
		error = refused->status == 503 || refused->status == 429
				? OAUTH_TEMPORARILY_UNAVAILABLE
				: OAUTH_INVALID_REQUEST;
	reply_error(context, refused->status, error, words_of(refused));
	if (refused->retry_after > 0)
		reply_retry_after(context, refused->retry_after);
}

const struct face face_oauth = { refuse_with_json };
