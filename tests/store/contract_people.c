/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: people, passwords, sessions. */
#include <stdio.h>

#include "world.h"

START_TEST(a_person_is_found_by_id_and_by_folded_name)
{
	WORLD_EMPTY(w);
	struct user user = world_user(&w, "Grace");
	user.admin = true;
	struct event event = world_event(&w, EVENT_USER_ADDED);
	ck_ok(store_user_insert(w.store,
				&(struct user_new){ &user, SLICE("grace"), SLICE("hash 1"), NULL },
				&event));
	struct user *found;
	struct slice hash;
	ck_found(store_user_find(w.store, w.arena, &user.id, &found));
	ck_slice(found->name, "Grace");
	ck_assert(found->admin && found->enabled && found->created == w.now &&
		  found->last_sign_in == 0);
	ck_found(store_user_find_by_name(w.store, w.arena, SLICE("grace"), &found, &hash));
	ck_assert(id_equal(&found->id, &user.id));
	ck_slice(hash, "hash 1");
	ck_assert_uint_eq(world_events(&w, EVENT_USER_ADDED), 1);
}
END_TEST

START_TEST(an_invitation_is_used_by_the_account_that_is_made)
{
	WORLD(w);
	struct user grace = world_user(&w, "grace");
	struct user hedy = world_user(&w, "hedy");
	struct user ada = world_user(&w, "ADA");
	struct ticket ticket = { .hash = world_hash(),
				 .kind = TICKET_SIGN_UP,
				 .created = w.now,
				 .expires = w.now + 60,
				 .uses = 1 };
	ck_ok(store_ticket_insert(w.store, &ticket, NULL));
	struct user_new new = { &ada, SLICE("ada"), SLICE("x"), &ticket.hash };
	ck_err(store_user_insert(w.store, &new, NULL), ERR_CONFLICT);
	ck_found(store_ticket_find(w.store, &ticket.hash, TICKET_SIGN_UP, w.now));
	new = (struct user_new){ &grace, SLICE("grace"), SLICE("x"), &ticket.hash };
	ck_ok(store_user_insert(w.store, &new, NULL));
	ck_absent(store_ticket_find(w.store, &ticket.hash, TICKET_SIGN_UP, w.now));
	struct event event = world_event(&w, EVENT_USER_ADDED);
	new = (struct user_new){ &hedy, SLICE("hedy"), SLICE("x"), &ticket.hash };
	ck_err(store_user_insert(w.store, &new, &event), ERR_UNCHANGED);
	struct user *found;
	ck_absent(store_user_find(w.store, w.arena, &hedy.id, &found));
	ck_assert_uint_eq(world_events(&w, EVENT_USER_ADDED), 0);
}
END_TEST

START_TEST(an_invitation_that_is_old_or_for_something_else_makes_no_account)
{
	WORLD(w);
	struct user grace = world_user(&w, "grace");
	struct ticket old = { .hash = world_hash(),
			      .kind = TICKET_SIGN_UP,
			      .created = w.now - 60,
			      .expires = w.now,
			      .uses = 5 };
	struct ticket other = { .hash = world_hash(),
				.kind = TICKET_REGISTRATION,
				.created = w.now,
				.expires = w.now + 60,
				.uses = 5 };
	const struct hash unknown = world_hash();
	ck_ok(store_ticket_insert(w.store, &old, NULL));
	ck_ok(store_ticket_insert(w.store, &other, NULL));
	const struct hash *const hashes[] = { &old.hash, &other.hash, &unknown };
	for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
		const struct user_new new = { &grace, SLICE("grace"), SLICE("x"), hashes[i] };
		ck_err(store_user_insert(w.store, &new, NULL), ERR_UNCHANGED);
	}
}
END_TEST

START_TEST(a_person_who_is_not_there_is_absent)
{
	WORLD_EMPTY(w);
	struct id nobody = world_id();
	struct user *found;
	struct slice hash;
	ck_absent(store_user_find(w.store, w.arena, &nobody, &found));
	ck_assert_ptr_null(found);
	ck_absent(store_user_find_by_name(w.store, w.arena, SLICE("nobody"), &found, &hash));
	ck_assert_ptr_null(found);
	ck_assert_uint_eq(hash.len, 0);
	ck_err(store_user_set_password(w.store, &nobody, WORLD_PASSWORD(&w, "x"), NULL),
	       ERR_ABSENT);
	ck_err(store_user_set_enabled(w.store, &nobody, true, w.now, NULL), ERR_ABSENT);
	ck_err(store_user_set_admin(w.store, &nobody, true, NULL), ERR_ABSENT);
	ck_err(store_user_remove(w.store, &nobody, NULL), ERR_ABSENT);
	ck_err(store_user_rehash(w.store, &nobody, SLICE("a"), SLICE("b")), ERR_UNCHANGED);
}
END_TEST

START_TEST(a_folded_name_is_taken_once)
{
	WORLD(w);
	struct user other = world_user(&w, "ADA");
	struct event event = world_event(&w, EVENT_USER_ADDED);
	ck_err(store_user_insert(w.store,
				 &(struct user_new){ &other, SLICE("ada"), SLICE("x"), NULL },
				 &event),
	       ERR_CONFLICT);
	struct user *found;
	ck_absent(store_user_find(w.store, w.arena, &other.id, &found));
	ck_assert_uint_eq(world_events(&w, EVENT_USER_ADDED), 0);
}
END_TEST

START_TEST(people_are_listed_by_name)
{
	WORLD_EMPTY(w);
	struct user_list list;
	ck_ok(store_user_list(w.store, w.arena, &list));
	ck_assert_uint_eq(list.count, 0);
	world_add_user(&w, "carol");
	world_add_user(&w, "alice");
	world_add_user(&w, "bob");
	ck_ok(store_user_list(w.store, w.arena, &list));
	ck_assert_uint_eq(list.count, 3);
	ck_slice(list.items[0].name, "alice");
	ck_slice(list.items[2].name, "carol");
}
END_TEST

START_TEST(a_hundred_people_fit_into_a_list)
{
	WORLD_EMPTY(w);
	for (int i = 0; i < 100; i++) {
		char name[16];
		snprintf(name, sizeof(name), "u%03d", i);
		world_add_user(&w, name);
	}
	struct user_list list;
	ck_ok(store_user_list(w.store, w.arena, &list));
	ck_assert_uint_eq(list.count, 100);
	ck_slice(list.items[99].name, "u099");
}
END_TEST

START_TEST(a_new_password_ends_the_other_sessions)
{
	WORLD(w);
	struct hash kept = world_add_session(&w, &w.user);
	struct id eve = world_add_user(&w, "eve");
	struct hash of_eve = world_add_session(&w, &eve);
	struct event event = world_event(&w, EVENT_USER_PASSWORD_CHANGED);
	ck_ok(store_user_set_password(w.store, &w.user,
				      &(const struct user_password){ .hash = SLICE("hash 2"),
								     .now = w.now,
								     .keep = &kept },
				      &event));
	ck_assert(!world_has_session(&w, &w.session));
	ck_assert(world_has_session(&w, &kept));
	ck_assert(world_has_session(&w, &of_eve));
	struct user *user;
	struct slice hash;
	ck_found(store_user_find_by_name(w.store, w.arena, SLICE("ada"), &user, &hash));
	ck_slice(hash, "hash 2");
	ck_ok(store_user_set_password(w.store, &w.user, WORLD_PASSWORD(&w, "hash 3"), &event));
	ck_assert(!world_has_session(&w, &kept));
	ck_assert(world_has_session(&w, &of_eve));
}
END_TEST

START_TEST(a_rehash_ends_nothing_and_needs_the_old_hash)
{
	WORLD(w);
	ck_err(store_user_rehash(w.store, &w.user, SLICE("something else"), SLICE("new")),
	       ERR_UNCHANGED);
	ck_ok(store_user_rehash(w.store, &w.user, SLICE("$argon2id$hash"), SLICE("new")));
	ck_err(store_user_rehash(w.store, &w.user, SLICE("$argon2id$hash"), SLICE("late")),
	       ERR_UNCHANGED);
	struct user *user;
	struct slice hash;
	ck_found(store_user_find_by_name(w.store, w.arena, SLICE("ada"), &user, &hash));
	ck_slice(hash, "new");
	ck_assert(world_has_session(&w, &w.session));
}
END_TEST

START_TEST(disabling_ends_the_sessions_and_enabling_brings_none_back)
{
	WORLD(w);
	struct event event = world_event(&w, EVENT_USER_DISABLED);
	ck_ok(store_user_set_enabled(w.store, &w.user, false, w.now, &event));
	ck_assert(!world_has_session(&w, &w.session));
	struct user *user;
	ck_found(store_user_find(w.store, w.arena, &w.user, &user));
	ck_assert(!user->enabled);
	ck_ok(store_user_set_enabled(w.store, &w.user, true, w.now, NULL));
	ck_assert(!world_has_session(&w, &w.session));
	ck_found(store_user_find(w.store, w.arena, &w.user, &user));
	ck_assert(user->enabled);
	ck_assert_uint_eq(world_events(&w, EVENT_USER_DISABLED), 1);
}
END_TEST

START_TEST(administrators_are_made_and_unmade)
{
	WORLD(w);
	struct user *user;
	ck_ok(store_user_set_admin(w.store, &w.user, true, NULL));
	ck_found(store_user_find(w.store, w.arena, &w.user, &user));
	ck_assert(user->admin);
	ck_ok(store_user_set_admin(w.store, &w.user, false, NULL));
	ck_found(store_user_find(w.store, w.arena, &w.user, &user));
	ck_assert(!user->admin);
}
END_TEST

START_TEST(a_removal_takes_what_hangs_on_a_person_and_leaves_the_applications)
{
	WORLD(w);
	struct client owned = world_client(&w, "owned");
	owned.owner = w.user;
	ck_ok(store_client_insert(w.store, &owned, NULL, NULL));
	struct redemption redeemed = world_redeemed(&w);
	struct device_grant_new approved = world_approved(&w);
	struct device_grant_new pending = world_pending(&w);
	struct event event = world_event(&w, EVENT_USER_REMOVED);
	ck_ok(store_user_remove(w.store, &w.user, &event));

	struct user *user;
	struct client *client;
	struct authorization *authorization;
	struct device_grant *grant;
	ck_absent(store_user_find(w.store, w.arena, &w.user, &user));
	ck_assert(!world_has_session(&w, &w.session));
	ck_absent(store_authorization_find(w.store, w.arena, &redeemed.authorization,
					   &authorization));
	ck_assert(!world_has_tokens(&w, &redeemed));
	ck_absent(store_device_grant_find(w.store, w.arena, &approved.grant.authorization, &grant));
	ck_absent(
		store_device_grant_find_by_user_code(w.store, w.arena, &approved.code, 1, &grant));
	ck_found(store_device_grant_find_by_user_code(w.store, w.arena, &pending.code, 1, &grant));
	ck_found(store_client_find(w.store, w.arena, &owned.id, &client));
	ck_assert(id_is_zero(&client->owner));
	ck_assert_uint_eq(world_events(&w, EVENT_USER_REMOVED), 1);
	size_t faults;
	ck_ok(store_check(w.store, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
	world_add_user(&w, "ada"); /* the name is free again */
}
END_TEST

/* --- sessions
 * --------------------------------------------------------------------------------------------------------
 */

static struct session_new new_session(const struct world *w)
{
	return (struct session_new){ .session = { .hash = world_hash(),
						  .user = { .id = w->user },
						  .created = w->now + 5,
						  .seen = w->now + 5,
						  .auth_time = w->now + 4,
						  .amr = SLICE("pwd otp"),
						  .acr = SLICE("2"),
						  .sid = world_id() } };
}

START_TEST(a_session_is_found_with_its_person)
{
	WORLD(w);
	struct session_new new = new_session(&w);
	struct event event = world_event(&w, EVENT_SIGNED_IN);
	ck_ok(store_session_insert(w.store, &new, &event));
	struct session *s;
	ck_found(store_session_find(w.store, w.arena, &new.session.hash, &s));
	ck_assert(hash_equal(&s->hash, &new.session.hash) && id_equal(&s->sid, &new.session.sid));
	ck_assert(s->created == w.now + 4 && s->seen == w.now + 5 && s->auth_time == w.now + 4);
	ck_slice(s->amr, "pwd otp");
	ck_slice(s->acr, "2");
	ck_assert(id_equal(&s->user.id, &w.user) && s->user.enabled);
	ck_slice(s->user.name, "ada");
	ck_assert_int_eq(s->user.last_sign_in, w.now + 5);
	ck_assert_uint_eq(world_events(&w, EVENT_SIGNED_IN), 1);
}
END_TEST

START_TEST(a_sign_in_ends_the_session_that_it_replaces)
{
	WORLD(w);
	struct session_new new = new_session(&w);
	new.replaces = &w.session;
	ck_ok(store_session_insert(w.store, &new, NULL));
	ck_assert(!world_has_session(&w, &w.session));
	ck_assert(world_has_session(&w, &new.session.hash));
	struct hash gone = world_hash();
	new = new_session(&w);
	new.replaces = &gone;
	ck_ok(store_session_insert(w.store, &new, NULL));
}
END_TEST

START_TEST(nobody_signs_in_who_is_disabled_or_gone)
{
	WORLD(w);
	struct session_new new = new_session(&w);
	struct event event = world_event(&w, EVENT_SIGNED_IN);
	new.replaces = &w.session;
	ck_ok(store_user_set_enabled(w.store, &w.user, false, w.now, NULL));
	ck_err(store_session_insert(w.store, &new, &event), ERR_UNCHANGED);
	ck_assert(!world_has_session(&w, &new.session.hash));
	ck_ok(store_user_remove(w.store, &w.user, NULL));
	ck_err(store_session_insert(w.store, &new, &event), ERR_UNCHANGED);
	ck_assert_uint_eq(world_events(&w, EVENT_SIGNED_IN), 0);
}
END_TEST

START_TEST(nobody_signs_in_by_a_password_that_was_changed_meanwhile)
{
	WORLD(w);
	struct session_new new = new_session(&w);
	new.password_hash = SLICE("the one before");
	ck_ok(store_user_set_password(w.store, &w.user, WORLD_PASSWORD(&w, "the new one"), NULL));
	ck_err(store_session_insert(w.store, &new, NULL), ERR_UNCHANGED);
	ck_assert(!world_has_session(&w, &new.session.hash));
	new.password_hash = SLICE("the new one");
	ck_ok(store_session_insert(w.store, &new, NULL));
	ck_assert(world_has_session(&w, &new.session.hash));
}
END_TEST

START_TEST(a_session_hash_is_taken_once)
{
	WORLD(w);
	struct session_new new = new_session(&w);
	new.session.hash = w.session;
	ck_err(store_session_insert(w.store, &new, NULL), ERR_CONFLICT);
	struct session *s;
	ck_found(store_session_find(w.store, w.arena, &w.session, &s));
	ck_assert_int_eq(s->created, w.now);
	ck_assert_int_eq(s->user.last_sign_in, w.now);
}
END_TEST

START_TEST(a_session_is_touched_forwards_and_removed_once)
{
	WORLD(w);
	struct session *s;
	ck_ok(store_session_touch(w.store, &w.session, w.now + 100));
	ck_ok(store_session_touch(w.store, &w.session, w.now + 50));
	ck_found(store_session_find(w.store, w.arena, &w.session, &s));
	ck_assert_int_eq(s->seen, w.now + 100);
	struct event event = world_event(&w, EVENT_SIGNED_OUT);
	ck_ok(store_session_remove(w.store, &w.session, w.now, &event));
	ck_err(store_session_remove(w.store, &w.session, w.now, &event), ERR_ABSENT);
	ck_err(store_session_touch(w.store, &w.session, w.now), ERR_ABSENT);
	ck_absent(store_session_find(w.store, w.arena, &w.session, &s));
	ck_assert_uint_eq(world_events(&w, EVENT_SIGNED_OUT), 1);
}
END_TEST

void contract_people(TCase *tc)
{
	tcase_add_test(tc, a_person_is_found_by_id_and_by_folded_name);
	tcase_add_test(tc, a_person_who_is_not_there_is_absent);
	tcase_add_test(tc, an_invitation_is_used_by_the_account_that_is_made);
	tcase_add_test(tc, an_invitation_that_is_old_or_for_something_else_makes_no_account);
	tcase_add_test(tc, a_folded_name_is_taken_once);
	tcase_add_test(tc, people_are_listed_by_name);
	tcase_add_test(tc, a_hundred_people_fit_into_a_list);
	tcase_add_test(tc, a_new_password_ends_the_other_sessions);
	tcase_add_test(tc, a_rehash_ends_nothing_and_needs_the_old_hash);
	tcase_add_test(tc, disabling_ends_the_sessions_and_enabling_brings_none_back);
	tcase_add_test(tc, administrators_are_made_and_unmade);
	tcase_add_test(tc, a_removal_takes_what_hangs_on_a_person_and_leaves_the_applications);
	tcase_add_test(tc, a_session_is_found_with_its_person);
	tcase_add_test(tc, a_sign_in_ends_the_session_that_it_replaces);
	tcase_add_test(tc, nobody_signs_in_who_is_disabled_or_gone);
	tcase_add_test(tc, nobody_signs_in_by_a_password_that_was_changed_meanwhile);
	tcase_add_test(tc, a_session_hash_is_taken_once);
	tcase_add_test(tc, a_session_is_touched_forwards_and_removed_once);
}
