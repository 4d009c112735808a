/* SPDX-License-Identifier: Apache-2.0
 *
 * "Did you mean ...?": the nearest of some known words to one that is not known, by the letters to
 * change, and by a word that starts the same. */
#ifndef CONFIG_NEAREST_H
#define CONFIG_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct nearest {
	struct slice word;
	size_t distance;
	size_t index; /* of the best word offered so far */
	bool found;
};

struct nearest nearest_start(struct slice word);
/* Keeps `known` when it is nearer than what was offered before, and near enough to be meant. Dashes
 * and underscores, upper and lower case are the same. */
void nearest_offer(struct nearest *nearest, struct slice known, size_t index);

#endif
