/* SPDX-License-Identifier: Apache-2.0
 *
 * What a signed authorization request must say of itself: RFC9101#4, RFC9101#6, RFC9101#10.8,
 * OIDC#6.1. That it was signed by the client, and reading it, is flow/request_object.h. */
#ifndef DOMAIN_REQUEST_OBJECT_H
#define DOMAIN_REQUEST_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum {
	REQUEST_OBJECT_AUDIENCES_MAX = 8,
	REQUEST_OBJECT_SKEW_S = 30,
	REQUEST_OBJECT_AHEAD_S = 3600 /* its exp */
};

struct request_object {
	struct slice typ; /* of the header, lower case, without "application/"; "" */
	struct slice iss; /* "" where it is missing, as all texts here */
	struct slice sub;
	struct slice aud[REQUEST_OBJECT_AUDIENCES_MAX];
	size_t aud_count;
	struct slice client_id;
	bool has_exp, has_nbf, has_iat;
	int64_t exp;
	int64_t nbf;
	int64_t iat;
	bool nests; /* it holds request or request_uri */
};

enum request_object_fault {
	REQUEST_OBJECT_FINE = 0,
	REQUEST_OBJECT_TYP,
	REQUEST_OBJECT_ISS,
	REQUEST_OBJECT_AUD,
	REQUEST_OBJECT_CLIENT,
	REQUEST_OBJECT_SUB,
	REQUEST_OBJECT_NO_EXP,
	REQUEST_OBJECT_EXPIRED,
	REQUEST_OBJECT_TOO_LONG,
	REQUEST_OBJECT_EARLY,
	REQUEST_OBJECT_NESTS,
	REQUEST_OBJECT_FAULT_COUNT
};
struct request_object_rules {
	struct slice client_id; /* who sends it */
	struct slice issuer;    /* this server */
	int64_t now;            /* when the request began: signing in may take longer */
	bool any_expiry;        /* the client is let off exp, and its limit */
};
enum request_object_fault request_object_check(const struct request_object *object,
					       const struct request_object_rules *rules);
struct slice request_object_fault_text(enum request_object_fault fault);

#endif
