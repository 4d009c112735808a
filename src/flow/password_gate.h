/* SPDX-License-Identifier: Apache-2.0
 *
 * Bounds how many passwords are hashed at a time, since each takes its memory, and how many callers
 * wait for their turn, since each keeps a worker that others need. */
#ifndef FLOW_PASSWORD_GATE_H
#define FLOW_PASSWORD_GATE_H

#include <stdbool.h>

#include "base/attr.h"

struct password_gate;

/* At most `waiting` wait; of strangers, half as many. */
struct password_gate *password_gate_new(unsigned places, unsigned waiting);
void password_gate_free(struct password_gate **gate);

/* Somebody whose browser has proved that he signed in here before still gets in when strangers
 * have filled their part of the queue. */
enum gate_caller { GATE_STRANGER = 0, GATE_KNOWN };
/* Waits for a place. False when too many wait already: come again later. NULL: no bound. */
MUST_USE bool password_gate_enter(struct password_gate *gate, enum gate_caller caller);
/* Whether it would let this caller in now: asked before anything is written for him. */
bool password_gate_has_room(struct password_gate *gate, enum gate_caller caller);
/* Only after password_gate_enter() said yes. */
void password_gate_leave(struct password_gate *gate);

#endif
