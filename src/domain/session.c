/* SPDX-License-Identifier: Apache-2.0
 *
 * When a browser session has ended by itself: idle for too long, too old, or its person disabled.
 * Sign-out and a changed password remove the row. ASVS 7.3.1, 7.3.2 */
#include "domain/session.h"

bool session_is_alive(const struct session *session, const struct session_limits *limits,
		      int64_t now)
{
	if (!session->user.enabled)
		return false;
	if (now - session->seen >= limits->idle)
		return false;
	return now - session->created < limits->absolute;
}

bool session_wants_touch(const struct session *session, int64_t now)
{
	return now - session->seen >= SESSION_TOUCH_SECONDS;
}
