/* SPDX-License-Identifier: Apache-2.0
 *
 * Peers that we have answered before they finished sending (a body too large, a head that we
 * refuse). The kernel would answer their next byte with a reset, which may overtake our answer and
 * throw it away (RFC9112#9.6): so for two seconds, and a bounded number of bytes, what they send is
 * read and dropped. Few at a time: it is a courtesy. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "http/acceptor.h"
#include "http/acceptor_private.h"

enum { LINGER_MS = 2000, LINGER_MOST = 512, LINGER_BYTES = 1 << 20, LINGER_READ = 16384 };

struct straggler {
	struct waiter waiter; /* first */
	size_t left;
};

static void drop(struct acceptor *acceptor, struct straggler *straggler)
{
	pthread_mutex_lock(&acceptor->linger_lock);
	waiter_take(&acceptor->lingering, &straggler->waiter);
	pthread_mutex_unlock(&acceptor->linger_lock);
	acceptor_unwatch(acceptor, &straggler->waiter.watch);
	close(straggler->waiter.watch.fd);
	free(straggler);
}

static void linger_ready(struct acceptor *acceptor, struct watch *watch)
{
	struct straggler *straggler = (struct straggler *)watch;
	char bytes[LINGER_READ];
	ssize_t n = recv(watch->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || (size_t)n >= straggler->left) {
		drop(acceptor, straggler);
		return;
	}
	straggler->left -= (size_t)n;
}

void acceptor_linger(struct acceptor *acceptor, int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (copy < 0)
		return;
	struct straggler *straggler = xmalloc(sizeof(*straggler));
	straggler->waiter = (struct waiter){ .watch = { linger_ready, copy },
					     .deadline_ms = clock_mono_ms() + LINGER_MS };
	straggler->left = LINGER_BYTES;
	pthread_mutex_lock(&acceptor->linger_lock);
	bool room = !acceptor->closed_to_lingering && acceptor->lingering.count < LINGER_MOST;
	if (room)
		waiter_append(&acceptor->lingering, &straggler->waiter);
	/* Watched under the lock: the acceptor takes it before it frees. */
	if (room && !acceptor_watch(acceptor, &straggler->waiter.watch)) {
		waiter_take(&acceptor->lingering, &straggler->waiter);
		room = false;
	}
	pthread_mutex_unlock(&acceptor->linger_lock);
	if (room)
		return;
	close(copy);
	free(straggler);
}

/* Only the acceptor takes from the list, so what is first stays first while the lock is open. */
static struct straggler *first_over(struct acceptor *acceptor, int64_t now_ms, bool all)
{
	pthread_mutex_lock(&acceptor->linger_lock);
	struct waiter *waiter = acceptor->lingering.first;
	bool over = waiter != NULL && (all || waiter->deadline_ms <= now_ms);
	pthread_mutex_unlock(&acceptor->linger_lock);
	return over ? (struct straggler *)waiter : NULL;
}

void linger_sweep(struct acceptor *acceptor, int64_t now_ms, bool all)
{
	struct straggler *straggler;
	if (all) {
		pthread_mutex_lock(&acceptor->linger_lock);
		acceptor->closed_to_lingering = true;
		pthread_mutex_unlock(&acceptor->linger_lock);
	}
	while ((straggler = first_over(acceptor, now_ms, all)) != NULL)
		drop(acceptor, straggler);
}
