/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients that took long to take a logout token, remembered for a while: a few of the last. One
 * thread uses it. */
#ifndef FLOW_SLOW_CLIENTS_H
#define FLOW_SLOW_CLIENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/id.h"

enum { SLOW_CLIENTS_MAX = 64, SLOW_CLIENT_MS = 60000 };

struct slow_client {
	struct id client;
	int64_t until_ms; /* of the clock that never steps back */
};
struct slow_clients {
	struct slow_client rows[SLOW_CLIENTS_MAX];
	size_t next;
};

void slow_clients_add(struct slow_clients *slow, const struct id *client, int64_t now_ms);
bool slow_clients_have(const struct slow_clients *slow, const struct id *client, int64_t now_ms);

#endif
