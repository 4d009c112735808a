/* SPDX-License-Identifier: Apache-2.0
 *
 * Every page in every state that looks different, with values as they are in life, or with one
 * given text in the place of each. */
#ifndef TESTS_VIEW_PAGE_SAMPLES_H
#define TESTS_VIEW_PAGE_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>

#include "view/pages.h"

struct page_sample {
	const char *name;
	const char *expect; /* words that must stand in it */
	bool signed_in;
	/* `fill` with ptr NULL: values as in life */
	struct slice (*make)(const struct page *page, struct slice fill);
};

extern const struct page_sample page_samples[];
extern const size_t page_sample_count;

/* The whole document. */
struct slice page_sample_make(const struct page_sample *sample, const struct view *view,
			      struct arena *arena, struct slice fill);

#endif
