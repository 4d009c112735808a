/* SPDX-License-Identifier: Apache-2.0
 *
 * Rendering: one walk over the nodes. It is bounded by the size of the output and by the number of
 * nodes it may visit; how deep it goes is bounded by what was checked when the templates were read
 * and linked. All text goes through escape(). */
#include <inttypes.h>

#include "base/encode.h"
#include "view/template_node.h"

struct run {
	struct buf *out;
	size_t steps;
};

/* U+FFFD in the place of every byte that is no text, so that a browser has nothing to guess. */
static void escape_odd(struct buf *out, struct slice text)
{
	while (text.len > 0) {
		size_t len = slice_utf8_char(text);
		struct slice one = slice_sub(text, 0, len > 0 ? len : 1);
		if (slice_is_text(one, true))
			encode_html(out, one);
		else
			buf_add_str(out, "\xef\xbf\xbd");
		text = slice_sub(text, one.len, text.len);
	}
}

/* RFC6749#10.14: what came from outside is shown as text, whatever it is */
static void escape(struct buf *out, struct slice text)
{
	if (slice_is_text(text, true)) {
		encode_html(out, text);
		return;
	}
	escape_odd(out, text);
}

/* Lists and truth have no text of their own. */
static void add_value(struct buf *out, const struct value *value)
{
	if (value == NULL)
		return;
	if (value->type == VALUE_TEXT)
		escape(out, value->text);
	if (value->type == VALUE_NUMBER)
		buf_addf(out, "%" PRId64, value->number);
}

static enum err render_range(struct run *run, const struct template *template, size_t from,
			     size_t to, const struct values_frame *frame);

static enum err render_list(struct run *run, const struct template *template, size_t at,
			    const struct values_list *list, const struct values_frame *frame)
{
	for (size_t i = 0; i < values_list_count(list); i++) {
		struct values_frame inner = { .values = values_list_at(list, i), .outer = frame };
		enum err e = render_range(run, template, at + 1, template->nodes[at].end, &inner);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err render_section(struct run *run, const struct template *template, size_t at,
			       const struct values_frame *frame)
{
	const struct node *node = &template->nodes[at];
	const struct value *value = values_find(frame, node->text);
	bool is_true = value != NULL && value_is_true(value);
	if (is_true != (node->type == NODE_SECTION))
		return ERR_OK;
	if (is_true && value->type == VALUE_LIST)
		return render_list(run, template, at, value->list, frame);
	return render_range(run, template, at + 1, node->end, frame);
}

static enum err render_node(struct run *run, const struct template *template, size_t at,
			    const struct values_frame *frame)
{
	const struct node *node = &template->nodes[at];
	switch (node->type) {
	case NODE_TEXT:
		buf_add(run->out, node->text);
		return ERR_OK;
	case NODE_NAME:
		add_value(run->out, values_find(frame, node->text));
		return ERR_OK;
	case NODE_PARTIAL:
		return render_range(run, node->partial, 0, node->partial->count, frame);
	case NODE_SECTION:
	case NODE_INVERTED:
		return render_section(run, template, at, frame);
	}
	return ERR_INVALID;
}

static enum err render_range(struct run *run, const struct template *template, size_t from,
			     size_t to, const struct values_frame *frame)
{
	for (size_t at = from; at < to;) {
		if (++run->steps > TEMPLATE_STEPS_MAX || !buf_is_whole(run->out))
			return ERR_FULL;
		enum err e = render_node(run, template, at, frame);
		if (e != ERR_OK)
			return e;
		const struct node *node = &template->nodes[at];
		bool is_section = node->type == NODE_SECTION || node->type == NODE_INVERTED;
		at = is_section ? node->end : at + 1;
	}
	return ERR_OK;
}

enum err template_render(const struct template *template, const struct values *values,
			 struct buf *out)
{
	struct run run = { .out = out };
	struct values_frame frame = { .values = values };
	enum err e = render_range(&run, template, 0, template->count, &frame);
	if (e != ERR_OK)
		return e;
	return buf_is_whole(out) ? ERR_OK : ERR_FULL;
}
