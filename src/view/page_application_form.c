/* SPDX-License-Identifier: Apache-2.0
 *
 * Registering and updating an application: one form. Errors stand beside their fields and, with
 * links to them, on top. */
#include <assert.h>

#include "domain/client.h"
#include "view/view.h"

/* In the order of the form. `field` is its name on the wire and its id in the page. */
static const struct {
	enum client_field index;
	const char *field;
	const char *label;
	const char *error; /* name of the value */
} fields[] = {
	{ CLIENT_FIELD_NAME, "name", "Name", "error_name" },
	{ CLIENT_FIELD_TYPE, "client_type", "Client type", "error_client_type" },
	{ CLIENT_FIELD_GRANT, "authorization_grant_type", "How it gets access",
	  "error_grant_type" },
	{ CLIENT_FIELD_REDIRECT_URIS, "redirect_uris", "Redirect URIs", "error_redirect_uris" },
	{ CLIENT_FIELD_POST_LOGOUT_REDIRECT_URIS, "post_logout_redirect_uris",
	  "Redirect URIs after sign-out", "error_post_logout_redirect_uris" },
	{ CLIENT_FIELD_ALLOWED_ORIGINS, "allowed_origins", "Allowed origins",
	  "error_allowed_origins" },
	{ CLIENT_FIELD_ALGORITHM, "algorithm", "Signature of ID tokens", "error_algorithm" },
	{ CLIENT_FIELD_ALLOWED_SCOPES, "allowed_scopes", "Allowed scopes", "error_allowed_scopes" },
	{ CLIENT_FIELD_DEFAULT_SCOPES, "default_scopes", "Default scopes", "error_default_scopes" },
};
static_assert(ARRAY_LEN(fields) == CLIENT_FIELD_COUNT, "a row per field");

static void add_choices(struct values *values, const char *name, const struct choice *choices,
			size_t count)
{
	struct values_list *list = values_list(values, name);
	for (size_t i = 0; i < count && i < PAGE_ROWS_MAX; i++) {
		struct values *item = values_item(list);
		values_text(item, "value", choices[i].value);
		values_text(item, "label", choices[i].label);
		values_bool(item, "chosen", choices[i].chosen);
	}
}

/* `errors` may be NULL: nothing has been sent yet. */
static void add_errors(struct values *values, const struct slice *errors)
{
	struct values_list *list = values_list(values, "errors");
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		struct slice text = errors != NULL ? errors[fields[i].index] : SLICE_EMPTY;
		values_text(values, fields[i].error, text);
		if (text.len == 0)
			continue;
		struct values *item = values_item(list);
		values_text(item, "field", slice_str(fields[i].field));
		values_text(item, "field_label", slice_str(fields[i].label));
		values_text(item, "text", text);
	}
}

static void add_fields(struct values *values, const struct application_form_values *form)
{
	values_text(values, "id", form->id);
	values_text(values, "client_id", form->client_id);
	values_text(values, "client_id_proof", form->client_id_proof);
	values_text(values, "version", form->version);
	values_text(values, "name", form->name);
	add_choices(values, "types", form->types, form->type_count);
	add_choices(values, "grant_types", form->grants, form->grant_count);
	add_choices(values, "algorithms", form->algorithms, form->algorithm_count);
	values_text(values, "redirect_uris", form->redirect_uris);
	values_text(values, "post_logout_redirect_uris", form->post_logout_redirect_uris);
	values_text(values, "allowed_origins", form->allowed_origins);
	values_text(values, "allowed_scopes", form->allowed_scopes);
	values_text(values, "default_scopes", form->default_scopes);
	values_text(values, "known_scopes", form->known_scopes);
	values_bool(values, "show_admin", form->show_admin);
	values_bool(values, "enabled", form->enabled);
	values_bool(values, "reviewed", form->reviewed);
	values_bool(values, "skips_authorization", form->skips_authorization);
}

struct slice page_application_form(const struct page *page,
				   const struct application_form_values *form)
{
	bool is_new = form->id.len == 0;
	struct slice title = is_new ? SLICE("Register an application")
				    : SLICE("Change an application");
	struct values *values = view_values(page, title, form->any_error);
	values_bool(values, "is_new", is_new);
	add_fields(values, form);
	add_errors(values, form->errors);
	return view_render(page, "application_form", values);
}
