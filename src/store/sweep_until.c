/* SPDX-License-Identifier: Apache-2.0
 *
 * What is asked for by the options comes with the sweep; the rest is fixed here. */
#include "store/sweep_until.h"

/* A device that polls a little late is told that its code has expired, and an authorization code
 * that comes a second time is known for a while: the rows are kept for so long. RFC8628#3.5,
 * RFC6749#4.1.2, D63 */
enum { GRANT_GRACE = 600 };

/* A client that is known by its document is read anew each day while it is used. */
enum { DOCUMENT_IDLE = 7 * 86400 };

int64_t sweep_until(const struct sweep *sweep, enum sweep_age age)
{
	const int64_t kept[SWEEP_AGE_COUNT] = {
		[SWEEP_GRACE] = GRANT_GRACE,           [SWEEP_IDLE] = sweep->session_idle,
		[SWEEP_DEAD] = sweep->keep_dead,       [SWEEP_EVENT] = sweep->keep_events,
		[SWEEP_IDLE_DOCUMENT] = DOCUMENT_IDLE,
	};
	return sweep->now - kept[age];
}
