/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers as words for people: ages, spans and dates, in UTC. One unit is enough: 150 seconds are
 * "2 minutes". */
#ifndef VIEW_WORDS_H
#define VIEW_WORDS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

/* "just now" below ten seconds (and when clocks disagree), "90 seconds ago", "2 minutes ago". */
struct slice words_age(struct arena *arena, int64_t seconds);
/* "2 minutes", rounded down: that long there is for sure. */
struct slice words_left(struct arena *arena, int64_t seconds);
/* "in 3 minutes", rounded up: whoever waits that long has waited enough; "now". */
struct slice words_in(struct arena *arena, int64_t seconds);

/* "24 November 2026, 07:23 UTC", "2026-11-24T07:23:01Z"; of a time that is before 1970 or after the
 * year 9999 the first says "an unknown date" and the other is empty. */
struct slice words_moment(struct arena *arena, int64_t time);
struct slice words_iso(struct arena *arena, int64_t time);

#endif
