/* SPDX-License-Identifier: Apache-2.0
 *
 * Scopes in words for people. */
#ifndef FLOW_SCOPE_WORDS_H
#define FLOW_SCOPE_WORDS_H

#include "domain/scope.h"
#include "flow/flow.h"

/* A row for each name of the text, in its order; one that has no row any more is described by its
 * name. Nothing for a text that is no scope. */
struct scope_list scope_words_of(const struct flow *flow, const struct call *call,
				 struct slice text);

#endif
