/* SPDX-License-Identifier: Apache-2.0
 *
 * One attempt of a client to authenticate, read but not judged: who it says it is, what it sent,
 * and what it will cost when that is wrong. For client_auth.c. */
#ifndef FLOW_CLIENT_TRIAL_H
#define FLOW_CLIENT_TRIAL_H

#include "flow/budget.h"
#include "flow/client_method.h"

struct trial {
	struct attempt attempt;
	struct slice client_id;
	struct client_assertion assertion;
	struct certificate *certificate;
	const char *broken; /* why what was sent cannot be used at all; NULL: it can */
	bool is_counted;
	struct budget budget; /* when it is */
};

/* AUTO_FINI(trial) */
void trial_fini(struct trial *trial);
bool trial_has_certificate(const struct client_credentials *credentials);
void trial_read(const struct call *call, const struct client_credentials *credentials,
		struct trial *trial);
/* Once the client has been looked for: its method, NULL when there is none by which it could be
 * authenticated; and the budget. */
const struct client_method_row *trial_method(const struct trial *trial);
void trial_count(const struct flow *flow, const struct call *call, struct trial *trial);

#endif
