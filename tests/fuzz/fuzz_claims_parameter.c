/* SPDX-License-Identifier: Apache-2.0
 *
 * The claims parameter: what is left of one names no more than it did, and read again gives the
 * same; nothing is demanded beyond what there is room for. */
#include <stdlib.h>

#include "flow/claims_parameter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct scope scopes[] = {
	{ SLICE("openid"), SLICE(""), true },
	{ SLICE("profile"), SLICE(""), false },
	{ SLICE("email"), SLICE(""), false },
};
static const struct scope_list known = { scopes, ARRAY_LEN(scopes) };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena *arena = arena_new();
	const struct claims_rules rules = { SLICE("openid"), SLICE("openid email"), &known };
	struct claims_parameter claims;
	struct claims_parameter again;
	if (claims_parameter_read(arena, slice_of(data, size), &rules, &claims) != ERR_OK)
		return 0;
	if (claims.sub_count > CLAIMS_SUB_MAX || claims.acr_count > CLAIMS_ACR_MAX)
		abort();
	/* "profile" is not allowed, "openid" is granted */
	if (!slice_is_empty(claims.scope) && !slice_equal(claims.scope, SLICE("email")))
		abort();
	if (claims_parameter_read(arena, claims.text, &rules, &again) != ERR_OK ||
	    !slice_equal(again.text, claims.text) || !slice_equal(again.scope, claims.scope))
		abort();
	return 0;
}
