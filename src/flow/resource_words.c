/* SPDX-License-Identifier: Apache-2.0
 *
 * The same for each page that names resources: what is asked for, what was given, what is
 * remembered. */
#include "flow/resource_words.h"

#include "flow/resource_cache.h"

struct resource_list resource_words_known(const struct flow *flow, const struct call *call)
{
	struct resource_list known;
	if (resource_cache_list(flow, call, &known) != ERR_OK)
		return (struct resource_list){ 0 };
	return known;
}

static size_t count_words(struct slice text)
{
	struct slice word;
	size_t count = 0;
	while (count < RESOURCES_SHOWN_MAX && slice_word(&text, &word))
		count++;
	return count;
}

struct resource_list resource_words_of(struct arena *arena, const struct resource_list *known,
				       struct slice text)
{
	struct slice uri;
	const size_t count = count_words(text);
	struct resource_list out = {
		.items = arena_calloc(arena, count + 1, sizeof(struct resource)),
	};
	while (out.count < count && slice_word(&text, &uri)) {
		const struct resource *row = resource_list_find(known, uri);
		out.items[out.count++] = row ? *row : (struct resource){ .uri = uri, .name = uri };
	}
	return out;
}
