/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks a set of keys, wherever it comes from. Sets that are fetched are key_table.c's. */
#include "flow/client_keys.h"

#include "domain/client_setting.h"
#include "flow/key_table.h"

/* What an administrator made or has looked at is trusted to be quick, until it is changed by
 * others: registration.c and metadata_document.c take the mark away then. */
static enum fetch_class class_of(const struct client *client)
{
	if (client->reviewed)
		return FETCH_TRUSTED;
	return client_setting_equals(client->settings, SETTING_SOURCE, "metadata_document")
		       ? FETCH_UNKNOWN
		       : FETCH_REGISTERED;
}

struct key_source client_keys_source(const struct client *client)
{
	return (struct key_source){
		.jwks = client_setting_get(client->settings, SETTING_JWKS),
		.uri = client_setting_get(client->settings, SETTING_JWKS_URI),
		.class = class_of(client),
	};
}

static enum err ask_text(struct slice text, key_set_fn *is_it, void *arg)
{
	AUTO(jwk_set) struct jwk_set *set = NULL;
	if (jwk_set_parse(text, &set) != ERR_OK)
		return ERR_IO;
	return is_it(arg, set) ? ERR_OK : ERR_INVALID;
}

static enum err ask_table(const struct flow *flow, const struct call *call,
			  const struct key_source *source, key_set_fn *is_it, void *arg)
{
	/* What is remembered, and where that does not do, what there is now: keys change without
	 * notice (OIDC#10.1.1). */
	for (unsigned look = 0; look < 2; look++) {
		const struct key_table_query query = {
			.uri = source->uri,
			.class = source->class,
			.now_ms = call->now_ms,
			.anew = look > 0,
		};
		AUTO(key_set) struct key_set *set = NULL;
		bool busy = false;
		enum find find = key_table_get(flow->client_keys, flow->fetch, &query, &set, &busy);
		if (find == FIND_FAILED)
			return busy ? ERR_FULL : ERR_IO;
		if (find == FOUND && is_it(arg, set->keys))
			return ERR_OK;
	}
	return ERR_INVALID;
}

enum err client_keys_ask(const struct flow *flow, const struct call *call,
			 const struct key_source *source, key_set_fn *is_it, void *arg)
{
	if (!slice_is_empty(source->jwks))
		return ask_text(source->jwks, is_it, arg);
	if (slice_is_empty(source->uri))
		return ERR_INVALID;
	if (!flow->client_keys || !flow->fetch)
		return ERR_IO;
	return ask_table(flow, call, source, is_it, arg);
}

static bool is_signed(void *arg, const struct jwk_set *set)
{
	const struct jws *jws = arg;
	const struct jwk *key = jwk_set_choose(set, jws->alg, jws->kid);
	return key && jws_verify(jws, key) == ERR_OK;
}

enum err client_keys_verify(const struct flow *flow, const struct call *call,
			    const struct key_source *source, const struct jws *jws)
{
	struct jws copy = *jws;
	return client_keys_ask(flow, call, source, is_signed, &copy);
}
