/* SPDX-License-Identifier: Apache-2.0
 *
 * client_secret_basic and client_secret_post are one method here. Public clients may send Basic
 * with an empty password. A certificate comes along by itself, and counts as no method of its own
 * until the client is known. */
#include "endpoint/client_credentials.h"

#include "domain/names.h"
#include "endpoint/client_basic.h"
#include "endpoint/oauth_reply.h"
#include "web/called_url.h"
#include "web/client_certificate.h"
#include "web/cors.h"

/* RFC6749#2.3.1: form-encoded, joined by a colon, base64 */
static bool read_basic(struct web_context *context, struct slice header,
		       struct client_credentials *out)
{
	struct client_basic pair;
	if (!client_basic_read(context->arena, header, &pair))
		return false;
	out->by_header = true;
	out->client_id = pair.id;
	out->secret = pair.secret;
	return true;
}

static bool refuse(struct web_context *context, enum oauth_error error, struct slice description)
{
	oauth_reply_error_text(context, error, description);
	return false;
}

static bool refuse_two(struct web_context *context)
{
	return refuse(context, OAUTH_INVALID_REQUEST,
		      SLICE("Two ways of client authentication in one request."));
}

static bool read_header(struct web_context *context, struct slice header,
			struct client_credentials *out)
{
	if (!read_basic(context, header, out))
		return refuse(context, OAUTH_INVALID_CLIENT,
			      SLICE("The Authorization header is not usable Basic."));
	/* RFC6749#2.3: one method a request */
	if (form_has(&context->form, NAME_CLIENT_SECRET) ||
	    form_has(&context->form, NAME_CLIENT_ASSERTION))
		return refuse_two(context);
	struct slice named = form_value(&context->form, NAME_CLIENT_ID);
	if (!slice_is_empty(named) && !slice_equal(named, out->client_id))
		return refuse(context, OAUTH_INVALID_REQUEST,
			      SLICE("Two different client_id values in one request."));
	return true;
}

/* RFC7521#4.2: the assertion with its type. client_id may be left out, since the assertion says it.
 */
static bool read_assertion(struct web_context *context, struct client_credentials *out)
{
	struct slice type = form_value(&context->form, NAME_CLIENT_ASSERTION_TYPE);
	out->assertion = form_value(&context->form, NAME_CLIENT_ASSERTION);
	if (slice_is_empty(out->assertion))
		return refuse(context, OAUTH_INVALID_REQUEST,
			      SLICE("The client_assertion parameter is missing."));
	if (!slice_is_empty(out->secret))
		return refuse_two(context);
	/* RFC7521#4.2.1: what cannot be used is invalid_client */
	if (!slice_equal(type, SLICE(NAME_ASSERTION_TYPE_JWT_BEARER)))
		return refuse(context, OAUTH_INVALID_CLIENT,
			      SLICE("The client_assertion_type is missing or not supported."));
	return true;
}

static bool read_form(struct web_context *context, struct client_credentials *out)
{
	out->client_id = form_value(&context->form, NAME_CLIENT_ID);
	out->secret = form_value(&context->form, NAME_CLIENT_SECRET);
	if (form_has(&context->form, NAME_CLIENT_ASSERTION) ||
	    form_has(&context->form, NAME_CLIENT_ASSERTION_TYPE))
		return read_assertion(context, out);
	/* RFC8628#3.1, #3.4: needed from a client that does not authenticate otherwise */
	if (slice_is_empty(out->client_id))
		return refuse(context, OAUTH_INVALID_REQUEST,
			      SLICE("The client_id parameter is missing."));
	return true;
}

static bool read_certificate(struct web_context *context, struct client_credentials *out)
{
	struct client_certificate certificate;
	if (!client_certificate_find(context, &certificate))
		return refuse(context, OAUTH_INVALID_REQUEST,
			      SLICE("The header of the client's certificate is repeated."));
	out->certificate = certificate.der;
	out->certificate_text = certificate.text;
	return true;
}

bool client_credentials_read(struct web_context *context, struct client_credentials *out)
{
	*out = (struct client_credentials){ 0 };
	struct slice header = http_request_header(context->request, "Authorization");
	bool fine = header.ptr ? read_header(context, header, out) : read_form(context, out);
	if (!fine || !read_certificate(context, out))
		return false;
	out->endpoint = called_url(context);
	return true;
}

void client_credentials_refuse(struct web_context *context, enum client_auth auth,
			       int64_t retry_after)
{
	/* RFC6749#5.2, RFC7523#3.2: whatever was wrong, it is one error */
	if (auth == CLIENT_AUTH_REFUSED)
		oauth_reply_error(context, OAUTH_INVALID_CLIENT);
	else if (auth == CLIENT_AUTH_OVER_BUDGET)
		oauth_reply_wait(context, true, retry_after);
	else
		oauth_reply_error(context, OAUTH_TEMPORARILY_UNAVAILABLE);
}

bool client_credentials_check(struct web_context *context, struct client_authenticated *out)
{
	struct client_credentials credentials;
	if (!client_credentials_read(context, &credentials))
		return false;
	enum client_auth auth = client_auth_check(context->web->flow, &context->call, &credentials,
						  out);
	if (auth == CLIENT_AUTH_OK)
		cors_share(context, out->entry.client);
	else
		client_credentials_refuse(context, auth, out->retry_after);
	return auth == CLIENT_AUTH_OK;
}
