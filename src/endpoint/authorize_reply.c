/* SPDX-License-Identifier: Apache-2.0
 *
 * A page on the way lets its forms lead to the redirect URI: browsers hold the redirects behind a
 * form against the policy of the page that it stood on. */
#include "endpoint/authorize_reply.h"

#include "base/encode.h"
#include "domain/client_setting.h"
#include "endpoint/page_scopes.h"
#include "flow/metadata_document.h"
#include "web/reply.h"
#include "web/security_headers.h"
#include "web/sign_in_page.h"

enum { LOCATION_MAX = 65536 };

/* --- to the client */

/* RFC6749#4.1.2, OAuth 2.0 Multiple Response Types section 2.1: added to what the URI has already
 */
static void redirect(struct web_context *context, const struct authorize_response *response)
{
	struct buf location;
	char joint = slice_has_byte(response->uri, '?') ? '&' : '?';
	if (response->mode == RESPONSE_MODE_FRAGMENT)
		joint = '#';
	buf_init_arena(&location, context->arena, LOCATION_MAX);
	buf_add(&location, response->uri);
	for (size_t i = 0; i < response->count; i++) {
		buf_add_byte(&location, i == 0 ? joint : '&');
		buf_add_str(&location, response->fields[i].name);
		buf_add_byte(&location, '=');
		encode_percent(&location, response->fields[i].value);
	}
	reply_leave(context, buf_slice(&location));
}

/* OAuth 2.0 Form Post Response Mode */
static void post(struct web_context *context, const struct authorize_result *result)
{
	const struct authorize_response *response = &result->response;
	const struct page page = reply_page_values(context, false);
	struct posted_field fields[AUTHORIZE_FIELDS_MAX];
	for (size_t i = 0; i < response->count; i++)
		fields[i] = (struct posted_field){ slice_str(response->fields[i].name),
						   response->fields[i].value };
	const struct form_post_values values = {
		.uri = response->uri,
		.client_name = result->client->name,
		.fields = fields,
		.count = response->count,
	};
	web_csp_allow_script(context);
	reply_page(context, 200, page_form_post(&page, &values));
}

static void respond(struct web_context *context, const struct authorize_result *result)
{
	if (result->response.mode == RESPONSE_MODE_FORM_POST)
		post(context, result);
	else
		redirect(context, &result->response);
}

/* --- pages on the way */

static void sign_in(struct web_context *context, const struct authorize_result *result)
{
	struct login_values values = {
		.next = result->next,
		.username = result->login_hint,
		.client_name = result->client->name,
		.mode = context->session ? LOGIN_ADD : LOGIN_PLAIN,
	};
	if (result->again) {
		values.mode = LOGIN_AGAIN;
		values.username = result->person.user.name;
	}
	sign_in_page(context, 200, &values);
}

static void sign_up(struct web_context *context, const struct authorize_result *result)
{
	const struct sign_up_values values = { .next = result->next,
					       .username = result->login_hint };
	sign_up_page(context, 200, &values);
}

static void choose(struct web_context *context, const struct authorize_result *result)
{
	choose_page(context, result->next, result->client->name);
}

static void ask(struct web_context *context, const struct authorize_result *result)
{
	const struct client *client = result->client;
	struct page page = reply_page_values(context, true);
	const struct consent_values values = {
		.handle = result->handle,
		.client_name = client->name,
		.client_host = metadata_document_host(client),
		.client_reviewed = client->reviewed, /* ASVS#10.4.7 */
		.client_uri = client_setting_get(client->settings, SETTING_CLIENT_URI),
		.policy_uri = client_setting_get(client->settings, SETTING_POLICY_URI),
		.tos_uri = client_setting_get(client->settings, SETTING_TOS_URI),
		.redirect_uri = result->redirect_uri,
		.scopes = page_scopes(context->arena, &result->scopes),
		.scope_count = result->scopes.count,
		.resources = page_resources(context->arena, &result->resources),
		.resource_count = result->resources.count,
		.is_remembered = result->is_remembered,
		.next = result->next,
	};
	page.user_name = result->person.user.name; /* who allows it, perhaps not who acts elsewhere
						    */
	reply_page(context, 200, page_consent(&page, &values));
}

/* --- refusals */

/* RFC6749#4.1.2.1: told to the person, and the browser stays here */
static void refuse(struct web_context *context, const struct authorize_result *result)
{
	const struct refused refused = {
		.status = 400,
		.title = SLICE("This request cannot be answered"),
		.text = slice_is_empty(result->text)
				? slice_str(oauth_error_row(result->error)->description)
				: result->text,
	};
	face_page.refuse(context, &refused);
}

static void refuse_stale(struct web_context *context, const struct authorize_result *result)
{
	(void)result;
	const struct refused refused = {
		.status = 403,
		.title = SLICE("This page has gone stale"),
		.text = SLICE("What was asked here has been answered, or is no longer as it was "
			      "shown. Go back to the application and start again."),
	};
	face_page.refuse(context, &refused);
}

static void refuse_for_now(struct web_context *context, const struct authorize_result *result)
{
	(void)result;
	reply_error_page(context, 503);
}

static void (*const replies[])(struct web_context *, const struct authorize_result *) = {
	[AUTHORIZE_RESPOND] = respond,    [AUTHORIZE_SIGN_IN] = sign_in,
	[AUTHORIZE_SIGN_UP] = sign_up,    [AUTHORIZE_CHOOSE] = choose,
	[AUTHORIZE_CONSENT] = ask,        [AUTHORIZE_REFUSED] = refuse,
	[AUTHORIZE_STALE] = refuse_stale, [AUTHORIZE_UNAVAILABLE] = refuse_for_now,
};

void authorize_reply(struct web_context *context, const struct authorize_result *result)
{
	if (!slice_is_empty(result->redirect_uri))
		web_csp_allow_leaving(context, result->redirect_uri);
	replies[result->outcome](context, result);
}
