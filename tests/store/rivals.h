/* SPDX-License-Identifier: Apache-2.0
 *
 * Rivals that come between the load and the save of an operation. A scene is set and the operation
 * prepared as if everything had been looked up; then the rival commits; then the operation comes
 * and must change nothing. */
#ifndef STORE_RIVALS_H
#define STORE_RIVALS_H

#include "world.h"

struct scene {
	struct world *w;
	struct client client;    /* as loaded */
	struct id authorization; /* that a revocation is of */
	struct device_grant_new grant;
	struct device_decision decision;
	struct code_new code;
	struct redemption redemption;
	struct redemption other; /* of the same code */
	struct rotation rotation;
	enum err expected; /* ERR_UNCHANGED, unless the rival says otherwise */
};

struct operation {
	void (*set)(struct scene *s);
	enum err (*step)(struct scene *s, const struct event *event);
	/* That nothing was given. */
	void (*verify)(struct scene *s);
};

struct rival_row {
	const char *name;
	const struct operation *operation;
	void (*rival)(struct scene *s);
};

void rival_run(const struct rival_row *row);
/* As much without a rival, which must succeed. */
void rival_run_alone(const struct operation *operation);

/* They are about the person, the session and the client of the world. */
void user_is_disabled(struct scene *s);
void user_is_disabled_and_enabled(struct scene *s);
void user_is_removed(struct scene *s);
void client_is_disabled(struct scene *s);
void client_is_removed(struct scene *s);
void session_is_removed(struct scene *s);
void password_is_changed(struct scene *s);
void authorization_is_revoked(struct scene *s);

/* What operations verify. */
void no_tokens_are_redeemed(struct scene *s);
void no_tokens_are_rotated(struct scene *s);

#endif
