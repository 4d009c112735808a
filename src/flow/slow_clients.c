/* SPDX-License-Identifier: Apache-2.0
 *
 * A ring: the oldest gives way. */
#include "flow/slow_clients.h"

void slow_clients_add(struct slow_clients *slow, const struct id *client, int64_t now_ms)
{
	slow->rows[slow->next] = (struct slow_client){ *client, now_ms + SLOW_CLIENT_MS };
	slow->next = (slow->next + 1) % SLOW_CLIENTS_MAX;
}

bool slow_clients_have(const struct slow_clients *slow, const struct id *client, int64_t now_ms)
{
	for (size_t i = 0; i < SLOW_CLIENTS_MAX; i++) {
		const struct slow_client *row = &slow->rows[i];
		if (row->until_ms > now_ms && id_equal(&row->client, client))
			return true;
	}
	return false;
}
