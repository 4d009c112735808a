/* SPDX-License-Identifier: Apache-2.0
 *
 * The key is out of the set that the client registered, or out of the one at its jwks_uri. */
#include "flow/token_encryption.h"

#include "base/log.h"
#include "crypto/jwe.h"
#include "domain/client_setting.h"
#include "flow/client_keys.h"

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

/* To the first set that has a key for it. */
struct encryption {
	struct arena *arena;
	struct jwe_new jwe;
	struct slice *out;
	enum err err;
};

static bool encrypt(void *arg, const struct jwk_set *keys)
{
	struct encryption *encryption = arg;
	struct jwe_new *jwe = &encryption->jwe;
	jwe->recipient = jwk_set_choose_encryption(keys, jwe->alg);
	if (!jwe->recipient)
		return false;
	encryption->err = jwe_encrypt(encryption->arena, jwe, encryption->out);
	jwe->recipient = NULL; /* lives no longer than the set */
	return true;
}

enum err token_encrypt_for(const struct flow *flow, const struct call *call,
			   const struct client *client, struct slice signed_token,
			   struct slice *out)
{
	const struct key_source source = client_keys_source(client);
	struct slice alg = client_setting_get(client->settings, SETTING_ID_TOKEN_ENCRYPTION_ALG);
	struct encryption encryption = {
		.arena = call->arena,
		.jwe = {
			.alg = key_management_from_name(alg),
			.enc = encryption_of(client),
			.cty = "JWT", /* RFC7519#5.2 */
			.plain = signed_token,
		},
		.out = out,
		.err = ERR_CRYPTO,
	};
	*out = signed_token;
	if (slice_is_empty(alg))
		return ERR_OK;
	enum err err = client_keys_ask(flow, call, &source, encrypt, &encryption);
	if (err != ERR_OK && err != ERR_INVALID)
		encryption.err = ERR_IO;
	return encryption.err == ERR_OK ? ERR_OK : refuse(client, encryption.err);
}
