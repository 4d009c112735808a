/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: what may come once or a number of times: hashes that were seen, tickets, kept
 * requests. */
#include "world.h"

/* --- seen
 * ----------------------------------------------------------------------------------------------------------
 */

START_TEST(what_was_seen_does_not_come_again_before_it_expires)
{
	WORLD_EMPTY(w);
	struct hash hash = world_hash();
	struct hash other = world_hash();
	ck_ok(store_seen_insert(w.store, &hash, w.now, w.now + 60));
	ck_err(store_seen_insert(w.store, &hash, w.now, w.now + 60), ERR_CONFLICT);
	ck_err(store_seen_insert(w.store, &hash, w.now + 59, w.now + 200), ERR_CONFLICT);
	ck_ok(store_seen_insert(w.store, &other, w.now, w.now + 60));
	/* One that expires at this very second has expired. */
	ck_ok(store_seen_insert(w.store, &hash, w.now + 60, w.now + 120));
	ck_err(store_seen_insert(w.store, &hash, w.now + 61, w.now + 120), ERR_CONFLICT);
}
END_TEST

/* --- tickets
 * ----------------------------------------------------------------------------------------------------------
 */

static struct ticket new_ticket(const struct world *w, uint32_t uses)
{
	return (struct ticket){ .hash = world_hash(),
				.kind = TICKET_REGISTRATION,
				.note = SLICE("for the printers"),
				.created = w->now,
				.expires = w->now + 600,
				.uses = uses };
}

static enum err take(struct world *w, const struct ticket *ticket, int64_t at,
		     const struct event *event)
{
	return store_ticket_take(w->store, &ticket->hash, ticket->kind, w->now + at, event);
}

START_TEST(a_ticket_is_taken_as_often_as_it_says)
{
	WORLD_EMPTY(w);
	struct ticket ticket = new_ticket(&w, 2);
	struct event added = world_event(&w, EVENT_TICKET_ADDED);
	struct event used = world_event(&w, EVENT_TICKET_USED);
	ck_ok(store_ticket_insert(w.store, &ticket, &added));
	ck_err(store_ticket_insert(w.store, &ticket, &added), ERR_CONFLICT);
	ck_found(store_ticket_find(w.store, &ticket.hash, ticket.kind, w.now));
	ck_ok(take(&w, &ticket, 1, &used));
	ck_found(store_ticket_find(w.store, &ticket.hash, ticket.kind, w.now));
	ck_ok(take(&w, &ticket, 2, &used));
	ck_absent(store_ticket_find(w.store, &ticket.hash, ticket.kind, w.now));
	ck_err(take(&w, &ticket, 3, &used), ERR_UNCHANGED);
	ck_assert_uint_eq(world_events(&w, EVENT_TICKET_ADDED), 1);
	ck_assert_uint_eq(world_events(&w, EVENT_TICKET_USED), 2);
	struct ticket_list list;
	ck_ok(store_ticket_list(w.store, w.arena, &list));
	ck_assert(list.count == 1 && list.items[0].uses == 0);
}
END_TEST

struct ticket_row {
	const char *name;
	void (*spoil)(struct ticket *ticket, int64_t *at);
};

static void another_kind(struct ticket *ticket, int64_t *at UNUSED)
{
	ticket->kind = TICKET_SIGN_UP;
}

static void another_hash(struct ticket *ticket, int64_t *at UNUSED)
{
	ticket->hash = world_hash();
}

static void too_late(struct ticket *ticket UNUSED, int64_t *at)
{
	*at = 600;
}

static const struct ticket_row ticket_rows[] = {
	{ "a ticket is good for its own purpose alone", another_kind },
	{ "an unknown ticket is good for nothing", another_hash },
	{ "a ticket that has expired is good for nothing", too_late },
};

START_TEST(a_ticket_that_is_no_good_is_not_taken)
{
	const struct ticket_row *row = &ticket_rows[_i];
	WORLD_EMPTY(w);
	struct ticket ticket = new_ticket(&w, 1);
	struct ticket spoiled = ticket;
	struct event used = world_event(&w, EVENT_TICKET_USED);
	int64_t at = 599;
	ck_ok(store_ticket_insert(w.store, &ticket, NULL));
	row->spoil(&spoiled, &at);
	ck_assert_msg(store_ticket_find(w.store, &spoiled.hash, spoiled.kind, w.now + at) == ABSENT,
		      "%s", row->name);
	ck_assert_msg(take(&w, &spoiled, at, &used) == ERR_UNCHANGED, "%s", row->name);
	ck_ok(take(&w, &ticket, 599, &used));
	ck_assert_uint_eq(world_events(&w, EVENT_TICKET_USED), 1);
}
END_TEST

START_TEST(tickets_are_listed_newest_first_and_removed_once)
{
	WORLD_EMPTY(w);
	struct ticket older = new_ticket(&w, 3);
	struct ticket newer = new_ticket(&w, 1);
	struct ticket_list list;
	newer.created++;
	newer.kind = TICKET_SIGN_UP;
	newer.note = SLICE("");
	ck_ok(store_ticket_insert(w.store, &older, NULL));
	ck_ok(store_ticket_insert(w.store, &newer, NULL));
	ck_ok(store_ticket_list(w.store, w.arena, &list));
	ck_assert_uint_eq(list.count, 2);
	ck_assert(hash_equal(&list.items[0].hash, &newer.hash) &&
		  list.items[0].kind == TICKET_SIGN_UP);
	const struct ticket *t = &list.items[1];
	ck_assert(hash_equal(&t->hash, &older.hash) && t->kind == TICKET_REGISTRATION);
	ck_assert(t->created == w.now && t->expires == w.now + 600 && t->uses == 3);
	ck_slice(t->note, "for the printers");
	ck_ok(store_ticket_remove(w.store, &older.hash, NULL));
	ck_err(store_ticket_remove(w.store, &older.hash, NULL), ERR_ABSENT);
	ck_err(take(&w, &older, 1, NULL), ERR_UNCHANGED);
	ck_ok(store_ticket_list(w.store, w.arena, &list));
	ck_assert_uint_eq(list.count, 1);
}
END_TEST

/* --- kept requests
 * ----------------------------------------------------------------------------------------------------------
 */

static struct kept_request new_kept(const struct world *w)
{
	return (struct kept_request){ .hash = world_hash(),
				      .kind = KEPT_PUSHED,
				      .client = w->client,
				      .parameters = SLICE("scope=openid&state=%C3%A9"),
				      .created = w->now,
				      .expires = w->now + 600 };
}

START_TEST(a_request_is_kept_for_one_use)
{
	WORLD(w);
	struct kept_request new = new_kept(&w);
	struct event event = world_event(&w, EVENT_AUTHORIZE_PUSHED);
	struct kept_request *kept;
	ck_ok(store_kept_insert(w.store, &new, &event));
	ck_err(store_kept_insert(w.store, &new, &event), ERR_CONFLICT);
	ck_found(store_kept_find(w.store, w.arena, &new.hash, &kept));
	ck_assert(hash_equal(&kept->hash, &new.hash) && kept->kind == KEPT_PUSHED);
	ck_assert(id_equal(&kept->client, &w.client) && kept->used == 0);
	ck_assert(kept->created == w.now && kept->expires == w.now + 600);
	ck_slice(kept->parameters, "scope=openid&state=%C3%A9");
	struct event used = world_event(&w, EVENT_REQUEST_USED);
	ck_ok(store_kept_use(w.store, &new.hash, w.now + 1, &used));
	ck_err(store_kept_use(w.store, &new.hash, w.now + 2, &used), ERR_UNCHANGED);
	ck_found(store_kept_find(w.store, w.arena, &new.hash, &kept));
	ck_assert_int_eq(kept->used, w.now + 1);
	ck_assert_uint_eq(world_events(&w, EVENT_AUTHORIZE_PUSHED), 1);
	ck_assert_uint_eq(world_events(&w, EVENT_REQUEST_USED), 1);
}
END_TEST

START_TEST(a_request_that_has_expired_or_never_was_is_not_used)
{
	WORLD(w);
	struct kept_request new = new_kept(&w);
	struct hash nothing = world_hash();
	struct kept_request *kept;
	new.kind = KEPT_LOGOUT;
	new.client = (struct id){ 0 };
	ck_ok(store_kept_insert(w.store, &new, NULL));
	ck_err(store_kept_use(w.store, &new.hash, w.now + 600, NULL), ERR_UNCHANGED);
	ck_found(store_kept_find(w.store, w.arena, &new.hash, &kept));
	ck_assert(id_is_zero(&kept->client) && kept->kind == KEPT_LOGOUT && kept->used == 0);
	ck_err(store_kept_use(w.store, &nothing, w.now, NULL), ERR_UNCHANGED);
	ck_absent(store_kept_find(w.store, w.arena, &nothing, &kept));
	ck_assert_ptr_null(kept);
	ck_ok(store_kept_use(w.store, &new.hash, w.now + 599, NULL));
}
END_TEST

START_TEST(no_request_is_kept_for_a_client_that_is_disabled_or_gone)
{
	WORLD(w);
	struct kept_request before = new_kept(&w);
	struct kept_request after = new_kept(&w);
	struct client *client;
	struct kept_request *kept;
	struct event event = world_event(&w, EVENT_AUTHORIZE_PUSHED);
	ck_ok(store_kept_insert(w.store, &before, NULL));
	ck_found(store_client_find(w.store, w.arena, &w.client, &client));
	client->enabled = false;
	ck_ok(store_client_update(w.store, client, w.now + 1, NULL));
	ck_err(store_kept_insert(w.store, &after, &event), ERR_UNCHANGED);
	ck_found(store_kept_find(w.store, w.arena, &before.hash, &kept));
	ck_ok(store_client_remove(w.store, &w.client, NULL));
	ck_err(store_kept_insert(w.store, &after, &event), ERR_UNCHANGED);
	ck_absent(store_kept_find(w.store, w.arena, &before.hash, &kept));
	ck_absent(store_kept_find(w.store, w.arena, &after.hash, &kept));
	ck_assert_uint_eq(world_events(&w, EVENT_AUTHORIZE_PUSHED), 0);
}
END_TEST

/* --- the sweep
 * ----------------------------------------------------------------------------------------------------------
 */

static size_t sweep_at(struct world *w, int64_t at)
{
	struct sweep sweep = { .now = w->now + at,
			       .session_idle = 400 * 86400,
			       .keep_dead = 86400,
			       .keep_events = 400 * 86400,
			       .limit = 1000 };
	size_t deleted;
	ck_ok(store_sweep(w->store, &sweep, &deleted));
	return deleted;
}

START_TEST(what_has_expired_is_swept)
{
	WORLD(w);
	struct hash seen = world_hash();
	struct ticket ticket = new_ticket(&w, 1);
	struct kept_request new = new_kept(&w);
	struct kept_request *kept;
	struct ticket_list list;
	ck_ok(store_seen_insert(w.store, &seen, w.now, w.now + 600));
	ck_ok(store_ticket_insert(w.store, &ticket, NULL));
	ck_ok(store_kept_insert(w.store, &new, NULL));
	ck_assert_uint_eq(sweep_at(&w, 599), 0);
	ck_err(store_seen_insert(w.store, &seen, w.now, w.now + 600), ERR_CONFLICT);
	ck_found(store_ticket_find(w.store, &ticket.hash, ticket.kind, w.now));
	ck_found(store_kept_find(w.store, w.arena, &new.hash, &kept));
	ck_assert_uint_eq(sweep_at(&w, 600), 3);
	ck_ok(store_seen_insert(w.store, &seen, w.now, w.now + 600));
	ck_ok(store_ticket_list(w.store, w.arena, &list));
	ck_assert_uint_eq(list.count, 0);
	ck_absent(store_kept_find(w.store, w.arena, &new.hash, &kept));
}
END_TEST

void contract_once(TCase *tc)
{
	tcase_add_test(tc, what_was_seen_does_not_come_again_before_it_expires);
	tcase_add_test(tc, a_ticket_is_taken_as_often_as_it_says);
	tcase_add_loop_test(tc, a_ticket_that_is_no_good_is_not_taken, 0, ARRAY_LEN(ticket_rows));
	tcase_add_test(tc, tickets_are_listed_newest_first_and_removed_once);
	tcase_add_test(tc, a_request_is_kept_for_one_use);
	tcase_add_test(tc, a_request_that_has_expired_or_never_was_is_not_used);
	tcase_add_test(tc, no_request_is_kept_for_a_client_that_is_disabled_or_gone);
	tcase_add_test(tc, what_has_expired_is_swept);
}
