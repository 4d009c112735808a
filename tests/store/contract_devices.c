/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: the device grant from its start to its redemption. RFC8628#3 */
#include <stdio.h>

#include "world.h"

/* --- the start
 * -------------------------------------------------------------------------------------------------------
 */

START_TEST(a_grant_comes_back_as_it_was)
{
	WORLD(w);
	struct device_grant_new new = world_grant(&w);
	struct event event = world_event(&w, EVENT_DEVICE_STARTED);
	ck_ok(store_device_grant_insert(w.store, &new, &event));
	struct device_grant *grant = world_find_grant(&w, &new.grant.authorization);
	ck_assert(id_equal(&grant->authorization, &new.grant.authorization) &&
		  id_equal(&grant->client, &w.client));
	ck_assert(hash_equal(&grant->code_hash, &new.grant.code_hash));
	ck_slice(grant->scope, "openid profile");
	ck_slice(grant->address, "203.0.113.7");
	ck_slice(grant->user_agent, "Television/1.0");
	ck_assert(grant->created == w.now && grant->expires == w.now + 1800);
	ck_assert(grant->status == DEVICE_PENDING && id_is_zero(&grant->user));
	ck_assert(grant->decided == 0 && grant->redeemed == 0 && grant->sealed_answer.len == 0);
	ck_assert_uint_eq(world_events(&w, EVENT_DEVICE_STARTED), 1);
}
END_TEST

START_TEST(an_empty_user_agent_and_scope_are_kept)
{
	WORLD(w);
	struct device_grant_new new = world_grant(&w);
	new.grant.scope = (struct slice){ 0 };
	new.grant.user_agent = SLICE("\xc3\x84\\\t\xe2\x82\xac");
	ck_ok(store_device_grant_insert(w.store, &new, NULL));
	struct device_grant *grant = world_find_grant(&w, &new.grant.authorization);
	ck_assert_uint_eq(grant->scope.len, 0);
	ck_slice(grant->user_agent, "\xc3\x84\\\t\xe2\x82\xac");
}
END_TEST

START_TEST(a_grant_is_found_by_its_user_code_under_any_key)
{
	WORLD(w);
	struct device_grant_new new = world_pending(&w);
	struct user_code_key codes[] = { { 1, world_hash() }, new.code, { 2, world_hash() } };
	struct device_grant *grant;
	ck_found(store_device_grant_find_by_user_code(w.store, w.arena, codes, 3, &grant));
	ck_assert(id_equal(&grant->authorization, &new.grant.authorization));
	ck_absent(store_device_grant_find_by_user_code(w.store, w.arena, codes, 1, &grant));
	ck_assert_ptr_null(grant);
	ck_absent(store_device_grant_find_by_user_code(w.store, w.arena, codes, 0, &grant));
	struct id nobody = world_id();
	ck_absent(store_device_grant_find(w.store, w.arena, &nobody, &grant));
	ck_assert_ptr_null(grant);
}
END_TEST

START_TEST(decided_and_expired_grants_are_found_by_code_too)
{
	WORLD(w);
	struct device_grant_new approved = world_approved(&w);
	struct device_grant_new old = world_grant(&w);
	old.grant.expires = w.now - 1;
	ck_ok(store_device_grant_insert(w.store, &old, NULL));
	struct device_grant *grant;
	ck_found(store_device_grant_find_by_user_code(w.store, w.arena, &approved.code, 1, &grant));
	ck_assert_int_eq(grant->status, DEVICE_APPROVED);
	ck_found(store_device_grant_find_by_user_code(w.store, w.arena, &old.code, 1, &grant));
	ck_assert_int_eq(grant->expires, w.now - 1);
}
END_TEST

/* RFC8628#5.1 */
START_TEST(a_live_user_code_is_taken)
{
	WORLD(w);
	struct device_grant_new first = world_pending(&w);
	struct device_grant_new second = world_grant(&w);
	struct event event = world_event(&w, EVENT_DEVICE_STARTED);
	second.code = first.code;
	second.grant.created = first.grant.expires - 1;
	ck_err(store_device_grant_insert(w.store, &second, &event), ERR_CONFLICT);
	struct device_grant *grant;
	ck_absent(store_device_grant_find(w.store, w.arena, &second.grant.authorization, &grant));
	ck_found(store_device_grant_find_by_user_code(w.store, w.arena, &first.code, 1, &grant));
	ck_assert(id_equal(&grant->authorization, &first.grant.authorization));
	ck_assert_uint_eq(world_events(&w, EVENT_DEVICE_STARTED), 0);
}
END_TEST

START_TEST(the_user_code_of_an_expired_grant_is_taken_over)
{
	WORLD(w);
	struct device_grant_new first = world_approved(&w);
	struct device_grant_new second = world_grant(&w);
	second.code = first.code;
	second.grant.created = first.grant.expires;
	second.grant.expires = second.grant.created + 1800;
	ck_ok(store_device_grant_insert(w.store, &second, NULL));
	struct device_grant *grant;
	ck_found(store_device_grant_find_by_user_code(w.store, w.arena, &first.code, 1, &grant));
	ck_assert(id_equal(&grant->authorization, &second.grant.authorization));
	ck_assert_int_eq(grant->status, DEVICE_PENDING);
	/* The approval of the first is not the second's. */
	ck_assert_int_eq(world_find_grant(&w, &first.grant.authorization)->status, DEVICE_APPROVED);
	size_t deleted;
	struct sweep sweep = { .now = first.grant.expires + 1000,
			       .session_idle = 86400,
			       .keep_dead = 86400,
			       .keep_events = 86400,
			       .limit = 100 };
	ck_ok(store_sweep(w.store, &sweep, &deleted));
	ck_found(store_device_grant_find_by_user_code(w.store, w.arena, &first.code, 1, &grant));
	ck_assert(id_equal(&grant->authorization, &second.grant.authorization));
}
END_TEST

START_TEST(a_grant_of_a_missing_or_disabled_client_is_refused)
{
	WORLD(w);
	struct device_grant_new new = world_grant(&w);
	struct client *client;
	struct device_grant *grant;
	ck_found(store_client_find(w.store, w.arena, &w.client, &client));
	client->enabled = false;
	ck_ok(store_client_update(w.store, client, w.now, NULL));
	ck_err(store_device_grant_insert(w.store, &new, NULL), ERR_UNCHANGED);
	new.grant.client = world_id();
	ck_err(store_device_grant_insert(w.store, &new, NULL), ERR_UNCHANGED);
	ck_absent(store_device_grant_find_by_user_code(w.store, w.arena, &new.code, 1, &grant));
}
END_TEST

/* --- handles
 * ---------------------------------------------------------------------------------------------------------
 */

START_TEST(a_handle_comes_back_as_it_was)
{
	WORLD(w);
	struct device_grant_new grant = world_pending(&w);
	struct device_handle handle = { .hash = world_hash(),
					.session = w.session,
					.authorization = grant.grant.authorization,
					.sealed_code = SLICE("\0\0\0\7sealed"),
					.created = w.now,
					.expires = w.now + 600 };
	struct event event = world_event(&w, EVENT_CODE_ENTERED);
	ck_ok(store_device_handle_insert(w.store, &handle, &event));
	struct device_handle *found;
	ck_found(store_device_handle_find(w.store, w.arena, &handle.hash, &found));
	ck_assert(hash_equal(&found->hash, &handle.hash) &&
		  hash_equal(&found->session, &w.session));
	ck_assert(id_equal(&found->authorization, &grant.grant.authorization));
	ck_slice(found->sealed_code, "\0\0\0\7sealed");
	ck_assert(found->created == w.now && found->expires == w.now + 600);
	ck_assert_uint_eq(world_events(&w, EVENT_CODE_ENTERED), 1);
	/* Nothing is bound to anybody by entering a code. */
	ck_assert_int_eq(world_find_grant(&w, &grant.grant.authorization)->status, DEVICE_PENDING);
}
END_TEST

START_TEST(an_unknown_handle_is_absent_and_a_known_one_is_taken)
{
	WORLD(w);
	struct device_handle handle = { .hash = world_hash(),
					.session = w.session,
					.authorization = world_id(),
					.created = w.now,
					.expires = w.now + 600 };
	struct device_handle *found;
	ck_absent(store_device_handle_find(w.store, w.arena, &handle.hash, &found));
	ck_assert_ptr_null(found);
	ck_ok(store_device_handle_insert(w.store, &handle, NULL));
	ck_err(store_device_handle_insert(w.store, &handle, NULL), ERR_CONFLICT);
}
END_TEST

/* --- the decision
 * ----------------------------------------------------------------------------------------------------
 */

START_TEST(an_approval_makes_the_authorization)
{
	WORLD(w);
	struct device_grant_new grant = world_pending(&w);
	struct device_decision decision = world_decision(&w, &grant, true);
	struct event event = world_event(&w, EVENT_DEVICE_APPROVED);
	ck_ok(store_device_grant_decide(w.store, &decision, &event));
	struct device_grant *decided = world_find_grant(&w, &grant.grant.authorization);
	ck_assert(decided->status == DEVICE_APPROVED && id_equal(&decided->user, &w.user));
	ck_assert_int_eq(decided->decided, w.now + 10);
	struct authorization *a;
	ck_found(store_authorization_find(w.store, w.arena, &grant.grant.authorization, &a));
	ck_assert(id_equal(&a->user, &w.user) && id_equal(&a->client, &w.client) &&
		  a->grant == GRANT_DEVICE_CODE);
	ck_slice(a->scope, "openid profile");
	ck_slice(a->origin, "203.0.113.7");
	ck_slice(a->amr, "pwd");
	ck_slice(a->acr, "1");
	ck_assert(id_equal(&a->sid, &decision.sid) && a->auth_time == w.now);
	ck_assert(a->created == w.now + 10 && a->revoked == 0 && a->last_used == 0);
	ck_assert_uint_eq(world_events(&w, EVENT_DEVICE_APPROVED), 1);
}
END_TEST

START_TEST(a_denial_makes_none)
{
	WORLD(w);
	struct device_grant_new grant = world_pending(&w);
	struct device_decision decision = world_decision(&w, &grant, false);
	ck_ok(store_device_grant_decide(w.store, &decision, NULL));
	struct device_grant *decided = world_find_grant(&w, &grant.grant.authorization);
	ck_assert(decided->status == DEVICE_DENIED && id_equal(&decided->user, &w.user));
	struct authorization *a;
	ck_absent(store_authorization_find(w.store, w.arena, &grant.grant.authorization, &a));
	ck_assert_ptr_null(a);
	struct redemption redemption = world_redemption(&w, &grant);
	ck_err(store_device_grant_redeem(w.store, &redemption, NULL), ERR_UNCHANGED);
}
END_TEST

START_TEST(a_decision_by_another_persons_session_is_none)
{
	WORLD(w);
	struct device_grant_new grant = world_pending(&w);
	struct device_decision decision = world_decision(&w, &grant, true);
	decision.user = world_add_user(&w, "eve");
	ck_err(store_device_grant_decide(w.store, &decision, NULL), ERR_UNCHANGED);
	decision = world_decision(&w, &grant, true);
	decision.authorization = world_id();
	ck_err(store_device_grant_decide(w.store, &decision, NULL), ERR_UNCHANGED);
	ck_assert_int_eq(world_find_grant(&w, &grant.grant.authorization)->status, DEVICE_PENDING);
}
END_TEST

/* --- the redemption
 * --------------------------------------------------------------------------------------------------
 */

START_TEST(a_redemption_gives_tokens_and_keeps_the_answer)
{
	WORLD(w);
	struct device_grant_new grant = world_approved(&w);
	struct redemption redemption = world_redemption(&w, &grant);
	struct event event = world_event(&w, EVENT_DEVICE_REDEEMED);
	ck_ok(store_device_grant_redeem(w.store, &redemption, &event));
	struct device_grant *redeemed = world_find_grant(&w, &grant.grant.authorization);
	ck_assert(redeemed->status == DEVICE_REDEEMED && redeemed->redeemed == w.now + 20);
	ck_assert(slice_equal(redeemed->sealed_answer, redemption.issue.sealed_answer));
	ck_assert_int_eq(redeemed->replay_until, w.now + 30);
	ck_assert(world_has_tokens(&w, &redemption));
	struct authorization *a;
	ck_found(store_authorization_find(w.store, w.arena, &grant.grant.authorization, &a));
	ck_assert_int_eq(a->last_used, w.now + 20);
	ck_assert_uint_eq(world_events(&w, EVENT_DEVICE_REDEEMED), 1);
}
END_TEST

START_TEST(a_redemption_may_give_no_refresh_token)
{
	WORLD(w);
	struct device_grant_new grant = world_approved(&w);
	struct redemption redemption = world_redemption(&w, &grant);
	redemption.issue.refresh = (struct token_row){ 0 };
	ck_ok(store_device_grant_redeem(w.store, &redemption, NULL));
	ck_assert(world_has_access(&w, &redemption) && !world_has_refresh(&w, &redemption));
}
END_TEST

struct wrong_redemption {
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

static void of_another_authorization(struct world *w, struct redemption *redemption)
{
	redemption->authorization = world_approved(w).grant.authorization;
}

static void of_a_pending_grant(struct world *w, struct redemption *redemption)
{
	struct device_grant_new pending = world_pending(w);
	redemption->authorization = pending.grant.authorization;
	redemption->code_hash = pending.grant.code_hash;
}

static void at_its_expiry(struct world *w, struct redemption *redemption)
{
	redemption->now = w->now + 1800;
}

/* RFC8628#3.4 */
static const struct wrong_redemption wrong_redemptions[] = {
	{ .name = "another client cannot redeem", .spoil = by_another_client },
	{ .name = "another code does not redeem", .spoil = with_another_code },
	{ .name = "a code does not redeem another authorization",
	  .spoil = of_another_authorization },
	{ .name = "a pending grant is not redeemed", .spoil = of_a_pending_grant },
	{ .name = "a grant is not redeemed when it has expired", .spoil = at_its_expiry },
};

START_TEST(a_wrong_redemption_changes_nothing)
{
	const struct wrong_redemption *row = &wrong_redemptions[_i];
	WORLD(w);
	struct device_grant_new grant = world_approved(&w);
	struct redemption redemption = world_redemption(&w, &grant);
	struct event event = world_event(&w, EVENT_DEVICE_REDEEMED);
	row->spoil(&w, &redemption);
	ck_assert_msg(store_device_grant_redeem(w.store, &redemption, &event) == ERR_UNCHANGED,
		      "%s", row->name);
	ck_assert_int_eq(world_find_grant(&w, &grant.grant.authorization)->status, DEVICE_APPROVED);
	ck_assert(!world_has_tokens(&w, &redemption));
	ck_assert_uint_eq(world_events(&w, EVENT_DEVICE_REDEEMED), 0);
	redemption = world_redemption(&w, &grant);
	ck_ok(store_device_grant_redeem(w.store, &redemption, NULL));
}
END_TEST

/* --- what the tables of polls read
 * ----------------------------------------------------------------------------------- */

struct briefs {
	size_t count;
	size_t of_status[DEVICE_STATUS_COUNT];
	struct device_brief last;
	char address[64];
};

static void note(void *arg, const struct device_brief *brief)
{
	struct briefs *briefs = arg;
	briefs->count++;
	briefs->of_status[brief->status]++;
	briefs->last = *brief;
	snprintf(briefs->address, sizeof(briefs->address), "%.*s", SLICE_ARG(brief->address));
}

START_TEST(live_grants_are_handed_out)
{
	WORLD(w);
	struct device_grant_new grant = world_pending(&w);
	struct briefs briefs = { 0 };
	ck_ok(store_device_grant_each_live(w.store, w.now, note, &briefs));
	ck_assert_uint_eq(briefs.count, 1);
	ck_assert(hash_equal(&briefs.last.code_hash, &grant.grant.code_hash));
	ck_assert(id_equal(&briefs.last.client, &w.client) && briefs.last.expires == w.now + 1800);
	ck_assert_str_eq(briefs.address, "203.0.113.7");
	world_approved(&w);
	world_redeemed(&w);
	briefs = (struct briefs){ 0 };
	ck_ok(store_device_grant_each_live(w.store, w.now, note, &briefs));
	ck_assert(briefs.count == 2 && briefs.of_status[DEVICE_PENDING] == 1 &&
		  briefs.of_status[DEVICE_APPROVED] == 1);
	briefs = (struct briefs){ 0 };
	ck_ok(store_device_grant_each_live(w.store, w.now + 1800, note, &briefs));
	ck_assert_uint_eq(briefs.count, 0);
}
END_TEST

START_TEST(decided_grants_are_handed_out_since_a_time)
{
	WORLD(w);
	world_pending(&w);
	world_redeemed(&w);
	struct briefs briefs = { 0 };
	ck_ok(store_device_grant_each_decided(w.store, w.now + 10, note, &briefs));
	ck_assert(briefs.count == 1 && briefs.of_status[DEVICE_REDEEMED] == 1);
	struct device_grant_new grant = world_pending(&w);
	struct device_decision decision = world_decision(&w, &grant, false);
	decision.now = w.now + 11;
	ck_ok(store_device_grant_decide(w.store, &decision, NULL));
	briefs = (struct briefs){ 0 };
	ck_ok(store_device_grant_each_decided(w.store, w.now + 11, note, &briefs));
	ck_assert(briefs.count == 1 && briefs.of_status[DEVICE_DENIED] == 1);
	briefs = (struct briefs){ 0 };
	ck_ok(store_device_grant_each_decided(w.store, w.now + 12, note, &briefs));
	ck_assert_uint_eq(briefs.count, 0);
}
END_TEST

void contract_devices(TCase *tc)
{
	tcase_add_test(tc, a_grant_comes_back_as_it_was);
	tcase_add_test(tc, an_empty_user_agent_and_scope_are_kept);
	tcase_add_test(tc, a_grant_is_found_by_its_user_code_under_any_key);
	tcase_add_test(tc, decided_and_expired_grants_are_found_by_code_too);
	tcase_add_test(tc, a_live_user_code_is_taken);
	tcase_add_test(tc, the_user_code_of_an_expired_grant_is_taken_over);
	tcase_add_test(tc, a_grant_of_a_missing_or_disabled_client_is_refused);
	tcase_add_test(tc, a_handle_comes_back_as_it_was);
	tcase_add_test(tc, an_unknown_handle_is_absent_and_a_known_one_is_taken);
	tcase_add_test(tc, an_approval_makes_the_authorization);
	tcase_add_test(tc, a_denial_makes_none);
	tcase_add_test(tc, a_decision_by_another_persons_session_is_none);
	tcase_add_test(tc, a_redemption_gives_tokens_and_keeps_the_answer);
	tcase_add_test(tc, a_redemption_may_give_no_refresh_token);
	tcase_add_loop_test(tc, a_wrong_redemption_changes_nothing, 0,
			    ARRAY_LEN(wrong_redemptions));
	tcase_add_test(tc, live_grants_are_handed_out);
	tcase_add_test(tc, decided_grants_are_handed_out_since_a_time);
}
