/* SPDX-License-Identifier: Apache-2.0
 *
 * The URL of a proof is the one that was called as we print it, never what the Host header says. */
#include "endpoint/dpop_header.h"

#include "domain/client_setting.h"
#include "domain/names.h"
#include "endpoint/oauth_reply.h"
#include "flow/dpop.h"
#include "web/called_url.h"

static const struct hash no_certificate;

static const char *method_of(const struct web_context *context)
{
	static const char *const names[HTTP_METHOD_COUNT] = {
		[HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",
		[HTTP_PUT] = "PUT", [HTTP_DELETE] = "DELETE",
	};
	const char *name = names[context->request->method];
	return name ? name : "";
}

enum oauth_error dpop_header_check(struct web_context *context, struct slice access_token,
				   struct binding *out)
{
	struct dpop_checked checked;
	struct slice header = http_request_header(context->request, "DPoP");
	const struct dpop_request request = {
		.proof = header.ptr ? header : SLICE_EMPTY,
		.method = method_of(context),
		.url = called_url(context),
		.access_token = access_token,
	};
	enum oauth_error error = dpop_check(context->web->flow, &context->call, &request, &checked);
	*out = checked.binding;
	/* RFC9449#8, #8.2 */
	if (!slice_is_empty(checked.nonce))
		http_response_header(context->response, "DPoP-Nonce", checked.nonce);
	/* RFC9449#4.3: one header, so one that is empty is no proof */
	if (header.ptr && slice_is_empty(header))
		return OAUTH_INVALID_DPOP_PROOF;
	return error;
}

/* --- the token endpoint */

static bool refuse(struct web_context *context, enum oauth_error error, struct slice why)
{
	struct slice grant = form_value(&context->form, NAME_GRANT_TYPE);
	/* a device gives up at anything but "pending" */
	if (error == OAUTH_TEMPORARILY_UNAVAILABLE &&
	    slice_equal(grant, SLICE(NAME_GRANT_DEVICE_CODE)))
		oauth_reply_error(context, OAUTH_AUTHORIZATION_PENDING);
	else
		oauth_reply_error_text(context, error, why);
	return false;
}

static bool has_certificate(const struct client_authenticated *client)
{
	return !hash_equal(&client->certificate, &no_certificate);
}

bool token_binding_check(struct web_context *context, const struct client_authenticated *client,
			 struct binding *out)
{
	struct slice settings = client->entry.client->settings;
	enum oauth_error error = dpop_header_check(context, SLICE_EMPTY, out);
	if (error != OAUTH_OK)
		return refuse(context, error, SLICE_EMPTY);
	/* RFC9449#5.2, ASVS#10.4.14 */
	if (out->kind == BINDING_NONE && client_setting_is(settings, SETTING_DPOP_BOUND))
		return refuse(
			context, OAUTH_INVALID_DPOP_PROOF,
			SLICE("The tokens of this client are bound by DPoP: a proof is needed."));
	/* RFC8705#3.4 */
	if (!has_certificate(client) && client_setting_is(settings, SETTING_CERTIFICATE_BOUND))
		return refuse(
			context, OAUTH_INVALID_REQUEST,
			SLICE("The tokens of this client are bound to its certificate: it is needed."));
	/* RFC8705#3: a proof, which is sent on purpose, comes before a certificate */
	if (out->kind == BINDING_NONE && has_certificate(client))
		*out = (struct binding){ BINDING_CERTIFICATE, client->certificate };
	return true;
}
