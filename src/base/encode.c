/* SPDX-License-Identifier: Apache-2.0
 *
 * Decimal, hexadecimal, base64, percent and HTML forms (base62 has a file of its own). RFC 4648 is
 * read strictly: no blanks, no foreign characters, no bits left over behind the last byte. */
#include "base/encode.h"

#include <string.h>

#include "base/ascii.h"
#include "base/ensure.h"

static const char hex_lower[] = "0123456789abcdef";
static const char hex_upper[] = "0123456789ABCDEF";

struct slice encode_decimal(int64_t number, char out[DECIMAL_MAX])
{
	size_t at = DECIMAL_MAX;
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
	do {
		out[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (number < 0)
		out[--at] = '-';
	return slice_of(out + at, DECIMAL_MAX - at);
}

void encode_hex(const uint8_t *bytes, size_t len, char *out)
{
	for (size_t i = 0; i < len; i++) {
		out[2 * i] = hex_lower[bytes[i] >> 4];
		out[2 * i + 1] = hex_lower[bytes[i] & 15];
	}
}

static bool hex_pair(const char *text, uint8_t *out)
{
	int high = ascii_hex_value(text[0]);
	int low = ascii_hex_value(text[1]);
	if (high < 0 || low < 0)
		return false;
	*out = (uint8_t)(high << 4 | low);
	return true;
}

enum err decode_hex(struct slice text, uint8_t *out, size_t len)
{
	if (text.len % 2 != 0 || text.len / 2 != len)
		return ERR_INVALID;
	for (size_t i = 0; i < len; i++) {
		if (!hex_pair(text.ptr + 2 * i, out + i))
			return ERR_INVALID;
	}
	return ERR_OK;
}

/* Takes padding off, if there is any; false when it is not what the length calls for. */
static bool strip_padding(struct slice *text)
{
	size_t padding = 0;
	while (padding < text->len && text->ptr[text->len - 1 - padding] == '=')
		padding++;
	if (padding > 0 && (padding > 2 || text->len % 4 != 0))
		return false;
	text->len -= padding;
	return text->len % 4 != 1;
}

/* How many bytes so many letters are. */
static size_t bytes_of(size_t count)
{
	return count / 4 * 3 + count % 4 * 3 / 4;
}

enum { BLOCK_LETTERS = 16, BLOCK_BYTES = 12 };
typedef uint8_t block __attribute__((vector_size(BLOCK_LETTERS)));

/* All of them at a time, and without a branch or a look-up by what is read, which may be a secret:
 * libsodium, letter by letter, takes five times as long. 255 for what is no letter; `last`
 * are the two that the alphabets differ in. */
static block values_of(block c, const char last[2])
{
	block value = (block)((c >= 'A') & (c <= 'Z')) & (c - ('A' - 1));
	value |= (block)((c >= 'a') & (c <= 'z')) & (c - ('a' - 27));
	value |= (block)((c >= '0') & (c <= '9')) & (c + (53 - '0'));
	value |= (block)(c == (uint8_t)last[0]) & 63;
	value |= (block)(c == (uint8_t)last[1]) & 64;
	return value - 1;
}

/* False when there is something else among them, or a bit behind the last byte. */
static bool read_block(struct slice letters, const char last[2], uint8_t *out)
{
	char text[BLOCK_LETTERS];
	uint8_t bytes[BLOCK_BYTES + 1] = { 0 };
	block value;
	uint8_t all = 0;                 /* the highest bit: one was no letter */
	memset(text, 'A', sizeof(text)); /* nought */
	memcpy(text, letters.ptr, letters.len);
	memcpy(&value, text, sizeof(value));
	value = values_of(value, last);
	for (size_t i = 0; i < BLOCK_LETTERS / 4; i++) {
		const uint8_t four[] = { value[4 * i], value[4 * i + 1], value[4 * i + 2],
					 value[4 * i + 3] };
		all = (uint8_t)(all | four[0] | four[1] | four[2] | four[3]);
		bytes[3 * i] = (uint8_t)(four[0] << 2 | four[1] >> 4);
		bytes[3 * i + 1] = (uint8_t)(four[1] << 4 | four[2] >> 2);
		bytes[3 * i + 2] = (uint8_t)(four[2] << 6 | four[3]);
	}
	memcpy(out, bytes, bytes_of(letters.len));
	return all < 0x80 && bytes[bytes_of(letters.len)] == 0;
}

/* Without padding, into bytes_of() bytes. */
static enum err read_letters(struct slice text, const char last[2], uint8_t *out)
{
	if (text.len % 4 == 1)
		return ERR_INVALID;
	for (size_t at = 0; at < text.len; at += BLOCK_LETTERS, out += BLOCK_BYTES) {
		if (!read_block(slice_sub(text, at, BLOCK_LETTERS), last, out))
			return ERR_INVALID;
	}
	return ERR_OK;
}

enum err decode_base64(struct arena *arena, struct slice text, struct slice *out)
{
	if (!strip_padding(&text))
		return ERR_INVALID;
	size_t len = bytes_of(text.len);
	uint8_t *bytes = arena_alloc(arena, len);
	enum err err = read_letters(text, "+/", bytes);
	if (err == ERR_OK)
		*out = slice_of(bytes, len);
	return err;
}

/* One line of the cache each, so that which letter is read shows nowhere. A tenth of the time of an
 * ES256 token went into libsodium's encoder, which computes each letter. */
static const _Alignas(64) char standard_alphabet[64] = {
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
};
static const _Alignas(64) char url_alphabet[64] = {
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
};

/* `count` letters, of up to three bytes. */
static void letters(const char *alphabet, const uint8_t *bytes, size_t count, char *out)
{
	uint32_t group = (uint32_t)bytes[0] << 16;
	group |= count > 2 ? (uint32_t)bytes[1] << 8 : 0;
	group |= count > 3 ? bytes[2] : 0;
	for (size_t i = 0; i < count; i++)
		out[i] = alphabet[group >> (18 - 6 * i) & 63];
}

/* Without padding; `text` has room for it. Gives the number of letters. */
static size_t encode_letters(const char *alphabet, struct slice bytes, char *text)
{
	const uint8_t *from = (const uint8_t *)bytes.ptr;
	size_t at = 0;
	for (size_t i = 0; i + 3 <= bytes.len; i += 3, at += 4)
		letters(alphabet, from + i, 4, text + at);
	if (bytes.len % 3 == 0)
		return at;
	letters(alphabet, from + bytes.len / 3 * 3, bytes.len % 3 + 1, text + at);
	return at + bytes.len % 3 + 1;
}

struct slice encode_base64(struct arena *arena, struct slice bytes)
{
	ensure(bytes.len < SIZE_MAX / 2);
	char *text = arena_alloc(arena, bytes.len / 3 * 4 + 5); /* terminated */
	size_t len = encode_letters(standard_alphabet, bytes, text);
	while (len % 4 != 0)
		text[len++] = '=';
	return slice_of(text, len);
}

enum err decode_base64url(struct arena *arena, struct slice text, struct slice *out)
{
	size_t len = bytes_of(text.len);
	uint8_t *bytes = arena_alloc(arena, len);
	enum err err = read_letters(text, "-_", bytes);
	*out = err == ERR_OK ? slice_of(bytes, len) : SLICE_EMPTY;
	return err;
}

enum err decode_base64url_exact(struct slice text, uint8_t *out, size_t len)
{
	return bytes_of(text.len) == len ? read_letters(text, "-_", out) : ERR_INVALID;
}

struct slice encode_base64url(struct arena *arena, struct slice bytes)
{
	ensure(bytes.len < SIZE_MAX / 2);
	char *text = arena_alloc(arena, bytes.len / 3 * 4 + 5); /* terminated */
	return slice_of(text, encode_letters(url_alphabet, bytes, text));
}

enum err decode_percent(struct arena *arena, struct slice text, bool plus, struct slice *out)
{
	char *bytes = arena_alloc(arena, text.len);
	size_t len = 0;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t byte = (uint8_t)text.ptr[i];
		if (byte == '%') {
			if (text.len - i < 3 || !hex_pair(text.ptr + i + 1, &byte))
				return ERR_INVALID;
			i += 2;
		} else if (byte == '+' && plus) {
			byte = ' ';
		}
		bytes[len++] = (char)byte;
	}
	*out = slice_of(bytes, len);
	return ERR_OK;
}

static bool is_unreserved(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void encode_percent(struct buf *buf, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t byte = (uint8_t)text.ptr[i];
		const char escaped[] = { '%', hex_upper[byte >> 4], hex_upper[byte & 15] };
		if (is_unreserved(text.ptr[i]))
			buf_add_byte(buf, text.ptr[i]);
		else
			buf_add(buf, slice_of(escaped, sizeof(escaped)));
	}
}

static const char *html_entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void encode_html(struct buf *buf, struct slice text)
{
	size_t done = 0;
	for (size_t i = 0; i < text.len; i++) {
		const char *entity = html_entity(text.ptr[i]);
		if (entity == NULL)
			continue;
		buf_add(buf, slice_sub(text, done, i - done));
		buf_add_str(buf, entity);
		done = i + 1;
	}
	buf_add(buf, slice_sub(text, done, text.len));
}
