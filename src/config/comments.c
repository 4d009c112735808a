/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk over the text: quoted parts are stepped over, comments are overwritten. */
#include "config/comments.h"

#include <stdbool.h>
#include <string.h>

/* Behind the closing quote of the text that starts at `at`. */
static size_t skip_quoted(const char *text, size_t len, size_t at)
{
	char quote = text[at++];

	while (at < len && text[at] != quote)
		at += text[at] == '\\' ? 2 : 1;
	return at < len ? at + 1 : len;
}

static size_t line_end(const char *text, size_t len, size_t at)
{
	const char *end = memchr(text + at, '\n', len - at);

	return end != NULL ? (size_t)(end - text) : len;
}

static bool starts_word(const char *text, size_t at)
{
	return at == 0 || strchr(" \t\r\n={},+", text[at - 1]) != NULL;
}

/* Where the comment that starts at `at` ends; `at` itself when none does. */
static size_t comment_end(const char *text, size_t len, size_t at)
{
	if (text[at] == '#')
		return line_end(text, len, at);
	if (text[at] != '/' || at + 1 == len || !starts_word(text, at))
		return at;
	if (text[at + 1] == '/')
		return line_end(text, len, at);
	if (text[at + 1] != '*')
		return at;
	const char *end = memmem(text + at + 2, len - at - 2, "*/", 2);

	return end != NULL ? (size_t)(end - text) + 2 : at;
}

void comments_blank(char *text, size_t len)
{
	size_t at = 0;

	while (at < len) {
		size_t end = comment_end(text, len, at);

		for (size_t i = at; i < end; i++) {
			if (text[i] != '\n')
				text[i] = ' ';
		}
		if (end > at)
			at = end;
		else if (text[at] == '"' || text[at] == '\'')
			at = skip_quoted(text, len, at);
		else
			at++;
	}
}
