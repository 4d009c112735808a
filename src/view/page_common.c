/* SPDX-License-Identifier: Apache-2.0
 *
 * The values that several pages have. */
#include "base/buf.h"
#include "base/encode.h"
#include "view/view.h"
#include "view/words.h"

struct values *view_values(const struct page *page, struct slice title, bool has_errors)
{
	struct values *values = values_new(page->arena);
	values_text(values, "title", title);
	values_bool(values, "has_errors", has_errors);
	values_text(values, "csrf_token", page->csrf_token);
	values_text(values, "user_name", page->user_name);
	values_bool(values, "signed_in", page->user_name.len > 0);
	values_bool(values, "is_admin", page->user_is_admin);
	values_bool(values, "has_others", page->others > 0);
	values_bool(values, "may_register", page->may_register);
	values_bool(values, "may_sign_up", page->may_sign_up);
	values_text(values, "notice", page->notice);
	return values;
}

void view_add_scopes(struct values *values, const struct scope_words *scopes, size_t count)
{
	struct values_list *list = values_list(values, "scopes");
	for (size_t i = 0; i < count && i < PAGE_ROWS_MAX; i++) {
		struct values *item = values_item(list);
		values_text(item, "scope", scopes[i].name);
		/* A scope without words is told by its name: better than hiding it. */
		values_text(item, "words",
			    scopes[i].description.len > 0 ? scopes[i].description : scopes[i].name);
	}
}

struct slice view_query(struct arena *arena, struct slice text)
{
	struct buf query;
	buf_init_arena(&query, arena, 3 * VALUES_TEXT_MAX);
	encode_percent(&query, slice_sub(text, 0, VALUES_TEXT_MAX));
	return buf_slice(&query);
}

void view_add_resources(struct values *values, const struct scope_words *resources, size_t count)
{
	struct values_list *list = values_list(values, "resources");
	for (size_t i = 0; i < count && i < PAGE_ROWS_MAX; i++) {
		struct values *item = values_item(list);
		values_text(item, "resource", resources[i].name);
		values_text(item, "resource_words", resources[i].description);
	}
}

void view_add_time(struct values *values, struct arena *arena, const struct view_time_names *names,
		   int64_t time)
{
	values_bool(values, names->has, time != 0);
	values_text(values, names->iso, words_iso(arena, time));
	values_text(values, names->words, words_moment(arena, time));
}

void view_add_application(struct values *values, const struct application_row *row)
{
	values_text(values, "id", row->id);
	values_text(values, "name", row->name);
	values_text(values, "client_id", row->client_id);
	values_text(values, "type", row->type);
	values_text(values, "grants", row->grants);
	values_text(values, "owner", row->owner);
	values_bool(values, "reviewed", row->reviewed);
	values_bool(values, "enabled", row->enabled);
}
