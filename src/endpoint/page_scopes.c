/* SPDX-License-Identifier: Apache-2.0
 *
 * The words are those of the rows: nothing is looked up here. */
#include "endpoint/page_scopes.h"

struct scope_words *page_scopes(struct arena *arena, const struct scope_list *scopes)
{
	struct scope_words *words = arena_calloc(arena, scopes->count + 1, sizeof(*words));
	for (size_t i = 0; i < scopes->count; i++)
		words[i] = (struct scope_words){ scopes->items[i].name,
						 scopes->items[i].description };
	return words;
}

struct scope_words *page_resources(struct arena *arena, const struct resource_list *resources)
{
	struct scope_words *words = arena_calloc(arena, resources->count + 1, sizeof(*words));
	for (size_t i = 0; i < resources->count; i++)
		words[i] = (struct scope_words){ resources->items[i].uri,
						 resources->items[i].name };
	return words;
}
