/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: authorization codes. */
#include "world.h"

START_TEST(a_code_is_found_with_its_authorization)
{
	WORLD(w);
	struct code_new new = world_code(&w);
	struct event event = world_event(&w, EVENT_AUTHORIZE_GRANTED);
	ck_ok(store_code_insert(w.store, &new, &event));
	const struct authorization_code *c = world_find_code(&w, &new.code.authorization.id);
	ck_assert(hash_equal(&c->hash, &new.code.hash) && c->expires == w.now + 70);
	ck_assert(slice_equal(c->redirect_uri, new.code.redirect_uri) &&
		  slice_equal(c->code_challenge, new.code.code_challenge) &&
		  slice_equal(c->nonce, new.code.nonce) &&
		  slice_equal(c->binding, new.code.binding));
	ck_assert(c->redeemed == 0 && c->sealed_answer.len == 0 && c->replay_until == 0);
	const struct authorization *a = &c->authorization;
	const struct authorization *given = &new.code.authorization;
	ck_assert(id_equal(&a->id, &given->id) && id_equal(&a->user, &w.user) &&
		  id_equal(&a->client, &w.client) && id_equal(&a->sid, &given->sid));
	ck_assert(a->grant == GRANT_AUTHORIZATION_CODE && id_is_zero(&a->parent));
	ck_assert(slice_equal(a->scope, given->scope) && slice_equal(a->origin, given->origin) &&
		  slice_equal(a->amr, given->amr) && slice_equal(a->acr, given->acr) &&
		  slice_equal(a->resource, given->resource) &&
		  slice_equal(a->claims, given->claims));
	ck_assert(a->auth_time == w.now && a->created == w.now + 10 && a->revoked == 0 &&
		  a->last_used == 0);
	ck_assert_uint_eq(world_events(&w, EVENT_AUTHORIZE_GRANTED), 1);
	ck_assert_uint_eq(world_faults(&w), 0);
}
END_TEST

START_TEST(an_authorization_may_come_without_a_code)
{
	WORLD(w);
	struct code_new new = world_code(&w);
	struct authorization_code *code;
	struct authorization *a;
	struct id nothing = world_id();
	new.code.hash = (struct hash){ 0 };
	ck_ok(store_code_insert(w.store, &new, NULL));
	ck_absent(store_code_find(w.store, w.arena, &new.code.authorization.id, &code));
	ck_assert_ptr_null(code);
	ck_found(store_authorization_find(w.store, w.arena, &new.code.authorization.id, &a));
	ck_absent(store_code_find(w.store, w.arena, &nothing, &code));
	/* What nobody has cannot be presented. */
	struct redemption redemption = world_code_redemption(&w, &new);
	ck_err(store_code_redeem(w.store, &redemption, NULL), ERR_UNCHANGED);
}
END_TEST

/* RFC6749#4.1.2 */
START_TEST(a_code_is_redeemed_once)
{
	WORLD(w);
	struct code_new new = world_code_given(&w);
	struct redemption first = world_code_redemption(&w, &new);
	struct redemption second = world_code_redemption(&w, &new);
	struct event event = world_event(&w, EVENT_CODE_REDEEMED);
	ck_ok(store_code_redeem(w.store, &first, &event));
	ck_err(store_code_redeem(w.store, &second, &event), ERR_UNCHANGED);
	ck_assert(world_has_tokens(&w, &first));
	ck_assert(!world_has_tokens(&w, &second));
	const struct authorization_code *c = world_find_code(&w, &first.authorization);
	ck_assert(c->redeemed == w.now + 20 && c->replay_until == first.issue.replay_until &&
		  slice_equal(c->sealed_answer, first.issue.sealed_answer));
	ck_assert_int_eq(c->authorization.last_used, w.now + 20);
	ck_assert_uint_eq(world_events(&w, EVENT_CODE_REDEEMED), 1);
	struct rotation rotation = world_rotation(&w, &first);
	ck_ok(store_refresh_token_rotate(w.store, &rotation, NULL));
	ck_assert_uint_eq(world_faults(&w), 0);
}
END_TEST

START_TEST(a_code_may_give_an_access_token_alone)
{
	WORLD(w);
	struct code_new new = world_code_given(&w);
	struct redemption redemption = world_code_redemption(&w, &new);
	redemption.issue.refresh.hash = (struct hash){ 0 };
	ck_ok(store_code_redeem(w.store, &redemption, NULL));
	ck_assert(world_has_access(&w, &redemption) && !world_has_refresh(&w, &redemption));
}
END_TEST

START_TEST(a_token_tells_what_it_is_for_and_bound_to)
{
	WORLD(w);
	struct redemption redeemed = world_code_redeemed(&w);
	struct authorization *a;
	struct token_row token;
	struct refresh_token *refresh;
	ck_found(store_access_token_find(w.store, w.arena, &WORLD_ACCESS(redeemed), &a, &token));
	ck_slice(token.resource, "https://a.example/");
	ck_slice(token.binding, "jkt:bound");
	ck_slice(a->resource, "https://a.example/ https://b.example/");
	ck_found(store_refresh_token_find(w.store, w.arena, &WORLD_REFRESH(redeemed), &refresh));
	ck_slice(refresh->binding, "jkt:bound");
	ck_slice(refresh->authorization.resource, "https://a.example/ https://b.example/");
	/* What a rotation gives may be bound otherwise. */
	struct rotation rotation = world_rotation(&w, &redeemed);
	rotation.issue.access.resource = SLICE("");
	rotation.issue.access.binding = SLICE("");
	rotation.issue.refresh.binding = SLICE("jkt:other");
	ck_ok(store_refresh_token_rotate(w.store, &rotation, NULL));
	ck_found(store_access_token_find(w.store, w.arena, &WORLD_ACCESS(rotation), &a, &token));
	ck_assert(slice_is_empty(token.resource) && slice_is_empty(token.binding));
	ck_found(store_refresh_token_find(w.store, w.arena, &WORLD_REFRESH(rotation), &refresh));
	ck_slice(refresh->binding, "jkt:other");
}
END_TEST

/* --- refusals
 * ----------------------------------------------------------------------------------------------------------
 */

struct wrong_row {
	const char *name;
	void (*spoil)(struct world *w, struct redemption *redemption);
};

static void by_another_client(struct world *w, struct redemption *redemption)
{
	redemption->client = world_add_client(w, "other");
}

static void with_another_code(struct world *w UNUSED, struct redemption *redemption)
{
	redemption->code_hash = world_hash();
}

static void with_the_code_of_another_authorization(struct world *w, struct redemption *redemption)
{
	redemption->authorization = world_code_given(w).code.authorization.id;
}

static void of_no_authorization(struct world *w UNUSED, struct redemption *redemption)
{
	redemption->authorization = world_id();
}

static void when_it_has_expired(struct world *w, struct redemption *redemption)
{
	redemption->now = w->now + 70;
}

static const struct wrong_row wrong_rows[] = {
	{ "another client cannot redeem", by_another_client },
	{ "another code does not redeem", with_another_code },
	{ "a code does not redeem another authorization", with_the_code_of_another_authorization },
	{ "an unknown authorization is not redeemed", of_no_authorization },
	{ "a code that has expired does not redeem", when_it_has_expired },
};

START_TEST(a_wrong_redemption_changes_nothing)
{
	const struct wrong_row *row = &wrong_rows[_i];
	WORLD(w);
	struct code_new new = world_code_given(&w);
	struct redemption wrong = world_code_redemption(&w, &new);
	struct redemption right = world_code_redemption(&w, &new);
	struct event event = world_event(&w, EVENT_CODE_REDEEMED);
	row->spoil(&w, &wrong);
	ck_assert_msg(store_code_redeem(w.store, &wrong, &event) == ERR_UNCHANGED, "%s", row->name);
	ck_assert(!world_has_tokens(&w, &wrong));
	ck_assert_uint_eq(world_events(&w, EVENT_CODE_REDEEMED), 0);
	right.now = w.now + 69;
	ck_ok(store_code_redeem(w.store, &right, NULL));
}
END_TEST

/* A code is found by what its text says; one of a device is no code, and the other way round. */
START_TEST(codes_of_devices_and_of_browsers_are_not_each_other)
{
	WORLD(w);
	struct device_grant_new grant = world_approved(&w);
	struct code_new new = world_code_given(&w);
	struct redemption device = world_redemption(&w, &grant);
	struct redemption browser = world_code_redemption(&w, &new);
	ck_err(store_code_redeem(w.store, &device, NULL), ERR_UNCHANGED);
	ck_err(store_device_grant_redeem(w.store, &browser, NULL), ERR_UNCHANGED);
	ck_ok(store_code_redeem(w.store, &browser, NULL));
	ck_ok(store_device_grant_redeem(w.store, &device, NULL));
}
END_TEST

/* --- the end
 * ----------------------------------------------------------------------------------------------------------
 */

static bool has_code(struct world *w, const struct id *authorization)
{
	struct authorization_code *code;
	enum find found = store_code_find(w->store, w->arena, authorization, &code);
	ck_assert_int_ne(found, FIND_FAILED);
	return found == FOUND;
}

static void sweep_at(struct world *w, int64_t at)
{
	struct sweep sweep = { .now = w->now + at,
			       .session_idle = 400 * 86400,
			       .keep_dead = 30 * 86400,
			       .keep_events = 400 * 86400,
			       .limit = 1000 };
	size_t deleted;
	ck_ok(store_sweep(w->store, &sweep, &deleted));
}

/* A redeemed code that comes again is known for a while. RFC6749#4.1.2 */
START_TEST(a_code_is_swept_some_minutes_after_it_has_expired)
{
	WORLD(w);
	struct redemption redeemed = world_code_redeemed(&w);
	struct authorization *a;
	sweep_at(&w, 70);
	ck_assert(has_code(&w, &redeemed.authorization));
	sweep_at(&w, 70 + 600);
	ck_assert(!has_code(&w, &redeemed.authorization));
	ck_assert(world_has_tokens(&w, &redeemed));
	ck_found(store_authorization_find(w.store, w.arena, &redeemed.authorization, &a));
	ck_assert_uint_eq(world_faults(&w), 0);
}
END_TEST

START_TEST(an_authorization_whose_code_was_never_redeemed_is_swept_in_time)
{
	WORLD(w);
	struct code_new new = world_code_given(&w);
	struct authorization *a;
	sweep_at(&w, 70 + 30 * 86400 - 1);
	ck_found(store_authorization_find(w.store, w.arena, &new.code.authorization.id, &a));
	sweep_at(&w, 70 + 30 * 86400);
	ck_absent(store_authorization_find(w.store, w.arena, &new.code.authorization.id, &a));
}
END_TEST

START_TEST(codes_go_with_their_person_and_their_client)
{
	WORLD(w);
	struct code_new of_ada = world_code_given(&w);
	struct id ada = w.user;
	w.user = world_add_user(&w, "eve");
	w.session = world_add_session(&w, &w.user);
	struct code_new of_eve = world_code_given(&w);
	ck_ok(store_user_remove(w.store, &ada, NULL));
	ck_assert(!has_code(&w, &of_ada.code.authorization.id));
	ck_assert(has_code(&w, &of_eve.code.authorization.id));
	ck_ok(store_client_remove(w.store, &w.client, NULL));
	ck_assert(!has_code(&w, &of_eve.code.authorization.id));
	ck_assert_uint_eq(world_faults(&w), 0);
}
END_TEST

void contract_codes(TCase *tc)
{
	tcase_add_test(tc, a_code_is_found_with_its_authorization);
	tcase_add_test(tc, an_authorization_may_come_without_a_code);
	tcase_add_test(tc, a_code_is_redeemed_once);
	tcase_add_test(tc, a_code_may_give_an_access_token_alone);
	tcase_add_test(tc, a_token_tells_what_it_is_for_and_bound_to);
	tcase_add_loop_test(tc, a_wrong_redemption_changes_nothing, 0, ARRAY_LEN(wrong_rows));
	tcase_add_test(tc, codes_of_devices_and_of_browsers_are_not_each_other);
	tcase_add_test(tc, a_code_is_swept_some_minutes_after_it_has_expired);
	tcase_add_test(tc, an_authorization_whose_code_was_never_redeemed_is_swept_in_time);
	tcase_add_test(tc, codes_go_with_their_person_and_their_client);
}
