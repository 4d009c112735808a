/* SPDX-License-Identifier: Apache-2.0
 *
 * Values that need more than an initialiser. */
#include "store/value.h"

struct value value_id_or_null(const struct id *id)
{
	if (id == NULL || id_is_zero(id))
		return (struct value){ .type = VALUE_ID, .null = true };
	return V_ID(id);
}

struct value value_blob_or_null(struct slice bytes)
{
	struct value value = V_BLOB(bytes);
	value.null = slice_is_empty(bytes);
	return value;
}
