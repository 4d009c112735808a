/* SPDX-License-Identifier: Apache-2.0
 *
 * Forms: whatever is accepted holds text only, has no name twice, and reads the same a second time.
 */
#include <stdlib.h>

#include "http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct form *form)
{
	for (size_t i = 0; i < form->count; i++) {
		const struct form_field *field = &form->fields[i];
		if (field->name.len == 0 || !slice_is_text(field->name, true) ||
		    !slice_is_text(field->value, true))
			abort();
		for (size_t other = 0; other < i; other++) {
			if (slice_equal(field->name, form->fields[other].name) &&
			    !slice_equal(field->name, SLICE("many")))
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const multiple[] = { "many", NULL };
	static struct form form;
	struct slice found[4];
	struct slice text = slice_of(data, size);
	AUTO(arena) struct arena *arena = arena_new();
	(void)form_type_is_right(text);
	if (form_parse(arena, text, multiple, &form) != FORM_FINE)
		return 0;
	check(&form);
	if (form_values(&form, "many", found, 4) > 0 &&
	    form_has(&form, "many") != (found[0].len > 0))
		abort();
	return 0;
}
