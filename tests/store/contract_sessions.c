/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: several people in one session. Who signs in or is chosen acts; who is carried over
 * from one session to the next stays who he was there; who leaves, leaves the others in it. */
#include <stdio.h>

#include "world.h"

static struct session_new signing_in(const struct world *w, const struct id *user, int64_t at)
{
	return (struct session_new){ .session = { .hash = world_hash(),
						  .user = { .id = *user },
						  .created = w->now + at,
						  .seen = w->now + at,
						  .auth_time = w->now + at,
						  .amr = SLICE("pwd"),
						  .acr = SLICE("1"),
						  .sid = world_id() } };
}

/* `user` signs in beside whoever is in the session of the world, which is the new one then. */
static struct session_new join(struct world *w, const struct id *user, int64_t at)
{
	struct session_new new = signing_in(w, user, at);
	struct hash old = w->session;
	new.replaces = &old;
	new.keeps_others = true;
	ck_ok(store_session_insert(w->store, &new, NULL));
	w->session = new.session.hash;
	new.replaces = NULL;
	return new;
}

static struct session_list people(struct world *w, const struct hash *session)
{
	struct session_list list;
	ck_ok(store_session_people(w->store, w->arena, session, &list));
	return list;
}

static bool is_acting(struct world *w, const struct id *user)
{
	struct session *session;
	ck_found(store_session_find(w->store, w->arena, &w->session, &session));
	return id_equal(&session->user.id, user);
}

START_TEST(who_signs_in_last_acts_and_the_others_stay_who_they_were)
{
	WORLD(w);
	struct id ada = w.user;
	struct id eve = world_add_user(&w, "eve");
	struct hash first = w.session;
	struct session_list before = people(&w, &first);
	struct session_new new = join(&w, &eve, 100);
	ck_assert(!world_has_session(&w, &first) && is_acting(&w, &eve));
	struct session_list list = people(&w, &w.session);
	ck_assert(before.count == 1 && list.count == 2);
	const struct session *s = &list.items[0];
	ck_assert(id_equal(&s->user.id, &eve) && id_equal(&s->sid, &new.session.sid));
	ck_assert(s->created == w.now + 100 && s->auth_time == w.now + 100);
	s = &list.items[1];
	ck_assert(id_equal(&s->user.id, &ada) && id_equal(&s->sid, &before.items[0].sid));
	ck_assert(s->auth_time == w.now && s->seen == w.now + 100);
	ck_assert(slice_equal(s->amr, before.items[0].amr) &&
		  slice_equal(s->acr, before.items[0].acr));
	ck_assert(hash_equal(&s->hash, &w.session));
	ck_slice(s->user.name, "ada");
}
END_TEST

/* Otherwise whoever signs in with another account again and again would stay for ever. */
START_TEST(who_is_carried_over_is_as_old_as_his_own_sign_in)
{
	WORLD(w);
	struct id ada = w.user;
	struct id eve = world_add_user(&w, "eve");
	join(&w, &eve, 100);
	join(&w, &eve, 200);
	ck_ok(store_session_choose(w.store, &w.session, &ada, NULL));
	struct session *session;
	ck_found(store_session_find(w.store, w.arena, &w.session, &session));
	ck_assert_int_eq(session->created, w.now);
}
END_TEST

START_TEST(without_keeping_the_others_they_leave)
{
	WORLD(w);
	struct id eve = world_add_user(&w, "eve");
	struct hash old = w.session;
	struct session_new new = signing_in(&w, &eve, 1);
	new.replaces = &old;
	ck_ok(store_session_insert(w.store, &new, NULL));
	ck_assert(!world_has_session(&w, &old));
	ck_assert_uint_eq(people(&w, &new.session.hash).count, 1);
	/* Keeping those of a session that is not there keeps nobody. */
	new = signing_in(&w, &eve, 2);
	new.replaces = &old;
	new.keeps_others = true;
	ck_ok(store_session_insert(w.store, &new, NULL));
	ck_assert_uint_eq(people(&w, &new.session.hash).count, 1);
	/* And there may be none to replace. */
	new = signing_in(&w, &eve, 3);
	new.keeps_others = true;
	ck_ok(store_session_insert(w.store, &new, NULL));
	ck_assert_uint_eq(people(&w, &new.session.hash).count, 1);
	ck_assert_uint_eq(people(&w, &old).count, 0);
}
END_TEST

START_TEST(who_signs_in_again_keeps_his_sid)
{
	WORLD(w);
	struct id ada = w.user;
	struct id eve = world_add_user(&w, "eve");
	struct id sid = people(&w, &w.session).items[0].sid;
	join(&w, &eve, 100);
	struct session_new again = join(&w, &ada, 200);
	ck_assert(is_acting(&w, &ada));
	struct session_list list = people(&w, &w.session);
	ck_assert_uint_eq(list.count, 2);
	ck_assert(id_equal(&list.items[0].sid, &sid) &&
		  !id_equal(&list.items[0].sid, &again.session.sid));
	ck_assert(list.items[0].auth_time == w.now + 200 && list.items[0].created == w.now + 200);
	/* A session of his own is another one. */
	struct session_new apart = signing_in(&w, &ada, 300);
	apart.replaces = &w.session;
	ck_ok(store_session_insert(w.store, &apart, NULL));
	ck_assert(id_equal(&people(&w, &apart.session.hash).items[0].sid, &apart.session.sid));
}
END_TEST

START_TEST(no_more_than_eight_are_in_one_session)
{
	WORLD(w);
	struct id ids[SESSION_PEOPLE_MAX + 1];
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		char name[16];
		snprintf(name, sizeof(name), "n%zu", i);
		ids[i] = world_add_user(&w, name);
		join(&w, &ids[i], (int64_t)i);
	}
	struct session_list list = people(&w, &w.session);
	ck_assert_uint_eq(list.count, SESSION_PEOPLE_MAX);
	for (size_t i = 0; i < list.count; i++)
		ck_assert(id_equal(&list.items[i].user.id, &ids[SESSION_PEOPLE_MAX - i]));
	ck_assert_uint_eq(world_faults(&w), 0);
}
END_TEST

START_TEST(who_is_chosen_acts)
{
	WORLD(w);
	struct id ada = w.user;
	struct id eve = world_add_user(&w, "eve");
	struct id mallory = world_add_user(&w, "mallory");
	struct event event = world_event(&w, EVENT_ACCOUNT_CHOSEN);
	struct hash gone = world_hash();
	join(&w, &eve, 100);
	ck_ok(store_session_choose(w.store, &w.session, &ada, &event));
	ck_assert(is_acting(&w, &ada));
	ck_assert(id_equal(&people(&w, &w.session).items[0].user.id, &ada));
	ck_ok(store_session_choose(w.store, &w.session, &eve, &event));
	ck_ok(store_session_choose(w.store, &w.session, &eve, &event));
	ck_assert(is_acting(&w, &eve));
	ck_assert_uint_eq(world_events(&w, EVENT_ACCOUNT_CHOSEN), 3);
	ck_err(store_session_choose(w.store, &w.session, &mallory, &event), ERR_ABSENT);
	ck_err(store_session_choose(w.store, &gone, &eve, &event), ERR_ABSENT);
	ck_assert(is_acting(&w, &eve));
	ck_assert_uint_eq(world_events(&w, EVENT_ACCOUNT_CHOSEN), 3);
	/* The order is kept when somebody joins. */
	join(&w, &mallory, 200);
	struct session_list list = people(&w, &w.session);
	ck_assert(list.count == 3 && id_equal(&list.items[0].user.id, &mallory));
	ck_assert(id_equal(&list.items[1].user.id, &eve) && id_equal(&list.items[2].user.id, &ada));
}
END_TEST

/* --- leaving
 * ----------------------------------------------------------------------------------------------------------
 */

static void disable(struct world *w, const struct id *user)
{
	ck_ok(store_user_set_enabled(w->store, user, false, w->now, NULL));
}

static void change_password(struct world *w, const struct id *user)
{
	ck_ok(store_user_set_password(w->store, user, WORLD_PASSWORD(w, "new"), NULL));
}

static void remove_user(struct world *w, const struct id *user)
{
	ck_ok(store_user_remove(w->store, user, NULL));
}

struct leave_row {
	const char *name;
	void (*leave)(struct world *w, const struct id *user);
};

static const struct leave_row leave_rows[] = {
	{ "who is disabled leaves the session", disable },
	{ "whose password is changed leaves the session", change_password },
	{ "who is removed leaves the session", remove_user },
};

START_TEST(who_leaves_leaves_the_others_in_it)
{
	const struct leave_row *row = &leave_rows[_i];
	WORLD(w);
	struct id ada = w.user;
	struct id eve = world_add_user(&w, "eve");
	struct hash alone = world_add_session(&w, &eve);
	join(&w, &eve, 100);
	row->leave(&w, &eve);
	ck_assert_msg(!world_has_session(&w, &alone), "%s", row->name);
	ck_assert_msg(is_acting(&w, &ada), "%s", row->name);
	ck_assert_msg(people(&w, &w.session).count == 1, "%s", row->name);
	ck_err(store_session_choose(w.store, &w.session, &eve, NULL), ERR_ABSENT);
	row->leave(&w, &ada);
	ck_assert_msg(!world_has_session(&w, &w.session), "%s", row->name);
	ck_err(store_session_touch(w.store, &w.session, w.now), ERR_ABSENT);
	ck_assert_uint_eq(world_faults(&w), 0);
}
END_TEST

START_TEST(the_session_in_which_a_password_is_changed_is_kept_whole)
{
	WORLD(w);
	struct id ada = w.user;
	struct id eve = world_add_user(&w, "eve");
	struct hash with_ada = world_add_session(&w, &ada);
	struct hash kept = w.session;
	join(&w, &eve, 100);
	kept = w.session;
	w.session = with_ada;
	join(&w, &eve, 100);
	ck_ok(store_user_set_password(
		w.store, &eve,
		&(const struct user_password){ .hash = SLICE("new"), .now = w.now, .keep = &kept },
		NULL));
	ck_assert_uint_eq(people(&w, &kept).count, 2);
	ck_assert_uint_eq(people(&w, &w.session).count, 1);
	ck_assert(is_acting(&w, &ada));
}
END_TEST

START_TEST(signing_out_is_for_all_of_a_session)
{
	WORLD(w);
	struct id eve = world_add_user(&w, "eve");
	join(&w, &eve, 100);
	ck_ok(store_session_remove(w.store, &w.session, w.now, NULL));
	ck_assert_uint_eq(people(&w, &w.session).count, 0);
	ck_assert_uint_eq(world_faults(&w), 0);
}
END_TEST

void contract_sessions(TCase *tc)
{
	tcase_add_test(tc, who_signs_in_last_acts_and_the_others_stay_who_they_were);
	tcase_add_test(tc, who_is_carried_over_is_as_old_as_his_own_sign_in);
	tcase_add_test(tc, without_keeping_the_others_they_leave);
	tcase_add_test(tc, who_signs_in_again_keeps_his_sid);
	tcase_add_test(tc, no_more_than_eight_are_in_one_session);
	tcase_add_test(tc, who_is_chosen_acts);
	tcase_add_loop_test(tc, who_leaves_leaves_the_others_in_it, 0, ARRAY_LEN(leave_rows));
	tcase_add_test(tc, the_session_in_which_a_password_is_changed_is_kept_whole);
	tcase_add_test(tc, signing_out_is_for_all_of_a_session);
}
