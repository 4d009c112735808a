/* SPDX-License-Identifier: Apache-2.0
 *
 * A thread of ours takes no signals, and whoever made it goes on taking his. */
#include "base/thread.h"

#include <signal.h>
#include <stdbool.h>

#include "base/clock.h"
#include "check_main.h"

enum { STACK = 512 * 1024 };

struct seen {
	bool blocked;
	size_t stack;
};

static void *look(void *arg)
{
	struct seen *seen = arg;
	sigset_t mask;
	pthread_attr_t attr;
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	seen->blocked = sigismember(&mask, SIGTERM) == 1 && sigismember(&mask, SIGHUP) == 1;
	pthread_getattr_np(pthread_self(), &attr);
	pthread_attr_getstacksize(&attr, &seen->stack);
	pthread_attr_destroy(&attr);
	return NULL;
}

static struct seen start(size_t stack)
{
	struct seen seen = { 0 };
	pthread_t thread;
	ck_assert_int_eq(thread_start(&thread, stack, look, &seen), 0);
	pthread_join(thread, NULL);
	return seen;
}

START_TEST(signals_are_for_others)
{
	sigset_t mask;
	ck_assert(start(0).blocked);
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	ck_assert_int_eq(sigismember(&mask, SIGTERM), 0);
}
END_TEST

START_TEST(the_stack_is_as_large_as_asked_for)
{
	struct seen seen = start(STACK);
	ck_assert(seen.blocked);
	ck_assert_uint_eq(seen.stack, STACK);
	ck_assert_uint_gt(start(0).stack, STACK);
}
END_TEST

START_TEST(a_wait_ends_when_it_is_time)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t cond;
	thread_cond_init(&cond);
	int64_t until_ms = clock_mono_ms() + 30;
	pthread_mutex_lock(&lock);
	while (thread_cond_wait(&cond, &lock, until_ms))
		continue;
	pthread_mutex_unlock(&lock);
	ck_assert_int_ge(clock_mono_ms(), until_ms);
	pthread_cond_destroy(&cond);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, a_wait_ends_when_it_is_time);
	tcase_add_test(tc, signals_are_for_others);
	tcase_add_test(tc, the_stack_is_as_large_as_asked_for);
}

TEST_MAIN("base/thread", add_tests)
