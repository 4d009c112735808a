/* SPDX-License-Identifier: Apache-2.0
 *
 * Delivers logout tokens (BCLOGOUT#2.5): claims jobs that are due and posts each to its client, a
 * few at a time on threads of their own, so that an application that hangs holds up neither the
 * person nor the others. What fails is tried again with growing pauses for a day. Nodes share the
 * jobs: one that is claimed is left alone by the others until its claim has run out. */
#ifndef FLOW_LOGOUT_DELIVERY_H
#define FLOW_LOGOUT_DELIVERY_H

#include "base/attr.h"
#include "flow/flow.h"

struct logout_delivery;

/* `flow` outlives it. Without flow->fetch nothing is ever delivered from here. */
MUST_USE enum err logout_delivery_start(const struct flow *flow, struct logout_delivery **out);
/* There is something to deliver: do not wait for the next look. NULL: another process will see it.
 */
void logout_delivery_wake(struct logout_delivery *delivery);
/* After what is under way has ended: a fetch has a deadline. */
void logout_delivery_stop(struct logout_delivery **delivery);

/* One job on this thread: whatever comes of it is written down. */
void logout_deliver(const struct flow *flow, const struct call *call, const struct job_row *job);

#endif
