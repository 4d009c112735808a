/* SPDX-License-Identifier: Apache-2.0
 *
 * The timing of polls while a device code is pending: who is early, what slow_down costs, and the
 * twin that a common client library sends within a moment of each poll. Times are milliseconds of a
 * clock that never steps back. RFC8628#3.5 */
#ifndef DOMAIN_POLL_H
#define DOMAIN_POLL_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/oauth_error.h"

enum { POLL_SLACK_MS = 1000, POLL_TWIN_MS = 400, POLL_STEP_S = 5, POLL_INTERVAL_MAX_S = 60 };

struct poll {
	int64_t accepted_ms; /* the last accepted poll; 0: none yet */
	uint16_t interval_s; /* in force for this code */
	bool twin_used;      /* the last accepted poll has had its twin */
};

/* OAUTH_AUTHORIZATION_PENDING or OAUTH_SLOW_DOWN; moves `poll` on. An early poll adds POLL_STEP_S
 * up to POLL_INTERVAL_MAX_S and leaves the last accepted time alone; the twin moves nothing but its
 * mark. */
enum oauth_error poll_count(struct poll *poll, int64_t now_ms);

#endif
