/* SPDX-License-Identifier: Apache-2.0
 *
 * The scanner of our own pages. */
#include "view/html_scan.h"

#include <string.h>

struct element {
	struct slice name;
	struct slice id;
	bool hidden;
	bool in_label;
};

static bool one_of(struct slice name, const char *names)
{
	struct slice rest = slice_str(names);
	struct slice word;
	while (slice_word(&rest, &word)) {
		if (slice_equal(word, name))
			return true;
	}
	return false;
}

static void fail(struct html_scan *scan, const char *fault, struct slice at)
{
	if (scan->fault != NULL)
		return;
	scan->fault = fault;
	scan->at = slice_sub(at, 0, 60);
}

static void names_add(struct html_scan *scan, struct html_names *names, struct slice name)
{
	if (names->count == HTML_NAMES_MAX) {
		fail(scan, "too many names", name);
		return;
	}
	names->items[names->count++] = name;
}

bool html_names_have(const struct html_names *names, struct slice name)
{
	for (size_t i = 0; i < names->count; i++) {
		if (slice_equal(names->items[i], name))
			return true;
	}
	return false;
}

/* Characters up to one of `stops`. */
static struct slice take_until(struct slice *rest, const char *stops)
{
	size_t len = 0;
	while (len < rest->len && strchr(stops, rest->ptr[len]) == NULL)
		len++;
	struct slice taken = slice_sub(*rest, 0, len);
	*rest = slice_sub(*rest, len, rest->len);
	return taken;
}

static void skip_blanks(struct slice *rest)
{
	while (rest->len > 0 && (rest->ptr[0] == ' ' || rest->ptr[0] == '\n'))
		*rest = slice_sub(*rest, 1, rest->len);
}

static void note_attribute(struct html_scan *scan, struct element *element, struct slice name,
			   struct slice value)
{
	if (slice_equal(name, SLICE("id"))) {
		if (html_names_have(&scan->ids, value))
			fail(scan, "an id stands twice", value);
		names_add(scan, &scan->ids, value);
		element->id = value;
	}
	if (slice_equal(name, SLICE("for"))) {
		names_add(scan, &scan->fors, value);
		names_add(scan, &scan->refs, value);
	}
	if (slice_equal(name, SLICE("href")) && slice_has_prefix(value, SLICE("#")))
		names_add(scan, &scan->refs, slice_sub(value, 1, value.len));
	if (slice_equal(name, SLICE("aria-describedby"))) {
		struct slice word;
		while (slice_word(&value, &word))
			names_add(scan, &scan->refs, word);
	}
	if (slice_equal(name, SLICE("type")) && slice_equal(value, SLICE("hidden")))
		element->hidden = true;
	if (slice_has_prefix(name, SLICE("on")) || slice_equal(name, SLICE("style")))
		fail(scan, "an attribute that the policy refuses", name);
}

static void scan_attribute(struct html_scan *scan, struct element *element, struct slice *rest)
{
	struct slice name = take_until(rest, " \n=>/\"'<");
	if (name.len == 0) {
		fail(scan, "not an attribute", *rest);
		*rest = slice_sub(*rest, 1, rest->len);
		return;
	}
	buf_addf(&scan->shape, " %.*s", SLICE_ARG(name));
	if (!slice_has_prefix(*rest, SLICE("=")))
		return;
	*rest = slice_sub(*rest, 1, rest->len);
	if (!slice_has_prefix(*rest, SLICE("\""))) {
		fail(scan, "a value without double quotes", *rest);
		return;
	}
	*rest = slice_sub(*rest, 1, rest->len);
	struct slice value = take_until(rest, "\"");
	*rest = slice_sub(*rest, 1, rest->len);
	note_attribute(scan, element, name, value);
}

static void note_heading(struct html_scan *scan, struct slice name)
{
	if (name.len != 2 || name.ptr[0] != 'h' || name.ptr[1] < '1' || name.ptr[1] > '6')
		return;
	unsigned level = (unsigned)(name.ptr[1] - '0');
	if (level > scan->heading + 1)
		fail(scan, "a heading that skips a level", name);
	scan->heading = level;
	scan->h1_count += level == 1;
}

static void begin_element(struct html_scan *scan, struct slice name)
{
	if (one_of(name, "meta link input br hr img"))
		return;
	if (scan->depth == HTML_DEPTH_MAX) {
		fail(scan, "too deep", name);
		return;
	}
	scan->open[scan->depth++] = name;
}

static bool inside(const struct html_scan *scan, struct slice name)
{
	for (size_t i = 0; i < scan->depth; i++) {
		if (slice_equal(scan->open[i], name))
			return true;
	}
	return false;
}

static void note_control(struct html_scan *scan, const struct element *element)
{
	if (!one_of(element->name, "input select textarea") || element->hidden || element->in_label)
		return;
	if (element->id.len == 0)
		fail(scan, "a control without id and outside of a label", element->name);
	names_add(scan, &scan->controls, element->id);
}

static void scan_begin(struct html_scan *scan, struct slice *rest)
{
	struct element element = { .name = take_until(rest, " \n>/") };
	if (slice_equal(element.name, SLICE("form")) && inside(scan, element.name))
		fail(scan, "a form within a form", element.name);
	element.in_label = inside(scan, SLICE("label"));
	buf_addf(&scan->shape, "<%.*s", SLICE_ARG(element.name));
	note_heading(scan, element.name);
	begin_element(scan, element.name);
	for (skip_blanks(rest); rest->len > 0 && rest->ptr[0] != '>'; skip_blanks(rest)) {
		if (slice_has_prefix(*rest, SLICE("/>"))) {
			*rest = slice_sub(*rest, 1, rest->len);
			scan->depth--;
			break;
		}
		scan_attribute(scan, &element, rest);
	}
	*rest = slice_sub(*rest, 1, rest->len);
	buf_add_str(&scan->shape, ">");
	note_control(scan, &element);
}

static void scan_end(struct html_scan *scan, struct slice *rest)
{
	*rest = slice_sub(*rest, 1, rest->len);
	struct slice name = take_until(rest, ">");
	*rest = slice_sub(*rest, 1, rest->len);
	buf_addf(&scan->shape, "</%.*s>", SLICE_ARG(name));
	if (scan->depth == 0 || !slice_equal(scan->open[scan->depth - 1], name)) {
		fail(scan, "an end tag that fits no beginning", name);
		return;
	}
	scan->depth--;
}

void html_scan(struct html_scan *scan, struct arena *arena, struct slice html)
{
	memset(scan, 0, sizeof(*scan));
	buf_init_arena(&scan->shape, arena, 1 << 20);
	struct slice doctype = SLICE("<!doctype html>\n");
	if (!slice_has_prefix(html, doctype))
		fail(scan, "no doctype", html);
	struct slice rest = slice_sub(html, doctype.len, html.len);
	while (scan->fault == NULL) {
		take_until(&rest, "<");
		if (rest.len == 0)
			break;
		rest = slice_sub(rest, 1, rest.len);
		if (slice_has_prefix(rest, SLICE("/")))
			scan_end(scan, &rest);
		else
			scan_begin(scan, &rest);
	}
	if (scan->depth != 0)
		fail(scan, "an element that does not end", scan->open[scan->depth - 1]);
}
