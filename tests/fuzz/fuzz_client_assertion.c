/* SPDX-License-Identifier: Apache-2.0
 *
 * Assertions of clients, read before anything of them is believed; and their claims, judged. */
#include <stdlib.h>

#include "flow/client_assertion.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct client_assertion assertion;
	const struct slice ours = SLICE("https://a.example/o");
	if (client_assertion_read(arena, slice_of(data, size), &assertion) != ERR_OK)
		return 0;
	const struct assertion_claims *claims = &assertion.claims;
	const struct assertion_expected expected = { claims->sub, &ours, 1, 1000 };
	if (claims->aud_count > ASSERTION_AUDIENCES_MAX)
		abort();
	if (assertion_claims_check(claims, &expected) == ASSERTION_FINE &&
	    (!slice_equal(claims->iss, claims->sub) || !claims->has_exp || claims->exp < 900))
		abort();
	return 0;
}
