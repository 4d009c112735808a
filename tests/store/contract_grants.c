/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: tokens that are given without a code, what a device's authorization is for, the
 * authorizations of one session, and the confirmation of what was read. */
#include "world.h"

#define TOKENS_OF(new) \
	((struct redemption){ .authorization = (new).authorization.id, .issue = (new).issue })

START_TEST(a_client_gets_tokens_for_itself)
{
	WORLD(w);
	struct grant_new new = world_grant_new(&w, GRANT_CLIENT_CREDENTIALS);
	struct event event = world_event(&w, EVENT_TOKEN_ISSUED);
	struct authorization *a;
	struct token_row token;
	new.authorization.user = (struct id){ 0 };
	new.issue.refresh.hash = (struct hash){ 0 };
	ck_ok(store_grant_insert(w.store, &new, &event));
	struct redemption made = TOKENS_OF(new);
	ck_found(store_access_token_find(w.store, w.arena, &WORLD_ACCESS(made), &a, &token));
	ck_assert(id_is_zero(&a->user) && id_equal(&a->client, &w.client));
	ck_assert(a->grant == GRANT_CLIENT_CREDENTIALS && a->last_used == w.now + 20);
	ck_assert(!world_has_refresh(&w, &made));
	ck_slice(token.binding, "jkt:bound");
	ck_assert_uint_eq(world_events(&w, EVENT_TOKEN_ISSUED), 1);
	ck_assert_uint_eq(world_faults(&w), 0);
}
END_TEST

START_TEST(a_token_is_exchanged_for_one_with_a_parent)
{
	WORLD(w);
	struct redemption parent = world_code_redeemed(&w);
	struct grant_new new = world_grant_new(&w, GRANT_TOKEN_EXCHANGE);
	struct authorization *a;
	new.authorization.parent = parent.authorization;
	ck_ok(store_grant_insert(w.store, &new, NULL));
	ck_found(store_authorization_find(w.store, w.arena, &new.authorization.id, &a));
	ck_assert(id_equal(&a->parent, &parent.authorization) && id_equal(&a->user, &w.user));
	struct redemption made = TOKENS_OF(new);
	ck_assert(world_has_tokens(&w, &made));
	made.client = w.client;
	struct rotation rotation = world_rotation(&w, &made);
	ck_ok(store_refresh_token_rotate(w.store, &rotation, NULL));
}
END_TEST

/* --- rivals
 * ----------------------------------------------------------------------------------------------------------
 */

static void disable_user(struct world *w, struct grant_new *new UNUSED)
{
	ck_ok(store_user_set_enabled(w->store, &w->user, false, w->now, NULL));
}

static void remove_user(struct world *w, struct grant_new *new UNUSED)
{
	ck_ok(store_user_remove(w->store, &w->user, NULL));
}

static void disable_client(struct world *w, struct grant_new *new UNUSED)
{
	struct client *client;
	ck_found(store_client_find(w->store, w->arena, &w->client, &client));
	client->enabled = false;
	ck_ok(store_client_update(w->store, client, w->now + 1, NULL));
}

static void remove_client(struct world *w, struct grant_new *new UNUSED)
{
	ck_ok(store_client_remove(w->store, &w->client, NULL));
}

static void revoke_parent(struct world *w, struct grant_new *new)
{
	ck_ok(store_authorization_revoke(w->store, &new->authorization.parent, NULL, w->now + 30,
					 NULL));
}

static void name_no_parent(struct world *w UNUSED, struct grant_new *new)
{
	new->authorization.parent = world_id();
}

struct refused_row {
	const char *name;
	void (*rival)(struct world *w, struct grant_new *new);
};

static const struct refused_row refused_rows[] = {
	{ "the person was disabled", disable_user },
	{ "the person was removed", remove_user },
	{ "the client was disabled", disable_client },
	{ "the client was removed", remove_client },
	{ "the parent was revoked", revoke_parent },
	{ "there is no such parent", name_no_parent },
};

START_TEST(no_tokens_are_given_when)
{
	const struct refused_row *row = &refused_rows[_i];
	WORLD(w);
	struct redemption parent = world_code_redeemed(&w);
	struct grant_new new = world_grant_new(&w, GRANT_TOKEN_EXCHANGE);
	struct event event = world_event(&w, EVENT_TOKEN_EXCHANGED);
	struct authorization *a;
	new.authorization.parent = parent.authorization;
	row->rival(&w, &new);
	ck_assert_msg(store_grant_insert(w.store, &new, &event) == ERR_UNCHANGED, "%s", row->name);
	ck_absent(store_authorization_find(w.store, w.arena, &new.authorization.id, &a));
	struct redemption made = TOKENS_OF(new);
	ck_assert(!world_has_tokens(&w, &made));
	ck_assert_uint_eq(world_events(&w, EVENT_TOKEN_EXCHANGED), 0);
	ck_assert_uint_eq(world_faults(&w), 0);
}
END_TEST

/* --- what it is for
 * ----------------------------------------------------------------------------------------------------------
 */

START_TEST(what_a_device_asked_for_is_what_its_authorization_is_for)
{
	WORLD(w);
	struct device_grant_new grant = world_grant(&w);
	struct authorization *a;
	grant.grant.resource = SLICE("https://a.example/ https://b.example/");
	ck_ok(store_device_grant_insert(w.store, &grant, NULL));
	ck_assert(slice_equal(world_find_grant(&w, &grant.grant.authorization)->resource,
			      grant.grant.resource));
	struct device_decision decision = world_decision(&w, &grant, true);
	ck_ok(store_device_grant_decide(w.store, &decision, NULL));
	ck_found(store_authorization_find(w.store, w.arena, &grant.grant.authorization, &a));
	ck_assert(slice_equal(a->resource, grant.grant.resource));
	ck_assert(slice_is_empty(a->claims) && id_is_zero(&a->parent));
}
END_TEST

/* --- of one session
 * ----------------------------------------------------------------------------------------------------------
 */

static size_t count_of(struct world *w, const struct id *user, const struct id *client,
		       const struct id *sid)
{
	struct authorization_list list;
	struct authorization_filter filter = {
		.user = user, .client = client, .sid = sid, .limit = 10
	};
	ck_ok(store_authorization_list(w->store, w->arena, &filter, &list));
	for (size_t i = 0; i < list.count; i++)
		ck_assert(sid == NULL || id_equal(&list.items[i].sid, sid));
	return list.count;
}

START_TEST(authorizations_are_listed_by_their_session)
{
	WORLD(w);
	struct id television = w.client;
	struct code_new first = world_code_given(&w);
	const struct id *sid = &first.code.authorization.sid;
	struct id nothing = world_id();
	struct world elsewhere = w;
	elsewhere.sid = world_id();
	world_code_given(&elsewhere);
	w.client = world_add_client(&w, "printer");
	struct code_new beside = world_code(&w);
	ck_ok(store_code_insert(w.store, &beside, NULL));
	ck_assert_uint_eq(count_of(&w, NULL, NULL, NULL), 3);
	ck_assert_uint_eq(count_of(&w, NULL, NULL, sid), 2);
	ck_assert_uint_eq(count_of(&w, &w.user, NULL, sid), 2);
	ck_assert_uint_eq(count_of(&w, NULL, &television, sid), 1);
	ck_assert_uint_eq(count_of(&w, &w.user, &television, sid), 1);
	ck_assert_uint_eq(count_of(&w, &nothing, NULL, sid), 0);
	ck_assert_uint_eq(count_of(&w, &w.user, NULL, &nothing), 0);
	ck_ok(store_authorization_revoke(w.store, &first.code.authorization.id, NULL, w.now, NULL));
	ck_assert_uint_eq(count_of(&w, &w.user, NULL, sid), 1);
}
END_TEST

/* --- the confirmation
 * ----------------------------------------------------------------------------------------------------------
 */

START_TEST(what_is_there_is_confirmed_and_stays_as_it_was)
{
	WORLD(w);
	struct redemption redeemed = world_code_redeemed(&w);
	struct id nothing = world_id();
	struct authorization *before;
	struct authorization *after;
	ck_found(store_authorization_find(w.store, w.arena, &redeemed.authorization, &before));
	ck_ok(store_confirm(w.store, &redeemed.authorization));
	ck_found(store_authorization_find(w.store, w.arena, &redeemed.authorization, &after));
	ck_assert(before->last_used == after->last_used && after->revoked == 0);
	ck_err(store_confirm(w.store, &nothing), ERR_ABSENT);
	/* Also one that is revoked: what that means is the caller's question. */
	ck_ok(store_authorization_revoke(w.store, &redeemed.authorization, NULL, w.now + 40, NULL));
	ck_ok(store_confirm(w.store, &redeemed.authorization));
	ck_ok(store_client_remove(w.store, &w.client, NULL));
	ck_err(store_confirm(w.store, &redeemed.authorization), ERR_ABSENT);
}
END_TEST

void contract_grants(TCase *tc)
{
	tcase_add_test(tc, a_client_gets_tokens_for_itself);
	tcase_add_test(tc, a_token_is_exchanged_for_one_with_a_parent);
	tcase_add_loop_test(tc, no_tokens_are_given_when, 0, ARRAY_LEN(refused_rows));
	tcase_add_test(tc, what_a_device_asked_for_is_what_its_authorization_is_for);
	tcase_add_test(tc, authorizations_are_listed_by_their_session);
	tcase_add_test(tc, what_is_there_is_confirmed_and_stays_as_it_was);
}
