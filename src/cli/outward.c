/* SPDX-License-Identifier: Apache-2.0
 *
 * Five seconds for a request: a client waits for its answer meanwhile. */
#include "cli/outward.h"

#include "fetch/fetch.h"
#include "flow/client_ca.h"
#include "flow/client_keys.h"

enum { TIMEOUT_MS = 5000, MOST_BYTES = 131072 };

enum err outward_open(const struct config *config, size_t workers, struct flow *flow)
{
	const struct fetch_options options = {
		.allowed = config->fetch_allow.items,
		.allowed_count = config->fetch_allow.count,
		.ca_file = config->fetch_ca,
		.allow_http = config->fetch_http,
		.timeout_ms = TIMEOUT_MS,
		.most_bytes = MOST_BYTES,
		.workers = workers,
	};
	flow->fetch = fetch_new(&options);
	flow->client_keys = client_keys_new();
	return config->tls_client_ca ? client_ca_load(config->tls_client_ca, &flow->client_ca)
				     : ERR_OK;
}

void outward_close(struct flow *flow)
{
	client_ca_free(&flow->client_ca);
	client_keys_free(&flow->client_keys);
	fetch_free(&flow->fetch);
}

enum err outward_reload(const struct flow *flow)
{
	enum err ours = fetch_reload(flow->fetch);
	enum err of_clients = flow->client_ca ? client_ca_reload(flow->client_ca) : ERR_OK;
	return ours == ERR_OK ? of_clients : ours;
}
