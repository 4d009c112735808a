/* SPDX-License-Identifier: Apache-2.0
 *
 * Says no more than whether a token was sent. */
#include "endpoint/bearer_plain.h"

#include "domain/names.h"
#include "web/reply.h"
#include "json/json.h"

/* RFC9110#11.1: in any case of letters */
static bool read_scheme(const struct web_context *context, struct slice *rest)
{
	struct slice scheme;
	*rest = http_request_header(context->request, "Authorization");
	return rest->ptr && slice_word(rest, &scheme) &&
	       slice_equal_nocase(scheme, SLICE(NAME_BEARER));
}

bool bearer_plain_is_sent(const struct web_context *context)
{
	struct slice rest;
	return read_scheme(context, &rest);
}

struct slice bearer_plain_token(const struct web_context *context)
{
	struct slice rest;
	struct slice token;
	struct slice more;
	if (!read_scheme(context, &rest) || !slice_word(&rest, &token) || slice_word(&rest, &more))
		return SLICE_EMPTY;
	return token;
}

/* RFC6750#3.1 */
void bearer_plain_refuse(struct web_context *context)
{
	bool was_sent = !slice_is_empty(bearer_plain_token(context));
	AUTO(json) struct json *json = json_object_new();
	json_set_text(json, NAME_ERROR, slice_str(oauth_error_row(OAUTH_INVALID_TOKEN)->name));
	json_set_text(json, NAME_ERROR_DESCRIPTION,
		      was_sent ? SLICE("The token is not one for this.")
			       : SLICE("A token is needed for this."));
	reply_json(context, 401, json_write(json, context->arena));
	http_response_header(context->response, "WWW-Authenticate",
			     was_sent ? SLICE("Bearer realm=\"doorcode\", error=\"invalid_token\"")
				      : SLICE("Bearer realm=\"doorcode\""));
}
