/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads that live through many rounds and start each of them together. */
#ifndef STORE_CREW_H
#define STORE_CREW_H

#include <pthread.h>
#include <stddef.h>

enum { CREW_MAX = 64 };

struct crew;

struct crew_member {
	struct crew *crew;
	size_t number;
	pthread_t thread;
};

struct crew {
	size_t size;
	void (*work)(void *arg, size_t number);
	void *arg;
	int over; /* written between rounds */
	pthread_barrier_t start;
	pthread_barrier_t end;
	struct crew_member members[CREW_MAX];
};

void crew_init(struct crew *crew, size_t size, void (*work)(void *arg, size_t number), void *arg);
/* Runs work() once on each thread, all at once; returns when the last is done. */
void crew_round(struct crew *crew);
void crew_fini(struct crew *crew);

#endif
