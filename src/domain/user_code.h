/* SPDX-License-Identifier: Apache-2.0
 *
 * User codes: made without bias from an alphabet that has no vowels and no look-alikes, shown in
 * groups, read back in whatever way a person types them (RFC8628#6.1), long enough for the number
 * of live ones (RFC8628#5.1). */
#ifndef DOMAIN_USER_CODE_H
#define DOMAIN_USER_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

enum { USER_CODE_MAX = 24, USER_CODE_SHOWN_MAX = 48, USER_CODE_RANDOM_BYTES = 256 };

struct user_code_form {
	struct slice alphabet; /* upper case letters and digits, 10 to 36, no repeats */
	unsigned length;       /* below 10,000 live codes */
	unsigned group;        /* characters between dashes; 0: none */
};

struct user_code {
	char letters[USER_CODE_MAX + 1]; /* without dashes, terminated */
	size_t len;
};

/* Letters for `live` codes: form->length below 10,000, one more for each factor of the alphabet's
 * size (20), two more under attack; capped at USER_CODE_MAX. */
unsigned user_code_length(const struct user_code_form *form, uint64_t live, bool under_attack);
/* Rejection sampling over the random bytes; ERR_FULL when they did not suffice (the caller draws
 * again). */
MUST_USE enum err user_code_make(const struct user_code_form *form, unsigned length,
				 const uint8_t random[USER_CODE_RANDOM_BYTES],
				 struct user_code *out);
/* Upper-cases, drops blanks, dashes and every other character outside the alphabet's repertoire
 * (zero-width characters, en dashes, dots). ERR_INVALID when nothing sensible is left: fewer than 4
 * or more than USER_CODE_MAX letters. */
MUST_USE enum err user_code_parse(const struct user_code_form *form, struct slice typed,
				  struct user_code *out);
/* "WDJB-MJHT"; always terminated. */
struct slice user_code_shown(const struct user_code_form *form, const struct user_code *code,
			     char out[USER_CODE_SHOWN_MAX]);
struct slice user_code_slice(const struct user_code *code);
void user_code_fini(struct user_code *code);

#endif
