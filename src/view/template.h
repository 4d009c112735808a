/* SPDX-License-Identifier: Apache-2.0
 *
 * Templates: HTML with names in braces, read once into nodes and rendered many times. There is no
 * logic but these, and there is no form that does not escape:
 *
 *   {{name}}             the value, escaped; nothing when there is none
 *   {{#name}}..{{/name}} once for each item of a list; once when the value is true
 *   {{^name}}..{{/name}} when the value is false, empty or not there
 *   {{>name}}            another template
 *   {{! words }}         nothing
 *
 * A tag that stands alone on its line takes the line with it. A name may stand in text or in a
 * quoted attribute value, nowhere else: that is checked when the template is read, so that escaping
 * & < > " ' is always enough. */
#ifndef VIEW_TEMPLATE_H
#define VIEW_TEMPLATE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"
#include "view/values.h"

enum {
	TEMPLATE_SOURCE_MAX = 65536,
	TEMPLATE_NODES_MAX = 4096,
	TEMPLATE_SECTIONS_MAX = 16, /* inside each other */
	TEMPLATE_PARTIALS_MAX = 6,  /* likewise */
	TEMPLATE_NAME_MAX = 64,
	TEMPLATE_STEPS_MAX = 500000, /* nodes that one rendering may visit */
	TEMPLATE_OUTPUT_MAX = 1 << 20
};

struct template;

/* What is wrong with a template, or what a rendering did not find. */
struct template_fault {
	struct slice file; /* of which template; its bytes belong to the set */
	unsigned line;     /* from 1 */
	const char *reason;
	struct slice name; /* the name it is about; may be "" ; its bytes belong to the template, or
			      to its source */
};

/* A copy of the source is kept. ERR_INVALID with `fault`. Partials are not looked for yet. */
MUST_USE enum err template_parse(struct slice name, struct slice source, struct template **out,
				 struct template_fault *fault);
void template_free(struct template **template);

struct template_set {
	struct template **items;
	size_t count;
};
struct template *template_find(const struct template_set *set, struct slice name);
/* Finds every partial. ERR_INVALID when one is missing, or when they go in a circle or deeper than
 * TEMPLATE_PARTIALS_MAX. */
MUST_USE enum err template_link(const struct template_set *set, struct template_fault *fault);

/* Appends to `out`. ERR_FULL when the output or the number of steps would go beyond its bound: what
 * is in `out` is then of no use. */
MUST_USE enum err template_render(const struct template *template, const struct values *values,
				  struct buf *out);

/* ERR_INVALID with `fault` when a name of the template, or of a partial of it, is in no object
 * around it. Sections are looked into whatever their value, but an empty list; of lists the first
 * item. For tests: a template that names what its page does not provide. */
MUST_USE enum err template_check(const struct template *template, const struct values *values,
				 struct template_fault *fault);

#endif
