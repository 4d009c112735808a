/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading and showing one application. */
#include "endpoint/application_pages.h"

#include "base/buf.h"
#include "domain/client_settings.h"
#include "flow/application_list.h"
#include "web/reply.h"

bool application_pages_may_register(const struct web_context *context)
{
	return context->session->user.admin ||
	       context->web->config->applications == APPLICATIONS_EVERYONE;
}

bool application_pages_load(struct web_context *context, struct client **out)
{
	enum find find = application_find(context->web->flow, &context->call,
					  &context->session->user, context->path_part, out);
	if (find != FOUND)
		reply_error_page(context, find == ABSENT ? 404 : 503);
	return find == FOUND;
}

static struct slice grant_words(struct arena *arena, uint32_t grants)
{
	struct buf words;
	buf_init_arena(&words, arena, 1024);
	for (enum grant grant = 0; grant < GRANT_COUNT; grant++) {
		if (!grant_row(grant)->may_be_chosen || !grants_have(grants, grant))
			continue;
		if (words.len > 0)
			buf_add_str(&words, ", ");
		buf_add_str(&words, grant_row(grant)->label);
	}
	return buf_slice(&words);
}

struct application_row application_pages_row(struct web_context *context,
					     const struct client *client)
{
	char id[ID_TEXT_LEN + 1];
	return (struct application_row){
		.id = arena_slice(context->arena, id_text(&client->id, id)),
		.name = client->name,
		.client_id = client->client_id,
		.type = slice_str(client_type_name(client->type)),
		.grants = grant_words(context->arena, client->grants),
		.owner = context->session->user.admin
				 ? application_owner(context->web->flow, &context->call, client)
				 : SLICE_EMPTY,
		.reviewed = client->reviewed,
		.enabled = client->enabled,
	};
}

static struct secret_row *secret_rows(struct arena *arena, const struct client_secret_list *secrets)
{
	struct secret_row *rows = arena_calloc(arena, CLIENT_SECRETS_MAX, sizeof(*rows));
	for (size_t i = 0; i < secrets->count; i++) {
		const struct client_secret *secret = &secrets->items[i];
		char id[ID_TEXT_LEN + 1];
		rows[i] = (struct secret_row){ arena_slice(arena, id_text(&secret->id, id)),
					       secret->created, secret->expires,
					       secret->last_used };
	}
	return rows;
}

static void setting_rows(struct arena *arena, const struct client *client,
			 struct application_values *values)
{
	struct setting_row *rows = arena_calloc(arena, SETTING_COUNT, sizeof(*rows));
	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		const struct client_setting_row *row = client_setting_row((enum client_setting)i);
		struct slice value = client_setting_get(client->settings, (enum client_setting)i);
		bool is_told = !row->internal || i == SETTING_SOURCE;
		if (is_told && !slice_equal(value, slice_str(row->initial)))
			rows[values->setting_count++] = (struct setting_row){ slice_str(row->name),
									      value };
	}
	values->settings = rows;
}

static struct slice device_authorization_url(struct web_context *context)
{
	return arena_printf(context->arena, "%.*s/o/device-authorization/",
			    SLICE_ARG(context->web->base_url));
}

void application_pages_show(struct web_context *context, int status, const struct client *client,
			    struct slice secret)
{
	struct client_secret_list secrets = { 0 };
	if (application_secrets(context->web->flow, &context->call, client, &secrets) ==
	    FIND_FAILED) {
		reply_error_page(context, 503);
		return;
	}
	const struct page page = reply_page_values(context, true);
	bool has_secret = client_method_has_secret(client_method_of(client));
	struct application_values values = {
		.row = application_pages_row(context, client),
		.secret = secret,
		.is_confidential = has_secret,
		.may_rotate = has_secret && secrets.count < CLIENT_SECRETS_MAX,
		.secrets = secret_rows(context->arena, &secrets),
		.secret_count = secrets.count,
		.redirect_uris = client->redirect_uris,
		.post_logout_redirect_uris = client->post_logout_redirect_uris,
		.allowed_origins = client->allowed_origins,
		.allowed_scopes = client->allowed_scopes,
		.default_scopes = client->default_scopes,
		.algorithm = slice_str(client_algorithm_name(client->algorithm)),
		/* whoever signs what it sends needs more than a line of curl */
		.has_device_grant = grants_have(client->grants, GRANT_DEVICE_CODE) &&
				    (has_secret || client->type == CLIENT_PUBLIC),
		.device_authorization_url = device_authorization_url(context),
		.created = client->created,
	};
	setting_rows(context->arena, client, &values);
	reply_page(context, status, page_application(&page, &values));
}

void application_pages_go_to(struct web_context *context, const struct client *client)
{
	char id[ID_TEXT_LEN + 1];
	reply_redirect(context, arena_printf(context->arena, "/o/applications/%.*s/",
					     SLICE_ARG(id_text(&client->id, id))));
}
