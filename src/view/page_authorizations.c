/* SPDX-License-Identifier: Apache-2.0
 *
 * What a person has authorized, one entry per authorization, each with a button that takes it back.
 */
#include "view/view.h"

static void add_consents(struct values *values, struct arena *arena,
			 const struct authorizations_values *authorizations)
{
	static const struct view_time_names given = { "given", "given_iso", "given_words" };
	struct values_list *list = values_list(values, "consents");
	for (size_t i = 0; i < authorizations->consent_count && i < PAGE_ROWS_MAX; i++) {
		const struct consent_row *row = &authorizations->consents[i];
		struct values *item = values_item(list);
		values_text(item, "client", row->client);
		values_text(item, "client_name", row->client_name);
		view_add_scopes(item, row->scopes, row->scope_count);
		view_add_resources(item, row->resources, row->resource_count);
		view_add_time(item, arena, &given, row->created);
	}
	values_bool(values, "any_consent", authorizations->consent_count > 0);
}

struct slice page_authorizations(const struct page *page,
				 const struct authorizations_values *authorizations)
{
	static const struct view_time_names created = { "created", "created_iso", "created_words" };
	static const struct view_time_names used = { "used", "used_iso", "used_words" };
	struct values *values = view_values(page, SLICE("Access you have given"), false);
	struct values_list *list = values_list(values, "authorizations");
	for (size_t i = 0; i < authorizations->count && i < PAGE_ROWS_MAX; i++) {
		const struct authorization_row *row = &authorizations->rows[i];
		struct values *item = values_item(list);
		values_text(item, "id", row->id);
		values_text(item, "client_name", row->client_name);
		view_add_scopes(item, row->scopes, row->scope_count);
		view_add_resources(item, row->resources, row->resource_count);
		view_add_time(item, page->arena, &created, row->created);
		view_add_time(item, page->arena, &used, row->last_used);
		values_text(item, "origin", row->origin);
	}
	add_consents(values, page->arena, authorizations);
	values_bool(values, "any", authorizations->count > 0);
	values_bool(values, "has_more", authorizations->count > PAGE_ROWS_MAX);
	values_number(values, "count", (int64_t)authorizations->count);
	values_number(values, "shown", PAGE_ROWS_MAX);
	return view_render(page, "authorizations", values);
}
