/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: what ends with a session does so in the write that ends it. Nobody looks a second
 * time: a node may have died. */
#include "domain/client_setting.h"
#include "world.h"

static void sign_out(struct world *w, const struct event *event)
{
	ck_ok(store_session_remove(w->store, &w->session, w->now, event));
}

static void change_password(struct world *w, const struct event *event)
{
	ck_ok(store_user_set_password(w->store, &w->user, WORLD_PASSWORD(w, "new"), event));
}

static void disable(struct world *w, const struct event *event)
{
	ck_ok(store_user_set_enabled(w->store, &w->user, false, w->now, event));
}

static struct session_new sign_in_of(const struct world *w, const struct id *user)
{
	struct session_new new = world_session(w, user);
	new.replaces = &w->session;
	return new;
}

static void sign_in_over(struct world *w, const struct event *event)
{
	struct id eve = world_add_user(w, "eve");
	struct session_new new = sign_in_of(w, &eve);
	ck_ok(store_session_insert(w->store, &new, event));
}

static const struct ending {
	const char *name;
	void (*end)(struct world *w, const struct event *event);
} endings[] = {
	{ "signing out", sign_out },
	{ "a new password", change_password },
	{ "an account that is disabled", disable },
	{ "somebody else's sign-in", sign_in_over },
};

/* A client with one setting, for the code grant. */
static struct id add_client(struct world *w, const char *client_id, enum client_setting setting)
{
	struct slice why;
	struct client client = world_client(w, client_id);
	ck_ok(client_setting_put(w->arena, &client.settings, setting,
				 SLICE("https://shop.example/out"), &why));
	ck_ok(store_client_insert(w->store, &client, NULL, NULL));
	return client.id;
}

static struct id give(struct world *w, const struct id *client, const char *scope)
{
	struct code_new code = world_code(w);
	code.code.authorization.client = *client;
	code.code.authorization.scope = slice_str(scope);
	ck_ok(store_code_insert(w->store, &code, NULL));
	return code.code.authorization.id;
}

static bool is_revoked(struct world *w, const struct id *id)
{
	struct authorization *a;
	ck_found(store_authorization_find(w->store, w->arena, id, &a));
	return a->revoked != 0;
}

static struct job_list jobs(struct world *w)
{
	struct job_list list;
	const struct job_claim claim = { w->now, w->now + 60, 100 };
	ck_ok(store_job_claim(w->store, w->arena, &claim, &list));
	return list;
}

/* BCLOGOUT#2.7 */
START_TEST(nothing_usable_is_left)
{
	const struct ending *row = &endings[_i];
	WORLD(w);
	struct code_new code = world_code_given(&w);
	struct redemption redeemed = world_code_redeemed(&w);
	const struct token_key access = WORLD_ACCESS(redeemed);
	struct access_token_good good;
	ck_found(store_access_token_find_good(w.store, w.arena, &access, w.now + 30, &good));
	struct event event = world_event(&w, EVENT_SIGNED_OUT);
	row->end(&w, &event);
	ck_ok(store_user_set_enabled(w.store, &w.user, true, w.now, NULL));
	struct redemption late = world_code_redemption(&w, &code);
	struct rotation rotation = world_rotation(&w, &redeemed);
	ck_assert_msg(store_code_redeem(w.store, &late, NULL) == ERR_UNCHANGED, "%s: the code",
		      row->name);
	ck_assert_msg(store_refresh_token_rotate(w.store, &rotation, NULL) == ERR_UNCHANGED,
		      "%s: the refresh token", row->name);
	ck_assert_msg(store_access_token_find_good(w.store, w.arena, &access, w.now + 30, &good) ==
			      ABSENT,
		      "%s: the access token", row->name);
	ck_assert_uint_eq(world_events(&w, EVENT_AUTHORIZATION_REVOKED), 2);
	ck_assert_uint_eq(world_faults(&w), 0);
}
END_TEST

/* Who records nothing records nothing of it. */
START_TEST(without_an_event_there_is_none_of_what_ended)
{
	WORLD(w);
	struct id shop = add_client(&w, "shop", SETTING_BACKCHANNEL_LOGOUT_URI);
	struct id id = give(&w, &shop, "openid");
	endings[_i].end(&w, NULL);
	ck_assert(is_revoked(&w, &id) && jobs(&w).count == 1);
	ck_assert_uint_eq(world_events(&w, EVENT_AUTHORIZATION_REVOKED), 0);
	ck_assert_uint_eq(world_events(&w, EVENT_LOGOUT_QUEUED), 0);
}
END_TEST

/* BCLOGOUT#2.7, D56 */
START_TEST(what_is_no_part_of_the_session_stays)
{
	WORLD(w);
	struct redemption device = world_redeemed(&w);
	struct id offline = give(&w, &w.client, "openid offline_access");
	struct id no_offline = give(&w, &w.client, "openid xoffline_access offline_accessx");
	struct world elsewhere = w;
	world_sign_in(&elsewhere);
	struct id other = give(&elsewhere, &w.client, "openid");
	sign_out(&w, NULL);
	ck_assert(!is_revoked(&w, &device.authorization) && !is_revoked(&w, &offline));
	ck_assert(!is_revoked(&w, &other) && is_revoked(&w, &no_offline));
	change_password(&w, NULL);
	ck_assert(!is_revoked(&w, &device.authorization) && !is_revoked(&w, &offline));
	ck_assert(is_revoked(&w, &other));
}
END_TEST

/* D60 */
START_TEST(who_is_carried_over_loses_nothing)
{
	WORLD(w);
	struct id shop = add_client(&w, "shop", SETTING_BACKCHANNEL_LOGOUT_URI);
	struct id id = give(&w, &shop, "openid");
	struct id eve = world_add_user(&w, "eve");
	struct hash old = w.session;
	struct session_new new = sign_in_of(&w, &eve);
	new.keeps_others = true;
	ck_ok(store_session_insert(w.store, &new, NULL));
	/* A rival that was slower: the session that it replaces has gone. */
	w.session = old;
	struct session_new late = sign_in_of(&w, &eve);
	ck_ok(store_session_insert(w.store, &late, NULL));
	ck_assert(!is_revoked(&w, &id) && jobs(&w).count == 0);
	w.session = new.session.hash;
	struct session_new again = sign_in_of(&w, &w.user);
	again.session.sid = w.sid;
	ck_ok(store_session_insert(w.store, &again, NULL));
	ck_assert(!is_revoked(&w, &id) && jobs(&w).count == 0);
}
END_TEST

START_TEST(the_session_that_is_kept_keeps_what_was_given_in_it)
{
	WORLD(w);
	struct world elsewhere = w;
	world_sign_in(&elsewhere);
	struct id here = give(&w, &w.client, "openid");
	struct id there = give(&elsewhere, &w.client, "openid");
	struct user_password password = { SLICE("new"), &w.session, w.now };
	ck_ok(store_user_set_password(w.store, &w.user, &password, NULL));
	ck_assert(!is_revoked(&w, &here) && is_revoked(&w, &there));
}
END_TEST

/* BCLOGOUT#2.5: whoever was given anything is told, once, however much was given to others. */
START_TEST(every_client_that_wants_it_is_told_once)
{
	enum { MANY = 1200 };
	WORLD(w);
	char sid[ID_TEXT_LEN + 1];
	struct id first = add_client(&w, "first", SETTING_BACKCHANNEL_LOGOUT_URI);
	struct id busy = add_client(&w, "busy", SETTING_BACKCHANNEL_LOGOUT_URI);
	struct id frame = add_client(&w, "frame", SETTING_FRONTCHANNEL_LOGOUT_URI);
	struct id oldest = give(&w, &first, "openid offline_access");
	give(&w, &frame, "openid");
	give(&w, &w.client, "openid");
	for (size_t i = 0; i < MANY; i++)
		give(&w, &busy, "openid");
	struct event event = world_event(&w, EVENT_SIGNED_OUT);
	sign_out(&w, &event);
	struct job_list list = jobs(&w);
	ck_assert_uint_eq(list.count, 2);
	ck_assert(id_equal(&list.items[0].client, &first) !=
		  id_equal(&list.items[1].client, &first));
	ck_assert(id_equal(&list.items[0].client, &busy) != id_equal(&list.items[1].client, &busy));
	for (size_t i = 0; i < list.count; i++) {
		ck_assert(slice_equal(list.items[i].payload, id_text(&w.sid, sid)));
		ck_assert(id_equal(&list.items[i].user, &w.user));
		ck_assert(list.items[i].kind == JOB_BACKCHANNEL_LOGOUT &&
			  list.items[i].due == w.now);
	}
	ck_assert(!is_revoked(&w, &oldest));
	ck_assert_uint_eq(world_events(&w, EVENT_LOGOUT_QUEUED), 1);
	ck_assert_uint_eq(world_events(&w, EVENT_AUTHORIZATION_REVOKED), MANY + 2);
}
END_TEST

/* FCLOGOUT#2 */
START_TEST(the_clients_of_a_session_are_found_by_a_setting)
{
	WORLD(w);
	struct id frame = add_client(&w, "frame", SETTING_FRONTCHANNEL_LOGOUT_URI);
	struct id second = add_client(&w, "second", SETTING_FRONTCHANNEL_LOGOUT_URI);
	struct id shop = add_client(&w, "shop", SETTING_BACKCHANNEL_LOGOUT_URI);
	struct id stranger = add_client(&w, "stranger", SETTING_FRONTCHANNEL_LOGOUT_URI);
	struct world elsewhere = w;
	world_sign_in(&elsewhere);
	give(&w, &second, "openid");
	give(&w, &frame, "openid");
	give(&w, &frame, "openid");
	give(&w, &shop, "openid");
	give(&elsewhere, &stranger, "openid");
	sign_out(&w, NULL);
	struct client_list list;
	struct session_clients filter = { &w.user, &w.sid, SETTING_FRONTCHANNEL_LOGOUT_URI, 10 };
	ck_ok(store_client_list_of_session(w.store, w.arena, &filter, &list));
	ck_assert_uint_eq(list.count, 2);
	ck_assert(id_equal(&list.items[0].id, &frame) && id_equal(&list.items[1].id, &second));
	filter.limit = 1;
	ck_ok(store_client_list_of_session(w.store, w.arena, &filter, &list));
	ck_assert_uint_eq(list.count, 1);
	filter.user = &w.client;
	ck_ok(store_client_list_of_session(w.store, w.arena, &filter, &list));
	ck_assert_uint_eq(list.count, 0);
}
END_TEST

/* RPLOGOUT#2, D52 */
START_TEST(authorizations_are_found_by_their_grant)
{
	WORLD(w);
	static const enum grant grants[] = { GRANT_AUTHORIZATION_CODE, GRANT_DEVICE_CODE,
					     GRANT_TOKEN_EXCHANGE };
	struct id code = give(&w, &w.client, "openid");
	struct redemption device = world_redeemed(&w);
	const struct id *expected[] = { &code, &device.authorization, NULL };
	for (size_t i = 0; i < ARRAY_LEN(grants); i++) {
		struct authorization_list list;
		const struct authorization_filter filter = {
			.user = &w.user, .client = &w.client, .grant = &grants[i], .limit = 10
		};
		ck_ok(store_authorization_list(w.store, w.arena, &filter, &list));
		ck_assert_uint_eq(list.count, expected[i] != NULL);
		if (expected[i] != NULL)
			ck_assert(id_equal(&list.items[0].id, expected[i]));
	}
}
END_TEST

void contract_sign_out(TCase *tc)
{
	tcase_add_loop_test(tc, nothing_usable_is_left, 0, ARRAY_LEN(endings));
	tcase_add_loop_test(tc, without_an_event_there_is_none_of_what_ended, 0,
			    ARRAY_LEN(endings));
	tcase_add_test(tc, what_is_no_part_of_the_session_stays);
	tcase_add_test(tc, who_is_carried_over_loses_nothing);
	tcase_add_test(tc, the_session_that_is_kept_keeps_what_was_given_in_it);
	tcase_add_test(tc, every_client_that_wants_it_is_told_once);
	tcase_add_test(tc, the_clients_of_a_session_are_found_by_a_setting);
	tcase_add_test(tc, authorizations_are_found_by_their_grant);
}
