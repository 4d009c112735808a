/* SPDX-License-Identifier: Apache-2.0
 *
 * What the person has authorised, one entry per authorization, each with its revoke button; and
 * what is remembered, so that it is not asked again. */
#include "domain/names.h"
#include "endpoint/endpoints.h"
#include "endpoint/page_scopes.h"
#include "flow/consents.h"
#include "flow/resource_words.h"
#include "flow/revoke.h"
#include "flow/scope_words.h"
#include "web/reply.h"

/* Rows that describe what is listed. */
struct known {
	struct scope_list scopes;
	struct resource_list resources;
};

static struct authorization_row *make_rows(struct web_context *context, const struct known *known,
					   const struct authorization_list *list)
{
	struct authorization_row *rows = arena_calloc(context->arena, list->count + 1,
						      sizeof(*rows));
	for (size_t i = 0; i < list->count; i++) {
		const struct authorization *authorization = &list->items[i];
		const struct scope_list scopes = scope_words_of(context->arena, &known->scopes,
								authorization->scope);
		const struct resource_list resources = resource_words_of(
			context->arena, &known->resources, authorization->resource);
		char id[ID_TEXT_LEN + 1];
		rows[i] = (struct authorization_row){
			.id = arena_slice(context->arena, id_text(&authorization->id, id)),
			.client_name = authorization->client_name,
			.created = authorization->created,
			.last_used = authorization->last_used,
			.origin = authorization->origin,
			.scopes = page_scopes(context->arena, &scopes),
			.scope_count = scopes.count,
			.resources = page_resources(context->arena, &resources),
			.resource_count = resources.count,
		};
	}
	return rows;
}

static struct consent_row *make_consent_rows(struct web_context *context, const struct known *known,
					     const struct consent_list *list)
{
	struct consent_row *rows = arena_calloc(context->arena, list->count + 1, sizeof(*rows));
	for (size_t i = 0; i < list->count; i++) {
		const struct consent *consent = &list->items[i];
		const struct scope_list scopes = scope_words_of(context->arena, &known->scopes,
								consent->scope);
		const struct resource_list resources = resource_words_of(
			context->arena, &known->resources, consent->resource);
		char id[ID_TEXT_LEN + 1];
		rows[i] = (struct consent_row){
			.client = arena_slice(context->arena, id_text(&consent->client, id)),
			.client_name = consent->client_name,
			.scopes = page_scopes(context->arena, &scopes),
			.scope_count = scopes.count,
			.resources = page_resources(context->arena, &resources),
			.resource_count = resources.count,
			.created = consent->created,
		};
	}
	return rows;
}

void authorized_tokens_get(struct web_context *context)
{
	const struct flow *flow = context->web->flow;
	const struct user *user = &context->session->user;
	struct authorization_list list;
	struct consent_list consents;
	if (revoke_list(flow, &context->call, user, &list) != ERR_OK ||
	    consents_list(flow, &context->call, user, &consents) != ERR_OK) {
		reply_error_page(context, 503);
		return;
	}
	const struct known known = {
		.scopes = scope_words_known(flow, &context->call),
		.resources = resource_words_known(flow, &context->call),
	};
	const struct page page = reply_page_values(context, true);
	const struct authorizations_values values = {
		.rows = make_rows(context, &known, &list),
		.count = list.count,
		.consents = make_consent_rows(context, &known, &consents),
		.consent_count = consents.count,
	};
	reply_page(context, 200, page_authorizations(&page, &values));
}

static enum err take_back(struct web_context *context, struct slice authorization)
{
	struct id id;
	if (id_parse(authorization, &id) != ERR_OK)
		return ERR_ABSENT;
	return revoke_authorization(context->web->flow, &context->call, &context->session->user,
				    &id);
}

static enum err forget(struct web_context *context, struct slice client)
{
	struct id id;
	if (id_parse(client, &id) != ERR_OK)
		return ERR_ABSENT;
	return consents_remove(context->web->flow, &context->call, &context->session->user, &id);
}

void authorized_tokens_post(struct web_context *context)
{
	struct slice client = form_value(&context->form, NAME_CONSENT);
	enum err err = slice_is_empty(client)
			       ? take_back(context, form_value(&context->form, "authorization"))
			       : forget(context, client);
	if (err == ERR_OK)
		reply_redirect(context, SLICE("/o/authorized_tokens/"));
	else
		reply_error_page(context, err == ERR_ABSENT ? 404 : 503);
}
