/* SPDX-License-Identifier: Apache-2.0
 *
 * A state machine over the literal text of a template; see the header for what it is not. */
#include "view/template_html.h"

#include "base/ascii.h"

/* The one form of a script that our policy knows. All of it is literal: no value gets into it. */
static bool is_static_script(struct slice rest)
{
	struct slice start = SLICE("script src=\"/static/");
	if (!slice_has_prefix(rest, start))
		return false;
	rest = slice_sub(rest, start.len, rest.len);
	size_t name = 0;
	while (name < rest.len && rest.ptr[name] != '"')
		name++;
	return name > 0 &&
	       slice_has_prefix(slice_sub(rest, name, rest.len), SLICE("\" defer></script>"));
}

/* After '<': the ways a tag can go on. */
static const char *tag_fault(struct slice rest)
{
	if (is_static_script(rest))
		return NULL;
	static const struct {
		struct slice start;
		const char *reason;
	} refused[] = {
		{ { "!--", 3 }, "HTML comment: write {{! }}" },
		{ { "script", 6 },
		  "script: only <script src=\"/static/NAME\" defer></script>, the policy refuses "
		  "others" },
		{ { "style", 5 },
		  "style: it belongs into the style sheet, the policy refuses it here" },
	};
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		if (slice_equal_nocase(slice_sub(rest, 0, refused[i].start.len), refused[i].start))
			return refused[i].reason;
	}
	char first = '\0';
	if (rest.len > 0)
		first = rest.ptr[0];
	if (ascii_is_letter(first) || first == '/' || first == '!')
		return NULL;
	return "< that begins no tag: write &lt;";
}

static enum template_place place_after(enum template_place place, char c)
{
	switch (place) {
	case PLACE_TEXT:
		return c == '<' ? PLACE_TAG : PLACE_TEXT;
	case PLACE_TAG:
		if (c == '"')
			return PLACE_DOUBLE;
		if (c == '\'')
			return PLACE_SINGLE;
		return c == '>' ? PLACE_TEXT : PLACE_TAG;
	case PLACE_DOUBLE:
		return c == '"' ? PLACE_TAG : PLACE_DOUBLE;
	case PLACE_SINGLE:
		return c == '\'' ? PLACE_TAG : PLACE_SINGLE;
	}
	return place;
}

const char *template_html_follow(enum template_place *place, struct slice text, size_t *at)
{
	for (size_t i = 0; i < text.len; i++) {
		bool begins_tag = *place == PLACE_TEXT && text.ptr[i] == '<';
		const char *reason = NULL;
		if (begins_tag)
			reason = tag_fault(slice_sub(text, i + 1, text.len));
		*at = i;
		if (reason != NULL)
			return reason;
		*place = place_after(*place, text.ptr[i]);
	}
	return NULL;
}
