/* SPDX-License-Identifier: Apache-2.0
 *
 * Tickets: secrets that an administrator hands out, good for a number of uses until they expire.
 * One kind is the initial access token of client registration (RFC7591#3), the other an invitation
 * to make an account. Their text is "dct_" and 32 random bytes; the database holds its hash. */
#ifndef FLOW_TICKETS_H
#define FLOW_TICKETS_H

#include "base/attr.h"
#include "flow/flow.h"

enum {
	TICKET_NOTE_MAX = 200,
	TICKET_USES_MAX = 1000000,
	TICKET_LIFETIME_MAX = 315360000 /* seconds */
};

const char *ticket_kind_name(enum ticket_kind kind);   /* "registration", "sign-up" */
enum ticket_kind ticket_kind_parse(struct slice name); /* TICKET_KIND_COUNT: unknown */

struct ticket_new {
	enum ticket_kind kind;
	struct slice note;
	uint32_t uses;
	int64_t lifetime; /* seconds */
};
/* `*text` is shown this once; it is in the call's arena. */
MUST_USE enum err ticket_add(const struct flow *flow, const struct call *call,
			     const struct ticket_new *ticket, struct slice *text,
			     struct ticket *row);

/* Whether it may be used now. FOUND, ABSENT, FIND_FAILED. */
enum find ticket_find(const struct flow *flow, const struct call *call, enum ticket_kind kind,
		      struct slice text);
/* One use of it. ERR_UNCHANGED: it is none, has expired, is used up, or is of the other kind;
 * ERR_DATABASE. */
MUST_USE enum err ticket_take(const struct flow *flow, const struct call *call,
			      enum ticket_kind kind, struct slice text);

#endif
