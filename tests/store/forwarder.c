/* SPDX-License-Identifier: Apache-2.0
 *
 * One thread and poll(). What the server sends is taken apart into its messages: a letter, a length
 * of four bytes that counts itself, and the rest. */
#include "forwarder.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ensure.h"

enum { LINKS_MAX = 64, CHUNK = 65536, HEAD = 5 };

struct link {
	int client; /* -1: this place is free */
	int server;
	bool swallows; /* what the server says goes nowhere; at the end of its answer, the link ends
			*/
	bool holds;    /* what the server says goes nowhere */
	bool warns;    /* before the next answer */
	uint8_t in[2 * CHUNK]; /* from the server, up to a message that is not whole */
	size_t in_len;
};

struct forwarder {
	int listener;
	int wake[2];
	pthread_t thread;
	pthread_mutex_t lock; /* of the four below */
	enum forwarder_mode mode;
	enum forwarder_fault fault;
	const char *text;
	bool tripped;
	atomic_size_t accepted;
	atomic_bool stopping;
	struct sockaddr_storage server;
	socklen_t server_len;
	struct link links[LINKS_MAX];
	struct pollfd fds[2 + 2 * LINKS_MAX]; /* wake, listener, and two for each link */
	uint8_t chunk[CHUNK];
};

/* --- links
 * ---------------------------------------------------------------------------------------------- */

static void link_end(struct link *link)
{
	if (link->client < 0)
		return;
	close(link->client);
	close(link->server);
	link->client = -1;
}

static void send_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;
	while (len > 0) {
		ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);
		if (sent <= 0)
			return; /* the end of the other side is seen when it is read */
		at += sent;
		len -= (size_t)sent;
	}
}

static void link_begin(struct forwarder *forwarder)
{
	const int one = 1;
	int client = accept4(forwarder->listener, NULL, NULL, SOCK_CLOEXEC);
	struct link *link = forwarder->links;
	ensure(client >= 0);
	while (link->client >= 0)
		ensure(++link < forwarder->links + LINKS_MAX);
	int server = socket(forwarder->server.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ensure(server >= 0);
	ensure(connect(server, (const struct sockaddr *)&forwarder->server,
		       forwarder->server_len) == 0);
	setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	link->swallows = link->holds = link->warns = false;
	link->in_len = 0;
	link->server = server;
	link->client = client;
	atomic_fetch_add(&forwarder->accepted, 1);
}

/* --- to the server
 * -------------------------------------------------------------------------------------- */

/* The lock is held. False when the chunk goes nowhere. */
static bool trip(struct forwarder *forwarder, struct link *link)
{
	enum forwarder_fault fault = forwarder->fault;
	forwarder->fault = FAULT_NONE;
	forwarder->tripped = fault == FAULT_CUT || fault == FAULT_WARN;
	link->swallows = fault == FAULT_SWALLOW;
	link->holds = fault == FAULT_FREEZE;
	link->warns = fault == FAULT_WARN;
	if (fault == FAULT_CUT)
		link_end(link);
	return fault != FAULT_CUT;
}

static void from_client(struct forwarder *forwarder, struct link *link)
{
	uint8_t *chunk = forwarder->chunk;
	ssize_t len = recv(link->client, chunk, CHUNK, 0);
	if (len <= 0) {
		link_end(link);
		return;
	}
	bool passes = true;
	pthread_mutex_lock(&forwarder->lock);
	if (forwarder->fault != FAULT_NONE &&
	    memmem(chunk, (size_t)len, forwarder->text, strlen(forwarder->text)) != NULL)
		passes = trip(forwarder, link);
	pthread_mutex_unlock(&forwarder->lock);
	if (passes)
		send_all(link->server, chunk, (size_t)len);
}

/* --- from the server
 * ------------------------------------------------------------------------------------ */

/* As PostgreSQL sends it when a statement is cancelled during its commit. */
static void send_warning(int fd)
{
	static const char fields[] = "SWARNING\0VWARNING\0C01000\0Mcanceling wait for synchronous "
				     "replication due to user request\0RSyncRepWaitForLSN\0";
	uint8_t head[HEAD] = { 'N' };
	uint32_t length = htonl((uint32_t)(sizeof(fields) + 4));
	memcpy(head + 1, &length, sizeof(length));
	send_all(fd, head, sizeof(head));
	send_all(fd, fields, sizeof(fields));
}

static void answered(struct forwarder *forwarder, struct link *link)
{
	pthread_mutex_lock(&forwarder->lock);
	forwarder->tripped = true;
	pthread_mutex_unlock(&forwarder->lock);
	if (link->swallows)
		link_end(link);
}

static void message(struct forwarder *forwarder, struct link *link, const uint8_t *bytes,
		    size_t len)
{
	const bool ready = bytes[0] == 'Z';
	pthread_mutex_lock(&forwarder->lock);
	bool muted = forwarder->mode == FORWARD_MUTE && bytes[0] == 'A';
	pthread_mutex_unlock(&forwarder->lock);
	if (muted)
		return;
	if (link->swallows || link->holds) {
		if (ready)
			answered(forwarder, link);
		return;
	}
	if (link->warns && ready) {
		send_warning(link->client);
		link->warns = false;
	}
	send_all(link->client, bytes, len);
}

static size_t length_of(const struct link *link, size_t from)
{
	uint32_t length;
	if (link->in_len - from < HEAD)
		return 0;
	memcpy(&length, link->in + from + 1, sizeof(length));
	size_t whole = 1 + (size_t)ntohl(length);
	ensure(whole <= sizeof(link->in));
	return link->in_len - from >= whole ? whole : 0;
}

static void from_server(struct forwarder *forwarder, struct link *link)
{
	ssize_t len = recv(link->server, link->in + link->in_len, sizeof(link->in) - link->in_len,
			   0);
	if (len <= 0) {
		link_end(link);
		return;
	}
	link->in_len += (size_t)len;
	size_t from = 0;
	for (size_t whole; link->client >= 0 && (whole = length_of(link, from)) > 0; from += whole)
		message(forwarder, link, link->in + from, whole);
	memmove(link->in, link->in + from, link->in_len - from);
	link->in_len -= from;
}

/* --- the thread
 * ----------------------------------------------------------------------------------------- */

static enum forwarder_mode mode_of(struct forwarder *forwarder)
{
	pthread_mutex_lock(&forwarder->lock);
	enum forwarder_mode mode = forwarder->mode;
	pthread_mutex_unlock(&forwarder->lock);
	return mode;
}

static void turn_away(struct forwarder *forwarder)
{
	int client = accept4(forwarder->listener, NULL, NULL, SOCK_CLOEXEC);
	if (client >= 0)
		close(client);
}

static void serve(struct forwarder *forwarder, const struct pollfd *fds, enum forwarder_mode mode)
{
	for (size_t i = 0; i < LINKS_MAX; i++) {
		struct link *link = &forwarder->links[i];
		if (link->client >= 0 && fds[2 + 2 * i].revents != 0)
			from_client(forwarder, link);
		if (link->client >= 0 && fds[3 + 2 * i].revents != 0)
			from_server(forwarder, link);
	}
	if (fds[1].revents != 0 && mode != FORWARD_FROZEN)
		link_begin(forwarder);
}

static void *forwarder_main(void *arg)
{
	struct forwarder *forwarder = arg;
	struct pollfd *fds = forwarder->fds;
	char byte;
	while (!atomic_load(&forwarder->stopping)) {
		enum forwarder_mode mode = mode_of(forwarder);
		bool frozen = mode == FORWARD_FROZEN;
		fds[0] = (struct pollfd){ .fd = forwarder->wake[0], .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = frozen ? -1 : forwarder->listener,
					  .events = POLLIN };
		for (size_t i = 0; i < LINKS_MAX; i++) {
			struct link *link = &forwarder->links[i];
			bool off = frozen || link->client < 0;
			fds[2 + 2 * i] = (struct pollfd){ off ? -1 : link->client, POLLIN, 0 };
			fds[3 + 2 * i] = (struct pollfd){ off ? -1 : link->server, POLLIN, 0 };
		}
		if (poll(fds, 2 + 2 * LINKS_MAX, -1) < 0)
			continue;
		if (fds[0].revents != 0)
			ensure(read(forwarder->wake[0], &byte, 1) == 1);
		mode = mode_of(forwarder);
		for (size_t i = 0; i < LINKS_MAX && mode == FORWARD_DOWN; i++)
			link_end(&forwarder->links[i]);
		if (mode == FORWARD_DOWN && fds[1].revents != 0)
			turn_away(forwarder);
		else if (mode != FORWARD_DOWN && fds[0].revents == 0)
			serve(forwarder, fds, mode);
	}
	return NULL;
}

/* --- for the tests
 * -------------------------------------------------------------------------------------- */

static void wake_up(struct forwarder *forwarder)
{
	ensure(write(forwarder->wake[1], "", 1) == 1);
}

static const char *part(const PQconninfoOption *options, const char *keyword)
{
	while (strcmp(options->keyword, keyword) != 0)
		options++;
	return options->val != NULL ? options->val : "";
}

static void find_server(struct forwarder *forwarder, const PQconninfoOption *options)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	const char *port = part(options, "port");
	ensure(getaddrinfo(part(options, "host"), *port != '\0' ? port : "5432", &hints, &found) ==
	       0);
	memcpy(&forwarder->server, found->ai_addr, found->ai_addrlen);
	forwarder->server_len = found->ai_addrlen;
	freeaddrinfo(found);
}

static in_port_t listen_on_any(struct forwarder *forwarder)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	forwarder->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ensure(bind(forwarder->listener, (struct sockaddr *)&address, len) == 0);
	ensure(listen(forwarder->listener, LINKS_MAX) == 0);
	ensure(getsockname(forwarder->listener, (struct sockaddr *)&address, &len) == 0);
	return ntohs(address.sin_port);
}

struct forwarder *forwarder_new(const char *database, char through[CONTRACT_DATABASE_MAX])
{
	struct forwarder *forwarder = xcalloc(1, sizeof(*forwarder));
	PQconninfoOption *options = PQconninfoParse(database, NULL);
	ensure(options != NULL);
	find_server(forwarder, options);
	for (size_t i = 0; i < LINKS_MAX; i++)
		forwarder->links[i].client = -1;
	int len = snprintf(through, CONTRACT_DATABASE_MAX,
			   "postgresql://%s:%s@127.0.0.1:%d/%s?sslmode=disable&gssencmode=disable",
			   part(options, "user"), part(options, "password"),
			   listen_on_any(forwarder), part(options, "dbname"));
	ensure(len > 0 && len < CONTRACT_DATABASE_MAX);
	PQconninfoFree(options);
	ensure(pipe2(forwarder->wake, O_CLOEXEC) == 0);
	ensure(pthread_mutex_init(&forwarder->lock, NULL) == 0);
	ensure(pthread_create(&forwarder->thread, NULL, forwarder_main, forwarder) == 0);
	return forwarder;
}

void forwarder_free(struct forwarder **pointer)
{
	struct forwarder *forwarder = *pointer;
	if (forwarder == NULL)
		return;
	*pointer = NULL;
	atomic_store(&forwarder->stopping, true);
	wake_up(forwarder);
	pthread_join(forwarder->thread, NULL);
	for (size_t i = 0; i < LINKS_MAX; i++)
		link_end(&forwarder->links[i]);
	close(forwarder->listener);
	close(forwarder->wake[0]);
	close(forwarder->wake[1]);
	pthread_mutex_destroy(&forwarder->lock);
	free(forwarder);
}

void forwarder_set(struct forwarder *forwarder, enum forwarder_mode mode)
{
	pthread_mutex_lock(&forwarder->lock);
	forwarder->mode = mode;
	pthread_mutex_unlock(&forwarder->lock);
	wake_up(forwarder);
}

void forwarder_arm(struct forwarder *forwarder, enum forwarder_fault fault, const char *text)
{
	pthread_mutex_lock(&forwarder->lock);
	forwarder->fault = fault;
	forwarder->text = text;
	forwarder->tripped = false;
	pthread_mutex_unlock(&forwarder->lock);
}

bool forwarder_has_tripped(struct forwarder *forwarder)
{
	pthread_mutex_lock(&forwarder->lock);
	bool tripped = forwarder->tripped;
	pthread_mutex_unlock(&forwarder->lock);
	return tripped;
}

size_t forwarder_accepted(struct forwarder *forwarder)
{
	return atomic_load(&forwarder->accepted);
}
