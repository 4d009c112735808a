/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: authorizations, access and refresh tokens. */
#include "world.h"

START_TEST(tokens_are_found_with_their_authorization)
{
	WORLD(w);
	struct redemption redeemed = world_redeemed(&w);
	const struct issue *issue = &redeemed.issue;
	struct authorization *a;
	struct token_row row;
	struct refresh_token *refresh;
	ck_found(store_access_token_find(w.store, w.arena, &WORLD_ACCESS(redeemed), &a, &row));
	ck_assert(id_equal(&a->id, &redeemed.authorization) &&
		  hash_equal(&row.hash, &issue->access.hash));
	ck_slice(row.scope, "openid profile");
	ck_assert(row.created == w.now + 20 && row.expires == w.now + 3620);
	ck_found(store_refresh_token_find(w.store, w.arena, &WORLD_REFRESH(redeemed), &refresh));
	ck_assert(hash_equal(&refresh->hash, &issue->refresh.hash));
	ck_assert(id_equal(&refresh->authorization.id, &redeemed.authorization));
	ck_assert(id_equal(&refresh->authorization.user, &w.user) &&
		  refresh->authorization.revoked == 0);
	ck_slice(refresh->scope, "openid profile");
	ck_slice(refresh->authorization.scope, "openid profile");
	ck_assert(refresh->created == w.now + 20 && refresh->expires == w.now + 86420);
	ck_assert(refresh->used == 0 && refresh->sealed_answer.len == 0);
}
END_TEST

START_TEST(unknown_tokens_are_absent)
{
	WORLD(w);
	struct redemption redeemed = world_redeemed(&w);
	const struct token_key nothing = { redeemed.authorization, world_hash() };
	const struct token_key foreign = { world_redeemed(&w).authorization,
					   redeemed.issue.access.hash };
	struct authorization *a;
	struct token_row row;
	struct refresh_token *refresh;
	struct id nobody = world_id();
	ck_absent(store_access_token_find(w.store, w.arena, &nothing, &a, &row));
	ck_assert_ptr_null(a);
	ck_absent(store_refresh_token_find(w.store, w.arena, &nothing, &refresh));
	ck_assert_ptr_null(refresh);
	ck_absent(store_access_token_find(w.store, w.arena, &WORLD_REFRESH(redeemed), &a, &row));
	ck_absent(store_refresh_token_find(w.store, w.arena, &WORLD_ACCESS(redeemed), &refresh));
	ck_absent(store_access_token_find(w.store, w.arena, &foreign, &a, &row));
	ck_absent(store_authorization_find(w.store, w.arena, &nobody, &a));
}
END_TEST

/* RFC9700#4.14.2 */
START_TEST(a_rotation_spends_the_token_and_keeps_the_answer)
{
	WORLD(w);
	struct redemption redeemed = world_redeemed(&w);
	struct rotation rotation = world_rotation(&w, &redeemed);
	rotation.issue.access.scope = SLICE("openid");
	struct event event = world_event(&w, EVENT_TOKEN_REFRESHED);
	ck_ok(store_refresh_token_rotate(w.store, &rotation, &event));
	struct refresh_token *spent;
	ck_found(store_refresh_token_find(w.store, w.arena, &WORLD_REFRESH(redeemed), &spent));
	ck_assert(spent->used == w.now + 30 && spent->replay_until == rotation.issue.replay_until);
	ck_assert(slice_equal(spent->sealed_answer, rotation.issue.sealed_answer));
	ck_assert(world_has_tokens(&w, &rotation));
	ck_assert(world_has_access(&w, &redeemed));
	struct authorization *a;
	struct token_row row;
	ck_found(store_access_token_find(w.store, w.arena, &WORLD_ACCESS(rotation), &a, &row));
	ck_slice(row.scope, "openid");
	ck_slice(a->scope, "openid profile");
	ck_assert_uint_eq(world_events(&w, EVENT_TOKEN_REFRESHED), 1);
	ck_err(store_refresh_token_rotate(w.store, &rotation, &event), ERR_UNCHANGED);
	ck_assert_uint_eq(world_events(&w, EVENT_TOKEN_REFRESHED), 1);
}
END_TEST

struct wrong_rotation {
	const char *name;
	void (*spoil)(struct world *w, struct rotation *rotation);
};

static void by_another_client(struct world *w, struct rotation *rotation)
{
	rotation->client = world_add_client(w, "other");
}

static void of_another_authorization(struct world *w, struct rotation *rotation)
{
	rotation->authorization = world_redeemed(w).authorization;
}

static void with_an_unknown_token(struct world *w UNUSED, struct rotation *rotation)
{
	rotation->presented = world_hash();
}

static void when_idle_for_too_long(struct world *w, struct rotation *rotation)
{
	rotation->now = w->now + 86420;
}

static const struct wrong_rotation wrong_rotations[] = {
	{ .name = "another client cannot refresh", .spoil = by_another_client },
	{ .name = "a token does not refresh another authorization",
	  .spoil = of_another_authorization },
	{ .name = "an unknown token does not refresh", .spoil = with_an_unknown_token },
	{ .name = "a token that was idle for too long does not refresh",
	  .spoil = when_idle_for_too_long },
};

START_TEST(a_wrong_rotation_changes_nothing)
{
	const struct wrong_rotation *row = &wrong_rotations[_i];
	WORLD(w);
	struct redemption redeemed = world_redeemed(&w);
	struct rotation rotation = world_rotation(&w, &redeemed);
	row->spoil(&w, &rotation);
	ck_assert_msg(store_refresh_token_rotate(w.store, &rotation, NULL) == ERR_UNCHANGED, "%s",
		      row->name);
	ck_assert(!world_has_tokens(&w, &rotation));
	rotation = world_rotation(&w, &redeemed);
	ck_ok(store_refresh_token_rotate(w.store, &rotation, NULL));
}
END_TEST

/* --- revoking
 * --------------------------------------------------------------------------------------------------------
 */

START_TEST(a_revocation_is_by_its_person_and_final)
{
	WORLD(w);
	struct redemption redeemed = world_redeemed(&w);
	struct event event = world_event(&w, EVENT_AUTHORIZATION_REVOKED);
	struct id eve = world_add_user(&w, "eve");
	struct id nobody = world_id();
	const struct id *id = &redeemed.authorization;
	struct authorization *a;
	ck_err(store_authorization_revoke(w.store, id, &eve, w.now + 40, &event), ERR_ABSENT);
	ck_err(store_authorization_revoke(w.store, &nobody, NULL, w.now + 40, &event), ERR_ABSENT);
	ck_found(store_authorization_find(w.store, w.arena, id, &a));
	ck_assert_int_eq(a->revoked, 0);
	ck_ok(store_authorization_revoke(w.store, id, &w.user, w.now + 40, &event));
	ck_ok(store_authorization_revoke(w.store, id, NULL, w.now + 50, &event));
	ck_found(store_authorization_find(w.store, w.arena, id, &a));
	ck_assert_int_eq(a->revoked, w.now + 40);
	ck_assert_uint_eq(world_events(&w, EVENT_AUTHORIZATION_REVOKED), 1);
	/* Its tokens are found, and say so. */
	struct token_row row;
	struct refresh_token *refresh;
	ck_found(store_access_token_find(w.store, w.arena, &WORLD_ACCESS(redeemed), &a, &row));
	ck_assert_int_eq(a->revoked, w.now + 40);
	ck_found(store_refresh_token_find(w.store, w.arena, &WORLD_REFRESH(redeemed), &refresh));
	ck_assert_int_eq(refresh->authorization.revoked, w.now + 40);
}
END_TEST

/* --- lists
 * -----------------------------------------------------------------------------------------------------------
 */

struct list_row {
	const char *name;
	bool user;
	bool client;
	bool other;
	bool revoked_too;
	size_t limit;
	size_t count;
};

/* Of the person: two for one client, of which the older is revoked, and the newest for another; and
 * one of somebody else. */
static const struct list_row list_rows[] = {
	{ .name = "all that are alive", .limit = 10, .count = 3 },
	{ .name = "all there are", .revoked_too = true, .limit = 10, .count = 4 },
	{ .name = "a person's", .user = true, .limit = 10, .count = 2 },
	{ .name = "a person's, the revoked one too",
	  .user = true,
	  .revoked_too = true,
	  .limit = 10,
	  .count = 3 },
	{ .name = "a client's", .client = true, .limit = 10, .count = 2 },
	{ .name = "a person's with a client",
	  .user = true,
	  .client = true,
	  .limit = 10,
	  .count = 1 },
	{ .name = "no more than asked for",
	  .user = true,
	  .revoked_too = true,
	  .limit = 2,
	  .count = 2 },
	{ .name = "none of nobody", .other = true, .limit = 10, .count = 0 },
};

static void decide_at(struct world *w, int64_t at)
{
	struct device_grant_new grant = world_pending(w);
	struct device_decision decision = world_decision(w, &grant, true);
	decision.now = w->now + at;
	ck_ok(store_device_grant_decide(w->store, &decision, NULL));
}

static void make_list(struct world *w)
{
	struct world other = *w;
	struct device_grant_new grant = world_pending(w);
	struct device_decision decision = world_decision(w, &grant, true);
	ck_ok(store_device_grant_decide(w->store, &decision, NULL));
	ck_ok(store_authorization_revoke(w->store, &grant.grant.authorization, NULL, w->now + 10,
					 NULL));
	decide_at(w, 20);
	other.user = world_add_user(w, "eve");
	other.session = world_add_session(w, &other.user);
	decide_at(&other, 30);
	other = *w;
	other.client = world_add_client(w, "other");
	decide_at(&other, 40);
}

START_TEST(authorizations_are_listed)
{
	const struct list_row *row = &list_rows[_i];
	WORLD(w);
	make_list(&w);
	struct id nobody = world_id();
	struct authorization_filter filter = { .user = row->user ? &w.user : NULL,
					       .client = row->client ? &w.client : NULL,
					       .revoked_too = row->revoked_too,
					       .limit = row->limit };
	if (row->other)
		filter.user = &nobody;
	struct authorization_list list;
	ck_ok(store_authorization_list(w.store, w.arena, &filter, &list));
	ck_assert_msg(list.count == row->count, "%s: %zu", row->name, list.count);
	for (size_t i = 0; i + 1 < list.count; i++)
		ck_assert_int_gt(list.items[i].created, list.items[i + 1].created);
}
END_TEST

/* What ends a token, each alone. */
enum ending {
	NOTHING = 0,
	EXPIRY,
	REVOCATION,
	OF_PARENT,
	OF_FIRST, /* the parent's parent */
	OF_PERSON,
	OF_CLIENT,
	ENDING_COUNT
};

static struct grant_new exchanged_for(const struct world *w, const struct id *parent)
{
	return (struct grant_new){
		.authorization = { .id = world_id(),
				   .user = w->user,
				   .client = w->client,
				   .grant = GRANT_TOKEN_EXCHANGE,
				   .scope = SLICE("openid"),
				   .parent = *parent,
				   .created = w->now },
		.issue = { .access = { .hash = world_hash(),
				       .scope = SLICE("openid"),
				       .resource = SLICE("https://api.example/"),
				       .created = w->now,
				       .expires = w->now + 60 } },
	};
}

static void disable_client(const struct world *w)
{
	struct client *client;
	ck_assert_int_eq(store_client_find(w->store, w->arena, &w->client, &client), FOUND);
	client->enabled = false;
	ck_ok(store_client_update(w->store, client, w->now, NULL));
}

/* An approval, a token that was exchanged for its own, and one for that. */
struct chain {
	struct id first;
	struct grant_new parent;
	struct grant_new last;
};

static struct chain make_chain(struct world *w)
{
	struct device_grant_new approved = world_approved(w);
	struct chain chain = { .first = approved.grant.authorization };
	chain.parent = exchanged_for(w, &chain.first);
	chain.last = exchanged_for(w, &chain.parent.authorization.id);
	ck_ok(store_grant_insert(w->store, &chain.parent, NULL));
	ck_ok(store_grant_insert(w->store, &chain.last, NULL));
	return chain;
}

static void revoke(const struct world *w, const struct id *id)
{
	ck_ok(store_authorization_revoke(w->store, id, NULL, w->now, NULL));
}

static void end(const struct world *w, enum ending ending, const struct chain *chain)
{
	if (ending == REVOCATION)
		revoke(w, &chain->last.authorization.id);
	if (ending == OF_PARENT)
		revoke(w, &chain->parent.authorization.id);
	if (ending == OF_FIRST)
		revoke(w, &chain->first);
	if (ending == OF_PERSON)
		ck_ok(store_user_set_enabled(w->store, &w->user, false, w->now, NULL));
	if (ending == OF_CLIENT)
		disable_client(w);
}

static void check_good(const struct access_token_good *good, const struct id *id)
{
	ck_slice(good->token.resource, "https://api.example/");
	ck_slice(good->authorization.client_id, "television");
	ck_slice(good->authorization.user_name, "ada");
	ck_assert(id_equal(&good->authorization.id, id));
}

/* Asked for twice before its end, which `ender` brings about. */
static void check_end(const struct world *w, const struct world *ender, enum ending ending,
		      const struct chain *chain)
{
	const struct id *id = &chain->last.authorization.id;
	const struct token_key key = { *id, chain->last.issue.access.hash };
	struct access_token_good first;
	struct access_token_good second;
	struct access_token_good late;
	ck_found(store_access_token_find_good(w->store, w->arena, &key, w->now, &first));
	ck_found(store_access_token_find_good(w->store, w->arena, &key, w->now, &second));
	end(ender, ending, chain);
	int64_t now = w->now + (ending == EXPIRY ? 60 : 59);
	enum find find = store_access_token_find_good(w->store, w->arena, &key, now, &late);
	ck_assert_msg(find == (ending == NOTHING ? FOUND : ABSENT), "%d: %d", ending, find);
	check_good(&first, id);
	check_good(&second, id);
	if (find == FOUND)
		check_good(&late, id);
}

START_TEST(a_good_token_is_found_until_anything_ends_it)
{
	WORLD(w);
	struct chain chain = make_chain(&w);
	check_end(&w, &w, (enum ending)_i, &chain);
}
END_TEST

START_TEST(a_good_token_is_found_until_another_node_ends_it)
{
	WORLD(w);
	struct chain chain = make_chain(&w);
	struct world other = w;
	ck_ok(store_open(&(struct store_options){ .database = w.database }, &other.store));
	check_end(&w, &other, (enum ending)_i, &chain);
	store_close(&other.store);
}
END_TEST

/* More than are kept, and each time the right one. */
START_TEST(many_good_tokens_are_told_apart)
{
	enum { MANY = 300 };
	WORLD(w);
	static struct grant_new grants[MANY];
	struct access_token_good good;
	static const struct id none;
	for (size_t i = 0; i < MANY; i++) {
		grants[i] = exchanged_for(&w, &none);
		ck_ok(store_grant_insert(w.store, &grants[i], NULL));
	}
	for (size_t i = 0; i < 3 * MANY; i++) {
		const struct grant_new *grant = &grants[i * 7 % MANY];
		const struct token_key key = { grant->authorization.id, grant->issue.access.hash };
		ck_found(store_access_token_find_good(w.store, w.arena, &key, w.now, &good));
		check_good(&good, &grant->authorization.id);
	}
}
END_TEST

START_TEST(an_authorization_stands_as_long_as_all_above_it)
{
	WORLD(w);
	struct chain chain = make_chain(&w);
	struct id nothing = world_id();
	size_t length;
	ck_found(store_authorization_stands(w.store, &chain.first, &length));
	ck_assert_uint_eq(length, 1);
	ck_found(store_authorization_stands(w.store, &chain.last.authorization.id, &length));
	ck_assert_uint_eq(length, 3);
	ck_absent(store_authorization_stands(w.store, &nothing, &length));
	revoke(&w, &chain.parent.authorization.id);
	ck_absent(store_authorization_stands(w.store, &chain.last.authorization.id, &length));
	ck_found(store_authorization_stands(w.store, &chain.first, &length));
}
END_TEST

START_TEST(what_hangs_on_something_gone_does_not_stand)
{
	WORLD(w);
	struct id television = w.client;
	w.client = world_add_client(&w, "printer");
	struct chain chain = make_chain(&w);
	struct client *client;
	struct access_token_good good;
	size_t length;
	w.client = television;
	struct grant_new fourth = exchanged_for(&w, &chain.last.authorization.id);
	const struct token_key key = { fourth.authorization.id, fourth.issue.access.hash };
	ck_ok(store_grant_insert(w.store, &fourth, NULL));
	ck_found(store_access_token_find_good(w.store, w.arena, &key, w.now, &good));
	ck_found(store_client_find(w.store, w.arena, &chain.last.authorization.client, &client));
	ck_ok(store_client_remove(w.store, &client->id, NULL));
	ck_absent(store_authorization_stands(w.store, &fourth.authorization.id, &length));
	ck_absent(store_access_token_find_good(w.store, w.arena, &key, w.now, &good));
}
END_TEST

START_TEST(a_good_token_may_be_of_nobody)
{
	WORLD(w);
	static const struct id none;
	struct grant_new grant = exchanged_for(&w, &none);
	grant.authorization.user = none;
	ck_ok(store_grant_insert(w.store, &grant, NULL));
	struct token_key key = { grant.authorization.id, grant.issue.access.hash };
	struct access_token_good good;
	ck_assert_int_eq(store_access_token_find_good(w.store, w.arena, &key, w.now, &good), FOUND);
	ck_slice(good.authorization.user_name, "");
	key.hash = world_hash();
	ck_assert_int_eq(store_access_token_find_good(w.store, w.arena, &key, w.now, &good),
			 ABSENT);
}
END_TEST

START_TEST(what_was_exchanged_can_be_left_out)
{
	WORLD(w);
	struct device_grant_new grant = world_pending(&w);
	struct device_decision decision = world_decision(&w, &grant, true);
	ck_ok(store_device_grant_decide(w.store, &decision, NULL));
	struct grant_new exchanged = exchanged_for(&w, &grant.grant.authorization);
	ck_ok(store_grant_insert(w.store, &exchanged, NULL));
	struct authorization_filter filter = { .user = &w.user, .limit = 10 };
	struct authorization_list list;
	ck_ok(store_authorization_list(w.store, w.arena, &filter, &list));
	ck_assert_uint_eq(list.count, 2);
	filter.approved_only = true;
	ck_ok(store_authorization_list(w.store, w.arena, &filter, &list));
	ck_assert_uint_eq(list.count, 1);
	ck_assert(id_equal(&list.items[0].id, &grant.grant.authorization));
}
END_TEST

START_TEST(a_list_has_the_names)
{
	WORLD(w);
	world_redeemed(&w);
	struct authorization_list list;
	struct authorization_filter filter = { .user = &w.user, .limit = 10 };
	ck_ok(store_authorization_list(w.store, w.arena, &filter, &list));
	ck_assert_uint_eq(list.count, 1);
	ck_slice(list.items[0].client_name, "Television");
	ck_slice(list.items[0].client_id, "television");
	ck_slice(list.items[0].user_name, "ada");
	ck_assert_int_eq(list.items[0].last_used, w.now + 20);
}
END_TEST

void contract_tokens(TCase *tc)
{
	tcase_add_test(tc, tokens_are_found_with_their_authorization);
	tcase_add_test(tc, unknown_tokens_are_absent);
	tcase_add_test(tc, a_rotation_spends_the_token_and_keeps_the_answer);
	tcase_add_loop_test(tc, a_wrong_rotation_changes_nothing, 0, ARRAY_LEN(wrong_rotations));
	tcase_add_test(tc, a_revocation_is_by_its_person_and_final);
	tcase_add_loop_test(tc, authorizations_are_listed, 0, ARRAY_LEN(list_rows));
	tcase_add_test(tc, a_list_has_the_names);
	tcase_add_test(tc, what_was_exchanged_can_be_left_out);
	tcase_add_loop_test(tc, a_good_token_is_found_until_anything_ends_it, 0, ENDING_COUNT);
	tcase_add_loop_test(tc, a_good_token_is_found_until_another_node_ends_it, 0, ENDING_COUNT);
	tcase_add_test(tc, many_good_tokens_are_told_apart);
	tcase_add_test(tc, an_authorization_stands_as_long_as_all_above_it);
	tcase_add_test(tc, what_hangs_on_something_gone_does_not_stand);
	tcase_add_test(tc, a_good_token_may_be_of_nobody);
}
