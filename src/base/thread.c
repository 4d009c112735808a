/* SPDX-License-Identifier: Apache-2.0
 *
 * A thread begins with the signal mask of the one that makes it. */
#include "base/thread.h"

#include <signal.h>
#include <time.h>

#include "base/clock.h"
#include "base/ensure.h"

int thread_start(pthread_t *thread, size_t stack, void *(*run)(void *), void *arg)
{
	sigset_t all;
	sigset_t before;
	pthread_attr_t attr;
	sigfillset(&all);
	ensure(pthread_attr_init(&attr) == 0);
	if (stack > 0)
		ensure(pthread_attr_setstacksize(&attr, stack) == 0);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int rc = pthread_create(thread, &attr, run, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return rc;
}

void thread_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attr;
	ensure(pthread_condattr_init(&attr) == 0);
	ensure(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	ensure(pthread_cond_init(cond, &attr) == 0);
	pthread_condattr_destroy(&attr);
}

bool thread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until_ms)
{
	/* What is left of it by our clock, which tests move, from now by the system's. */
	int64_t left_ms = until_ms - clock_mono_ms();
	struct timespec until;
	ensure(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
	int64_t ns = until.tv_nsec + (left_ms > 0 ? left_ms % 1000 * 1000000 : 0);
	until.tv_sec += (left_ms > 0 ? left_ms / 1000 : 0) + ns / 1000000000;
	until.tv_nsec = ns % 1000000000;
	return pthread_cond_timedwait(cond, lock, &until) == 0;
}
