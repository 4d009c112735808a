/* SPDX-License-Identifier: Apache-2.0
 *
 * Takes a page of ours apart, far enough to say whether its tags fit together and where its
 * references lead. Stricter than a browser: every value stands in double quotes, every element that
 * has an end is ended. */
#ifndef TESTS_VIEW_HTML_SCAN_H
#define TESTS_VIEW_HTML_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

enum { HTML_NAMES_MAX = 256, HTML_DEPTH_MAX = 64 };

struct html_names {
	struct slice items[HTML_NAMES_MAX];
	size_t count;
};

struct html_scan {
	const char *fault; /* NULL: all is well */
	struct slice at;   /* where the fault is */
	struct buf shape;  /* tags and names of attributes, no values and no text */
	struct html_names ids;
	struct html_names refs;     /* for=, aria-describedby=, href="#..." */
	struct html_names fors;     /* for= alone */
	struct html_names controls; /* ids of inputs that are seen, selects and textareas */
	struct slice open[HTML_DEPTH_MAX];
	size_t depth;
	unsigned heading; /* of the last one */
	size_t h1_count;
};

void html_scan(struct html_scan *scan, struct arena *arena, struct slice html);
bool html_names_have(const struct html_names *names, struct slice name);

#endif
