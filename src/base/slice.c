/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing, cutting and reading runs of bytes. Nothing here allocates or reads past a slice's end.
 * UTF-8 is checked as RFC 3629 demands: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#include "base/slice.h"

#include <string.h>

#include "base/ascii.h"

struct slice slice_str(const char *str)
{
	if (str == NULL)
		return SLICE_EMPTY;
	return (struct slice){ str, strlen(str) };
}

struct slice slice_of(const void *ptr, size_t len)
{
	return (struct slice){ ptr, len };
}

bool slice_is_empty(struct slice s)
{
	return s.len == 0;
}

bool slice_equal(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	return a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0;
}

bool slice_equal_nocase(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
			return false;
	}
	return true;
}

bool slice_has_prefix(struct slice s, struct slice prefix)
{
	return s.len >= prefix.len && slice_equal(slice_of(s.ptr, prefix.len), prefix);
}

bool slice_has_suffix(struct slice s, struct slice suffix)
{
	if (suffix.len == 0)
		return true;
	if (s.len < suffix.len)
		return false;
	return slice_equal(slice_of(s.ptr + (s.len - suffix.len), suffix.len), suffix);
}

bool slice_has_byte(struct slice s, char byte)
{
	return s.len > 0 && memchr(s.ptr, byte, s.len) != NULL;
}

size_t slice_find_any(struct slice s, const char *bytes)
{
	struct slice wanted = slice_str(bytes);
	for (size_t i = 0; i < s.len; i++) {
		if (slice_has_byte(wanted, s.ptr[i]))
			return i;
	}
	return s.len;
}

struct slice slice_sub(struct slice s, size_t from, size_t len)
{
	if (s.len == 0)
		return s;
	if (from > s.len)
		from = s.len;
	if (len > s.len - from)
		len = s.len - from;
	return (struct slice){ s.ptr + from, len };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct slice slice_trim(struct slice s)
{
	while (s.len > 0 && is_blank(s.ptr[0])) {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool slice_split(struct slice *rest, char sep, struct slice *part)
{
	if (rest->ptr == NULL)
		return false;
	const char *found = rest->len > 0 ? memchr(rest->ptr, sep, rest->len) : NULL;
	if (found == NULL) {
		*part = *rest;
		*rest = (struct slice){ NULL, 0 };
		return true;
	}
	*part = slice_of(rest->ptr, (size_t)(found - rest->ptr));
	*rest = slice_of(found + 1, rest->len - part->len - 1);
	return true;
}

bool slice_word(struct slice *rest, struct slice *word)
{
	size_t start = 0;
	while (start < rest->len && is_blank(rest->ptr[start]))
		start++;
	size_t end = start;
	while (end < rest->len && !is_blank(rest->ptr[end]))
		end++;
	if (start == end)
		return false;
	*word = slice_of(rest->ptr + start, end - start);
	*rest = slice_of(rest->ptr + end, rest->len - end);
	return true;
}

bool slice_has_word(struct slice set, struct slice word)
{
	struct slice each;
	while (slice_word(&set, &each)) {
		if (slice_equal(each, word))
			return true;
	}
	return false;
}

bool slice_has_part(struct slice list, char sep, struct slice part)
{
	struct slice each;
	while (slice_split(&list, sep, &each)) {
		if (slice_equal(each, part))
			return true;
	}
	return false;
}

unsigned slice_name_index(struct slice s, const char *const *names, unsigned count)
{
	unsigned i = 0;
	while (i < count && !slice_equal(s, slice_str(names[i])))
		i++;
	return i;
}

enum err slice_parse_int64(struct slice s, int64_t *out)
{
	bool negative = s.len > 0 && s.ptr[0] == '-';
	size_t i = negative ? 1 : 0;
	if (i == s.len)
		return ERR_INVALID;
	/* Counted below zero, where the range reaches one further. */
	int64_t value = 0;
	for (; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return ERR_INVALID;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, s.ptr[i] - '0', &value))
			return ERR_INVALID;
	}
	if (!negative && __builtin_sub_overflow(0, value, &value))
		return ERR_INVALID;
	*out = value;
	return ERR_OK;
}

/* The forms of RFC 3629: the range of the first byte, how long the character is, and the range of
 * the second byte; all further bytes are 80..BF. */
static const struct utf8_form {
	uint8_t first_low, first_high;
	uint8_t length;
	uint8_t second_low, second_high;
} utf8_forms[] = {
	{ 0xc2, 0xdf, 2, 0x80, 0xbf }, { 0xe0, 0xe0, 3, 0xa0, 0xbf }, { 0xe1, 0xec, 3, 0x80, 0xbf },
	{ 0xed, 0xed, 3, 0x80, 0x9f }, { 0xee, 0xef, 3, 0x80, 0xbf }, { 0xf0, 0xf0, 4, 0x90, 0xbf },
	{ 0xf1, 0xf3, 4, 0x80, 0xbf }, { 0xf4, 0xf4, 4, 0x80, 0x8f },
};

static const struct utf8_form *utf8_form_of(uint8_t first)
{
	for (size_t i = 0; i < ARRAY_LEN(utf8_forms); i++) {
		if (first >= utf8_forms[i].first_low && first <= utf8_forms[i].first_high)
			return &utf8_forms[i];
	}
	return NULL;
}

size_t slice_utf8_char(struct slice s)
{
	if (s.len == 0)
		return 0;
	if ((uint8_t)s.ptr[0] < 0x80)
		return 1;
	const struct utf8_form *form = utf8_form_of((uint8_t)s.ptr[0]);
	if (form == NULL || s.len < form->length)
		return 0;
	if ((uint8_t)s.ptr[1] < form->second_low || (uint8_t)s.ptr[1] > form->second_high)
		return 0;
	for (size_t i = 2; i < form->length; i++) {
		if (((uint8_t)s.ptr[i] & 0xc0) != 0x80)
			return 0;
	}
	return form->length;
}

/* Bytes at the start that are ASCII and no C0 controls, in eights: most text is nothing else. */
static size_t plain_eights(struct slice s)
{
	const uint64_t highest = 0x8080808080808080;
	const uint64_t blanks = 0x2020202020202020;
	size_t at = 0;
	uint64_t eight;
	for (; s.len - at >= sizeof(eight); at += sizeof(eight)) {
		memcpy(&eight, s.ptr + at, sizeof(eight));
		/* Of bytes below a blank the lowest one's difference has the highest bit; what it
		 * borrows changes only those above. */
		if ((eight & highest) != 0 || ((eight - blanks) & highest) != 0)
			break;
	}
	return at;
}

bool slice_is_text(struct slice s, bool lines)
{
	size_t plain = plain_eights(s);
	s = slice_sub(s, plain, s.len);
	while (s.len > 0) {
		size_t length = slice_utf8_char(s);
		if (length == 0)
			return false;
		char c = s.ptr[0];
		bool line_byte = c == '\t' || c == '\n' || c == '\r';
		if ((uint8_t)c < 0x20 && !(lines && line_byte))
			return false;
		s = slice_of(s.ptr + length, s.len - length);
	}
	return true;
}
