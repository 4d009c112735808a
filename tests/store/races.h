/* SPDX-License-Identifier: Apache-2.0
 *
 * Rivals at the same moment. In each round several threads take the same step, most of them at once
 * with the rival that forbids it, some only when the rival was answered. What was answered must be
 * there, whole; what was refused must have left nothing; and nothing may succeed that began after
 * the rival was answered. STORE_ROUNDS in the environment sets another number of rounds. */
#ifndef STORE_RACES_H
#define STORE_RACES_H

#include <stdatomic.h>

#include "world.h"

enum { RACERS = 8 };

struct race {
	struct world *w;
	const struct contest *contest;
	char name[128]; /* of the contest */
	unsigned round;
	struct client client;
	struct id authorization; /* that a revocation is of */
	struct device_grant_new grant;
	struct redemption redeemed;
	struct ticket ticket;
	struct hash hash;
	struct redemption redemptions[RACERS];
	struct rotation rotations[RACERS];
	struct device_decision decisions[RACERS];
	struct device_grant_new grants[RACERS];
	struct session_new sessions[RACERS];
	struct hash replaced[RACERS]; /* sessions */
	struct code_new codes[RACERS];
	struct grant_new tokens[RACERS];
	struct arena *arenas[RACERS]; /* of a racer alone */
	enum err rival_result;
	size_t done_before; /* steps, when the rival was answered */
	enum err results[RACERS];
	bool began_late[RACERS];
	atomic_bool rival_is_over;
	size_t won; /* in all rounds */
};

struct step {
	const char *name; /* of all that take it: "decisions" */
	enum err loses;   /* what those get who do not win; not set: ERR_UNCHANGED */
	size_t winners;   /* so many at most; without a rival just so many */
	bool silent;      /* records no event */
	bool outlives;    /* it may also be taken when the rival was answered */
	void (*set)(struct race *race);
	enum err (*take)(struct race *race, size_t number, const struct event *event);
	/* What is left when all is over: `there` unless it was refused or removed. */
	void (*verify)(struct race *race, size_t number, bool there);
	size_t (*done)(struct race *race); /* so many of them; NULL: is not asked */
};

struct rival {
	const char *name; /* "the person is disabled" */
	enum err (*act)(struct race *race);
	bool removes; /* with all that had been given */
};

/* They are about the person, the session and the client of the world. */
extern const struct rival race_revocation;
extern const struct rival race_disabling;
extern const struct rival race_removal;
extern const struct rival race_password;
extern const struct rival race_sign_off;
extern const struct rival race_client_off;
extern const struct rival race_client_removal;

struct contest {
	const struct step *step;
	const struct rival *rival; /* NULL: the racers are each other's */
	/* Who has not succeeded when the rival is answered does not any more, even if he began
	 * before. Where it is not set, a step may end by what it saw when it began. */
	bool strict;
};

/* All rounds of it, in a store of its own. */
void race_run(const struct contest *contest);

#endif
