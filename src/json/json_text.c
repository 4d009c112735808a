/* SPDX-License-Identifier: Apache-2.0
 *
 * RFC 8259 section 7: quotation marks, backslashes and controls are escaped, and what is no UTF-8
 * becomes U+FFFD. Runs that need neither are copied as they are. */
#include "json/json_text.h"

#include "base/encode.h"
#include "base/ensure.h"

enum { TEXT_MAX = 1 << 20 };

void json_text_start(struct json_text *text, struct arena *arena)
{
	buf_init_arena(&text->buf, arena, TEXT_MAX);
	buf_add_byte(&text->buf, '{');
}

/* Bytes that stand for themselves, from the start on. */
static size_t plain_length(struct slice s)
{
	size_t at = 0;
	while (at < s.len) {
		unsigned char c = (unsigned char)s.ptr[at];
		if (c < 0x20 || c == '"' || c == '\\' || c >= 0x7f)
			break;
		at++;
	}
	return at;
}

static void add_escaped(struct buf *buf, unsigned char c)
{
	static const char shorts[] = "b\bf\fn\nr\rt\t\"\"\\\\";
	for (size_t i = 0; i + 1 < sizeof(shorts); i += 2) {
		if ((unsigned char)shorts[i + 1] != c)
			continue;
		buf_add_byte(buf, '\\');
		buf_add_byte(buf, shorts[i]);
		return;
	}
	buf_addf(buf, "\\u%04X", c);
}

/* One character, whatever it is; its bytes. */
static size_t add_character(struct buf *buf, struct slice s)
{
	size_t length = slice_utf8_char(s);
	unsigned char c = (unsigned char)s.ptr[0];
	if (length == 0)
		buf_add(buf, SLICE("\xef\xbf\xbd"));
	else if (c < 0x20 || c == '"' || c == '\\')
		add_escaped(buf, c);
	else
		buf_add(buf, slice_sub(s, 0, length));
	return length == 0 ? 1 : length;
}

static void add_string(struct buf *buf, struct slice s)
{
	buf_add_byte(buf, '"');
	while (s.len > 0) {
		size_t plain = plain_length(s);
		buf_add(buf, slice_sub(s, 0, plain));
		s = slice_sub(s, plain, s.len);
		if (s.len > 0)
			s = slice_sub(s, add_character(buf, s), s.len);
	}
	buf_add_byte(buf, '"');
}

static void add_name(struct json_text *text, const char *name)
{
	struct buf *buf = &text->buf;
	if (buf->len > 1)
		buf_add_byte(buf, ',');
	buf_add_byte(buf, '"');
	buf_add_str(buf, name);
	buf_add(buf, SLICE("\":"));
}

void json_text_set(struct json_text *text, const char *name, struct slice value)
{
	add_name(text, name);
	add_string(&text->buf, value);
}

void json_text_set_number(struct json_text *text, const char *name, int64_t value)
{
	char digits[DECIMAL_MAX];
	add_name(text, name);
	buf_add(&text->buf, encode_decimal(value, digits));
}

void json_text_set_bool(struct json_text *text, const char *name, bool value)
{
	json_text_set_json(text, name, value ? SLICE("true") : SLICE("false"));
}

void json_text_set_words(struct json_text *text, const char *name, struct slice words)
{
	struct slice word;
	const char *mark = "[";
	add_name(text, name);
	while (slice_word(&words, &word)) {
		buf_add_str(&text->buf, mark);
		add_string(&text->buf, word);
		mark = ",";
	}
	buf_add_str(&text->buf, *mark == '[' ? "[]" : "]");
}

void json_text_set_json(struct json_text *text, const char *name, struct slice json)
{
	add_name(text, name);
	buf_add(&text->buf, json);
}

struct slice json_text_end(struct json_text *text)
{
	buf_add_byte(&text->buf, '}');
	ensure(buf_is_whole(&text->buf));
	return buf_slice(&text->buf);
}
