/* SPDX-License-Identifier: Apache-2.0
 *
 * Text forms of bytes: hexadecimal, base64 (RFC 4648), base62 of fixed width, percent-encoding (RFC
 * 3986) and the form encoding of application/x-www-form-urlencoded. All decoders are strict and
 * capped by their input. */
#ifndef BASE_ENCODE_H
#define BASE_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/slice.h"

/* Characters that hold any `bytes` bytes in base62: 6 -> 9, 16 -> 22, 20 -> 27, 32 -> 43. */
size_t encode_base62_width(size_t bytes);
/* Writes exactly encode_base62_width(len) characters of 0-9A-Za-z, big-endian, no NUL. len <= 64.
 */
void encode_base62(const uint8_t *bytes, size_t len, char *out);
/* The inverse: ERR_INVALID for a wrong width, a foreign character, or a value that does not fit
 * `len` bytes. */
MUST_USE enum err decode_base62(struct slice text, uint8_t *out, size_t len);

enum { DECIMAL_MAX = 20 };
/* The digits, behind a minus where there must be one; they stand in `out`, without a NUL. */
struct slice encode_decimal(int64_t number, char out[DECIMAL_MAX]);

/* Lower case, 2 * len characters, no NUL. */
void encode_hex(const uint8_t *bytes, size_t len, char *out);
/* Either case; the text must be exactly 2 * len characters. */
MUST_USE enum err decode_hex(struct slice text, uint8_t *out, size_t len);

/* Standard alphabet; padding may be missing, nothing else is forgiven. */
MUST_USE enum err decode_base64(struct arena *arena, struct slice text, struct slice *out);
struct slice encode_base64(struct arena *arena, struct slice bytes);
/* The alphabet for URLs, without padding (RFC7515#2); spare bits must be zero. */
MUST_USE enum err decode_base64url(struct arena *arena, struct slice text, struct slice *out);
struct slice encode_base64url(struct arena *arena, struct slice bytes);
/* The same where it is known how many bytes there must be; ERR_INVALID for any other number. */
MUST_USE enum err decode_base64url_exact(struct slice text, uint8_t *out, size_t len);

/* Percent-decoding; with `plus`, '+' is a blank (form encoding). ERR_INVALID on a bad escape. %00
 * decodes to NUL: callers refuse it where text is wanted. */
MUST_USE enum err decode_percent(struct arena *arena, struct slice text, bool plus,
				 struct slice *out);
/* Everything but RFC 3986 unreserved characters is escaped. */
void encode_percent(struct buf *buf, struct slice text);
/* Escapes & < > " ' for HTML text and quoted attributes. */
void encode_html(struct buf *buf, struct slice text);

#endif
