/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets that are stored as words with a space between: scopes, resources. */
#ifndef STORE_WORDS_H
#define STORE_WORDS_H

#include "base/arena.h"
#include "base/slice.h"

/* Those of `set` in their order, then those of `more` that are not among them, in theirs. In the
 * arena. */
struct slice words_union(struct arena *arena, struct slice set, struct slice more);

#endif
