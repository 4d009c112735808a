/* SPDX-License-Identifier: Apache-2.0
 *
 * Scopes in words for people. */
#ifndef FLOW_SCOPE_WORDS_H
#define FLOW_SCOPE_WORDS_H

#include "domain/scope.h"
#include "flow/flow.h"

/* All rows, asked for once a page; none when the database does not answer: that costs the words,
 * not the page. */
struct scope_list scope_words_known(const struct flow *flow, const struct call *call);
/* A row for each name of the text, in its order; one that has no row any more is described by its
 * name. Nothing for a text that is no scope. */
struct scope_list scope_words_of(struct arena *arena, const struct scope_list *known,
				 struct slice text);

#endif
