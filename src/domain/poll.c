/* SPDX-License-Identifier: Apache-2.0
 *
 * The meter of one device code's polls. A poll is measured against the last accepted one, so a
 * client that comes too often still gets through once the interval has passed since then: being
 * early costs time, never the login. RFC8628#3.5 */
#include "domain/poll.h"

static void accept_poll(struct poll *poll, int64_t now_ms)
{
	/* Zero means that none was accepted yet. */
	poll->accepted_ms = now_ms > 0 ? now_ms : 1;
	poll->twin_used = false;
}

static void slow_down(struct poll *poll)
{
	/* An interval that was configured above the cap is left as it is. */
	if (poll->interval_s >= POLL_INTERVAL_MAX_S)
		return;
	/* RFC8628#3.5: slow_down adds five seconds for this poll and all that follow */
	int raised = poll->interval_s + POLL_STEP_S;

	poll->interval_s = (uint16_t)(raised < POLL_INTERVAL_MAX_S ? raised : POLL_INTERVAL_MAX_S);
}

enum oauth_error poll_count(struct poll *poll, int64_t now_ms)
{
	/* RFC8628#3.5: the first poll comes when the client likes */
	if (poll->accepted_ms == 0) {
		accept_poll(poll, now_ms);
		return OAUTH_AUTHORIZATION_PENDING;
	}

	/* Threads read the clock before they get here, so a poll may seem older than the one before
	 * it: same moment. */
	int64_t since = now_ms > poll->accepted_ms ? now_ms - poll->accepted_ms : 0;

	if (since >= (int64_t)poll->interval_s * 1000 - POLL_SLACK_MS) {
		accept_poll(poll, now_ms);
		return OAUTH_AUTHORIZATION_PENDING;
	}
	if (!poll->twin_used && since <= POLL_TWIN_MS) {
		poll->twin_used = true;
		return OAUTH_AUTHORIZATION_PENDING;
	}
	slow_down(poll);
	return OAUTH_SLOW_DOWN;
}
