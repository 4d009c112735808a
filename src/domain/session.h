/* SPDX-License-Identifier: Apache-2.0
 *
 * Browser sessions: a random cookie, stored as its hash; it ends when idle, when old, at sign-out,
 * at a change of the password and when the account is disabled. */
#ifndef DOMAIN_SESSION_H
#define DOMAIN_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/hash.h"
#include "domain/id.h"
#include "domain/user.h"

enum { SESSION_TOKEN_BYTES = 32, SESSION_TOUCH_SECONDS = 60, SESSION_PEOPLE_MAX = 8 };

struct session_limits {
	int64_t idle;     /* seconds */
	int64_t absolute; /* seconds */
};

struct session {
	struct hash hash; /* of the cookie's value */
	struct user user; /* who is signed in */
	int64_t created;
	int64_t seen;
	int64_t auth_time;
	struct slice amr; /* "pwd" */
	struct slice acr; /* "" */
	struct id sid;
	size_t others; /* who are signed in in this browser beside him; set by sign_in_session() */
};

struct session_list {
	struct session *items;
	size_t count;
};

bool session_is_alive(const struct session *session, const struct session_limits *limits,
		      int64_t now);
/* True when `seen` is old enough to be written again: at most once a minute. */
bool session_wants_touch(const struct session *session, int64_t now);

#endif
