/* SPDX-License-Identifier: Apache-2.0
 *
 * What one node knows at the moment about being attacked: whether user codes are being guessed all
 * over the server (then new codes are longer and entry asks for a fresh sign-in), and which callers
 * are over their budget of wrong client secrets (so that they are refused without a look at the
 * database). Hints in memory, renewed from the store; never the truth. */
#ifndef FLOW_ALARM_H
#define FLOW_ALARM_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/hash.h"

struct alarm;

struct alarm *alarm_new(void);
void alarm_free(struct alarm **alarm);

void alarm_set_code_attack(struct alarm *alarm, bool attacked);
bool alarm_code_attack(const struct alarm *alarm); /* NULL: false */

/* Remembers that this counter is full until `until` (seconds). Bounded: an older mark may be
 * forgotten. */
void alarm_block(struct alarm *alarm, const struct hash *counter, int64_t until);
/* Seconds until it opens again; 0 when it is not blocked. */
int64_t alarm_blocked_for(struct alarm *alarm, const struct hash *counter, int64_t now);

#endif
