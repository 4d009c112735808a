/* SPDX-License-Identifier: Apache-2.0
 *
 * Registering an application. The client_id is made here and shown before it is saved; the form
 * carries it back with a signature over session and time, and any other value is refused. */
#include "domain/names.h"
#include "endpoint/application_pages.h"
#include "endpoint/endpoints.h"
#include "flow/applications.h"
#include "web/csrf.h"
#include "web/reply.h"

enum { FORM_MAX_AGE_S = 86400 };

static bool refuse_others(struct web_context *context)
{
	if (application_pages_may_register(context))
		return false;
	const struct refused refused = {
		.status = 403,
		.title = SLICE("Only administrators register applications here"),
		.text = SLICE("Ask one of them to register yours."),
	};
	face_page.refuse(context, &refused);
	return true;
}

static void offer_client_id(struct web_context *context, struct slice client_id,
			    struct application_form_values *values)
{
	values->client_id = client_id;
	values->client_id_proof = csrf_sign(context, client_id);
}

void application_register_get(struct web_context *context)
{
	const struct client blank = { .type = CLIENT_PUBLIC };
	if (refuse_others(context))
		return;
	struct application_form_values values = application_pages_of_client(context, &blank);
	offer_client_id(context, application_fresh_client_id(context->arena), &values);
	application_pages_show_form(context, 200, &values);
}

static void refuse_form(struct web_context *context, const struct application_new *application,
			const struct client_faults *faults)
{
	struct application_form_values values = application_pages_of_post(
		context, &application->form, faults);
	offer_client_id(context, application->client_id, &values);
	application_pages_show_form(context, 400, &values);
}

static void refuse_client_id(struct web_context *context)
{
	const struct refused refused = {
		.status = 400,
		.title = SLICE("This form has gone stale"),
		.text = SLICE(
			"The client id is not one that this page offered, or the form was open for more than a day. "
			"Open the form again."),
	};
	face_page.refuse(context, &refused);
}

static void save(struct web_context *context, const struct application_new *application)
{
	struct application_made made;
	struct client_faults faults = { 0 };
	enum err err = application_add(context->web->flow, &context->call, application, &made,
				       &faults);
	if (err == ERR_INVALID)
		refuse_form(context, application, &faults);
	else if (err == ERR_CONFLICT)
		refuse_client_id(context); /* the form was sent twice */
	else if (err != ERR_OK)
		reply_error_page(context, 503);
	else if (slice_is_empty(made.secret))
		application_pages_go_to(context, made.client);
	else
		application_pages_show(context, 201, made.client, made.secret); /* now or never */
}

void application_register_post(struct web_context *context)
{
	if (refuse_others(context))
		return;
	struct application_new application = {
		.client_id = form_value(&context->form, NAME_CLIENT_ID),
		.owner = context->session->user.id,
		.reviewed = context->session->user.admin,
	};
	application_pages_read_form(context, &application.form);
	struct slice proof = form_value(&context->form, "client_id_proof");
	if (!csrf_signed_fits(context, application.client_id, proof, FORM_MAX_AGE_S))
		refuse_client_id(context);
	else
		save(context, &application);
}
