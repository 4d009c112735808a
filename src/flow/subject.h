/* SPDX-License-Identifier: Apache-2.0
 *
 * What a client calls a person: the id, or, where it asked for it, a name that differs from sector
 * to sector. OIDC#8, #8.1 */
#ifndef FLOW_SUBJECT_H
#define FLOW_SUBJECT_H

#include "flow/flow.h"

/* The sub of tokens: of the person, or of the client itself where there is no person ("client:" in
 * front of its client_id, so that it can never look like one: RFC9700#4.15). */
struct slice subject_of(const struct flow *flow, struct arena *arena, const struct client *client,
			const struct id *user);

/* The host whose clients call a person by the same name where they asked for pairwise ones.
 * OIDC#8.1 */
struct slice subject_sector(const struct client *client);

/* Whether people would be called by the names of another sector. Only an administrator may want
 * that: a client that changes itself would hear, by its old tokens, who they are to others. D72 */
bool subject_moves(const struct client *before, const struct client *after);

#endif
