/* SPDX-License-Identifier: Apache-2.0
 *
 * Budgets of failures and which of them an attempt takes from. No budget lets a stranger lock a
 * person out cheaply: the name alone counts with twenty times the budget, and a browser that the
 * person used before has a budget that only somebody with its cookie can spend. ASVS 6.3.1 */
#include "domain/throttle.h"

#include <assert.h>

#include "base/attr.h"
#include "base/ensure.h"

enum { MINUTE = 60, SIGN_IN_LIMIT = 10, NAME_FACTOR = 20, SERVER_LIMIT = 600 };

/* Refusing rows; what only counts is written out. */
#define ROW(label, failures, minutes) \
	{ \
		.name = (label), .limit = (failures), .window = (minutes)*MINUTE, .refuses = true \
	}

static const struct throttle_row rows[] = {
	[THROTTLE_NAME_ADDRESS] = ROW("sign_in.name_address", SIGN_IN_LIMIT, 15),
	[THROTTLE_ADDRESS] = ROW("sign_in.address", 50, 15),
	[THROTTLE_NAME] = ROW("sign_in.name", NAME_FACTOR *SIGN_IN_LIMIT, 15),
	[THROTTLE_KNOWN_DEVICE] = ROW("sign_in.known_device", 20, 15),
	/* RFC6749#2.3.1: secrets cannot be tried without end */
	[THROTTLE_CLIENT_ADDRESS] = ROW("client.address", 20, 15),
	/* RFC8628#5.1: five tries at 20^8 codes, below one in 2^32, then a wait of ten minutes */
	[THROTTLE_CODE_SESSION] = ROW("code.session", 5, 10),
	[THROTTLE_CODE_USER] = ROW("code.user", 10, 10),
	[THROTTLE_CODE_ADDRESS] = ROW("code.address", 20, 10),
	[THROTTLE_CODE_SERVER] = { .name = "code.server", .limit = SERVER_LIMIT, .window = MINUTE },
	/* ASVS 6.3.8: each tells whether a name is taken; a school class fits behind one address */
	[THROTTLE_SIGN_UP_ADDRESS] = ROW("sign_up.address", 60, 60),
	/* RFC7591#5: a row of the database each */
	[THROTTLE_REGISTRATION_ADDRESS] = ROW("registration.address", 20, 1),
};

static_assert(ARRAY_LEN(rows) == THROTTLE_KIND_COUNT, "a row for each kind of budget");

const struct throttle_row *throttle_row(enum throttle_kind kind)
{
	ensure((unsigned)kind < THROTTLE_KIND_COUNT);
	return &rows[kind];
}

static void plan_start(struct throttle_plan *plan, const struct address *address)
{
	*plan = (struct throttle_plan){ .count = 0 };
	address_prefix(address, plan->prefix);
}

/* The counters point at the plan's own prefix: a plan is never copied. */
static struct slice plan_prefix(const struct throttle_plan *plan)
{
	return slice_of(plan->prefix, ADDRESS_PREFIX_BYTES);
}

static void plan_add(struct throttle_plan *plan, enum throttle_kind kind, struct slice first,
		     struct slice second)
{
	ensure(plan->count < THROTTLE_COUNTERS_MAX);
	plan->counters[plan->count++] = (struct throttle_counter){ .kind = kind,
								   .parts = { first, second } };
}

void throttle_plan_sign_in(struct throttle_plan *plan, struct slice folded_name,
			   const struct address *address, struct slice known_device)
{
	plan_start(plan, address);
	if (!slice_is_empty(known_device)) {
		plan_add(plan, THROTTLE_KNOWN_DEVICE, known_device, SLICE_EMPTY);
		return;
	}
	plan_add(plan, THROTTLE_NAME_ADDRESS, folded_name, plan_prefix(plan));
	plan_add(plan, THROTTLE_ADDRESS, plan_prefix(plan), SLICE_EMPTY);
	plan_add(plan, THROTTLE_NAME, folded_name, SLICE_EMPTY);
}

void throttle_plan_sign_up(struct throttle_plan *plan, const struct address *address)
{
	plan_start(plan, address);
	plan_add(plan, THROTTLE_SIGN_UP_ADDRESS, plan_prefix(plan), SLICE_EMPTY);
}

void throttle_plan_registration(struct throttle_plan *plan, const struct address *address)
{
	plan_start(plan, address);
	plan_add(plan, THROTTLE_REGISTRATION_ADDRESS, plan_prefix(plan), SLICE_EMPTY);
}

void throttle_plan_client(struct throttle_plan *plan, struct slice client_id,
			  const struct address *address)
{
	plan_start(plan, address);
	plan_add(plan, THROTTLE_CLIENT_ADDRESS, client_id, plan_prefix(plan));
}

void throttle_plan_user_code(struct throttle_plan *plan, struct slice session, struct slice user,
			     const struct address *address)
{
	plan_start(plan, address);
	plan_add(plan, THROTTLE_CODE_SESSION, session, SLICE_EMPTY);
	plan_add(plan, THROTTLE_CODE_USER, user, SLICE_EMPTY);
	plan_add(plan, THROTTLE_CODE_ADDRESS, plan_prefix(plan), SLICE_EMPTY);
	plan_add(plan, THROTTLE_CODE_SERVER, SLICE_EMPTY, SLICE_EMPTY);
}

bool throttle_server_is_attacked(uint32_t wrong_codes_in_window)
{
	return wrong_codes_in_window >= SERVER_LIMIT;
}
