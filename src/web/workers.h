/* SPDX-License-Identifier: Apache-2.0
 *
 * The bounded pool of threads on which requests run that may wait. Threads are started as they are
 * needed. A place in the queue is reserved before a request is parked: when there is none the
 * request is answered at once. */
#ifndef WEB_WORKERS_H
#define WEB_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

struct workers;

struct job {
	struct job *next;
	void (*run)(struct job *job);
};

struct workers *workers_new(size_t threads_max, size_t queue_max);
/* Takes nothing new, runs what was reserved before, and ends the threads. */
void workers_stop(struct workers *workers);
/* Stops first, when that was not done. */
void workers_free(struct workers **workers);
/* False when waiting and running jobs have reached the bound, and after workers_stop(). */
bool workers_reserve(struct workers *workers);
/* After a reservation; the job belongs to the pool until run() is called. */
void workers_submit(struct workers *workers, struct job *job);

#endif
