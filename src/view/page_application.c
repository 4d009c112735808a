/* SPDX-License-Identifier: Apache-2.0
 *
 * One application: its data, its secrets, and how to try it; and the question before it is deleted.
 */
#include "base/ascii.h"
#include "view/view.h"
#include "view/words.h"

static void add_secrets(struct values *values, struct arena *arena,
			const struct application_values *application)
{
	static const struct view_time_names created = { "created", "created_iso", "created_words" };
	static const struct view_time_names expires = { "expires", "expires_iso", "expires_words" };
	static const struct view_time_names used = { "used", "used_iso", "used_words" };
	struct values_list *list = values_list(values, "secrets");
	for (size_t i = 0; i < application->secret_count && i < PAGE_ROWS_MAX; i++) {
		const struct secret_row *row = &application->secrets[i];
		struct values *item = values_item(list);
		values_text(item, "secret_id", row->id);
		view_add_time(item, arena, &created, row->created);
		view_add_time(item, arena, &expires, row->expires);
		view_add_time(item, arena, &used, row->last_used);
	}
}

enum { SETTING_SHOWN_MAX = 300 /* bytes: keys are long */ };

static void add_settings(struct values *values, const struct application_values *application)
{
	struct values_list *list = values_list(values, "settings");
	for (size_t i = 0; i < application->setting_count; i++) {
		struct values *item = values_item(list);
		values_text(item, "setting", application->settings[i].name);
		values_text_short(item, "value", application->settings[i].value, SETTING_SHOWN_MAX);
	}
}

/* The lines shown are pasted into shells: an id that a shell would read otherwise gets none. */
static bool is_plain(struct slice client_id)
{
	for (size_t i = 0; i < client_id.len; i++) {
		char c = client_id.ptr[i];
		bool plain = ascii_is_alnum(c) || c == '-' || c == '_' || c == '.' || c == '~';
		if (!plain)
			return false;
	}
	return true;
}

struct slice page_application(const struct page *page, const struct application_values *application)
{
	static const struct view_time_names created = { "created", "created_iso", "created_words" };
	struct values *values = view_values(page, application->row.name, false);
	view_add_application(values, &application->row);
	values_text(values, "secret", application->secret);
	values_bool(values, "is_confidential", application->is_confidential);
	values_bool(values, "may_rotate", application->may_rotate);
	add_secrets(values, page->arena, application);
	values_text(values, "redirect_uris", application->redirect_uris);
	values_text(values, "post_logout_redirect_uris", application->post_logout_redirect_uris);
	values_text(values, "allowed_origins", application->allowed_origins);
	values_text(values, "allowed_scopes", application->allowed_scopes);
	values_text(values, "default_scopes", application->default_scopes);
	values_text(values, "algorithm", application->algorithm);
	add_settings(values, application);
	values_bool(values, "show_example",
		    application->has_device_grant && is_plain(application->row.client_id));
	values_text(values, "device_authorization_url", application->device_authorization_url);
	view_add_time(values, page->arena, &created, application->created);
	return view_render(page, "application", values);
}

struct slice page_application_delete(const struct page *page, const struct application_row *row)
{
	struct values *values = view_values(page, SLICE("Delete an application"), false);
	view_add_application(values, row);
	return view_render(page, "application_delete", values);
}
