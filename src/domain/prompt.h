/* SPDX-License-Identifier: Apache-2.0
 *
 * The prompt parameter: OIDC#3.1.2.1 and OpenID Connect Prompt Create 1.0. A set of words as bits.
 */
#ifndef DOMAIN_PROMPT_H
#define DOMAIN_PROMPT_H

#include <stdbool.h>

#include "base/slice.h"

enum {
	PROMPT_NONE = 1,
	PROMPT_LOGIN = 2,
	PROMPT_CONSENT = 4,
	PROMPT_SELECT_ACCOUNT = 8,
	PROMPT_CREATE = 16
};

enum prompt_fault {
	PROMPT_FINE = 0,
	PROMPT_UNKNOWN,   /* a word that is not known, or not offered */
	PROMPT_NOT_ALONE, /* none, and something else */
	PROMPT_FAULT_COUNT
};
/* "" is the empty set. `sign_up`: create is offered. */
enum prompt_fault prompt_parse(struct slice text, bool sign_up, unsigned *out);
struct slice prompt_fault_text(enum prompt_fault fault); /* for error_description */

#endif
