/* SPDX-License-Identifier: Apache-2.0
 *
 * RFC6749#4.1.3, RFC7636#4.6. The order matters: a stranger learns nothing and spoils nothing; a
 * spent code is known as such whatever comes with it. */
#include "domain/authorization_code.h"

#include <assert.h>

#include "base/attr.h"
#include "base/ensure.h"
#include "domain/pkce.h"
#include "domain/redirect_uri.h"

/* RFC6749#4.1.3: the same as in the authorization request; where it was left out there, it may be
 * left out, or be the one that it could only have been. D43 */
static bool redirect_uri_fits(const struct authorization_code *code,
			      const struct code_presented *presented)
{
	if (!slice_is_empty(code->redirect_uri))
		return slice_equal(code->redirect_uri, presented->redirect_uri);
	return slice_is_empty(presented->redirect_uri) ||
	       slice_equal(redirect_uri_only(presented->registered), presented->redirect_uri);
}

enum code_verdict authorization_code_judge(const struct authorization_code *code,
					   const struct code_presented *presented,
					   struct arena *arena, bool *proved)
{
	enum pkce_proof proof = pkce_prove(code->code_challenge, presented->verifier, arena);
	*proved = proof == PKCE_PROVED && redirect_uri_fits(code, presented);
	/* RFC6749#5.2, RFC6749#10.5: bound to the client it was given to */
	if (!hash_equal(&code->hash, presented->hash) ||
	    !id_equal(&code->authorization.client, presented->client))
		return CODE_FOREIGN;
	/* RFC6749#4.1.2: once */
	if (code->redeemed != 0)
		return CODE_SPENT;
	/* RFC6749#4.1.2, ASVS#10.4.3: for a short time */
	if (code->authorization.revoked != 0 || code->expires <= presented->now)
		return CODE_DEAD;
	if (!redirect_uri_fits(code, presented))
		return CODE_WRONG_REDIRECT_URI;
	return proof == PKCE_FAILED ? CODE_WRONG_VERIFIER : CODE_GOOD;
}

static const char *const texts[] = {
	[CODE_GOOD] = "",
	[CODE_FOREIGN] = "",
	[CODE_DEAD] = "",
	[CODE_SPENT] = "The code has been used before.",
	[CODE_WRONG_REDIRECT_URI] =
		"redirect_uri is not the one of the authorization request; the code is void now.",
	[CODE_WRONG_VERIFIER] =
		"code_verifier does not fit the code_challenge; the code is void now.",
};
static_assert(ARRAY_LEN(texts) == CODE_VERDICT_COUNT, "words for each verdict");

struct slice code_verdict_text(enum code_verdict verdict)
{
	ensure((unsigned)verdict < CODE_VERDICT_COUNT);
	return slice_str(texts[verdict]);
}
