/* SPDX-License-Identifier: Apache-2.0
 *
 * What comes next of an authorization request that is fine in itself: does somebody have to sign
 * in, to choose, to allow, or can it be answered? OIDC#3.1.2.1, OIDC#3.1.2.3, OIDC#3.1.2.4,
 * OIDC#3.1.2.6. "Since" is since the request began: what a prompt asks for must have happened after
 * that. */
#ifndef DOMAIN_INTERACTION_H
#define DOMAIN_INTERACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/oauth_error.h"

struct interaction {
	unsigned prompts; /* domain/prompt.h */
	int64_t max_age;  /* seconds; -1: none */
	int64_t now;
	/* the person */
	bool is_signed_in;
	int64_t auth_time;
	bool renewed;   /* signed in, or signed up, since */
	bool chosen;    /* was chosen since, out of those who are signed in */
	bool is_wanted; /* the one of id_token_hint and of the sub that claims demands, if any */
	bool acr_fits;  /* signed in as claims demands, if it does */
	/* the consent */
	bool allowed;        /* on the page, just now */
	bool remembered;     /* once, for all that is asked for */
	bool counts;         /* what is remembered counts for this client at this redirect URI */
	bool is_first_party; /* the operator has said that nobody is to be asked */
};

enum interaction_step {
	STEP_ANSWER = 0,
	STEP_SIGN_IN,
	STEP_SIGN_UP,
	STEP_CHOOSE,
	STEP_CONSENT,
	STEP_REFUSE, /* `*error` */
	STEP_COUNT
};
enum interaction_step interaction_next(const struct interaction *facts, enum oauth_error *error);

#endif
