/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: the database itself, from its making to the death of its program. */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/rng.h"
#include "world.h"

START_TEST(a_new_database_is_empty_and_then_current)
{
	char database[CONTRACT_DATABASE_MAX];
	WORLD_EMPTY(w);
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_CURRENT);
	w.engine->create(database);
	struct store *fresh;
	ck_ok(store_open(&(struct store_options){ .database = database }, &fresh));
	ck_assert_int_eq(store_schema_state(fresh), SCHEMA_EMPTY);
	ck_err(store_ping(fresh), ERR_DATABASE);
	ck_ok(store_migrate(fresh, w.now));
	ck_assert_int_eq(store_schema_state(fresh), SCHEMA_CURRENT);
	ck_ok(store_ping(fresh));
	store_close(&fresh);
	ck_assert_ptr_null(fresh);
	store_close(&fresh); /* nothing */
	w.engine->drop(database);
}
END_TEST

START_TEST(migrating_again_changes_nothing)
{
	WORLD(w);
	struct scope_list list;
	ck_ok(store_scope_remove(w.store, SLICE("phone"), NULL));
	ck_ok(store_migrate(w.store, w.now + 1));
	world_reopen(&w);
	ck_ok(store_migrate(w.store, w.now + 2));
	ck_ok(store_scope_list(w.store, w.arena, &list));
	ck_assert_uint_eq(list.count, 5);
	struct user *user;
	ck_found(store_user_find(w.store, w.arena, &w.user, &user));
}
END_TEST

START_TEST(a_healthy_database_has_no_faults)
{
	WORLD(w);
	world_pending(&w);
	world_approved(&w);
	struct redemption redeemed = world_redeemed(&w);
	struct rotation rotation = world_rotation(&w, &redeemed);
	ck_ok(store_refresh_token_rotate(w.store, &rotation, NULL));
	size_t faults;
	ck_ok(store_check(w.store, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
}
END_TEST

START_TEST(a_store_for_reading_reads_and_refuses_to_write)
{
	WORLD(w);
	struct store *readable;
	ck_ok(store_open(&(struct store_options){ .database = w.database, .read_only = true },
			 &readable));
	ck_assert_int_eq(store_schema_state(readable), SCHEMA_CURRENT);
	ck_ok(store_ping(readable));
	struct user *user;
	ck_found(store_user_find(readable, w.arena, &w.user, &user));
	ck_err(store_user_set_admin(readable, &w.user, true, NULL), ERR_DATABASE);
	struct event event = world_event(&w, EVENT_THROTTLED);
	store_event_post(readable, &event); /* goes nowhere */
	store_close(&readable);
	ck_found(store_user_find(w.store, w.arena, &w.user, &user));
	ck_assert(!user->admin);
}
END_TEST

START_TEST(a_database_that_does_not_exist_is_not_made_for_reading)
{
	char database[CONTRACT_DATABASE_MAX];
	WORLD_EMPTY(w);
	w.engine->create(database);
	w.engine->drop(database);
	struct store *store;
	ck_err(store_open(&(struct store_options){ .database = database, .read_only = true },
			  &store),
	       ERR_DATABASE);
	ck_assert_ptr_null(store);
}
END_TEST

START_TEST(a_form_of_the_option_that_no_engine_takes_is_refused)
{
	struct store *store;
	ck_err(store_open(&(struct store_options){ .database = "mysql://host/name" }, &store),
	       ERR_INVALID);
	ck_assert_ptr_null(store);
	ck_err(store_open(&(struct store_options){ .database = "" }, &store), ERR_INVALID);
}
END_TEST

/* --- kill -9
 * ---------------------------------------------------------------------------------------------------------
 */

struct acknowledged {
	struct id authorization;
	struct hash access; /* zero when it was not redeemed */
};

enum { CHILD_THREADS = 4 };

struct child {
	struct world *w;
	int pipe;
};

/* Writes a line of its log only when the store has answered. */
static void *keep_writing(void *arg)
{
	const struct child *child = arg;
	for (;;) {
		struct redemption redeemed = world_redeemed(child->w);
		struct acknowledged line = { redeemed.authorization, redeemed.issue.access.hash };
		if (write(child->pipe, &line, sizeof(line)) != (ssize_t)sizeof(line))
			_exit(1);
	}
	return NULL;
}

NORETURN static void run_child(struct world *w, int pipe)
{
	pthread_t threads[CHILD_THREADS];
	struct child child = { w, pipe };
	ck_ok(store_open(&(struct store_options){ .database = w->database }, &w->store));
	for (size_t i = 0; i < CHILD_THREADS; i++) {
		if (pthread_create(&threads[i], NULL, keep_writing, &child) != 0)
			_exit(1);
	}
	pthread_join(threads[0], NULL);
	_exit(1);
}

static size_t verify(struct world *w, int pipe)
{
	struct acknowledged line;
	size_t count = 0;
	while (read(pipe, &line, sizeof(line)) == (ssize_t)sizeof(line)) {
		struct authorization *authorization;
		struct token_row row;
		ck_assert_int_eq(world_find_grant(w, &line.authorization)->status, DEVICE_REDEEMED);
		const struct token_key key = { line.authorization, line.access };
		ck_found(store_access_token_find(w->store, w->arena, &key, &authorization, &row));
		ck_assert(id_equal(&authorization->id, &line.authorization));
		count++;
	}
	return count;
}

/* Kills at a random moment, so that it falls into every part of a commit in some round. */
static void wait_a_moment(void)
{
	uint32_t random;
	rng_bytes(&random, sizeof(random));
	struct timespec wait = { .tv_nsec = 20000000 + random % 100000000 };
	nanosleep(&wait, NULL);
}

/* On a busy machine it may take longer than any moment until the first is answered. */
static void wait_for_an_answer(int pipe)
{
	struct pollfd fd = { .fd = pipe, .events = POLLIN };
	ck_assert_int_eq(poll(&fd, 1, 30000), 1);
}

static size_t kill_round(struct world *w, bool after_an_answer)
{
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	store_close(&w->store); /* its threads do not survive a fork */
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		run_child(w, ends[1]);
	close(ends[1]);
	if (after_an_answer)
		wait_for_an_answer(ends[0]);
	wait_a_moment();
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_ok(store_open(&(struct store_options){ .database = w->database }, &w->store));
	size_t count = verify(w, ends[0]);
	close(ends[0]);
	size_t faults;
	ck_ok(store_check(w->store, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
	return count;
}

START_TEST(what_was_answered_is_there_after_a_kill)
{
	WORLD(w);
	size_t verified = 0;
	for (int i = 0; i < 20; i++)
		verified += kill_round(&w, i % 2 == 0);
	ck_assert_uint_gt(verified, 0);
}
END_TEST

void contract_database(TCase *tc)
{
	tcase_add_test(tc, a_new_database_is_empty_and_then_current);
	tcase_add_test(tc, migrating_again_changes_nothing);
	tcase_add_test(tc, a_healthy_database_has_no_faults);
	tcase_add_test(tc, a_store_for_reading_reads_and_refuses_to_write);
	tcase_add_test(tc, a_database_that_does_not_exist_is_not_made_for_reading);
	tcase_add_test(tc, a_form_of_the_option_that_no_engine_takes_is_refused);
	tcase_add_test(tc, what_was_answered_is_there_after_a_kill);
}
