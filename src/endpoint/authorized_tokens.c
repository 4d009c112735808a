/* SPDX-License-Identifier: Apache-2.0
 *
 * What the person has authorised, one entry per authorization, each with its revoke button. */
#include "endpoint/device_pages.h"
#include "endpoint/endpoints.h"
#include "flow/revoke.h"
#include "flow/scope_words.h"
#include "web/reply.h"

static struct authorization_row *make_rows(struct web_context *context,
					   const struct authorization_list *list)
{
	const struct scope_list known = scope_words_known(context->web->flow, &context->call);
	struct authorization_row *rows = arena_calloc(context->arena, list->count + 1,
						      sizeof(*rows));
	for (size_t i = 0; i < list->count; i++) {
		const struct authorization *authorization = &list->items[i];
		const struct scope_list scopes = scope_words_of(context->arena, &known,
								authorization->scope);
		char id[ID_TEXT_LEN + 1];
		rows[i] = (struct authorization_row){
			.id = arena_slice(context->arena, id_text(&authorization->id, id)),
			.client_name = authorization->client_name,
			.created = authorization->created,
			.last_used = authorization->last_used,
			.origin = authorization->origin,
			.scopes = device_pages_scope_words(context->arena, scopes),
			.scope_count = scopes.count,
		};
	}
	return rows;
}

void authorized_tokens_get(struct web_context *context)
{
	struct authorization_list list;
	if (revoke_list(context->web->flow, &context->call, &context->session->user, &list) !=
	    ERR_OK) {
		reply_error_page(context, 503);
		return;
	}
	const struct page page = reply_page_values(context, true);
	const struct authorizations_values values = {
		.rows = make_rows(context, &list),
		.count = list.count,
	};
	reply_page(context, 200, page_authorizations(&page, &values));
}

void authorized_tokens_post(struct web_context *context)
{
	struct id id;
	if (id_parse(form_value(&context->form, "authorization"), &id) != ERR_OK) {
		reply_error_page(context, 404);
		return;
	}
	enum err err = revoke_authorization(context->web->flow, &context->call,
					    &context->session->user, &id);
	if (err == ERR_OK)
		reply_redirect(context, SLICE("/o/authorized_tokens/"));
	else
		reply_error_page(context, err == ERR_ABSENT ? 404 : 503);
}
