/* SPDX-License-Identifier: Apache-2.0
 *
 * The standard claims about a person (OIDC Core section 5.1), a row each: its name, the scope that
 * asks for it, its type on the wire. Kept on the account as text. */
#ifndef DOMAIN_CLAIM_H
#define DOMAIN_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

enum claim_type { CLAIM_TEXT = 0, CLAIM_FLAG, CLAIM_NUMBER, CLAIM_ADDRESS_PART };

struct claim_row {
	const char *name;   /* "email_verified", "address.street_address" */
	const char *member; /* of the address object: "street_address"; NULL otherwise */
	const char *scope;  /* "email" */
	enum claim_type type;
	size_t most; /* bytes */
};
enum { CLAIM_MAX = 32 };
size_t claim_count(void); /* at most CLAIM_MAX */
const struct claim_row *claim_row(size_t index);
/* By which it is asked for, and told: an address is one claim, however many parts it has.
 * OIDC#5.1.1 */
const char *claim_asked_as(const struct claim_row *row);
const struct claim_row *claim_find(struct slice name); /* NULL: unknown */
/* A sentence when the value is not one of this claim; "" when it is. */
struct slice claim_fault(const struct claim_row *row, struct slice value);

/* What an account holds. */
struct claim {
	struct slice name;
	struct slice value;
};
struct claim_list {
	struct claim *items;
	size_t count;
};
struct slice claim_value(const struct claim_list *list, const char *name); /* "": none */

#endif
