/* SPDX-License-Identifier: Apache-2.0
 *
 * A counting semaphore with a bounded queue before it. */
#include "flow/password_gate.h"

#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/ensure.h"

struct password_gate {
	sem_t places;
	unsigned waiting_max;
	atomic_uint waiting;
};

struct password_gate *password_gate_new(unsigned places, unsigned waiting)
{
	struct password_gate *gate = xcalloc(1, sizeof(*gate));
	gate->waiting_max = waiting;
	ensure(sem_init(&gate->places, 0, places) == 0);
	return gate;
}

void password_gate_free(struct password_gate **gate)
{
	if (!*gate)
		return;
	sem_destroy(&(*gate)->places);
	free(*gate);
	*gate = NULL;
}

static void wait_for_place(struct password_gate *gate)
{
	while (sem_wait(&gate->places) != 0)
		ensure(errno == EINTR);
}

static unsigned limit_of(const struct password_gate *gate, enum gate_caller caller)
{
	return caller == GATE_KNOWN ? gate->waiting_max : gate->waiting_max / 2;
}

bool password_gate_enter(struct password_gate *gate, enum gate_caller caller)
{
	if (!gate || sem_trywait(&gate->places) == 0)
		return true;
	bool may_wait = atomic_fetch_add(&gate->waiting, 1) < limit_of(gate, caller);
	if (may_wait)
		wait_for_place(gate);
	atomic_fetch_sub(&gate->waiting, 1);
	return may_wait;
}

bool password_gate_has_room(struct password_gate *gate, enum gate_caller caller)
{
	int places;
	if (!gate || (sem_getvalue(&gate->places, &places) == 0 && places > 0))
		return true;
	return atomic_load(&gate->waiting) < limit_of(gate, caller);
}

void password_gate_leave(struct password_gate *gate)
{
	if (gate)
		ensure(sem_post(&gate->places) == 0);
}
