/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading templates and putting them together. What makes it hard is being strict with little:
 * every tag is checked where it stands, a section must begin and end in the same place of the HTML,
 * and whatever is wrong is told with its line. */
#include "view/template.h"

#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "view/template_html.h"
#include "view/template_node.h"

/* A section that is open. */
struct open_section {
	size_t node;
	enum template_place place;
};

struct parser {
	struct template *template;
	struct template_fault *fault;
	struct slice source;
	size_t pos;
	unsigned line;
	enum template_place place;
	struct open_section open[TEMPLATE_SECTIONS_MAX];
	size_t open_count;
};

/* {{sigil name}} */
struct tag {
	char sigil; /* '\0' for a name */
	struct slice name;
	size_t begin;
	size_t end;
};

/* Lower-case letters, digits and underscores, a letter first. */
static bool is_name(struct slice name)
{
	if (name.len == 0 || name.len > TEMPLATE_NAME_MAX || name.ptr[0] < 'a' || name.ptr[0] > 'z')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
			return false;
	}
	return true;
}

static enum err fail(struct parser *parser, const char *reason, struct slice name)
{
	*parser->fault = (struct template_fault){
		.file = parser->template->name,
		.line = parser->line,
		.reason = reason,
		.name = name,
	};
	return ERR_INVALID;
}

static void count_lines(struct parser *parser, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		parser->line += parser->source.ptr[i] == '\n';
}

static enum err node_add(struct parser *parser, enum node_type type, struct slice text)
{
	struct template *template = parser->template;
	if (template->count == TEMPLATE_NODES_MAX)
		return fail(parser, "too long", SLICE_EMPTY);
	if (template->count == template->cap) {
		template->cap = template->cap > 0 ? template->cap * 2 : 32;
		template->nodes = xrealloc(template->nodes, template->cap * sizeof(struct node));
	}
	template->nodes[template->count++] = (struct node){ .type = type,
							    .line = parser->line,
							    .text = text };
	return ERR_OK;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* A tag other than a name that has its line to itself: the text before it ends at the beginning of
 * the line, and what comes after it begins with the next one. */
static void take_line(const struct parser *parser, const struct tag *tag, size_t *text_end,
		      size_t *next)
{
	struct slice s = parser->source;
	size_t begin = tag->begin;
	size_t end = tag->end;
	while (begin > parser->pos && is_blank(s.ptr[begin - 1]))
		begin--;
	while (end < s.len && is_blank(s.ptr[end]))
		end++;
	bool begins_line = begin == 0 || s.ptr[begin - 1] == '\n';
	bool ends_line = end == s.len || s.ptr[end] == '\n';
	if (tag->sigil == '\0' || !begins_line || !ends_line)
		return;
	*text_end = begin;
	*next = end < s.len ? end + 1 : end;
}

static enum err add_text(struct parser *parser, size_t end)
{
	struct slice text = slice_sub(parser->source, parser->pos, end - parser->pos);
	size_t at = 0;
	const char *reason = template_html_follow(&parser->place, text, &at);
	if (reason != NULL) {
		count_lines(parser, parser->pos, parser->pos + at);
		return fail(parser, reason, SLICE_EMPTY);
	}
	enum err e = text.len > 0 ? node_add(parser, NODE_TEXT, text) : ERR_OK;
	count_lines(parser, parser->pos, end);
	return e;
}

static enum err open_section(struct parser *parser, enum node_type type, struct slice name)
{
	if (parser->open_count == TEMPLATE_SECTIONS_MAX)
		return fail(parser, "sections are nested too deep", name);
	parser->open[parser->open_count++] = (struct open_section){ .node = parser->template->count,
								    .place = parser->place };
	return node_add(parser, type, name);
}

static enum err close_section(struct parser *parser, struct slice name)
{
	if (parser->open_count == 0)
		return fail(parser, "a section ends that did not begin", name);
	struct open_section open = parser->open[--parser->open_count];
	struct node *node = &parser->template->nodes[open.node];
	if (!slice_equal(node->text, name))
		return fail(parser, "the section that ends here is not the one that began last",
			    name);
	if (open.place != parser->place)
		return fail(parser, "a section begins and ends in different places of the HTML",
			    name);
	node->end = parser->template->count;
	return ERR_OK;
}

static enum err add_tag(struct parser *parser, const struct tag *tag)
{
	switch (tag->sigil) {
	case '!':
		return ERR_OK;
	case '#':
		return open_section(parser, NODE_SECTION, tag->name);
	case '^':
		return open_section(parser, NODE_INVERTED, tag->name);
	case '/':
		return close_section(parser, tag->name);
	case '>':
		if (parser->place != PLACE_TEXT)
			return fail(parser, "a partial stands within a tag", tag->name);
		return node_add(parser, NODE_PARTIAL, tag->name);
	default:
		if (parser->place == PLACE_TAG)
			return fail(parser, "a name stands within a tag without quotes", tag->name);
		return node_add(parser, NODE_NAME, tag->name);
	}
}

static bool find_from(struct slice s, size_t from, const char *what, size_t *at)
{
	if (from >= s.len)
		return false;
	const char *hit = memmem(s.ptr + from, s.len - from, what, 2);
	if (hit == NULL)
		return false;
	*at = (size_t)(hit - s.ptr);
	return true;
}

/* The tag that opens at tag->begin. */
static enum err read_tag(struct parser *parser, struct tag *tag)
{
	unsigned line = parser->line;
	count_lines(parser, parser->pos, tag->begin);
	size_t close;
	if (!find_from(parser->source, tag->begin + 2, "}}", &close))
		return fail(parser, "{{ without }}", SLICE_EMPTY);
	tag->end = close + 2;
	struct slice inside = slice_sub(parser->source, tag->begin + 2, close - tag->begin - 2);
	if (inside.len > 0 && memchr("#^/>!", inside.ptr[0], 5) != NULL) {
		tag->sigil = inside.ptr[0];
		inside = slice_sub(inside, 1, inside.len);
	}
	tag->name = slice_trim(inside);
	if (tag->sigil != '!' && !is_name(tag->name))
		return fail(parser, "not a name (and there is no form that does not escape)",
			    slice_sub(tag->name, 0, TEMPLATE_NAME_MAX));
	parser->line = line;
	return ERR_OK;
}

static enum err parse_tag(struct parser *parser, size_t begin)
{
	struct tag tag = { .begin = begin };
	enum err e = read_tag(parser, &tag);
	if (e != ERR_OK)
		return e;
	size_t text_end = tag.begin;
	size_t next = tag.end;
	take_line(parser, &tag, &text_end, &next);
	e = add_text(parser, text_end);
	if (e == ERR_OK)
		e = add_tag(parser, &tag);
	count_lines(parser, text_end, next);
	parser->pos = next;
	return e;
}

static enum err parse_all(struct parser *parser)
{
	size_t begin;
	while (find_from(parser->source, parser->pos, "{{", &begin)) {
		enum err e = parse_tag(parser, begin);
		if (e != ERR_OK)
			return e;
	}
	enum err e = add_text(parser, parser->source.len);
	if (e != ERR_OK)
		return e;
	if (parser->open_count > 0) {
		const struct node *node =
			&parser->template->nodes[parser->open[parser->open_count - 1].node];
		parser->line = node->line;
		return fail(parser, "a section does not end", node->text);
	}
	if (parser->place != PLACE_TEXT)
		return fail(parser, "the template ends within a tag", SLICE_EMPTY);
	return ERR_OK;
}

enum err template_parse(struct slice name, struct slice source, struct template **out,
			struct template_fault *fault)
{
	*out = NULL;
	if (source.len > TEMPLATE_SOURCE_MAX) {
		*fault = (struct template_fault){
			.file = name, .line = 1, .reason = "too long", .name = SLICE_EMPTY
		};
		return ERR_INVALID;
	}
	struct template *template = xcalloc(1, sizeof(*template));
	template->bytes = xmalloc(name.len + source.len + 1);
	memcpy(template->bytes, name.ptr, name.len);
	memcpy(template->bytes + name.len, source.ptr, source.len);
	template->name = slice_of(template->bytes, name.len);
	struct parser parser = {
		.template = template,
		.fault = fault,
		.source = slice_of(template->bytes + name.len, source.len),
		.line = 1,
	};
	enum err e = parse_all(&parser);
	if (e != ERR_OK) {
		/* The caller's bytes outlive the template's. */
		fault->file = name;
		if (fault->name.len > 0)
			fault->name = slice_of(source.ptr + (fault->name.ptr - parser.source.ptr),
					       fault->name.len);
		template_free(&template);
		return e;
	}
	*out = template;
	return ERR_OK;
}

void template_free(struct template **template)
{
	if (*template == NULL)
		return;
	free((*template)->nodes);
	free((*template)->bytes);
	free(*template);
	*template = NULL;
}
