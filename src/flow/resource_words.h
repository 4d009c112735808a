/* SPDX-License-Identifier: Apache-2.0
 *
 * Resources in words for people: RFC8707#2. */
#ifndef FLOW_RESOURCE_WORDS_H
#define FLOW_RESOURCE_WORDS_H

#include "domain/resource.h"
#include "flow/flow.h"

/* All rows, asked for once a page; none when the database does not answer: that costs the words,
 * not the page. */
struct resource_list resource_words_known(const struct flow *flow, const struct call *call);
/* A row for each URI of the text, in its order, RESOURCES_SHOWN_MAX at most; one that has no row
 * any more is called by its URI. */
enum { RESOURCES_SHOWN_MAX = 64 };
struct resource_list resource_words_of(struct arena *arena, const struct resource_list *known,
				       struct slice text);

#endif
