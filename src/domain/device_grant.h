/* SPDX-License-Identifier: Apache-2.0
 *
 * The device authorization grant of RFC 8628: its record, the states it goes through, and what a
 * poll, an entry, a decision and a redemption get in each. */
#ifndef DOMAIN_DEVICE_GRANT_H
#define DOMAIN_DEVICE_GRANT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "crypto/hash.h"
#include "domain/id.h"
#include "domain/oauth_error.h"

/* pending -> approved -> redeemed, or pending -> denied. Final states stay; expiry is a time, not a
 * state. The numbers are stored. */
enum device_status {
	DEVICE_PENDING = 0,
	DEVICE_APPROVED = 1,
	DEVICE_DENIED = 2,
	DEVICE_REDEEMED = 3,
	DEVICE_STATUS_COUNT
};

struct device_grant {
	struct id authorization; /* made when the flow starts */
	struct hash code_hash;   /* of the device code */
	struct id client;
	struct slice scope;
	struct slice resource;   /* asked for: RFC8707#2, space separated; "" */
	struct slice address;    /* where the request came from, as text */
	struct slice user_agent; /* as sent, cut at 200 bytes; may be empty */
	int64_t created;
	int64_t expires;
	enum device_status status;
	struct id user;             /* who decided; zero while pending */
	int64_t decided;            /* 0 while pending */
	int64_t redeemed;           /* 0 until then */
	struct slice sealed_answer; /* of the redemption, for a lost answer; may be empty */
	int64_t replay_until;
};

/* What a poll by the right client gets: OAUTH_OK when it may be redeemed now. A redeemed code is
 * OAUTH_INVALID_GRANT, whatever the time; otherwise expiry comes first. RFC8628#3.5 */
enum oauth_error device_grant_poll(enum device_status status, int64_t expires, int64_t now);
/* True while a person may still enter the code, see it, and decide. */
bool device_grant_is_open(enum device_status status, int64_t expires, int64_t now);

#endif
