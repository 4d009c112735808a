/* SPDX-License-Identifier: Apache-2.0
 *
 * Changing an application, and its secrets. A change by its owner asks for a new review. */
#include "domain/names.h"
#include "endpoint/application_pages.h"
#include "endpoint/endpoints.h"
#include "flow/application_list.h"
#include "flow/applications.h"
#include "web/reply.h"

enum { SECRET_OVERLAP_S = 7 * 86400 };

void application_update_get(struct web_context *context)
{
	struct client *client = NULL;
	if (!application_pages_load(context, &client))
		return;
	struct application_form_values values = application_pages_of_client(context, client);
	application_pages_show_form(context, 200, &values);
}

static void refuse_form(struct web_context *context, const struct client *client,
			const struct client_form *form, const struct client_faults *faults)
{
	const struct application_form_values now = application_pages_of_client(context, client);
	struct application_form_values values = application_pages_of_post(context, form, faults);
	values.id = now.id;
	values.client_id = now.client_id;
	values.version = form_value(&context->form, "version");
	values.show_admin = now.show_admin;
	values.enabled = form_has(&context->form, "enabled");
	values.reviewed = form_has(&context->form, "reviewed");
	values.skips_authorization = form_has(&context->form, "skip_authorization");
	application_pages_show_form(context, 400, &values);
}

static void refuse_stale(struct web_context *context)
{
	const struct refused refused = {
		.status = 409,
		.title = SLICE("Somebody changed it in between"),
		.text = SLICE(
			"Nothing was saved. Open the application again and repeat your change."),
	};
	face_page.refuse(context, &refused);
}

static void save(struct web_context *context, struct client *client)
{
	bool is_admin = context->session->user.admin;
	struct slice secret = SLICE_EMPTY;
	struct client_faults faults = { 0 };
	/* what an administrator has allowed to one application does not pass to what its owner
	 * makes of it */
	const struct application_setting skip = {
		SETTING_SKIP_AUTHORIZATION,
		is_admin && form_has(&context->form, "skip_authorization") ? SLICE("true")
									   : SLICE_EMPTY,
	};
	struct application_change change = {
		.client = client,
		.settings = { &skip, 1 },
		.enabled = is_admin ? form_has(&context->form, "enabled") : client->enabled,
		.reviewed = is_admin && form_has(&context->form, "reviewed"),
	};
	application_pages_read_form(context, &change.form);
	enum err err = application_update(context->web->flow, &context->call, &change, &secret,
					  &faults);
	if (err == ERR_INVALID)
		refuse_form(context, client, &change.form, &faults);
	else if (err == ERR_UNCHANGED)
		refuse_stale(context);
	else if (err != ERR_OK)
		reply_error_page(context, err == ERR_ABSENT ? 404 : 503);
	else if (slice_is_empty(secret))
		application_pages_go_to(context, client);
	else if (application_pages_load(context, &client))
		application_pages_show(context, 200, client, secret);
}

static void update(struct web_context *context, struct client *client)
{
	if (slice_parse_int64(form_value(&context->form, "version"), &client->updated) != ERR_OK)
		reply_error_page(context, 400);
	else
		save(context, client);
}

static void rotate_secret(struct web_context *context, struct client *client)
{
	struct slice secret = SLICE_EMPTY;
	enum err err = application_rotate_secret(context->web->flow, &context->call, client,
						 SECRET_OVERLAP_S, &secret);
	if (err == ERR_OK)
		application_pages_show(context, 200, client, secret);
	else if (err == ERR_FULL || err == ERR_INVALID)
		application_pages_go_to(context, client);
	else
		reply_error_page(context, 503);
}

static void remove_secret(struct web_context *context, struct client *client)
{
	struct slice secret = form_value(&context->form, "secret_id");
	enum err err = application_remove_secret(context->web->flow, &context->call, client,
						 secret);
	if (err == ERR_OK)
		application_pages_go_to(context, client);
	else
		reply_error_page(context, err == ERR_ABSENT ? 404 : 503);
}

static const struct {
	struct slice name; /* of the button; "" is the form itself */
	void (*run)(struct web_context *context, struct client *client);
} actions[] = {
	{ { "", 0 }, update },
	{ { "rotate_secret", 13 }, rotate_secret },
	{ { "remove_secret", 13 }, remove_secret },
};

void application_update_post(struct web_context *context)
{
	struct client *client = NULL;
	struct slice action = form_value(&context->form, NAME_ACTION);
	if (!application_pages_load(context, &client))
		return;
	for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
		if (slice_equal(actions[i].name, action)) {
			actions[i].run(context, client);
			return;
		}
	}
	reply_error_page(context, 400);
}
