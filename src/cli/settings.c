/* SPDX-License-Identifier: Apache-2.0
 *
 * Config to settings, a line each. Ranges were checked when the config was read. */
#include "cli/settings.h"

#include <assert.h>

static_assert((int)NOTIFY_LISTEN == (int)STORE_NOTIFY_LISTEN &&
		      (int)NOTIFY_POLL == (int)STORE_NOTIFY_POLL,
	      "the option has the store's order");

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

struct flow_settings settings_flow(const struct config *config)
{
	return (struct flow_settings){
		.device_code_lifetime = config->device_code_lifetime,
		.device_interval = config->device_interval,
		.device_handle_lifetime = config->device_handle_lifetime,
		.access_token_lifetime = config->access_token_lifetime,
		.refresh_token_idle = config->refresh_token_idle,
		.replay_window = config->replay_window,
		.replay_public = config->replay_public,
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
