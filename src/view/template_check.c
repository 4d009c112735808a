/* SPDX-License-Identifier: Apache-2.0
 *
 * The guard against drift between templates and pages: the same walk as rendering, but into every
 * section, and without any output. */
#include "view/template_node.h"

static enum err check_range(const struct template *template, size_t from, size_t to,
			    const struct values_frame *frame, struct template_fault *fault);

static enum err check_inside(const struct template *template, size_t at, const struct value *value,
			     const struct values_frame *frame, struct template_fault *fault)
{
	const struct node *node = &template->nodes[at];
	struct values_frame inner = { .outer = frame };
	if (node->type == NODE_SECTION && value->type == VALUE_LIST) {
		/* Nobody knows what an item would have. */
		if (values_list_count(value->list) == 0)
			return ERR_OK;
		inner.values = values_list_at(value->list, 0);
	}
	return check_range(template, at + 1, node->end, inner.values != NULL ? &inner : frame,
			   fault);
}

static enum err check_node(const struct template *template, size_t at,
			   const struct values_frame *frame, struct template_fault *fault)
{
	const struct node *node = &template->nodes[at];
	if (node->type == NODE_TEXT)
		return ERR_OK;
	if (node->type == NODE_PARTIAL)
		return check_range(node->partial, 0, node->partial->count, frame, fault);
	const struct value *value = values_find(frame, node->text);
	if (value == NULL) {
		*fault = (struct template_fault){ .file = template->name,
						  .line = node->line,
						  .reason = "the page has no such value",
						  .name = node->text };
		return ERR_INVALID;
	}
	return node->type == NODE_NAME ? ERR_OK : check_inside(template, at, value, frame, fault);
}

static enum err check_range(const struct template *template, size_t from, size_t to,
			    const struct values_frame *frame, struct template_fault *fault)
{
	for (size_t at = from; at < to;) {
		enum err e = check_node(template, at, frame, fault);
		if (e != ERR_OK)
			return e;
		const struct node *node = &template->nodes[at];
		bool is_section = node->type == NODE_SECTION || node->type == NODE_INVERTED;
		at = is_section ? node->end : at + 1;
	}
	return ERR_OK;
}

enum err template_check(const struct template *template, const struct values *values,
			struct template_fault *fault)
{
	struct values_frame frame = { .values = values };
	return check_range(template, 0, template->count, &frame, fault);
}
