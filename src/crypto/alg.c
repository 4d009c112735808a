/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of algorithms: RFC 7518 sections 3.1, 4.1 and 5.1, as far as we follow them. */
#include "crypto/alg.h"

#include <assert.h>

#include "base/attr.h"
#include "base/ensure.h"

/* RFC7518#3.2, #3.3, #3.4, #3.5: which hash, which curve, how long a key at the least */
static const struct alg_row rows[] = {
	[ALG_RS256] = { "RS256", ALG_FAMILY_RSA, NULL, 2048, 256, false },
	[ALG_PS256] = { "PS256", ALG_FAMILY_RSA, NULL, 2048, 256, true },
	[ALG_ES256] = { "ES256", ALG_FAMILY_EC, "P-256", 256, 256, false },
	[ALG_RS384] = { "RS384", ALG_FAMILY_RSA, NULL, 2048, 384, false },
	[ALG_RS512] = { "RS512", ALG_FAMILY_RSA, NULL, 2048, 512, false },
	[ALG_PS384] = { "PS384", ALG_FAMILY_RSA, NULL, 2048, 384, true },
	[ALG_PS512] = { "PS512", ALG_FAMILY_RSA, NULL, 2048, 512, true },
	[ALG_ES384] = { "ES384", ALG_FAMILY_EC, "P-384", 384, 384, false },
	[ALG_ES512] = { "ES512", ALG_FAMILY_EC, "P-521", 521, 512, false },
	[ALG_HS256] = { "HS256", ALG_FAMILY_OCT, NULL, 256, 256, false },
	[ALG_HS384] = { "HS384", ALG_FAMILY_OCT, NULL, 384, 384, false },
	[ALG_HS512] = { "HS512", ALG_FAMILY_OCT, NULL, 512, 512, false },
};
static_assert(ARRAY_LEN(rows) == ALG_COUNT, "a row for each algorithm");

static const char *const key_managements[] = {
	[KEY_MANAGEMENT_NONE] = "",
	[RSA_OAEP_256] = "RSA-OAEP-256",
	[ECDH_ES] = "ECDH-ES",
};
static_assert(ARRAY_LEN(key_managements) == KEY_MANAGEMENT_COUNT, "a name for each");

static const char *const content_encryptions[] = {
	[CONTENT_NONE] = "",
	[A128GCM] = "A128GCM",
	[A256GCM] = "A256GCM",
};
static_assert(ARRAY_LEN(content_encryptions) == CONTENT_ENCRYPTION_COUNT, "a name for each");

const struct alg_row *alg_row(enum alg alg)
{
	ensure((unsigned)alg < ALG_COUNT);
	return &rows[alg];
}

/* RFC7515#4.1.1: names are compared exactly, with regard to case */
enum alg alg_from_name(struct slice name)
{
	unsigned alg = 0;
	while (alg < ALG_COUNT && !slice_equal(name, slice_str(rows[alg].name)))
		alg++;
	return (enum alg)alg;
}

const char *key_management_name(enum key_management alg)
{
	ensure((unsigned)alg < KEY_MANAGEMENT_COUNT);
	return key_managements[alg];
}

const char *content_encryption_name(enum content_encryption enc)
{
	ensure((unsigned)enc < CONTENT_ENCRYPTION_COUNT);
	return content_encryptions[enc];
}

enum key_management key_management_from_name(struct slice name)
{
	return (enum key_management)slice_name_index(name, key_managements, KEY_MANAGEMENT_COUNT);
}

enum content_encryption content_encryption_from_name(struct slice name)
{
	return (enum content_encryption)slice_name_index(name, content_encryptions,
							 CONTENT_ENCRYPTION_COUNT);
}
