/* SPDX-License-Identifier: Apache-2.0
 *
 * Device flows of several threads with a record of every step that was answered, so that another
 * store, made from what a disk held at some moment, can be held against what had been answered by
 * then: each step that was is there whole, each other one whole or not at all. */
#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include <stdatomic.h>
#include <stddef.h>

#include "world.h"

enum ledger_step {
	LEDGER_SIGN_IN,
	LEDGER_START,
	LEDGER_DECIDE,
	LEDGER_REDEEM,
	LEDGER_ROTATE,
	LEDGER_STEPS
};
enum { LEDGER_THREADS = 6, LEDGER_FLOWS = 200 };

struct flow {
	struct session_new session;
	struct device_grant_new grant;
	struct device_decision decision;
	struct redemption redemption;
	struct rotation rotation;
	char number[16]; /* stands in its events */
};

/* Steps are counted through all flows of the thread. */
struct ledger_thread {
	struct flow flows[LEDGER_FLOWS];
	atomic_size_t begun;
	atomic_size_t answered;
};

struct ledger {
	struct ledger_thread threads[LEDGER_THREADS];
};

struct ledger_marks {
	size_t answered[LEDGER_THREADS];
};

/* What was found in a store, beside what had to be there. */
struct verdict {
	size_t stores;   /* looked at */
	size_t steps;    /* answered ones that were looked for */
	size_t unopened; /* stores that cannot be opened or migrated, or do not go on */
	size_t faults;   /* of store_check() */
	size_t lost;     /* answered and not there */
	size_t half;     /* partly there, twice there, or there before what must precede it */
	size_t failed;   /* look-ups */
};

struct ledger *ledger_new(void);
void ledger_free(struct ledger **ledger);
/* The next step of a thread, or once more the last one when it was not answered ERR_OK. */
MUST_USE enum err ledger_next(struct ledger *ledger, size_t thread, struct world *world);
/* As many steps as make `flows` flows; each must be answered ERR_OK. */
void ledger_flows(struct ledger *ledger, size_t thread, size_t flows, struct world *world);
struct ledger_marks ledger_mark(const struct ledger *ledger);
/* Adds to the verdict what `store` holds of what was answered at `marks`. */
void ledger_judge(const struct ledger *ledger, const struct ledger_marks *marks,
		  struct store *store, struct verdict *verdict);
/* Opens a database that somebody left, judges it, checks it, and lets it do some more. */
void ledger_judge_database(const struct ledger *ledger, const struct ledger_marks *marks,
			   const struct world *world, const char *database,
			   struct verdict *verdict);
/* How many things are wrong. */
size_t verdict_sum(const struct verdict *verdict);
void verdict_print(const struct verdict *verdict, const char *what);

#endif
