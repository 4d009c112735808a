/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads between two barriers. */
#include "crew.h"

#include "base/ensure.h"

static void *member_main(void *arg)
{
	const struct crew_member *member = arg;
	struct crew *crew = member->crew;
	for (;;) {
		pthread_barrier_wait(&crew->start);
		if (crew->over)
			return NULL;
		crew->work(crew->arg, member->number);
		pthread_barrier_wait(&crew->end);
	}
}

void crew_init(struct crew *crew, size_t size, void (*work)(void *arg, size_t number), void *arg)
{
	ensure(size <= CREW_MAX);
	*crew = (struct crew){ .size = size, .work = work, .arg = arg };
	ensure(pthread_barrier_init(&crew->start, NULL, (unsigned)size + 1) == 0);
	ensure(pthread_barrier_init(&crew->end, NULL, (unsigned)size + 1) == 0);
	for (size_t i = 0; i < size; i++) {
		crew->members[i] = (struct crew_member){ .crew = crew, .number = i };
		ensure(pthread_create(&crew->members[i].thread, NULL, member_main,
				      &crew->members[i]) == 0);
	}
}

void crew_round(struct crew *crew)
{
	pthread_barrier_wait(&crew->start);
	pthread_barrier_wait(&crew->end);
}

void crew_fini(struct crew *crew)
{
	crew->over = 1;
	pthread_barrier_wait(&crew->start);
	for (size_t i = 0; i < crew->size; i++)
		pthread_join(crew->members[i].thread, NULL);
	pthread_barrier_destroy(&crew->start);
	pthread_barrier_destroy(&crew->end);
}
