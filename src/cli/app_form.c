/* SPDX-License-Identifier: Apache-2.0
 *
 * A row per field of the form: the option that sets it. The checks are those of the page
 * (domain/client_form.c). */
#include "cli/app_form.h"

#include <assert.h>

#include "base/buf.h"
#include "cli/app_settings.h"

static const char *const field_options[] = {
	[CLIENT_FIELD_NAME] = "name",
	[CLIENT_FIELD_TYPE] = "type",
	[CLIENT_FIELD_GRANT] = "grant",
	[CLIENT_FIELD_REDIRECT_URIS] = "redirect-uri",
	[CLIENT_FIELD_POST_LOGOUT_REDIRECT_URIS] = "post-logout-redirect-uri",
	[CLIENT_FIELD_ALLOWED_ORIGINS] = "allowed-origin",
	[CLIENT_FIELD_ALGORITHM] = "algorithm",
	[CLIENT_FIELD_ALLOWED_SCOPES] = "scope",
	[CLIENT_FIELD_DEFAULT_SCOPES] = "default-scope",
};
static_assert(ARRAY_LEN(field_options) == CLIENT_FIELD_COUNT, "an option for every field");

enum { LIST_TEXT_MAX = 16384 };

static struct slice text_of(const struct cli *cli, enum client_field field, struct slice old)
{
	const char *value = cli_value(cli, field_options[field]);

	return value != NULL ? slice_str(value) : old;
}

static struct slice list_of(const struct cli *cli, enum client_field field, struct slice old)
{
	struct buf buf;
	const char *value;
	size_t at = 0;

	if (!cli_has(cli, field_options[field]))
		return old;
	buf_init_arena(&buf, cli->arena, LIST_TEXT_MAX);
	while ((value = cli_next_value(cli, field_options[field], &at)) != NULL) {
		buf_add_str(&buf, value);
		buf_add_byte(&buf, '\n');
	}
	return buf_slice(&buf);
}

static void fill_given_grants(const struct cli *cli, struct client_form *form)
{
	const char *value;
	size_t at = 0;

	while ((value = cli_next_value(cli, "grant", &at)) != NULL)
		form->grant_types[form->grant_type_count++] = slice_str(value);
}

static void fill_old_grants(const struct client *client, struct client_form *form)
{
	for (unsigned i = 0; i < GRANT_COUNT; i++) {
		const struct grant_row *row = grant_row((enum grant)i);

		if (row->may_be_chosen && (client->grants & GRANT_BIT(i)) != 0)
			form->grant_types[form->grant_type_count++] = slice_str(row->form);
	}
}

void app_form_fill(struct cli *cli, const struct client *client, struct client_form *form)
{
	static const struct client nothing = { .type = CLIENT_TYPE_COUNT };
	const struct client *old = client != NULL ? client : &nothing;
	struct slice old_type = client != NULL ? slice_str(client_type_name(client->type))
					       : SLICE_EMPTY;
	struct slice old_algorithm = slice_str(client_algorithm_name(old->algorithm));

	*form = (struct client_form){
		.name = text_of(cli, CLIENT_FIELD_NAME, old->name),
		.client_type = text_of(cli, CLIENT_FIELD_TYPE, old_type),
		.grant_types = arena_calloc(cli->arena, CLI_GIVEN_MAX + GRANT_COUNT,
					    sizeof(struct slice)),
		.redirect_uris = list_of(cli, CLIENT_FIELD_REDIRECT_URIS, old->redirect_uris),
		.post_logout_redirect_uris = list_of(cli, CLIENT_FIELD_POST_LOGOUT_REDIRECT_URIS,
						     old->post_logout_redirect_uris),
		.allowed_origins = list_of(cli, CLIENT_FIELD_ALLOWED_ORIGINS, old->allowed_origins),
		.algorithm = text_of(cli, CLIENT_FIELD_ALGORITHM, old_algorithm),
		.allowed_scopes = list_of(cli, CLIENT_FIELD_ALLOWED_SCOPES, old->allowed_scopes),
		.default_scopes = list_of(cli, CLIENT_FIELD_DEFAULT_SCOPES, old->default_scopes),
	};
	if (cli_has(cli, "grant"))
		fill_given_grants(cli, form);
	else
		fill_old_grants(old, form);
}

bool app_form_is_given(const struct cli *cli)
{
	for (size_t i = 0; i < CLIENT_FIELD_COUNT; i++) {
		if (cli_has(cli, field_options[i]))
			return true;
	}
	return false;
}

int app_form_refuse(struct cli *cli, const struct client_faults *faults)
{
	for (size_t i = 0; i < CLIENT_FIELD_COUNT; i++) {
		if (!slice_is_empty(faults->of[i]))
			cli_refuse(cli, "--%s: %.*s", field_options[i], SLICE_ARG(faults->of[i]));
	}
	if (!slice_is_empty(faults->why)) {
		struct slice name = app_settings_name(cli->arena, faults->setting);

		cli_refuse(cli, "--%.*s: %.*s", SLICE_ARG(name), SLICE_ARG(faults->why));
	}
	return CLI_REFUSED;
}
