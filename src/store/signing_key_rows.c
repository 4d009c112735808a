/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of signing keys. Their algorithm stands there by its name, so that the database means the
 * same to every program. */
#include "store/records.h"

static const struct field key_fields[] = {
	FIELD(SLICE, struct signing_key_stored, alg),
	FIELD(SLICE, struct signing_key_stored, key.kid),
	FIELD(SLICE, struct signing_key_stored, key.sealed),
	FIELD(INT64, struct signing_key_stored, key.created),
	FIELD(INT64, struct signing_key_stored, key.signs_from),
	FIELD(INT64, struct signing_key_stored, key.expires),
};
const struct record signing_key_stored_record = RECORD(key_fields);

void signing_key_list_read(struct signing_key_list *list, struct arena *arena,
			   const struct rows_array *array)
{
	const struct signing_key_stored *stored = array->items;
	*list = (struct signing_key_list){ .items = arena_calloc(arena, array->count,
								 sizeof(*list->items)) };
	for (size_t i = 0; i < array->count; i++) {
		struct signing_key *key = &list->items[list->count];
		*key = stored[i].key;
		key->alg = alg_from_name(stored[i].alg);
		list->count += key->alg != ALG_COUNT;
	}
}
