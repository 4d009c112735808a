/* SPDX-License-Identifier: Apache-2.0
 *
 * Authorization requests as they come: what is taken is bounded, and, written and read again, says
 * the same. */
#include <stdlib.h>

#include "domain/authorization_parameters.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OURS (PARAMETER_BIT(PARAMETER_KEPT) | PARAMETER_BIT(PARAMETER_MARK))

static void check_same(const struct authorization_parameters *a,
		       const struct authorization_parameters *b)
{
	for (unsigned i = 0; i < PARAMETER_COUNT; i++)
		if ((OURS & PARAMETER_BIT(i)) == 0 && !slice_equal(a->of[i], b->of[i]))
			abort();
	if (a->resource_count != b->resource_count)
		abort();
	for (size_t i = 0; i < a->resource_count; i++)
		if (!slice_equal(a->resources[i], b->resources[i]))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct authorization_parameters parameters;
	struct authorization_parameters again;
	if (authorization_parameters_parse(arena, slice_of(data, size), &parameters) != ERR_OK)
		return 0;
	if (size > AUTHORIZATION_TEXT_MAX || parameters.resource_count > RESOURCES_MAX)
		abort();
	struct slice text = authorization_parameters_write(&parameters, arena);
	if (text.len > AUTHORIZATION_TEXT_MAX)
		return 0;
	if (authorization_parameters_parse(arena, text, &again) != ERR_OK)
		abort();
	check_same(&parameters, &again);
	return 0;
}
