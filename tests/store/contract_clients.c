/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: applications, their secrets, scopes. */
#include "world.h"

static struct client_secret secret_made(const struct world *w, int64_t created)
{
	return (struct client_secret){
		.id = world_id(), .key_id = 3, .mac = world_hash(), .created = w->now + created
	};
}

static struct client add_confidential(struct world *w, const struct client_secret *secret)
{
	struct client client = world_client(w, "printer");
	client.type = CLIENT_CONFIDENTIAL;
	ck_ok(store_client_insert(w->store, &client, secret, NULL));
	return client;
}

START_TEST(a_client_comes_back_as_it_was)
{
	WORLD(w);
	struct client client = world_client(&w, "camera");
	client.owner = w.user;
	client.grants = GRANT_BIT(GRANT_DEVICE_CODE) | GRANT_BIT(GRANT_AUTHORIZATION_CODE);
	client.reviewed = true;
	struct event event = world_event(&w, EVENT_CLIENT_ADDED);
	ck_ok(store_client_insert(w.store, &client, NULL, &event));
	struct client *found;
	ck_found(store_client_find(w.store, w.arena, &client.id, &found));
	ck_assert(id_equal(&found->id, &client.id) && id_equal(&found->owner, &w.user));
	ck_slice(found->client_id, "camera");
	ck_slice(found->name, "Television");
	ck_slice(found->redirect_uris, "https://a.example/\nhttps://b.example/");
	ck_slice(found->post_logout_redirect_uris, "");
	ck_slice(found->allowed_origins, "https://a.example");
	ck_slice(found->allowed_scopes, "openid profile");
	ck_slice(found->default_scopes, "openid");
	ck_assert(found->type == CLIENT_PUBLIC && found->algorithm == CLIENT_ALG_ES256);
	ck_assert_uint_eq(found->grants, client.grants);
	ck_assert(found->enabled && found->reviewed);
	ck_assert(found->created == w.now && found->updated == w.now);
	ck_assert_uint_eq(world_events(&w, EVENT_CLIENT_ADDED), 1);
}
END_TEST

START_TEST(a_client_is_found_by_client_id_with_its_secrets)
{
	WORLD(w);
	struct client_secret secret = secret_made(&w, 0);
	struct client client = add_confidential(&w, &secret);
	struct client *found;
	struct client_secret_list secrets;
	ck_found(store_client_find_by_client_id(w.store, w.arena, SLICE("printer"), &found,
						&secrets));
	ck_assert(id_equal(&found->id, &client.id));
	ck_assert_uint_eq(secrets.count, 1);
	ck_assert(id_equal(&secrets.items[0].id, &secret.id) &&
		  hash_equal(&secrets.items[0].mac, &secret.mac));
	ck_assert_uint_eq(secrets.items[0].key_id, 3);
	ck_assert(secrets.items[0].expires == 0 && secrets.items[0].last_used == 0);
	ck_found(store_client_find_by_client_id(w.store, w.arena, SLICE("television"), &found,
						&secrets));
	ck_assert_uint_eq(secrets.count, 0);
}
END_TEST

START_TEST(a_client_that_is_not_there_is_absent)
{
	WORLD(w);
	struct client *found;
	struct client_secret_list secrets;
	struct id nobody = world_id();
	ck_absent(store_client_find(w.store, w.arena, &nobody, &found));
	ck_absent(store_client_find_by_client_id(w.store, w.arena, SLICE("Television"), &found,
						 &secrets));
	ck_assert_ptr_null(found);
	ck_absent(store_client_secrets(w.store, w.arena, &nobody, &secrets));
	ck_err(store_client_remove(w.store, &nobody, NULL), ERR_ABSENT);
	struct client client = world_client(&w, "nobody");
	ck_err(store_client_update(w.store, &client, w.now, NULL), ERR_ABSENT);
}
END_TEST

START_TEST(a_client_id_is_taken_once)
{
	WORLD(w);
	struct client client = world_client(&w, "television");
	struct client_secret secret = secret_made(&w, 0);
	struct event event = world_event(&w, EVENT_CLIENT_ADDED);
	ck_err(store_client_insert(w.store, &client, &secret, &event), ERR_CONFLICT);
	struct client_secret_list secrets;
	ck_absent(store_client_secrets(w.store, w.arena, &client.id, &secrets));
	ck_assert_uint_eq(world_events(&w, EVENT_CLIENT_ADDED), 0);
}
END_TEST

START_TEST(a_client_without_an_owner_that_exists_is_refused)
{
	WORLD(w);
	struct client client = world_client(&w, "orphan");
	client.owner = world_id();
	ck_err(store_client_insert(w.store, &client, NULL, NULL), ERR_ABSENT);
}
END_TEST

START_TEST(clients_are_listed_newest_first)
{
	WORLD(w);
	struct client owned = world_client(&w, "owned");
	owned.owner = w.user;
	owned.created = w.now + 1;
	ck_ok(store_client_insert(w.store, &owned, NULL, NULL));
	struct client_list list;
	ck_ok(store_client_list(w.store, w.arena, NULL, 10, &list));
	ck_assert_uint_eq(list.count, 2);
	ck_slice(list.items[0].client_id, "owned");
	ck_ok(store_client_list(w.store, w.arena, NULL, 1, &list));
	ck_assert_uint_eq(list.count, 1);
	ck_ok(store_client_list(w.store, w.arena, &w.user, 10, &list));
	ck_assert_uint_eq(list.count, 1);
	ck_slice(list.items[0].client_id, "owned");
	struct id other = world_id();
	ck_ok(store_client_list(w.store, w.arena, &other, 10, &list));
	ck_assert_uint_eq(list.count, 0);
}
END_TEST

START_TEST(an_update_changes_all_but_what_names_the_client)
{
	WORLD(w);
	struct client *client;
	ck_found(store_client_find(w.store, w.arena, &w.client, &client));
	struct client changed = *client;
	changed.name = SLICE("Radio");
	changed.client_id = SLICE("other");
	changed.owner = w.user;
	changed.created = 1;
	changed.type = CLIENT_CONFIDENTIAL;
	changed.grants = GRANT_BIT(GRANT_CLIENT_CREDENTIALS);
	changed.redirect_uris = SLICE("");
	changed.allowed_scopes = SLICE("email");
	changed.default_scopes = SLICE("");
	changed.algorithm = CLIENT_ALG_RS256;
	changed.enabled = false;
	changed.reviewed = true;
	struct event event = world_event(&w, EVENT_CLIENT_CHANGED);
	ck_ok(store_client_update(w.store, &changed, w.now + 9, &event));
	ck_found(store_client_find(w.store, w.arena, &w.client, &client));
	ck_slice(client->name, "Radio");
	ck_slice(client->client_id, "television");
	ck_slice(client->allowed_scopes, "email");
	ck_assert(id_is_zero(&client->owner));
	ck_assert(client->created == w.now && client->updated == w.now + 9);
	ck_assert(!client->enabled && client->reviewed && client->type == CLIENT_CONFIDENTIAL);
	ck_assert_uint_eq(client->grants, GRANT_BIT(GRANT_CLIENT_CREDENTIALS));
	ck_assert_uint_eq(world_events(&w, EVENT_CLIENT_CHANGED), 1);
}
END_TEST

START_TEST(two_updates_of_one_second_do_not_both_win)
{
	WORLD(w);
	struct client *client;
	ck_found(store_client_find(w.store, w.arena, &w.client, &client));
	struct client first = *client;
	struct client second = *client;
	first.name = SLICE("First");
	second.name = SLICE("Second");
	struct event event = world_event(&w, EVENT_CLIENT_CHANGED);
	ck_ok(store_client_update(w.store, &first, w.now, &event));
	ck_err(store_client_update(w.store, &second, w.now, &event), ERR_UNCHANGED);
	ck_found(store_client_find(w.store, w.arena, &w.client, &client));
	ck_slice(client->name, "First");
	ck_assert_uint_eq(world_events(&w, EVENT_CLIENT_CHANGED), 1);
}
END_TEST

START_TEST(a_client_that_becomes_public_loses_its_secrets)
{
	WORLD(w);
	struct client_secret secret = secret_made(&w, 0);
	struct client client = add_confidential(&w, &secret);
	struct client_secret_list secrets;
	ck_ok(store_client_update(w.store, &client, w.now + 1, NULL));
	ck_found(store_client_secrets(w.store, w.arena, &client.id, &secrets));
	client.updated = w.now + 1;
	client.type = CLIENT_PUBLIC;
	ck_ok(store_client_update(w.store, &client, w.now + 2, NULL));
	ck_absent(store_client_secrets(w.store, w.arena, &client.id, &secrets));
	secret = secret_made(&w, 3);
	ck_err(store_client_secret_insert(w.store, &client.id, &secret, 0, NULL), ERR_UNCHANGED);
}
END_TEST

START_TEST(a_removal_takes_all_that_hangs_on_a_client)
{
	WORLD(w);
	struct redemption redeemed = world_redeemed(&w);
	struct device_grant_new pending = world_pending(&w);
	struct event event = world_event(&w, EVENT_CLIENT_REMOVED);
	ck_ok(store_client_remove(w.store, &w.client, &event));
	struct client *client;
	struct authorization *authorization;
	struct device_grant *grant;
	ck_absent(store_client_find(w.store, w.arena, &w.client, &client));
	ck_absent(store_authorization_find(w.store, w.arena, &redeemed.authorization,
					   &authorization));
	ck_assert(!world_has_tokens(&w, &redeemed));
	ck_absent(store_device_grant_find(w.store, w.arena, &pending.grant.authorization, &grant));
	ck_absent(store_device_grant_find_by_user_code(w.store, w.arena, &pending.code, 1, &grant));
	ck_assert_uint_eq(world_events(&w, EVENT_CLIENT_REMOVED), 1);
	size_t faults;
	ck_ok(store_check(w.store, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
}
END_TEST

/* --- secrets
 * ---------------------------------------------------------------------------------------------------------
 */

START_TEST(two_secrets_overlap_and_a_third_is_refused)
{
	WORLD(w);
	struct client_secret old = secret_made(&w, 0);
	struct client client = add_confidential(&w, &old);
	struct client_secret new = secret_made(&w, 10);
	struct client_secret third = secret_made(&w, 20);
	struct event event = world_event(&w, EVENT_CLIENT_SECRET_ADDED);
	ck_ok(store_client_secret_insert(w.store, &client.id, &new, w.now + 1000, &event));
	struct client_secret_list list;
	ck_found(store_client_secrets(w.store, w.arena, &client.id, &list));
	ck_assert_uint_eq(list.count, 2);
	ck_assert(id_equal(&list.items[0].id, &new.id) && list.items[0].expires == 0);
	ck_assert(id_equal(&list.items[1].id, &old.id) && list.items[1].expires == w.now + 1000);
	ck_err(store_client_secret_insert(w.store, &client.id, &third, w.now + 5, &event),
	       ERR_FULL);
	ck_found(store_client_secrets(w.store, w.arena, &client.id, &list));
	ck_assert_int_eq(list.items[1].expires, w.now + 1000);
	ck_assert_uint_eq(world_events(&w, EVENT_CLIENT_SECRET_ADDED), 1);
}
END_TEST

START_TEST(an_expired_secret_makes_room)
{
	WORLD(w);
	struct client_secret old = secret_made(&w, 0);
	struct client client = add_confidential(&w, &old);
	struct client_secret new = secret_made(&w, 10);
	ck_ok(store_client_secret_insert(w.store, &client.id, &new, w.now + 100, NULL));
	struct client_secret third = secret_made(&w, 99);
	ck_err(store_client_secret_insert(w.store, &client.id, &third, 0, NULL), ERR_FULL);
	third.created = w.now + 100;
	ck_ok(store_client_secret_insert(w.store, &client.id, &third, 0, NULL));
	struct client_secret_list list;
	ck_found(store_client_secrets(w.store, w.arena, &client.id, &list));
	ck_assert_uint_eq(list.count, 2);
	ck_assert(id_equal(&list.items[0].id, &third.id) && id_equal(&list.items[1].id, &new.id));
	ck_assert_int_eq(list.items[1].expires, 0);
}
END_TEST

START_TEST(the_end_of_a_secret_never_moves_away)
{
	WORLD(w);
	struct client_secret old = secret_made(&w, 0);
	old.expires = w.now + 50;
	struct client client = add_confidential(&w, &old);
	struct client_secret new = secret_made(&w, 10);
	ck_ok(store_client_secret_insert(w.store, &client.id, &new, w.now + 1000, NULL));
	struct client_secret_list list;
	ck_found(store_client_secrets(w.store, w.arena, &client.id, &list));
	ck_assert_int_eq(list.items[1].expires, w.now + 50);
}
END_TEST

START_TEST(a_secret_is_removed_by_its_own_client_alone)
{
	WORLD(w);
	struct client_secret secret = secret_made(&w, 0);
	struct client client = add_confidential(&w, &secret);
	struct event event = world_event(&w, EVENT_CLIENT_SECRET_REMOVED);
	struct id nobody = world_id();
	ck_err(store_client_secret_insert(w.store, &nobody, &secret, 0, NULL), ERR_ABSENT);
	ck_err(store_client_secret_remove(w.store, &w.client, &secret.id, &event), ERR_ABSENT);
	ck_ok(store_client_secret_remove(w.store, &client.id, &secret.id, &event));
	ck_err(store_client_secret_remove(w.store, &client.id, &secret.id, &event), ERR_ABSENT);
	ck_assert_uint_eq(world_events(&w, EVENT_CLIENT_SECRET_REMOVED), 1);
}
END_TEST

START_TEST(a_good_use_is_written_and_may_move_the_mac)
{
	WORLD(w);
	struct client_secret secret = secret_made(&w, 0);
	struct client client = add_confidential(&w, &secret);
	struct hash mac = world_hash();
	struct client_secret_list list;
	ck_ok(store_client_secret_touch(w.store, &secret.id, w.now + 60, 9, NULL));
	ck_found(store_client_secrets(w.store, w.arena, &client.id, &list));
	ck_assert(list.items[0].last_used == w.now + 60 && list.items[0].key_id == 3);
	ck_assert(hash_equal(&list.items[0].mac, &secret.mac));
	ck_ok(store_client_secret_touch(w.store, &secret.id, w.now + 30, 9, &mac));
	ck_found(store_client_secrets(w.store, w.arena, &client.id, &list));
	ck_assert(list.items[0].last_used == w.now + 60 && list.items[0].key_id == 9);
	ck_assert(hash_equal(&list.items[0].mac, &mac));
	struct id nobody = world_id();
	ck_err(store_client_secret_touch(w.store, &nobody, w.now, 9, &mac), ERR_ABSENT);
}
END_TEST

/* --- scopes
 * ----------------------------------------------------------------------------------------------------------
 */

START_TEST(a_new_store_has_the_standard_scopes)
{
	WORLD_EMPTY(w);
	static const char *const names[] = { "openid",  "profile", "email",
					     "address", "phone",   "offline_access" };
	struct scope_list list;
	ck_ok(store_scope_list(w.store, w.arena, &list));
	ck_assert_uint_eq(list.count, ARRAY_LEN(names));
	for (size_t i = 0; i < list.count; i++) {
		ck_assert(slice_equal(list.items[i].name, slice_str(names[i])));
		ck_assert(list.items[i].description.len > 0);
		ck_assert_int_eq(list.items[i].is_default, i == 0);
	}
}
END_TEST

START_TEST(scopes_are_added_changed_and_removed)
{
	WORLD_EMPTY(w);
	struct scope scope = { SLICE("print"), SLICE("Print documents"), true };
	struct event event = world_event(&w, EVENT_SCOPE_CHANGED);
	struct scope_list list;
	ck_ok(store_scope_insert(w.store, &scope, &event));
	ck_err(store_scope_insert(w.store, &scope, &event), ERR_CONFLICT);
	scope.description = SLICE("Use the printer");
	scope.is_default = false;
	ck_ok(store_scope_update(w.store, &scope, &event));
	ck_ok(store_scope_list(w.store, w.arena, &list));
	ck_assert_uint_eq(list.count, 7);
	ck_slice(list.items[6].description, "Use the printer");
	ck_assert(!list.items[6].is_default);
	ck_ok(store_scope_remove(w.store, SLICE("print"), &event));
	ck_err(store_scope_remove(w.store, SLICE("print"), &event), ERR_ABSENT);
	ck_err(store_scope_update(w.store, &scope, &event), ERR_ABSENT);
	ck_assert_uint_eq(world_events(&w, EVENT_SCOPE_CHANGED), 3);
}
END_TEST

void contract_clients(TCase *tc)
{
	tcase_add_test(tc, a_client_comes_back_as_it_was);
	tcase_add_test(tc, a_client_is_found_by_client_id_with_its_secrets);
	tcase_add_test(tc, a_client_that_is_not_there_is_absent);
	tcase_add_test(tc, a_client_id_is_taken_once);
	tcase_add_test(tc, a_client_without_an_owner_that_exists_is_refused);
	tcase_add_test(tc, clients_are_listed_newest_first);
	tcase_add_test(tc, an_update_changes_all_but_what_names_the_client);
	tcase_add_test(tc, two_updates_of_one_second_do_not_both_win);
	tcase_add_test(tc, a_client_that_becomes_public_loses_its_secrets);
	tcase_add_test(tc, a_removal_takes_all_that_hangs_on_a_client);
	tcase_add_test(tc, two_secrets_overlap_and_a_third_is_refused);
	tcase_add_test(tc, an_expired_secret_makes_room);
	tcase_add_test(tc, the_end_of_a_secret_never_moves_away);
	tcase_add_test(tc, a_secret_is_removed_by_its_own_client_alone);
	tcase_add_test(tc, a_good_use_is_written_and_may_move_the_mac);
	tcase_add_test(tc, a_new_store_has_the_standard_scopes);
	tcase_add_test(tc, scopes_are_added_changed_and_removed);
}
