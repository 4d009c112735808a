/* SPDX-License-Identifier: Apache-2.0
 *
 * What a template is made of: shared by the files that read, link, render and check it, and by
 * nobody else. */
#ifndef VIEW_TEMPLATE_NODE_H
#define VIEW_TEMPLATE_NODE_H

#include <stddef.h>

#include "view/template.h"

enum node_type { NODE_TEXT = 0, NODE_NAME, NODE_SECTION, NODE_INVERTED, NODE_PARTIAL };

/* In the order of the source. The nodes of a section follow it, up to `end`. */
struct node {
	enum node_type type;
	unsigned line;
	struct slice text;              /* the text, or the name */
	size_t end;                     /* sections: index behind the last node inside */
	const struct template *partial; /* once linked */
};

struct template
{
	struct slice name;
	char *bytes; /* the name, then the source */
	struct node *nodes;
	size_t count;
	size_t cap;
	unsigned depth; /* of partials below it, counted by template_link() */
};

#endif
