/* SPDX-License-Identifier: Apache-2.0
 *
 * The application form: read from a POST, and shown with the values of a client or of the POST that
 * was refused. */
#include "base/buf.h"
#include "domain/client_setting.h"
#include "endpoint/application_pages.h"
#include "flow/application_list.h"
#include "web/reply.h"

enum { GRANT_VALUES_MAX = 8 };

void application_pages_read_form(struct web_context *context, struct client_form *out)
{
	const struct form *form = &context->form;
	struct slice *grants = arena_calloc(context->arena, GRANT_VALUES_MAX, sizeof(*grants));
	*out = (struct client_form){
		.name = form_value(form, client_field_name(CLIENT_FIELD_NAME)),
		.client_type = form_value(form, client_field_name(CLIENT_FIELD_TYPE)),
		.grant_types = grants,
		.grant_type_count = form_values(form, client_field_name(CLIENT_FIELD_GRANT), grants,
						GRANT_VALUES_MAX),
		.redirect_uris = form_value(form, client_field_name(CLIENT_FIELD_REDIRECT_URIS)),
		.post_logout_redirect_uris = form_value(
			form, client_field_name(CLIENT_FIELD_POST_LOGOUT_REDIRECT_URIS)),
		.allowed_origins = form_value(form,
					      client_field_name(CLIENT_FIELD_ALLOWED_ORIGINS)),
		.algorithm = form_value(form, client_field_name(CLIENT_FIELD_ALGORITHM)),
		.allowed_scopes = form_value(form, client_field_name(CLIENT_FIELD_ALLOWED_SCOPES)),
		.default_scopes = form_value(form, client_field_name(CLIENT_FIELD_DEFAULT_SCOPES)),
		.by_owner = !context->session->user.admin,
	};
}

static void type_choices(struct arena *arena, enum client_type chosen,
			 struct application_form_values *values)
{
	static const char *const labels[] = {
		[CLIENT_PUBLIC] = "Public: a device or program that cannot keep a secret",
		[CLIENT_CONFIDENTIAL] = "Confidential: a server that keeps a secret",
	};
	struct choice *choices = arena_calloc(arena, CLIENT_TYPE_COUNT, sizeof(*choices));
	for (enum client_type type = 0; type < CLIENT_TYPE_COUNT; type++)
		choices[type] = (struct choice){ slice_str(client_type_name(type)),
						 slice_str(labels[type]), type == chosen };
	values->types = choices;
	values->type_count = CLIENT_TYPE_COUNT;
}

static void grant_choices(const struct web_context *context, uint32_t chosen,
			  struct application_form_values *values)
{
	bool is_admin = context->session->user.admin;
	struct choice *choices = arena_calloc(context->arena, GRANT_COUNT, sizeof(*choices));
	for (enum grant grant = 0; grant < GRANT_COUNT; grant++) {
		const struct grant_row *row = grant_row(grant);
		bool may = is_admin || !row->for_admins || (chosen & GRANT_BIT(grant)) != 0;
		if (!row->may_be_chosen || !may)
			continue;
		choices[values->grant_count++] = (struct choice){ slice_str(row->form),
								  slice_str(row->label),
								  (chosen & GRANT_BIT(grant)) !=
									  0 };
	}
	values->grants = choices;
}

static void algorithm_choices(struct arena *arena, enum client_algorithm chosen,
			      struct application_form_values *values)
{
	static const char *const labels[] = {
		[CLIENT_ALG_DEFAULT] = "Default (RS256)",
		[CLIENT_ALG_RS256] = "RS256: RSA with SHA-256",
		[CLIENT_ALG_ES256] = "ES256: ECDSA on P-256, recommended",
		[CLIENT_ALG_PS256] = "PS256: RSA-PSS with SHA-256",
	};
	struct choice *choices = arena_calloc(arena, CLIENT_ALG_COUNT, sizeof(*choices));
	for (enum client_algorithm alg = 0; alg < CLIENT_ALG_COUNT; alg++)
		choices[alg] = (struct choice){ slice_str(client_algorithm_name(alg)),
						slice_str(labels[alg]), alg == chosen };
	values->algorithms = choices;
	values->algorithm_count = CLIENT_ALG_COUNT;
}

struct application_form_values application_pages_of_client(struct web_context *context,
							   const struct client *client)
{
	char id[ID_TEXT_LEN + 1];
	bool is_new = id_is_zero(&client->id);
	struct application_form_values values = {
		.id = is_new ? SLICE_EMPTY : arena_slice(context->arena, id_text(&client->id, id)),
		.client_id = client->client_id,
		.version = arena_printf(context->arena, "%lld", (long long)client->updated),
		.name = client->name,
		.redirect_uris = client->redirect_uris,
		.post_logout_redirect_uris = client->post_logout_redirect_uris,
		.allowed_origins = client->allowed_origins,
		.allowed_scopes = client->allowed_scopes,
		.default_scopes = client->default_scopes,
		.show_admin = !is_new && context->session->user.admin,
		.enabled = client->enabled,
		.reviewed = client->reviewed,
		.skips_authorization = client_setting_is(client->settings,
							 SETTING_SKIP_AUTHORIZATION),
	};
	type_choices(context->arena, client->type, &values);
	grant_choices(context, client->grants, &values);
	algorithm_choices(context->arena, client->algorithm, &values);
	return values;
}

static uint32_t posted_grants(const struct client_form *form)
{
	uint32_t grants = 0;
	for (size_t i = 0; i < form->grant_type_count; i++) {
		enum grant grant = grant_from_form(form->grant_types[i]);
		if (grant < GRANT_COUNT)
			grants |= GRANT_BIT(grant);
	}
	return grants;
}

static struct slice shown_text(struct slice text)
{
	return slice_is_text(text, true) ? text : SLICE_EMPTY;
}

/* A setting has no field on the page; those that a change there can break go with the type. */
static const struct slice *errors_of(struct arena *arena, const struct client_faults *faults)
{
	struct slice *errors = arena_calloc(arena, CLIENT_FIELD_COUNT, sizeof(*errors));
	for (size_t i = 0; i < CLIENT_FIELD_COUNT; i++)
		errors[i] = faults->of[i];
	if (slice_is_empty(errors[CLIENT_FIELD_TYPE]))
		errors[CLIENT_FIELD_TYPE] = faults->why;
	return errors;
}

struct application_form_values application_pages_of_post(struct web_context *context,
							 const struct client_form *form,
							 const struct client_faults *faults)
{
	const struct client as_posted = {
		.settings = SLICE_EMPTY,
		.name = shown_text(form->name),
		.type = client_type_parse(form->client_type),
		.grants = posted_grants(form),
		.redirect_uris = shown_text(form->redirect_uris),
		.post_logout_redirect_uris = shown_text(form->post_logout_redirect_uris),
		.allowed_origins = shown_text(form->allowed_origins),
		.allowed_scopes = shown_text(form->allowed_scopes),
		.default_scopes = shown_text(form->default_scopes),
		.algorithm = client_algorithm_parse(form->algorithm),
	};
	struct application_form_values values = application_pages_of_client(context, &as_posted);
	values.errors = errors_of(context->arena, faults);
	values.any_error = faults->any;
	return values;
}

void application_pages_show_form(struct web_context *context, int status,
				 struct application_form_values *values)
{
	static const struct slice no_errors[CLIENT_FIELD_COUNT];
	const struct page page = reply_page_values(context, true);
	if (!values->errors)
		values->errors = no_errors;
	values->known_scopes = application_known_scopes(context->web->flow, &context->call);
	reply_page(context, status, page_application_form(&page, values));
}
