/* SPDX-License-Identifier: Apache-2.0
 *
 * Somebody who is signed in, and what he gave to whom: for tests of signing out. */
#ifndef LOGOUT_FIXTURE_H
#define LOGOUT_FIXTURE_H

#include "domain/client_setting.h"
#include "flow/flow_fixture.h"

/* A client with these settings, "name=value" each, up to a NULL. */
struct client *logout_client(struct fixture *fixture, const char *client_id,
			     const char *const *settings);
/* What was given to a client in a session. */
struct given {
	const struct session *session;
	const struct client *client;
	enum grant grant;
	const char *scope;
};
struct id logout_give(struct fixture *fixture, const struct given *given);
/* Signs in beside the others of `replaces` (or NULL), and finds the session. */
struct session *logout_sign_in(struct fixture *fixture, const char *name,
			       const struct hash *replaces);
bool logout_is_revoked(struct fixture *fixture, const struct id *authorization);
/* All that is due. */
struct job_list logout_jobs(struct fixture *fixture);

#endif
