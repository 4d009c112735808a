/* SPDX-License-Identifier: Apache-2.0
 *
 * 32 random bytes need no slow hash. What does not look like a ticket costs no look-up. */
#include "flow/tickets.h"

#include <assert.h>

#include "base/encode.h"
#include "base/ensure.h"
#include "base/random_text.h"
#include "base/secret.h"

enum { TICKET_BYTES = 32 };

#define TICKET_PREFIX "dct_"

static const char *const names[] = {
	[TICKET_REGISTRATION] = "registration",
	[TICKET_SIGN_UP] = "sign-up",
};
static_assert(ARRAY_LEN(names) == TICKET_KIND_COUNT, "a name for each kind");

const char *ticket_kind_name(enum ticket_kind kind)
{
	ensure((unsigned)kind < TICKET_KIND_COUNT);
	return names[kind];
}

enum ticket_kind ticket_kind_parse(struct slice name)
{
	return (enum ticket_kind)slice_name_index(name, names, TICKET_KIND_COUNT);
}

enum err ticket_add(const struct flow *flow, const struct call *call,
		    const struct ticket_new *ticket, struct slice *text, struct ticket *row)
{
	struct event event = call_event(call, EVENT_TICKET_ADDED, NULL, NULL, NULL);
	event.detail = slice_str(ticket_kind_name(ticket->kind));
	*text = random_text(call->arena, SLICE(TICKET_PREFIX), TICKET_BYTES);
	*row = (struct ticket){
		.kind = ticket->kind,
		.note = ticket->note,
		.created = call->now,
		.expires = call->now + ticket->lifetime,
		.uses = ticket->uses,
	};
	hash_sha256(*text, &row->hash);
	return store_ticket_insert(flow->store, row, &event);
}

static bool read_text(struct slice text, struct hash *hash)
{
	uint8_t random[TICKET_BYTES];
	struct slice coded = slice_sub(text, sizeof(TICKET_PREFIX) - 1, text.len);
	bool fits = slice_has_prefix(text, SLICE(TICKET_PREFIX)) &&
		    decode_base62(coded, random, sizeof(random)) == ERR_OK;
	secret_wipe(random, sizeof(random));
	if (fits)
		hash_sha256(text, hash);
	return fits;
}

enum find ticket_find(const struct flow *flow, const struct call *call, enum ticket_kind kind,
		      struct slice text)
{
	struct hash hash;
	return read_text(text, &hash) ? store_ticket_find(flow->store, &hash, kind, call->now)
				      : ABSENT;
}

enum err ticket_take(const struct flow *flow, const struct call *call, enum ticket_kind kind,
		     struct slice text)
{
	struct hash hash;
	struct event event = call_event(call, EVENT_TICKET_USED, NULL, NULL, NULL);
	event.detail = slice_str(ticket_kind_name(kind));
	return read_text(text, &hash)
		       ? store_ticket_take(flow->store, &hash, kind, call->now, &event)
		       : ERR_UNCHANGED;
}
