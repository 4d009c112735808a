/* SPDX-License-Identifier: Apache-2.0
 *
 * DPoP proofs: two lines are URLs, which are the same place in either order or in neither; the rest
 * is a proof, and the payload of one whose signature was right. */
#include <stdlib.h>

#include "flow/dpop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(struct arena *arena, struct slice payload, struct slice url)
{
	struct dpop_claims claims;
	const struct dpop_expected expected = {
		.method = "POST", .urls = { url }, .url_count = 1, .ath = SLICE_EMPTY, .now = 1000
	};
	if (dpop_claims_read(arena, payload, &claims) != ERR_OK)
		return;
	enum dpop_fault fault = dpop_claims_check(&claims, &expected);
	if (fault == DPOP_FINE && (claims.iat < 1000 - DPOP_LATE_S || slice_is_empty(claims.jti)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice rest = slice_of(data, size);
	struct slice a = SLICE_EMPTY;
	struct slice b = SLICE_EMPTY;
	struct dpop_proof proof;
	(void)(slice_split(&rest, '\n', &a) && slice_split(&rest, '\n', &b));
	if (dpop_url_equal(a, b) != dpop_url_equal(b, a))
		abort();
	if (rest.ptr == NULL)
		return 0;
	judge(arena, rest, a);
	/* Nobody can sign by trying. */
	if (dpop_proof_read(arena, rest, &proof) == ERR_OK)
		abort();
	return 0;
}
