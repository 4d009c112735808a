/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements that wait for each other, one after the other and not by luck: a connection of the
 * test's own holds a row as a rival would, the operations start and wait for it, and then it
 * commits. What they rely on must be what stands there afterwards. */
#include "check_main.h"

#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "postgres_engine.h"
#include "world.h"

enum { SQL_MAX = 1024, WAITERS_MAX = 2 };

struct scene {
	struct world w;
	PGconn *rival;
	struct id other;         /* a second person, who signed in last */
	struct hash shared;      /* the session of both */
	struct session_new next; /* a sign-in of the second that replaces it */
	struct code_new code;
	struct grant_new grant;
	pthread_t threads[WAITERS_MAX];
	struct waiter {
		struct scene *scene;
		enum err (*run)(struct scene *scene);
		enum err result;
	} waiters[WAITERS_MAX];
	size_t waiting;
};

/* --- the rival
 * ---------------------------------------------------------------------------------------------- */

static void rival_runs(struct scene *s, const char *sql)
{
	PGresult *result = PQexec(s->rival, sql);
	ck_assert_msg(PQresultStatus(result) == PGRES_COMMAND_OK ||
			      PQresultStatus(result) == PGRES_TUPLES_OK,
		      "%s: %s", sql, PQerrorMessage(s->rival));
	PQclear(result);
}

static int64_t number_of(struct scene *s, const char *sql)
{
	PGconn *pg = PQconnectdb(s->w.database);
	PGresult *result = PQexec(pg, sql);
	ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK, "%s: %s", sql, PQerrorMessage(pg));
	int64_t number = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	PQclear(result);
	PQfinish(pg);
	return number;
}

/* The place {} of `sql` is for an id or a hash, in hexadecimal. */
static void rival_holds(struct scene *s, const char *sql, const void *bytes, size_t size)
{
	char hex[2 * HASH_BYTES + 1] = { 0 };
	char text[SQL_MAX];
	const char *place = strstr(sql, "{}");
	encode_hex(bytes, size, hex);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(place - sql), sql, hex, place + 2);
	rival_runs(s, "BEGIN");
	rival_runs(s, text);
}
#define HOLDS(s, sql, value) rival_holds((s), (sql), &(value), sizeof(value))

static void *wait_in_thread(void *arg)
{
	struct waiter *waiter = arg;
	waiter->result = waiter->run(waiter->scene);
	return NULL;
}

/* Returns when it waits for a row. */
static void starts(struct scene *s, enum err (*run)(struct scene *scene))
{
	static const char sql[] =
		"SELECT count(*) FROM pg_stat_activity"
		" WHERE datname = current_database() AND wait_event_type = 'Lock'";
	struct waiter *waiter = &s->waiters[s->waiting];
	*waiter = (struct waiter){ .scene = s, .run = run };
	ck_assert(pthread_create(&s->threads[s->waiting], NULL, wait_in_thread, waiter) == 0);
	s->waiting++;
	while (number_of(s, sql) < (int64_t)s->waiting)
		continue;
}

/* The rival's commit, and what came of those who waited. */
static void ends(struct scene *s, enum err expected)
{
	rival_runs(s, "COMMIT");
	for (size_t i = 0; i < s->waiting; i++) {
		pthread_join(s->threads[i], NULL);
		ck_assert_msg(s->waiters[i].result == expected, "%zu: %s", i,
			      err_name(s->waiters[i].result));
	}
	s->waiting = 0;
	ck_assert_int_eq(number_of(s,
				   "SELECT count(*) FROM session s WHERE NOT EXISTS"
				   " (SELECT 1 FROM \"session_user\" p WHERE p.session = s.hash)"),
			 0);
	ck_assert_uint_eq(world_faults(&s->w), 0);
}

/* --- the scene
 * ---------------------------------------------------------------------------------------------- */

static struct session_new signed_in(struct scene *s, const struct id *user,
				    const struct hash *replaces)
{
	struct session_new new = world_session(&s->w, user);
	new.replaces = replaces;
	new.keeps_others = replaces != NULL;
	return new;
}

static void scene_init(struct scene *s)
{
	*s = (struct scene){ 0 };
	world_init(&s->w);
	s->rival = PQconnectdb(s->w.database);
	ck_assert(PQstatus(s->rival) == CONNECTION_OK);
	s->other = world_add_user(&s->w, "other");
	struct session_new both = signed_in(s, &s->other, &s->w.session);
	ck_ok(store_session_insert(s->w.store, &both, NULL));
	s->shared = s->w.session = both.session.hash;
	s->next = signed_in(s, &s->other, &s->shared);
	s->code = world_code(&s->w);
	s->grant = world_grant_new(&s->w, GRANT_TOKEN_EXCHANGE);
}

static void scene_fini(struct scene *s)
{
	PQfinish(s->rival);
	world_fini(&s->w);
}
#define SCENE(name) \
	AUTO_FINI(scene) struct scene name; \
	scene_init(&name)

static enum err signs_in(struct scene *s)
{
	return store_session_insert(s->w.store, &s->next, NULL);
}

static enum err changes_password(struct scene *s)
{
	return store_user_set_password(s->w.store, &s->w.user, WORLD_PASSWORD(&s->w, "new"), NULL);
}

static enum err is_disabled(struct scene *s)
{
	return store_user_set_enabled(s->w.store, &s->w.user, false, s->w.now, NULL);
}

static enum err other_is_disabled(struct scene *s)
{
	return store_user_set_enabled(s->w.store, &s->other, false, s->w.now, NULL);
}

static enum err signs_out(struct scene *s)
{
	return store_session_remove(s->w.store, &s->shared, s->w.now, NULL);
}

static enum err gets_code(struct scene *s)
{
	struct event event = world_event(&s->w, EVENT_AUTHORIZE_GRANTED);
	return store_code_insert(s->w.store, &s->code, &event);
}

static enum err redeems(struct scene *s)
{
	struct redemption redemption = world_code_redemption(&s->w, &s->code);
	return store_code_redeem(s->w.store, &redemption, NULL);
}

static enum err exchanges(struct scene *s)
{
	return store_grant_insert(s->w.store, &s->grant, NULL);
}

static size_t people_in(struct scene *s, const struct hash *session)
{
	struct session_list people;
	ck_ok(store_session_people(s->w.store, s->w.arena, session, &people));
	return people.count;
}

/* --- several people in one session
 * ---------------------------------------------------------------------------------------------- */

static const char place_of_first[] =
	"SELECT 1 FROM \"session_user\" p JOIN \"user\" u ON u.id = p.user WHERE u.id = '{}'"
	" FOR KEY SHARE OF p";

/* The sign-in has found him in the session, and waits; then he changes his password. */
START_TEST(who_leaves_his_sessions_leaves_the_one_that_he_is_just_carried_into)
{
	static enum err (*const rights[])(struct scene *) = { changes_password, is_disabled };
	SCENE(s);
	HOLDS(&s, place_of_first, s.w.user);
	starts(&s, signs_in);
	starts(&s, rights[_i]);
	ends(&s, ERR_OK);
	ck_assert_uint_eq(people_in(&s, &s.shared), 0);
	ck_assert_uint_eq(people_in(&s, &s.next.session.hash), 1);
}
END_TEST

START_TEST(without_a_rival_he_is_carried)
{
	SCENE(s);
	HOLDS(&s, place_of_first, s.w.user);
	starts(&s, signs_in);
	ends(&s, ERR_OK);
	ck_assert_uint_eq(people_in(&s, &s.next.session.hash), 2);
}
END_TEST

START_TEST(who_has_left_the_session_meanwhile_is_not_carried)
{
	static const char leaves[] = "DELETE FROM \"session_user\" WHERE \"user\" = '{}'";
	SCENE(s);
	HOLDS(&s, leaves, s.w.user);
	starts(&s, signs_in);
	ends(&s, ERR_OK);
	ck_assert_uint_eq(people_in(&s, &s.next.session.hash), 1);
}
END_TEST

START_TEST(who_was_disabled_meanwhile_is_not_carried)
{
	static const char disables[] = "UPDATE \"user\" SET enabled = false WHERE id = '{}'";
	SCENE(s);
	HOLDS(&s, disables, s.w.user);
	starts(&s, signs_in);
	rival_runs(&s, "DELETE FROM \"session_user\" p USING \"user\" u"
		       " WHERE p.user = u.id AND NOT u.enabled");
	ends(&s, ERR_OK);
	ck_assert_uint_eq(people_in(&s, &s.next.session.hash), 1);
}
END_TEST

START_TEST(when_the_last_two_leave_a_session_at_once_it_ends)
{
	static const char holds[] = "SELECT 1 FROM session WHERE hash = '\\x{}' FOR KEY SHARE";
	SCENE(s);
	HOLDS(&s, holds, s.shared);
	starts(&s, is_disabled);
	starts(&s, other_is_disabled);
	ends(&s, ERR_OK);
	ck_assert_int_eq(number_of(&s, "SELECT count(*) FROM session"), 0);
}
END_TEST

START_TEST(a_sign_out_and_a_sign_in_that_replaces_the_session_both_come_through)
{
	static const char holds[] = "SELECT 1 FROM session WHERE hash = '\\x{}' FOR KEY SHARE";
	SCENE(s);
	HOLDS(&s, holds, s.shared);
	starts(&s, signs_out);
	starts(&s, signs_in);
	ends(&s, ERR_OK);
	ck_assert_uint_eq(people_in(&s, &s.shared), 0);
	ck_assert_uint_eq(people_in(&s, &s.next.session.hash), 1);
}
END_TEST

/* --- codes and grants
 * ---------------------------------------------------------------------------------------------- */

static void check_nothing_given(struct scene *s)
{
	ck_assert_int_eq(number_of(s, "SELECT (SELECT count(*) FROM \"authorization\")"
				      " + (SELECT count(*) FROM code)"
				      " + (SELECT count(*) FROM consent)"
				      " + (SELECT count(*) FROM access_token)"),
			 0);
	ck_assert_uint_eq(world_events(&s->w, EVENT_AUTHORIZE_GRANTED), 0);
}

START_TEST(a_code_is_not_given_in_a_session_that_ends)
{
	SCENE(s);
	s.code.remember = true;
	HOLDS(&s, "DELETE FROM session WHERE hash = '\\x{}'", s.shared);
	starts(&s, gets_code);
	ends(&s, ERR_UNCHANGED);
	check_nothing_given(&s);
}
END_TEST

START_TEST(a_code_is_not_given_to_an_application_that_is_removed)
{
	SCENE(s);
	s.code.remember = true;
	HOLDS(&s, "DELETE FROM client WHERE id = '{}'", s.w.client);
	starts(&s, gets_code);
	ends(&s, ERR_UNCHANGED);
	check_nothing_given(&s);
}
END_TEST

START_TEST(a_code_waits_for_nobody_who_only_uses_its_application)
{
	SCENE(s);
	HOLDS(&s, "UPDATE client SET updated = updated + 1 WHERE id = '{}'", s.w.client);
	ck_ok(gets_code(&s));
	ends(&s, ERR_OK);
}
END_TEST

START_TEST(what_two_remember_at_once_is_remembered_of_both)
{
	SCENE(s);
	struct consent *consent;
	s.code.remember = true;
	HOLDS(&s,
	      "INSERT INTO consent (\"user\", client, scope, resource, created)"
	      " SELECT '{}', id, 'email openid', 'https://c.example/', 1 FROM client",
	      s.w.user);
	starts(&s, gets_code);
	ends(&s, ERR_OK);
	ck_found(store_consent_find(s.w.store, s.w.arena, &s.w.user, &s.w.client, &consent));
	ck_slice(consent->scope, "email openid profile");
	ck_slice(consent->resource, "https://c.example/ https://a.example/ https://b.example/");
	ck_assert_int_eq(consent->created, s.code.code.authorization.created);
}
END_TEST

static const char revokes[] = "UPDATE \"authorization\" SET revoked = 1, ends = 1 WHERE id = '{}'";

START_TEST(a_code_whose_authorization_is_revoked_is_not_redeemed)
{
	SCENE(s);
	ck_ok(gets_code(&s));
	HOLDS(&s, revokes, s.code.code.authorization.id);
	starts(&s, redeems);
	ends(&s, ERR_UNCHANGED);
	ck_assert_int_eq(number_of(&s, "SELECT count(*) FROM access_token"), 0);
	ck_assert_int_eq(number_of(&s, "SELECT redeemed FROM code"), 0);
}
END_TEST

START_TEST(nothing_is_exchanged_for_a_token_that_is_revoked)
{
	SCENE(s);
	ck_ok(gets_code(&s));
	s.grant.authorization.parent = s.code.code.authorization.id;
	HOLDS(&s, revokes, s.code.code.authorization.id);
	starts(&s, exchanges);
	ends(&s, ERR_UNCHANGED);
	ck_assert_int_eq(number_of(&s, "SELECT count(*) FROM \"authorization\""), 1);
}
END_TEST

START_TEST(nothing_is_given_for_a_person_who_is_removed)
{
	SCENE(s);
	HOLDS(&s, "SELECT 1 FROM \"user\" WHERE id = '{}' FOR UPDATE", s.w.user);
	starts(&s, exchanges);
	rival_runs(&s, "DELETE FROM \"session_user\" p USING \"user\" u WHERE p.user = u.id"
		       " AND u.folded_name <> 'other'");
	rival_runs(&s, "DELETE FROM user_name WHERE folded_name <> 'other'");
	rival_runs(&s, "DELETE FROM \"user\" WHERE folded_name <> 'other'");
	ends(&s, ERR_UNCHANGED);
	check_nothing_given(&s);
}
END_TEST

/* --- the rest
 * ---------------------------------------------------------------------------------------------- */

/* What is read may be a commit that no standby has yet; what was written after it is not answered
 * before it is there, too. */
START_TEST(a_confirmation_is_a_write)
{
	SCENE(s);
	ck_ok(gets_code(&s));
	int64_t before = number_of(&s, "SELECT xmin FROM \"authorization\"");
	ck_ok(store_confirm(s.w.store, &s.code.code.authorization.id));
	ck_assert_int_ne(number_of(&s, "SELECT xmin FROM \"authorization\""), before);
	ck_err(store_confirm(s.w.store, &s.w.user), ERR_ABSENT);
}
END_TEST

START_TEST(jobs_that_another_is_taking_are_passed_over)
{
	SCENE(s);
	struct job_row jobs[] = { { .id = world_id(), .client = s.w.client, .user = s.w.user },
				  { .id = world_id(), .client = s.w.client, .user = s.w.user } };
	struct job_list list;
	ck_ok(store_job_insert(s.w.store, jobs, ARRAY_LEN(jobs), NULL));
	HOLDS(&s, "UPDATE job SET claimed = 2000000000 WHERE id = '{}'", jobs[0].id);
	ck_ok(store_job_claim(s.w.store, s.w.arena,
			      &(const struct job_claim){ s.w.now, s.w.now + 60, 10 }, &list));
	ck_assert_uint_eq(list.count, 1);
	ck_assert(id_equal(&list.items[0].id, &jobs[1].id));
	ends(&s, ERR_OK);
}
END_TEST

static void add_tests(TCase *tc)
{
	world_set_engine(&postgres_for_tests);
	tcase_add_loop_test(tc, who_leaves_his_sessions_leaves_the_one_that_he_is_just_carried_into,
			    0, 2);
	tcase_add_test(tc, without_a_rival_he_is_carried);
	tcase_add_test(tc, who_has_left_the_session_meanwhile_is_not_carried);
	tcase_add_test(tc, who_was_disabled_meanwhile_is_not_carried);
	tcase_add_test(tc, when_the_last_two_leave_a_session_at_once_it_ends);
	tcase_add_test(tc, a_sign_out_and_a_sign_in_that_replaces_the_session_both_come_through);
	tcase_add_test(tc, a_code_is_not_given_in_a_session_that_ends);
	tcase_add_test(tc, a_code_is_not_given_to_an_application_that_is_removed);
	tcase_add_test(tc, a_code_waits_for_nobody_who_only_uses_its_application);
	tcase_add_test(tc, what_two_remember_at_once_is_remembered_of_both);
	tcase_add_test(tc, a_code_whose_authorization_is_revoked_is_not_redeemed);
	tcase_add_test(tc, nothing_is_exchanged_for_a_token_that_is_revoked);
	tcase_add_test(tc, nothing_is_given_for_a_person_who_is_removed);
	tcase_add_test(tc, a_confirmation_is_a_write);
	tcase_add_test(tc, jobs_that_another_is_taking_are_passed_over);
}

TEST_MAIN("store/postgres locks", add_tests)
