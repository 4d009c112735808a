/* SPDX-License-Identifier: Apache-2.0
 *
 * Putting templates together: every partial is found once, and circles are refused, so that
 * rendering needs neither look-ups nor a guard against endless recursion. */
#include "view/template_node.h"

struct template *template_find(const struct template_set *set, struct slice name)
{
	for (size_t i = 0; i < set->count; i++) {
		if (slice_equal(set->items[i]->name, name))
			return set->items[i];
	}
	return NULL;
}

static enum err fail(const struct template *template, const struct node *node, const char *reason,
		     struct template_fault *fault)
{
	*fault = (struct template_fault){
		.file = template->name, .line = node->line, .reason = reason, .name = node->text
	};
	return ERR_INVALID;
}

static enum err find_partials(const struct template_set *set, struct template *template,
			      struct template_fault *fault)
{
	for (size_t i = 0; i < template->count; i++) {
		struct node *node = &template->nodes[i];
		if (node->type != NODE_PARTIAL)
			continue;
		node->partial = template_find(set, node->text);
		if (node->partial == NULL)
			return fail(template, node, "there is no such template", fault);
	}
	return ERR_OK;
}

/* True when a template turned out to be deeper than thought. */
static bool deepen(struct template *template)
{
	unsigned before = template->depth;
	for (size_t i = 0; i < template->count; i++) {
		const struct node *node = &template->nodes[i];
		if (node->type == NODE_PARTIAL && template->depth < node->partial->depth + 1)
			template->depth = node->partial->depth + 1;
	}
	return template->depth != before;
}

static enum err check_depth(const struct template *template, struct template_fault *fault)
{
	for (size_t i = 0; i < template->count; i++) {
		const struct node *node = &template->nodes[i];
		if (node->type == NODE_PARTIAL && node->partial->depth >= TEMPLATE_PARTIALS_MAX)
			return fail(template, node, "partials go in a circle, or too deep", fault);
	}
	return ERR_OK;
}

enum err template_link(const struct template_set *set, struct template_fault *fault)
{
	for (size_t i = 0; i < set->count; i++) {
		enum err e = find_partials(set, set->items[i], fault);
		if (e != ERR_OK)
			return e;
	}
	/* In a circle depths grow for ever: after so many rounds that shows. */
	bool changed = true;
	for (unsigned round = 0; changed && round <= TEMPLATE_PARTIALS_MAX; round++) {
		changed = false;
		for (size_t i = 0; i < set->count; i++)
			changed |= deepen(set->items[i]);
	}
	for (size_t i = 0; i < set->count; i++) {
		enum err e = check_depth(set->items[i], fault);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}
