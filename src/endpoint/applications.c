/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of applications, one of them, and its end. */
#include "flow/applications.h"
#include "endpoint/application_pages.h"
#include "endpoint/endpoints.h"
#include "flow/application_list.h"
#include "web/reply.h"

void applications_get(struct web_context *context)
{
	struct client_list list;
	if (application_list(context->web->flow, &context->call, &context->session->user, &list) !=
	    ERR_OK) {
		reply_error_page(context, 503);
		return;
	}
	struct application_row *rows = arena_calloc(context->arena, list.count + 1, sizeof(*rows));
	for (size_t i = 0; i < list.count; i++)
		rows[i] = application_pages_row(context, &list.items[i]);
	const struct page page = reply_page_values(context, true);
	const struct applications_values values = { rows, list.count,
						    context->session->user.admin };
	reply_page(context, 200, page_applications(&page, &values));
}

void application_show_get(struct web_context *context)
{
	struct client *client = NULL;
	if (application_pages_load(context, &client))
		application_pages_show(context, 200, client, SLICE_EMPTY);
}

void application_delete_get(struct web_context *context)
{
	struct client *client = NULL;
	if (!application_pages_load(context, &client))
		return;
	const struct page page = reply_page_values(context, true);
	const struct application_row row = application_pages_row(context, client);
	reply_page(context, 200, page_application_delete(&page, &row));
}

void application_delete_post(struct web_context *context)
{
	struct client *client = NULL;
	if (!application_pages_load(context, &client))
		return;
	enum err err = application_remove(context->web->flow, &context->call, client);
	if (err == ERR_OK || err == ERR_ABSENT)
		reply_redirect(context, SLICE("/o/applications/"));
	else
		reply_error_page(context, 503);
}
