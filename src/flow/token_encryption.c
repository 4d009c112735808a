/* SPDX-License-Identifier: Apache-2.0
 *
 * The key is out of the set that the client registered. */
#include "flow/token_encryption.h"

#include "base/log.h"
#include "crypto/jwe.h"
#include "domain/client_setting.h"

static enum err refuse(const struct client *client, enum err err)
{
	log_warn("a token cannot be encrypted to its client", LOG_TEXT("client", client->client_id),
		 LOG_TEXT("error", slice_str(err_name(err))));
	return err;
}

/* What is not said is what we would choose. */
static enum content_encryption encryption_of(const struct client *client)
{
	struct slice name = client_setting_get(client->settings, SETTING_ID_TOKEN_ENCRYPTION_ENC);
	enum content_encryption enc = content_encryption_from_name(name);
	return enc == CONTENT_NONE || enc == CONTENT_ENCRYPTION_COUNT ? A256GCM : enc;
}

static enum err encrypt(const struct call *call, const struct client *client,
			const struct jwk_set *keys, struct slice signed_token, struct slice *out)
{
	struct jwe_new jwe = {
		.alg = key_management_from_name(
			client_setting_get(client->settings, SETTING_ID_TOKEN_ENCRYPTION_ALG)),
		.enc = encryption_of(client),
		.cty = "JWT", /* RFC7519#5.2 */
		.plain = signed_token,
	};
	jwe.recipient = jwk_set_choose_encryption(keys, jwe.alg);
	return jwe.recipient ? jwe_encrypt(call->arena, &jwe, out) : ERR_CRYPTO;
}

enum err token_encrypt_for(const struct flow *flow, const struct call *call,
			   const struct client *client, struct slice signed_token,
			   struct slice *out)
{
	AUTO(jwk_set) struct jwk_set *keys = NULL;
	(void)flow;
	*out = signed_token;
	if (client_setting_equals(client->settings, SETTING_ID_TOKEN_ENCRYPTION_ALG, ""))
		return ERR_OK;
	enum err err = jwk_set_parse(client_setting_get(client->settings, SETTING_JWKS), &keys);
	if (err == ERR_OK)
		err = encrypt(call, client, keys, signed_token, out);
	return err == ERR_OK ? ERR_OK : refuse(client, ERR_CRYPTO);
}
