/* SPDX-License-Identifier: Apache-2.0
 *
 * The pool: its bounds, that each job runs once, and that stopping waits for what was reserved.
 * Written to be run under the thread sanitizer as well. */
#include "web/workers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/ensure.h"
#include "check_main.h"

/* A door that jobs wait at until it is opened. */
struct door {
	pthread_mutex_t lock;
	pthread_cond_t change;
	bool open;
	size_t inside; /* running now */
	size_t most;   /* at a time so far */
	size_t done;
};

struct counted {
	struct job job; /* first */
	struct door *door;
};

static void door_init(struct door *door)
{
	*door = (struct door){ .open = false };
	pthread_mutex_init(&door->lock, NULL);
	pthread_cond_init(&door->change, NULL);
}

static void door_fini(struct door *door)
{
	pthread_cond_destroy(&door->change);
	pthread_mutex_destroy(&door->lock);
}

static void door_open(struct door *door)
{
	pthread_mutex_lock(&door->lock);
	door->open = true;
	pthread_cond_broadcast(&door->change);
	pthread_mutex_unlock(&door->lock);
}

static void run(struct job *job)
{
	struct counted *counted = (struct counted *)job;
	struct door *door = counted->door;
	pthread_mutex_lock(&door->lock);
	door->inside++;
	door->most = door->inside > door->most ? door->inside : door->most;
	pthread_cond_broadcast(&door->change);
	while (!door->open)
		pthread_cond_wait(&door->change, &door->lock);
	door->inside--;
	door->done++;
	pthread_cond_broadcast(&door->change);
	pthread_mutex_unlock(&door->lock);
	/* as a request: gone with its end */
	free(counted);
}

static void wait_inside(struct door *door, size_t count)
{
	pthread_mutex_lock(&door->lock);
	while (door->inside < count)
		pthread_cond_wait(&door->change, &door->lock);
	pthread_mutex_unlock(&door->lock);
}

static void wait_done(struct door *door, size_t count)
{
	pthread_mutex_lock(&door->lock);
	while (door->done < count)
		pthread_cond_wait(&door->change, &door->lock);
	pthread_mutex_unlock(&door->lock);
}

static void submit(struct workers *workers, struct door *door)
{
	struct counted *counted = xcalloc(1, sizeof(*counted));
	counted->job.run = run;
	counted->door = door;
	workers_submit(workers, &counted->job);
}

START_TEST(no_more_run_at_a_time_than_there_are_threads)
{
	struct door door;
	struct workers *workers = workers_new(3, 20);
	door_init(&door);
	for (int i = 0; i < 20; i++) {
		ck_assert(workers_reserve(workers));
		submit(workers, &door);
	}
	wait_inside(&door, 3);
	door_open(&door);
	wait_done(&door, 20);
	ck_assert_uint_eq(door.most, 3);
	workers_free(&workers);
	ck_assert_ptr_null(workers);
	door_fini(&door);
}
END_TEST

START_TEST(no_more_are_taken_than_the_bound_says)
{
	struct door door;
	struct workers *workers = workers_new(2, 5);
	door_init(&door);
	for (int i = 0; i < 5; i++) {
		ck_assert_msg(workers_reserve(workers), "%d", i);
		submit(workers, &door);
	}
	ck_assert_msg(!workers_reserve(workers), "running jobs count, too");
	ck_assert(!workers_reserve(workers));
	door_open(&door);
	wait_done(&door, 5);
	/* the place is free a moment after the job has said so */
	while (!workers_reserve(workers))
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	submit(workers, &door);
	wait_done(&door, 6);
	workers_free(&workers);
	door_fini(&door);
}
END_TEST

START_TEST(each_waiting_job_gets_a_thread_while_there_are_some)
{
	struct door door;
	struct workers *workers = workers_new(8, 8);
	door_init(&door);
	for (int i = 0; i < 8; i++) {
		ck_assert(workers_reserve(workers));
		submit(workers, &door);
	}
	wait_inside(&door, 8); /* hangs when two of them share a thread */
	door_open(&door);
	workers_free(&workers);
	ck_assert_uint_eq(door.done, 8);
	door_fini(&door);
}
END_TEST

START_TEST(a_pool_that_never_ran_ends)
{
	struct workers *workers = workers_new(4, 4);
	workers_free(&workers);
	workers_free(&workers);
	ck_assert_ptr_null(workers);
}
END_TEST

START_TEST(a_stopped_pool_takes_nothing)
{
	struct workers *workers = workers_new(2, 4);
	workers_stop(workers);
	ck_assert(!workers_reserve(workers));
	workers_stop(workers);
	workers_free(&workers);
}
END_TEST

struct stopping {
	struct workers *workers;
	atomic_bool stopped;
};

static void *stop(void *arg)
{
	struct stopping *stopping = arg;
	workers_stop(stopping->workers);
	atomic_store(&stopping->stopped, true);
	return NULL;
}

START_TEST(stopping_waits_for_what_was_reserved)
{
	struct door door;
	struct stopping stopping = { .workers = workers_new(2, 4) };
	pthread_t thread;
	door_init(&door);
	door_open(&door);
	/* a loop has reserved and has not parked its request yet */
	ck_assert(workers_reserve(stopping.workers));
	ck_assert_int_eq(pthread_create(&thread, NULL, stop, &stopping), 0);
	while (workers_reserve(stopping.workers)) /* until the pool is closed */
		submit(stopping.workers, &door);
	ck_assert(!atomic_load(&stopping.stopped));
	submit(stopping.workers, &door);
	pthread_join(thread, NULL);
	ck_assert(atomic_load(&stopping.stopped));
	ck_assert_uint_ge(door.done, 1);
	workers_free(&stopping.workers);
	door_fini(&door);
}
END_TEST

enum { LOOPS = 4, ROUNDS = 2000 };

struct loop {
	pthread_t thread;
	struct workers *workers;
	struct door *door;
	size_t submitted;
};

static void *keep_coming(void *arg)
{
	struct loop *loop = arg;
	for (int i = 0; i < ROUNDS; i++) {
		if (!workers_reserve(loop->workers))
			continue;
		submit(loop->workers, loop->door);
		loop->submitted++;
	}
	return NULL;
}

START_TEST(of_many_loops_each_job_runs_once)
{
	struct door door;
	struct loop loops[LOOPS];
	struct workers *workers = workers_new(4, 64);
	size_t submitted = 0;
	door_init(&door);
	door_open(&door);
	for (int i = 0; i < LOOPS; i++) {
		loops[i] = (struct loop){ .workers = workers, .door = &door };
		ck_assert_int_eq(pthread_create(&loops[i].thread, NULL, keep_coming, &loops[i]), 0);
	}
	if (_i) /* while they are at it */
		workers_stop(workers);
	for (int i = 0; i < LOOPS; i++) {
		pthread_join(loops[i].thread, NULL);
		submitted += loops[i].submitted;
	}
	workers_free(&workers);
	ck_assert_uint_eq(door.done, submitted);
	ck_assert_uint_le(door.most, 4);
	door_fini(&door);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, no_more_run_at_a_time_than_there_are_threads);
	tcase_add_test(tc, no_more_are_taken_than_the_bound_says);
	tcase_add_test(tc, each_waiting_job_gets_a_thread_while_there_are_some);
	tcase_add_test(tc, a_pool_that_never_ran_ends);
	tcase_add_test(tc, a_stopped_pool_takes_nothing);
	tcase_add_test(tc, stopping_waits_for_what_was_reserved);
	tcase_add_loop_test(tc, of_many_loops_each_job_runs_once, 0, 2);
}

TEST_MAIN("web/workers", add_tests)
