/* SPDX-License-Identifier: Apache-2.0
 *
 * Config to settings, a line each. Ranges were checked when the config was read. */
#include "cli/settings.h"

#include <assert.h>

#include "base/ensure.h"
#include "config/url.h"

static_assert((int)NOTIFY_LISTEN == (int)STORE_NOTIFY_LISTEN &&
		      (int)NOTIFY_POLL == (int)STORE_NOTIFY_POLL,
	      "the option has the store's order");
static_assert((int)SIGN_UP_CHOICE_OPEN == (int)SIGN_UP_OPEN &&
		      (int)REGISTRATION_CHOICE_OPEN == (int)REGISTRATION_OPEN,
	      "the options have the flow's order");

struct store_options settings_store(const struct config *config)
{
	return (struct store_options){
		.database = config->database,
		.connections = (unsigned)config->database_connections,
		.wait_ms = config->database_wait * 1000,
		.pooler = config->database_pooler,
		.notify = (enum store_notify)config->notify,
	};
}

static bool sees_certificates(const struct config *config)
{
	struct listen_address address;

	for (size_t i = 0; i < config->listen.count; i++) {
		if (listen_address_parse(slice_str(config->listen.items[i]), &address) == ERR_OK &&
		    address.asks_certificate)
			return true;
	}
	return config->client_certificate_header != NULL;
}

struct flow_settings settings_flow(const struct config *config)
{
	return (struct flow_settings){
		.base_url = slice_str(config->base_url),
		.mtls_base_url = slice_str(config->mtls_base_url ? config->mtls_base_url : ""),
		.sees_certificates = sees_certificates(config),
		.code_lifetime = config->authorization_code_lifetime,
		.id_token_lifetime = config->id_token_lifetime,
		.pushed_lifetime = config->pushed_request_lifetime,
		.require_pkce = config->require_pkce,
		.require_pushed = config->require_pushed_requests,
		.dpop_nonce = config->dpop_nonce,
		.hybrid = config->hybrid_response_types,
		.metadata_documents = config->client_metadata_documents,
		.registration = (enum registration_policy)config->registration,
		.sign_up = (enum sign_up_policy)config->sign_up,
		.recommended = ALG_ES256,
		.key_lifetime = config->signing_key_lifetime,
		.device_code_lifetime = config->device_code_lifetime,
		.device_interval = config->device_interval,
		.device_handle_lifetime = config->device_handle_lifetime,
		.access_token_lifetime = config->access_token_lifetime,
		.refresh_token_idle = config->refresh_token_idle,
		.refresh_token_absolute = config->refresh_token_absolute,
		.replay_window = config->replay_window,
		.replay_public = config->replay_public,
		.database_wait =
			config_database_is_file(config) ? 0 : config->database_wait,
		.session = { .idle = config->session_idle, .absolute = config->session_absolute },
		.user_code = {
			.alphabet = slice_str(config->user_code_alphabet),
			.length = (unsigned)config->user_code_length,
			.group = (unsigned)config->user_code_group,
		},
		.verification_uri = slice_str(config->verification_uri),
		.password_cost = {
			.memory_kib = (unsigned)config->password_memory,
			.passes = (unsigned)config->password_passes,
		},
		.password_min_length = (unsigned)config->password_min_length,
	};
}

static bool has(const struct text_list *list, struct slice text)
{
	for (size_t i = 0; i < list->count; i++)
		if (slice_equal(slice_str(list->items[i]), text))
			return true;
	return false;
}

/* Each is "ISSUER=JWKS_URI": config_check.c has seen to it. */
void settings_issuers(const struct config *config, struct arena *arena,
		      struct flow_settings *settings)
{
	size_t count = config->assertion_issuers.count;
	struct trusted_issuer *issuers = arena_calloc(arena, count + 1, sizeof(*issuers));

	for (size_t i = 0; i < count; i++) {
		struct slice text = slice_str(config->assertion_issuers.items[i]);

		ensure(slice_split(&text, '=', &issuers[i].issuer));
		issuers[i].jwks_uri = text;
		issuers[i].by_name = has(&config->assertion_name_issuers, issuers[i].issuer);
	}
	settings->issuers = issuers;
	settings->issuer_count = count;
}
