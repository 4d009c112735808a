/* SPDX-License-Identifier: Apache-2.0
 *
 * Base62 of fixed width: the bytes are one big-endian number, written with 0-9A-Za-z. The number is
 * held in 32-bit limbs, the least one first, and worked on five digits at a time, as 62^5 is the
 * largest power that fits a limb. Tokens are read by this at every poll. */
#include <string.h>

#include "base/encode.h"
#include "base/ensure.h"
#include "base/secret.h"

enum { BYTES_MAX = 64, LIMBS = BYTES_MAX / 4, DIGITS = 5 };

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const uint32_t powers[DIGITS + 1] = { 1, 62, 3844, 238328, 14776336, 916132832 };

size_t encode_base62_width(size_t bytes)
{
	ensure(bytes <= BYTES_MAX);
	/* bits / log2(62), rounded up; exact for every length allowed. */
	return (bytes * 8 * 1000000 + 5954195) / 5954196;
}

static size_t limbs_of(size_t len)
{
	return (len + 3) / 4;
}

/* Divides by 62^5 in place and gives the remainder. */
static uint32_t divide(uint32_t *limbs, size_t count)
{
	uint64_t rest = 0;
	for (size_t i = count; i-- > 0;) {
		uint64_t value = rest << 32 | limbs[i];
		limbs[i] = (uint32_t)(value / powers[DIGITS]);
		rest = value % powers[DIGITS];
	}
	return (uint32_t)rest;
}

void encode_base62(const uint8_t *bytes, size_t len, char *out)
{
	uint32_t limbs[LIMBS] = { 0 };
	size_t at = encode_base62_width(len);
	for (size_t i = 0; i < len; i++)
		limbs[i / 4] |= (uint32_t)bytes[len - 1 - i] << (8 * (i % 4));
	while (at > 0) {
		uint32_t digits = divide(limbs, limbs_of(len));
		for (size_t i = 0; i < DIGITS && at > 0; i++) {
			out[--at] = alphabet[digits % 62];
			digits /= 62;
		}
	}
	secret_wipe(limbs, sizeof(limbs));
}

/* -1 for a foreign character. */
static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 36;
	return -1;
}

/* Multiplies and adds in place; false when the number outgrows its limbs. */
static bool multiply_add(uint32_t *limbs, size_t count, uint32_t factor, uint32_t add)
{
	uint64_t carry = add;
	for (size_t i = 0; i < count; i++) {
		uint64_t value = (uint64_t)limbs[i] * factor + carry;
		limbs[i] = (uint32_t)value;
		carry = value >> 32;
	}
	return carry == 0;
}

static bool read_digits(struct slice text, uint32_t *out)
{
	*out = 0;
	for (size_t i = 0; i < text.len; i++) {
		int value = digit_value(text.ptr[i]);
		if (value < 0)
			return false;
		*out = *out * 62 + (uint32_t)value;
	}
	return true;
}

static bool read_number(struct slice text, uint32_t *limbs, size_t count)
{
	while (text.len > 0) {
		struct slice chunk = slice_sub(text, 0, DIGITS);
		uint32_t digits;
		if (!read_digits(chunk, &digits) ||
		    !multiply_add(limbs, count, powers[chunk.len], digits))
			return false;
		text = slice_sub(text, chunk.len, text.len);
	}
	return true;
}

static enum err decode(struct slice text, uint32_t *limbs, uint8_t *out, size_t len)
{
	size_t count = limbs_of(len);
	if (!read_number(text, limbs, count))
		return ERR_INVALID;
	/* A last limb that is used in part must not reach beyond the bytes asked for. */
	if (len % 4 != 0 && limbs[count - 1] >> (8 * (len % 4)) != 0)
		return ERR_INVALID;
	for (size_t i = 0; i < len; i++)
		out[len - 1 - i] = (uint8_t)(limbs[i / 4] >> (8 * (i % 4)));
	return ERR_OK;
}

enum err decode_base62(struct slice text, uint8_t *out, size_t len)
{
	uint32_t limbs[LIMBS] = { 0 };
	if (text.len != encode_base62_width(len))
		return ERR_INVALID;
	enum err e = decode(text, limbs, out, len);
	secret_wipe(limbs, sizeof(limbs));
	return e;
}
