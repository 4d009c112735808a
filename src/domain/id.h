/* SPDX-License-Identifier: Apache-2.0
 *
 * Random 128-bit identifiers of users, clients and authorizations. A user's id is its `sub`; ids
 * are never reused. */
#ifndef DOMAIN_ID_H
#define DOMAIN_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

enum { ID_BYTES = 16, ID_TEXT_LEN = 22 };

struct id {
	uint8_t bytes[ID_BYTES];
};

bool id_equal(const struct id *a, const struct id *b);
bool id_is_zero(const struct id *id); /* zero stands for none */
struct slice id_slice(const struct id *id);
/* Base62, 22 characters. */
struct slice id_text(const struct id *id, char out[ID_TEXT_LEN + 1]);
MUST_USE enum err id_parse(struct slice text, struct id *out);

#endif
