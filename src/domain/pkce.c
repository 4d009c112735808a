/* SPDX-License-Identifier: Apache-2.0
 *
 * A challenge is kept as it was sent; what proves it is compared as text. */
#include "domain/pkce.h"

#include <assert.h>

#include "base/ascii.h"
#include "base/attr.h"
#include "base/encode.h"
#include "base/ensure.h"
#include "base/secret.h"
#include "crypto/hash.h"

static bool consists_of(struct slice text, const char *others)
{
	for (size_t i = 0; i < text.len; i++)
		if (!ascii_is_alnum(text.ptr[i]) && !slice_has_byte(slice_str(others), text.ptr[i]))
			return false;
	return true;
}

enum pkce_fault pkce_check(const struct pkce_request *request)
{
	if (slice_is_empty(request->challenge)) {
		if (!slice_is_empty(request->method))
			return PKCE_METHOD_ALONE;
		/* RFC7636#4.4.1, RFC9700#2.1.1: asked of those who have nothing else */
		return request->demanded ? PKCE_MISSING : PKCE_FINE;
	}
	/* RFC7636#4.3: no method means plain; RFC9700#2.1.1: which shows the verifier to whoever
	 * reads the request */
	if (!slice_equal(request->method, SLICE("S256")))
		return PKCE_METHOD;
	/* RFC7636#4.2: what S256 gives has one length, and nothing else could ever be proved. D41
	 */
	if (request->challenge.len != PKCE_CHALLENGE_LEN || !consists_of(request->challenge, "-_"))
		return PKCE_CHALLENGE;
	return PKCE_FINE;
}

static const char *const fault_texts[] = {
	[PKCE_FINE] = "",
	[PKCE_MISSING] = "This client must send a code_challenge.",
	[PKCE_METHOD_ALONE] = "A code_challenge_method needs a code_challenge.",
	/* RFC7636#4.4.1 */
	[PKCE_METHOD] = "transform algorithm not supported: use code_challenge_method S256",
	[PKCE_CHALLENGE] = "The code_challenge is not the base64url of a SHA-256 hash.",
};
static_assert(ARRAY_LEN(fault_texts) == PKCE_FAULT_COUNT, "words for each fault");

struct slice pkce_fault_text(enum pkce_fault fault)
{
	ensure((unsigned)fault < PKCE_FAULT_COUNT);
	return slice_str(fault_texts[fault]);
}

/* RFC7636#4.1: unreserved characters, 43 to 128 of them */
static bool is_verifier(struct slice verifier)
{
	return verifier.len >= PKCE_VERIFIER_MIN && verifier.len <= PKCE_VERIFIER_MAX &&
	       consists_of(verifier, "-._~");
}

enum pkce_proof pkce_prove(struct slice challenge, struct slice verifier, struct arena *arena)
{
	struct hash hash;
	/* RFC9700#2.1.1, RFC9700#4.8.2: a verifier where no challenge was sent shows that somebody
	 * took the challenge out of the request */
	if (slice_is_empty(challenge))
		return slice_is_empty(verifier) ? PKCE_NOT_USED : PKCE_FAILED;
	/* RFC7636#4.5, RFC7636#4.6 */
	if (!is_verifier(verifier))
		return PKCE_FAILED;
	hash_sha256(verifier, &hash);
	struct slice proof = encode_base64url(arena, hash_slice(&hash));
	bool fits = proof.len == challenge.len && secret_equal(proof.ptr, challenge.ptr, proof.len);
	return fits ? PKCE_PROVED : PKCE_FAILED;
}
