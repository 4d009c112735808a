/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads that take no signals (those are for the main thread, which waits for them), and waits
 * that end by the clock that never steps back. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/* `stack` in bytes; 0: the system's. 0, or the error number of what failed. */
MUST_USE int thread_start(pthread_t *thread, size_t stack, void *(*run)(void *), void *arg);

void thread_cond_init(pthread_cond_t *cond);
/* False when it is `until_ms` by clock_mono_ms(). As always, true may be for nothing. */
bool thread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until_ms);

#endif
