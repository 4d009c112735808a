/* SPDX-License-Identifier: Apache-2.0
 *
 * A slice is a run of bytes that somebody else owns; text from outside is always one. It may hold
 * any byte, NUL too, and is not terminated. C strings exist at library borders alone. */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct slice {
	const char *ptr;
	size_t len;
};

#define SLICE(literal) ((struct slice){ "" literal "", sizeof(literal) - 1 })
#define SLICE_EMPTY ((struct slice){ "", 0 })
/* printf("%.*s", SLICE_ARG(s)) */
#define SLICE_ARG(s) (int)(s).len, (s).ptr

/* A slice over a C string; NULL gives an empty slice. */
struct slice slice_str(const char *str);
struct slice slice_of(const void *ptr, size_t len);
bool slice_is_empty(struct slice s);
bool slice_equal(struct slice a, struct slice b);
/* ASCII letters compare without regard to case. */
bool slice_equal_nocase(struct slice a, struct slice b);
bool slice_has_prefix(struct slice s, struct slice prefix);
bool slice_has_suffix(struct slice s, struct slice suffix);
bool slice_has_byte(struct slice s, char byte);
/* Offset of the first that is one of `bytes`; the length when there is none. */
size_t slice_find_any(struct slice s, const char *bytes);
/* From offset `from` (capped at the end) up to `len` bytes. */
struct slice slice_sub(struct slice s, size_t from, size_t len);
/* Without leading and trailing SP, HTAB, CR and LF. */
struct slice slice_trim(struct slice s);
/* Takes the part before the first `sep` off `*rest` and steps over the separator. False when
 * `*rest` is used up (its ptr is NULL then); "a,,b" gives "a", "", "b"; an empty slice gives one
 * empty part. */
bool slice_split(struct slice *rest, char sep, struct slice *part);
/* The next run of non-blank bytes (SP, HTAB, CR, LF separate). False when there is none. */
bool slice_word(struct slice *rest, struct slice *word);
/* Whether `word` is one of the words of `set`, as slice_word() finds them. No set has "". */
bool slice_has_word(struct slice set, struct slice word);
/* Whether `part` is one of the parts of `list`, as slice_split() finds them. */
bool slice_has_part(struct slice list, char sep, struct slice part);
/* Which of the `count` names it is; `count` when it is none. */
unsigned slice_name_index(struct slice s, const char *const *names, unsigned count);
/* Decimal digits only, an optional leading '-'. ERR_INVALID on anything else or on overflow. */
MUST_USE enum err slice_parse_int64(struct slice s, int64_t *out);
/* Well-formed UTF-8 without NUL and other C0 controls (HTAB, LF, CR allowed when `lines`). */
bool slice_is_text(struct slice s, bool lines);
/* Bytes of the well-formed UTF-8 character that `s` starts with; 0 when there is none. */
size_t slice_utf8_char(struct slice s);

#endif
