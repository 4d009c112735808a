/* SPDX-License-Identifier: Apache-2.0
 *
 * The logger. A line is built in 4 KiB on the stack (what a pipe takes whole) and allocates
 * nothing, so that it works when memory has run out. Values come from outside: control bytes,
 * quotes and broken UTF-8 are escaped, long ones are cut, and a field that does not fit any more is
 * left out whole, so that every line can be parsed. */
#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/log_sink.h"

enum { LINE_MAX_BYTES = LOG_SINK_MOST, VALUE_MAX_BYTES = 1024, LINE_END_BYTES = 2 };

struct line {
	size_t len;
	bool full;
	char text[LINE_MAX_BYTES];
};

static const char *const level_names[] = {
	[LOG_DEBUG] = "debug",
	[LOG_INFO] = "info",
	[LOG_WARN] = "warn",
	[LOG_ERROR] = "error",
};
static_assert(ARRAY_LEN(level_names) == LOG_LEVEL_COUNT, "every level has a name");

static enum log_level least_level = LOG_INFO;
static enum log_format line_format = LOG_LOGFMT;
static _Thread_local struct slice current_request;

void log_configure(enum log_level least, enum log_format format)
{
	least_level = least;
	line_format = format;
}

void log_set_request(struct slice request_id)
{
	current_request = request_id;
}

static void put(struct line *line, struct slice s)
{
	if (line->full || s.len > LINE_MAX_BYTES - LINE_END_BYTES - line->len) {
		line->full = true;
		return;
	}
	if (s.len > 0)
		memcpy(line->text + line->len, s.ptr, s.len);
	line->len += s.len;
}

static void put_byte(struct line *line, char c)
{
	put(line, slice_of(&c, 1));
}

/* The letter that stands for a byte behind a backslash, 0 when there is none. */
static char short_escape(char c)
{
	switch (c) {
	case '"':
	case '\\':
		return c;
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return 0;
	}
}

/* C0 controls and DEL, and the C1 controls as UTF-8: a terminal would obey them. */
static bool is_control(struct slice character)
{
	uint8_t first = (uint8_t)character.ptr[0];
	if (character.len == 2)
		return first == 0xc2 && (uint8_t)character.ptr[1] < 0xa0;
	return character.len == 1 && (first < 0x20 || first == 0x7f);
}

/* A byte that cannot stand as itself: \xNN. JSON has no such escape, so there the backslash is
 * doubled and the reader sees the same four characters. */
static void put_hex_byte(struct line *line, uint8_t byte)
{
	static const char digits[] = "0123456789abcdef";
	const char hex[] = { '\\', '\\', 'x', digits[byte >> 4], digits[byte & 15] };
	size_t skip = line_format == LOG_JSON ? 0 : 1;
	put(line, slice_of(hex + skip, sizeof(hex) - skip));
}

static void put_character(struct line *line, struct slice character)
{
	char escape = character.len == 1 ? short_escape(character.ptr[0]) : 0;
	if (escape != 0) {
		put(line, slice_of((const char[]){ '\\', escape }, 2));
		return;
	}
	if (!is_control(character)) {
		put(line, character);
		return;
	}
	for (size_t i = 0; i < character.len; i++)
		put_hex_byte(line, (uint8_t)character.ptr[i]);
}

/* Takes one character, or one byte that is none, off `*rest`. */
static void put_next(struct line *line, struct slice *rest)
{
	size_t length = slice_utf8_char(*rest);
	if (length == 0)
		put_hex_byte(line, (uint8_t)rest->ptr[0]);
	else
		put_character(line, slice_of(rest->ptr, length));
	*rest = slice_sub(*rest, length > 0 ? length : 1, rest->len);
}

/* For the longest character, all escaped, and the end of a value that is cut. */
static bool has_room(const struct line *line)
{
	return LINE_MAX_BYTES - LINE_END_BYTES - line->len >=
	       4 * sizeof("\\\\xff") + sizeof("...\"");
}

static void put_quoted(struct line *line, struct slice s)
{
	struct slice rest = s;
	put_byte(line, '"');
	while (rest.len > 0 && s.len - rest.len < VALUE_MAX_BYTES && has_room(line))
		put_next(line, &rest);
	if (rest.len > 0)
		put(line, SLICE("..."));
	put_byte(line, '"');
}

/* What a value may have without quotes, and what a name may have at all. */
static const bool bare_bytes[256] = {
	['!'] = true, ['#' ... '<'] = true, ['>' ... '['] = true, [']' ... '~'] = true
};
static const bool name_bytes[256] = {
	['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true,
	['_'] = true,         ['-'] = true,         ['.'] = true,
};

static bool can_stand_bare(struct slice s)
{
	if (s.len == 0 || s.len > VALUE_MAX_BYTES)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (!bare_bytes[(uint8_t)s.ptr[i]])
			return false;
	}
	return true;
}

/* Never cut: two names that begin alike would become one. */
static void put_json_name(struct line *line, struct slice name)
{
	put_byte(line, '"');
	while (name.len > 0)
		put_next(line, &name);
	put(line, SLICE("\":"));
}

static void put_logfmt_name(struct line *line, const char *name)
{
	size_t start = line->len;
	put(line, slice_str(name));
	for (size_t i = start; i < line->len; i++) {
		if (!name_bytes[(uint8_t)line->text[i]])
			line->text[i] = '_';
	}
	put_byte(line, '=');
}

/* The separator, the name and what joins it to its value. */
static void put_name(struct line *line, const char *name)
{
	if (line->len > 1)
		put_byte(line, line_format == LOG_JSON ? ',' : ' ');
	if (line_format == LOG_JSON)
		put_json_name(line, slice_str(name));
	else
		put_logfmt_name(line, name);
}

static void put_text(struct line *line, const char *name, struct slice value)
{
	put_name(line, name);
	if (line_format == LOG_LOGFMT && can_stand_bare(value))
		put(line, value);
	else
		put_quoted(line, value);
}

static void put_number(struct line *line, const char *name, int64_t number)
{
	char digits[DECIMAL_MAX];
	put_name(line, name);
	put(line, encode_decimal(number, digits));
}

static void put_field(struct line *line, const struct log_field *field)
{
	size_t before = line->len;
	if (field->text.ptr != NULL)
		put_text(line, field->name, field->text);
	else
		put_number(line, field->name, field->number);
	if (!line->full)
		return;
	line->len = before;
	line->full = false;
}

/* Over the noughts before `end`, from the right. */
static void set_digits(char *end, int number)
{
	for (; number > 0; number /= 10)
		*--end = (char)('0' + number % 10);
}

/* Once a second: gmtime_r() takes a lock. Not by strftime(), which costs more than the rest of the
 * line. */
static void write_second(time_t second, char *text)
{
	struct tm tm;
	memcpy(text, "0000-00-00T00:00:00", 19);
	gmtime_r(&second, &tm);
	set_digits(text + 4, tm.tm_year + 1900);
	set_digits(text + 7, tm.tm_mon + 1);
	set_digits(text + 10, tm.tm_mday);
	set_digits(text + 13, tm.tm_hour);
	set_digits(text + 16, tm.tm_min);
	set_digits(text + 19, tm.tm_sec);
}

static void put_time(struct line *line)
{
	static _Thread_local char kept[19];
	static _Thread_local time_t kept_second = -1;
	char text[] = "0000-00-00T00:00:00.000Z";
	int64_t now = clock_now_ms();
	if (kept_second != (time_t)(now / 1000)) {
		kept_second = (time_t)(now / 1000);
		write_second(kept_second, kept);
	}
	memcpy(text, kept, sizeof(kept));
	set_digits(text + 23, (int)(now % 1000));
	put_text(line, "ts", slice_of(text, sizeof(text) - 1));
}

/* The room that came back is used for saying what is missing first. */
static void say_what_is_lost(void)
{
	uint64_t lost = log_sink_take_dropped();
	if (lost > 0)
		log_warn("log lines were dropped", LOG_NUMBER("count", lost));
}

/* What may be the last word before the end of the process does not wait for others. */
static void write_line(const struct line *line, enum log_level level)
{
	bool written = log_sink_write(line->text, line->len);
	if (level >= LOG_WARN)
		written |= log_sink_flush();
	if (written)
		say_what_is_lost();
}

void log_gather(struct log_lines *lines)
{
	log_sink_gather(lines);
}

void log_release(void)
{
	if (log_sink_flush())
		say_what_is_lost();
	log_sink_gather(NULL);
}

void log_write(enum log_level level, const char *message, const struct log_field *fields,
	       size_t count)
{
	if (level < least_level)
		return;
	int saved_errno = errno;
	struct line line;
	line.len = 0;
	line.full = false;
	if (line_format == LOG_JSON)
		put_byte(&line, '{');
	put_time(&line);
	put_text(&line, "level", slice_str(level_names[level]));
	put_name(&line, "msg");
	put_quoted(&line, slice_str(message));
	if (current_request.len > 0)
		put_field(&line, &LOG_TEXT("request", current_request));
	for (size_t i = 0; i < count; i++)
		put_field(&line, &fields[i]);
	if (line_format == LOG_JSON)
		line.text[line.len++] = '}';
	line.text[line.len++] = '\n';
	write_line(&line, level);
	errno = saved_errno;
}

void log_plain(enum log_level level, const char *message)
{
	log_write(level, message, NULL, 0);
}
