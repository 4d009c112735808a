/* SPDX-License-Identifier: Apache-2.0
 *
 * Budgets of failures: which counters an attempt touches, and how much each may hold in its window.
 * Pure: the counters are rows of the failure table (store.h). An attempt takes one from each of its
 * counters before it costs anything, and gets it back when it succeeds. ASVS 6.3.1, RFC8628#5.1,
 * RFC6749#2.3.1 */
#ifndef DOMAIN_THROTTLE_H
#define DOMAIN_THROTTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/slice.h"

enum throttle_kind {
	THROTTLE_NAME_ADDRESS = 0, /* sign-in: name and /24 or /64 together */
	THROTTLE_ADDRESS,          /* sign-in: the /24 or /64 alone */
	THROTTLE_NAME,             /* sign-in: the name alone, with twenty times the budget */
	THROTTLE_KNOWN_DEVICE, /* sign-in: a browser the person signed in from before; in the place
				  of the three above */
	THROTTLE_CLIENT_ADDRESS,  /* client secrets: client and address, never the client alone */
	THROTTLE_CODE_SESSION,    /* wrong user codes: per session */
	THROTTLE_CODE_USER,       /* per account */
	THROTTLE_CODE_ADDRESS,    /* per address */
	THROTTLE_CODE_SERVER,     /* for the whole server: never refuses, see
				     throttle_server_is_attacked() */
	THROTTLE_SIGN_UP_ADDRESS, /* making an account, whatever becomes of it: per address */
	THROTTLE_REGISTRATION_ADDRESS, /* registering a client without a ticket, or with a wrong one
					*/
	THROTTLE_KIND_COUNT
};

struct throttle_row {
	const char *name; /* for events */
	uint32_t limit;   /* failures in the window */
	uint32_t window;  /* seconds */
	bool refuses;     /* else it only counts */
};

const struct throttle_row *throttle_row(enum throttle_kind kind);

enum { THROTTLE_PARTS_MAX = 2, THROTTLE_COUNTERS_MAX = 4 };

/* One counter: its kind and the bytes that name it (hashed under KEY_THROTTLE before they are
 * stored). */
struct throttle_counter {
	enum throttle_kind kind;
	struct slice parts[THROTTLE_PARTS_MAX];
};

struct throttle_plan {
	struct throttle_counter counters[THROTTLE_COUNTERS_MAX];
	size_t count;
	uint8_t prefix[ADDRESS_PREFIX_BYTES]; /* storage of the address part */
};

/* `known_device` is a non-empty slice naming (user, device) when the browser brought a good device
 * cookie. */
void throttle_plan_sign_in(struct throttle_plan *plan, struct slice folded_name,
			   const struct address *address, struct slice known_device);
void throttle_plan_sign_up(struct throttle_plan *plan, const struct address *address);
void throttle_plan_registration(struct throttle_plan *plan, const struct address *address);
void throttle_plan_client(struct throttle_plan *plan, struct slice client_id,
			  const struct address *address);
void throttle_plan_user_code(struct throttle_plan *plan, struct slice session, struct slice user,
			     const struct address *address);

/* The server's own counter says that codes are being guessed: new codes grow by two letters, entry
 * demands a fresh sign-in. */
bool throttle_server_is_attacked(uint32_t wrong_codes_in_window);

#endif
