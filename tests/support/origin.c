/* SPDX-License-Identifier: Apache-2.0
 *
 * A thread accepts, and one per connection answers; the end waits for all of them. */
#include "support/origin.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/thread.h"
#include "support/origin_tls.h"

enum { REQUEST_MAX = 16384, PATH_MAX_LEN = 256, TRICKLE_MS = 20, PIECE = 1024, CHANGES_MAX = 64 };

struct origin {
	int listener;
	uint16_t port;
	struct origin_answer *answers;
	size_t count;
	char *changes[CHANGES_MAX]; /* bytes of ours, which somebody may be sending */
	size_t change_count;
	struct origin_tls *tls; /* NULL: plain */
	pthread_t thread;
	atomic_bool stopping;
	atomic_bool released;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	unsigned threads;
	unsigned open; /* connections; less than threads while they are being closed */
	unsigned most;
	unsigned requests;
	char last[REQUEST_MAX + 1];
};

struct talk {
	struct origin *origin;
	int fd;
	struct origin_session *session;
};

static ssize_t get(struct talk *talk, char *bytes, size_t len)
{
	return talk->session ? origin_tls_read(talk->session, bytes, len)
			     : recv(talk->fd, bytes, len, 0);
}

static bool put(struct talk *talk, const char *bytes, size_t len)
{
	ssize_t sent = talk->session ? origin_tls_write(talk->session, bytes, len)
				     : send(talk->fd, bytes, len, MSG_NOSIGNAL);
	return sent == (ssize_t)len;
}

/* The head, and as much of a body as its Content-Length says. */
static bool is_whole(const char *request)
{
	const char *end = strstr(request, "\r\n\r\n");
	const char *length = strstr(request, "Content-Length: ");
	if (!end)
		return false;
	return !length || strlen(end + 4) >= (size_t)strtol(length + 16, NULL, 10);
}

static bool read_request(struct talk *talk, char *request)
{
	size_t len = 0;
	request[0] = '\0';
	while (!is_whole(request)) {
		ssize_t got = get(talk, request + len, REQUEST_MAX - len);
		if (got <= 0)
			return false;
		len += (size_t)got;
		request[len] = '\0';
	}
	return true;
}

static struct origin_answer answer_at(struct origin *origin, const char *path)
{
	struct origin_answer found = {
		.bytes = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
	};
	pthread_mutex_lock(&origin->lock);
	for (size_t i = 0; i < origin->count; i++)
		if (strcmp(origin->answers[i].path, path) == 0)
			found = origin->answers[i];
	pthread_mutex_unlock(&origin->lock);
	return found;
}

static struct origin_answer find_answer(struct origin *origin, const char *request)
{
	char path[PATH_MAX_LEN] = "";
	if (sscanf(request, "%*s %255s", path) != 1)
		path[0] = '\0';
	return answer_at(origin, path);
}

void origin_change(struct origin *origin, size_t index, const char *bytes)
{
	ensure(index < origin->count && origin->change_count < CHANGES_MAX);
	char *copy = strdup(bytes);
	ensure(copy != NULL);
	pthread_mutex_lock(&origin->lock);
	origin->changes[origin->change_count++] = copy;
	origin->answers[index].bytes = copy;
	pthread_mutex_unlock(&origin->lock);
}

static void pause_ms(long ms)
{
	const struct timespec span = { .tv_nsec = ms * 1000000L };
	nanosleep(&span, NULL);
}

static void trickle(struct talk *talk, const char *bytes)
{
	for (; *bytes && put(talk, bytes, 1); bytes++)
		pause_ms(TRICKLE_MS);
}

static void go_on(struct talk *talk, char byte)
{
	char piece[PIECE];
	memset(piece, byte, sizeof(piece));
	while (put(talk, piece, sizeof(piece)))
		;
}

static bool is_let_go(struct origin *origin)
{
	return atomic_load(&origin->stopping) || atomic_load(&origin->released);
}

/* Until the other side hangs up, or this one lets go. */
static void hold(struct talk *talk)
{
	struct pollfd poll_fd = { .fd = talk->fd, .events = POLLIN };
	while (!is_let_go(talk->origin) && poll(&poll_fd, 1, TRICKLE_MS) <= 0)
		;
}

static void answer(struct talk *talk, const struct origin_answer *answer)
{
	const char *bytes = answer->bytes ? answer->bytes : "";
	size_t len = strlen(bytes);
	switch (answer->way) {
	case ORIGIN_AT_ONCE:
		(void)put(talk, bytes, len);
		break;
	case ORIGIN_TRICKLE:
		trickle(talk, bytes);
		break;
	case ORIGIN_ENDLESS:
		if (len > 0 && put(talk, bytes, len))
			go_on(talk, bytes[len - 1]);
		break;
	case ORIGIN_HOLD:
		hold(talk);
		break;
	}
}

static void enter(struct origin *origin, const char *request)
{
	pthread_mutex_lock(&origin->lock);
	origin->requests++;
	snprintf(origin->last, sizeof(origin->last), "%s", request);
	pthread_mutex_unlock(&origin->lock);
}

static void converse(struct talk *talk)
{
	char request[REQUEST_MAX + 1];
	if (talk->origin->tls) {
		talk->session = origin_tls_open(talk->origin->tls, talk->fd);
		if (!talk->session)
			return;
	}
	if (read_request(talk, request)) {
		enter(talk->origin, request);
		const struct origin_answer found = find_answer(talk->origin, request);
		answer(talk, &found);
	}
	origin_tls_close(&talk->session);
}

static void *serve_one(void *arg)
{
	struct talk *talk = arg;
	struct origin *origin = talk->origin;
	converse(talk);
	/* Counted out before the other side can know, and come again. */
	pthread_mutex_lock(&origin->lock);
	origin->open--;
	pthread_mutex_unlock(&origin->lock);
	close(talk->fd);
	free(talk);
	pthread_mutex_lock(&origin->lock);
	origin->threads--;
	pthread_cond_broadcast(&origin->ended);
	pthread_mutex_unlock(&origin->lock);
	return NULL;
}

static void begin(struct origin *origin, int fd)
{
	pthread_t thread;
	struct talk *talk = xcalloc(1, sizeof(*talk));
	*talk = (struct talk){ .origin = origin, .fd = fd };
	pthread_mutex_lock(&origin->lock);
	origin->threads++;
	origin->open++;
	if (origin->open > origin->most)
		origin->most = origin->open;
	pthread_mutex_unlock(&origin->lock);
	ensure(thread_start(&thread, 0, serve_one, talk) == 0);
	pthread_detach(thread);
}

static void *serve(void *arg)
{
	struct origin *origin = arg;
	while (!atomic_load(&origin->stopping)) {
		struct pollfd poll_fd = { .fd = origin->listener, .events = POLLIN };
		if (poll(&poll_fd, 1, TRICKLE_MS) <= 0)
			continue;
		int fd = accept4(origin->listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			begin(origin, fd);
	}
	return NULL;
}

static void bind_loopback(struct origin *origin, const char *text)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	ensure(inet_pton(AF_INET, text, &address.sin_addr) == 1);
	socklen_t len = sizeof(address);
	origin->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ensure(origin->listener >= 0);
	ensure(bind(origin->listener, (struct sockaddr *)&address, sizeof(address)) == 0);
	ensure(listen(origin->listener, 64) == 0);
	ensure(getsockname(origin->listener, (struct sockaddr *)&address, &len) == 0);
	origin->port = ntohs(address.sin_port);
}

static struct origin *start(const char *address, const struct origin_answer *answers, size_t count,
			    bool tls)
{
	struct origin *origin = xcalloc(1, sizeof(*origin));
	origin->answers = xcalloc(count, sizeof(*answers));
	memcpy(origin->answers, answers, count * sizeof(*answers));
	origin->count = count;
	origin->tls = tls ? origin_tls_new() : NULL;
	ensure(pthread_mutex_init(&origin->lock, NULL) == 0);
	thread_cond_init(&origin->ended);
	bind_loopback(origin, address);
	ensure(thread_start(&origin->thread, 0, serve, origin) == 0);
	return origin;
}

struct origin *origin_start(const struct origin_answer *answers, size_t count, bool tls)
{
	return start("127.0.0.1", answers, count, tls);
}

struct origin *origin_start_at(const char *address, const struct origin_answer *answers,
			       size_t count)
{
	return start(address, answers, count, false);
}

void origin_stop(struct origin **origin)
{
	struct origin *gone = *origin;
	if (!gone)
		return;
	atomic_store(&gone->stopping, true);
	pthread_join(gone->thread, NULL);
	pthread_mutex_lock(&gone->lock);
	while (gone->threads > 0)
		pthread_cond_wait(&gone->ended, &gone->lock);
	pthread_mutex_unlock(&gone->lock);
	close(gone->listener);
	origin_tls_free(&gone->tls);
	for (size_t i = 0; i < gone->change_count; i++)
		free(gone->changes[i]);
	free(gone->answers);
	pthread_cond_destroy(&gone->ended);
	pthread_mutex_destroy(&gone->lock);
	free(gone);
	*origin = NULL;
}

void origin_release(struct origin *origin)
{
	atomic_store(&origin->released, true);
}

uint16_t origin_port(const struct origin *origin)
{
	return origin->port;
}

const char *origin_ca(const struct origin *origin)
{
	return origin_tls_ca(origin->tls);
}

unsigned origin_requests(struct origin *origin)
{
	pthread_mutex_lock(&origin->lock);
	unsigned requests = origin->requests;
	pthread_mutex_unlock(&origin->lock);
	return requests;
}

unsigned origin_most_at_once(struct origin *origin)
{
	pthread_mutex_lock(&origin->lock);
	unsigned most = origin->most;
	pthread_mutex_unlock(&origin->lock);
	return most;
}

const char *origin_last(struct origin *origin)
{
	return origin->last;
}
