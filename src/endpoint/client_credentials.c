/* SPDX-License-Identifier: Apache-2.0
 *
 * client_secret_basic and client_secret_post are one method here. Public clients may send Basic
 * with an empty password. */
#include "endpoint/client_credentials.h"

#include "base/encode.h"
#include "domain/names.h"
#include "endpoint/oauth_reply.h"
#include "web/cors.h"

enum { DATABASE_RETRY_S = 2 };

/* RFC6749#2.3.1: form-encoded, joined by a colon, base64 */
static bool read_basic(struct web_context *context, struct slice header,
		       struct client_credentials *out)
{
	struct slice pair;
	struct slice id;
	struct slice scheme;
	struct slice coded;
	struct slice more;
	if (!slice_word(&header, &scheme) || !slice_equal_nocase(scheme, SLICE("Basic")) ||
	    !slice_word(&header, &coded) || slice_word(&header, &more))
		return false;
	if (decode_base64(context->arena, coded, &pair) != ERR_OK ||
	    !slice_split(&pair, ':', &id) || !pair.ptr)
		return false;
	out->by_header = true;
	return decode_percent(context->arena, id, true, &out->client_id) == ERR_OK &&
	       decode_percent(context->arena, pair, true, &out->secret) == ERR_OK &&
	       !slice_is_empty(out->client_id);
}

static bool refuse_request(struct web_context *context, struct slice description)
{
	oauth_reply_error_text(context, OAUTH_INVALID_REQUEST, description);
	return false;
}

static bool read_header(struct web_context *context, struct slice header,
			struct client_credentials *out)
{
	if (!read_basic(context, header, out)) {
		oauth_reply_error_text(context, OAUTH_INVALID_CLIENT,
				       SLICE("The Authorization header is not usable Basic."));
		return false;
	}
	/* RFC6749#2.3: one method a request */
	if (!slice_is_empty(form_value(&context->form, NAME_CLIENT_SECRET)))
		return refuse_request(context,
				      SLICE("Two ways of client authentication in one request."));
	struct slice named = form_value(&context->form, NAME_CLIENT_ID);
	if (!slice_is_empty(named) && !slice_equal(named, out->client_id))
		return refuse_request(context,
				      SLICE("Two different client_id values in one request."));
	return true;
}

bool client_credentials_read(struct web_context *context, struct client_credentials *out)
{
	*out = (struct client_credentials){ 0 };
	struct slice header = http_request_header(context->request, "Authorization");
	if (header.ptr)
		return read_header(context, header, out);
	out->client_id = form_value(&context->form, NAME_CLIENT_ID);
	out->secret = form_value(&context->form, NAME_CLIENT_SECRET);
	/* RFC8628#3.1, #3.4: needed from a client that does not authenticate otherwise */
	if (slice_is_empty(out->client_id))
		return refuse_request(context, SLICE("The client_id parameter is missing."));
	return true;
}

void client_credentials_refuse(struct web_context *context, enum client_auth auth,
			       int64_t retry_after)
{
	if (auth == CLIENT_AUTH_REFUSED)
		oauth_reply_error(context, OAUTH_INVALID_CLIENT);
	else if (auth == CLIENT_AUTH_OVER_BUDGET)
		oauth_reply_wait(context, true, retry_after);
	else
		oauth_reply_wait(context, false, DATABASE_RETRY_S);
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
