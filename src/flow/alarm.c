/* SPDX-License-Identifier: Apache-2.0
 *
 * A flag and a direct-mapped table of marks: a mark that falls on another's place replaces it. */
#include "flow/alarm.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"

enum { ALARM_MARKS = 4096 };

struct mark {
	struct hash counter;
	int64_t until;
};

struct alarm {
	atomic_bool code_attack;
	atomic_uint marks_used; /* 0 spares everybody the lock in quiet times */
	pthread_mutex_t lock;
	struct mark marks[ALARM_MARKS];
};

struct alarm *alarm_new(void)
{
	struct alarm *alarm = xcalloc(1, sizeof(*alarm));
	ensure(pthread_mutex_init(&alarm->lock, NULL) == 0);
	return alarm;
}

void alarm_free(struct alarm **alarm)
{
	if (!*alarm)
		return;
	pthread_mutex_destroy(&(*alarm)->lock);
	free(*alarm);
	*alarm = NULL;
}

void alarm_set_code_attack(struct alarm *alarm, bool attacked)
{
	if (alarm)
		atomic_store(&alarm->code_attack, attacked);
}

bool alarm_code_attack(const struct alarm *alarm)
{
	return alarm && atomic_load(&alarm->code_attack);
}

static struct mark *mark_place(struct alarm *alarm, const struct hash *counter)
{
	uint32_t at;
	memcpy(&at, counter->bytes, sizeof(at));
	return &alarm->marks[at % ALARM_MARKS];
}

void alarm_block(struct alarm *alarm, const struct hash *counter, int64_t until)
{
	if (!alarm)
		return;
	pthread_mutex_lock(&alarm->lock);
	struct mark *mark = mark_place(alarm, counter);
	mark->counter = *counter;
	mark->until = until;
	pthread_mutex_unlock(&alarm->lock);
	atomic_store(&alarm->marks_used, 1);
}

int64_t alarm_blocked_for(struct alarm *alarm, const struct hash *counter, int64_t now)
{
	if (!alarm || atomic_load(&alarm->marks_used) == 0)
		return 0;
	int64_t left = 0;
	pthread_mutex_lock(&alarm->lock);
	const struct mark *mark = mark_place(alarm, counter);
	if (hash_equal(&mark->counter, counter) && mark->until > now)
		left = mark->until - now;
	pthread_mutex_unlock(&alarm->lock);
	return left;
}
