/* SPDX-License-Identifier: Apache-2.0
 *
 * Putting the parts together and taking them apart. The order of the end: the acceptor first, since
 * it pokes and sweeps what the loops own; then the loops, which close their connections; then the
 * tables that both used. */
#include "http/server.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/ensure.h"
#include "base/log.h"
#include "http/acceptor.h"
#include "http/loop.h"
#include "http/tls.h"

bool server_trusts(const struct http_server *server, const struct address *address)
{
	return network_has(server->options.trusted_proxies, server->options.trusted_proxy_count,
			   address);
}

bool server_listens(const struct http_server *server, bool tls)
{
	for (size_t i = 0; i < server->listeners.count; i++) {
		if (server->listeners.items[i].tls == tls)
			return true;
	}
	return false;
}

static void copy_options(struct http_server *server, const struct http_options *options)
{
	server->options = *options;
	server->options.listen = NULL;
	server->options.listen_count = 0;
	if (server->options.max_connections == 0)
		server->options.max_connections = 1;
	struct network *copy = xcalloc(options->trusted_proxy_count + 1, sizeof(*copy));
	for (size_t i = 0; i < options->trusted_proxy_count; i++)
		copy[i] = options->trusted_proxies[i];
	server->options.trusted_proxies = copy;
}

/* Each connection is a descriptor. The soft limit of 1024 is for programs that use select(2). */
static void raise_descriptor_limit(const struct http_options *options)
{
	enum { OTHERS = 1024 };
	struct rlimit limit;
	rlim_t need = (rlim_t)options->max_connections + OTHERS;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= need)
		return;
	limit.rlim_cur = limit.rlim_max < need ? limit.rlim_max : need;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < need)
		log_warn("fewer descriptors than max_connections needs",
			 LOG_NUMBER("have", limit.rlim_cur), LOG_NUMBER("need", need));
}

static enum err open_all(struct http_server *server, const struct http_options *options)
{
	for (size_t i = 0; i < options->listen_count; i++) {
		enum err err = listener_list_open(&server->listeners, &options->listen[i]);
		if (err != ERR_OK)
			return ERR_IO;
	}
	if (server_listens(server, true)) {
		enum err err = tls_new(options, &server->tls);
		if (err != ERR_OK)
			return err;
	}
	return acceptor_new(server, &server->acceptor);
}

enum err http_server_new(const struct http_options *options, const struct http_handler *handler,
			 struct http_server **out)
{
	struct http_server *server = xcalloc(1, sizeof(*server));
	copy_options(server, options);
	raise_descriptor_limit(options);
	server->handler = *handler;
	connection_table_init(&server->connections);
	source_table_init(&server->sources, server->options.max_connections,
			  options->max_connections_per_source);
	server->loop_count = options->loops == 0 ? 1 : options->loops;
	server->loops = xcalloc(server->loop_count, sizeof(struct loop *));
	for (size_t i = 0; i < server->loop_count; i++)
		server->loops[i] = loop_new(server);
	enum err err = open_all(server, options);
	if (err != ERR_OK) {
		http_server_free(&server);
		return err;
	}
	*out = server;
	return ERR_OK;
}

enum err http_server_run(struct http_server *server)
{
	for (size_t i = 0; i < server->loop_count; i++) {
		enum err err = loop_run(server->loops[i]);
		if (err != ERR_OK)
			return err;
	}
	return acceptor_run(server->acceptor);
}

enum err http_server_reload(struct http_server *server)
{
	return server->tls == NULL ? ERR_OK : tls_reload(server->tls);
}

uint16_t http_server_port(const struct http_server *server, size_t index)
{
	return index < server->listeners.count ? server->listeners.items[index].port : 0;
}

void http_server_drain(struct http_server *server)
{
	atomic_store(&server->draining, true);
	acceptor_wake(server->acceptor);
}

size_t http_server_busy(const struct http_server *server)
{
	size_t busy = 0;
	for (size_t i = 0; i < server->loop_count; i++)
		busy += atomic_load(&server->loops[i]->busy);
	return busy;
}

static size_t parked(const struct http_server *server)
{
	size_t count = 0;
	for (size_t i = 0; i < server->loop_count; i++)
		count += atomic_load(&server->loops[i]->parked) +
			 atomic_load(&server->loops[i]->resuming);
	return count;
}

/* What was resumed a moment ago is parked until its loop has seen it. */
static void wait_for_parked(const struct http_server *server)
{
	enum { ROUNDS = 2000 };
	const struct timespec millisecond = { .tv_nsec = 1000000 };
	for (int i = 0; i < ROUNDS && parked(server) > 0; i++)
		nanosleep(&millisecond, NULL);
	/* The library would end the process with less of a message. */
	ensure(parked(server) == 0);
}

void http_server_free(struct http_server **server)
{
	struct http_server *s = *server;
	if (s == NULL)
		return;
	atomic_store(&s->draining, true);
	wait_for_parked(s);
	if (s->acceptor != NULL)
		acceptor_stop(s->acceptor);
	for (size_t i = 0; i < s->loop_count; i++)
		loop_free(&s->loops[i]);
	acceptor_free(&s->acceptor);
	listener_list_fini(&s->listeners);
	connection_table_fini(&s->connections);
	source_table_fini(&s->sources);
	tls_free(&s->tls);
	struct network *trusted = (struct network *)(uintptr_t)s->options.trusted_proxies;
	free(trusted);
	free(s->loops);
	free(s);
	*server = NULL;
}
