/* SPDX-License-Identifier: Apache-2.0
 *
 * One queue, one lock, one condition. A thread is started when a job comes and nobody is idle. */
#include "web/workers.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/ensure.h"
#include "base/log.h"
#include "base/thread.h"

enum { WORKER_STACK = 256 * 1024 };

struct workers {
	pthread_mutex_t lock;
	pthread_cond_t wake; /* a job has come, or the end */
	pthread_cond_t done; /* nothing is reserved any more */
	struct job *first;
	struct job **last;
	size_t threads_max;
	size_t queue_max;
	size_t reserved; /* places taken: waiting and running jobs */
	size_t waiting;  /* jobs in the queue */
	size_t idle;
	size_t thread_count;
	pthread_t *threads;
	bool closed;   /* nothing new */
	bool stopping; /* threads end */
};

struct workers *workers_new(size_t threads_max, size_t queue_max)
{
	struct workers *workers = xcalloc(1, sizeof(*workers));
	ensure(pthread_mutex_init(&workers->lock, NULL) == 0);
	ensure(pthread_cond_init(&workers->wake, NULL) == 0 &&
	       pthread_cond_init(&workers->done, NULL) == 0);
	workers->last = &workers->first;
	workers->threads_max = threads_max;
	workers->queue_max = queue_max;
	workers->threads = xcalloc(threads_max, sizeof(pthread_t));
	return workers;
}

/* NULL when the pool stops and nothing is left to do. Called with the lock held. */
static struct job *next_job(struct workers *workers)
{
	while (!workers->first && !workers->stopping) {
		workers->idle++;
		pthread_cond_wait(&workers->wake, &workers->lock);
		workers->idle--;
	}
	struct job *job = workers->first;
	if (!job)
		return NULL;
	workers->first = job->next;
	workers->waiting--;
	if (!workers->first)
		workers->last = &workers->first;
	return job;
}

static void *work(void *arg)
{
	struct workers *workers = arg;
	struct job *job;
	pthread_mutex_lock(&workers->lock);
	while ((job = next_job(workers)) != NULL) {
		pthread_mutex_unlock(&workers->lock);
		job->run(job);
		pthread_mutex_lock(&workers->lock);
		if (--workers->reserved == 0)
			pthread_cond_broadcast(&workers->done);
	}
	pthread_mutex_unlock(&workers->lock);
	return NULL;
}

/* Called with the lock held. */
static void start_thread(struct workers *workers)
{
	int failed = thread_start(&workers->threads[workers->thread_count], WORKER_STACK, work,
				  workers);
	if (!failed)
		workers->thread_count++;
	else
		log_warn("worker not started", LOG_NUMBER("error", failed));
	ensure(workers->thread_count > 0);
}

bool workers_reserve(struct workers *workers)
{
	pthread_mutex_lock(&workers->lock);
	bool has_place = !workers->closed && workers->reserved < workers->queue_max;
	if (has_place)
		workers->reserved++;
	pthread_mutex_unlock(&workers->lock);
	return has_place;
}

void workers_submit(struct workers *workers, struct job *job)
{
	job->next = NULL;
	pthread_mutex_lock(&workers->lock);
	*workers->last = job;
	workers->last = &job->next;
	workers->waiting++;
	if (workers->waiting > workers->idle && workers->thread_count < workers->threads_max)
		start_thread(workers);
	pthread_cond_signal(&workers->wake);
	pthread_mutex_unlock(&workers->lock);
}

void workers_stop(struct workers *workers)
{
	pthread_mutex_lock(&workers->lock);
	workers->closed = true;
	while (workers->reserved > 0)
		pthread_cond_wait(&workers->done, &workers->lock);
	workers->stopping = true;
	pthread_cond_broadcast(&workers->wake);
	size_t count = workers->thread_count;
	workers->thread_count = 0;
	pthread_mutex_unlock(&workers->lock);
	for (size_t i = 0; i < count; i++)
		pthread_join(workers->threads[i], NULL);
}

void workers_free(struct workers **pool)
{
	struct workers *workers = *pool;
	if (!workers)
		return;
	workers_stop(workers);
	pthread_cond_destroy(&workers->done);
	pthread_cond_destroy(&workers->wake);
	pthread_mutex_destroy(&workers->lock);
	free(workers->threads);
	free(workers);
	*pool = NULL;
}
