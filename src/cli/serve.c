/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode serve`: opens, wires, runs until a signal, and stops in order: listeners first, then
 * what was accepted is finished, then the loops, the workers, the housekeeper and the store. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "base/log_sink.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/outward.h"
#include "cli/settings.h"
#include "config/url.h"
#include "endpoint/routes.h"
#include "flow/alarm.h"
#include "flow/census.h"
#include "flow/client_cache.h"
#include "flow/document_table.h"
#include "flow/event_meter.h"
#include "flow/housekeeping.h"
#include "flow/issue_meter.h"
#include "flow/kept_meter.h"
#include "flow/logout_delivery.h"
#include "flow/pairwise.h"
#include "flow/password_gate.h"
#include "flow/poll_table.h"
#include "flow/resource_cache.h"
#include "flow/scope_cache.h"
#include "flow/server_metadata.h"
#include "flow/signing.h"
#include "http/http.h"
#include "web/web.h"

enum {
	WORKERS_PER_CORE = 32,
	WORKERS_MIN = 16,
	KEEP_DEAD_S = 86400,
	LOOK_MS = 5,
};

struct server {
	const struct config *config;
	struct flow flow;
	struct secret pairwise;
	const struct call *call; /* of the start */
	struct web web;
	struct view *view;
	struct housekeeping *housekeeping;
	struct http_server *http;
	struct http_listen *listens;
};

static unsigned core_count(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	return cores > 0 ? (unsigned)cores : 1;
}

static size_t worker_count(const struct config *config)
{
	size_t threads = (size_t)config->workers;
	if (threads == 0)
		threads = (size_t)core_count() * WORKERS_PER_CORE;
	if (threads < WORKERS_MIN && config->workers == 0)
		threads = WORKERS_MIN;
	return threads;
}

static void released(void *arg, uint64_t source)
{
	issue_meter_release(arg, source);
}

static void alarmed(void *arg, const struct id *client, uint32_t live)
{
	char id[ID_TEXT_LEN + 1];
	(void)arg;
	log_warn("a client has many live device codes", LOG_TEXT("client", id_text(client, id)),
		 LOG_NUMBER("live", live));
}

static void make_tables(struct server *server)
{
	const struct config *config = server->config;
	struct flow *flow = &server->flow;
	const struct issue_meter_options meter = {
		.per_minute = (uint32_t)config->issue_per_minute,
		.live = (uint32_t)config->issue_live,
		.exempt = config->cap_exempt.items,
		.exempt_count = config->cap_exempt.count,
	};
	flow->meter = issue_meter_new(&meter);
	flow->kept = kept_meter_new(config->cap_exempt.items, config->cap_exempt.count);
	const struct poll_table_options polls = {
		.max = (size_t)config->pending_max,
		.interval_s = (uint16_t)config->device_interval,
		.released = released,
		.alarmed = alarmed,
		.client_alarm = (uint32_t)config->client_live_alarm,
		.arg = flow->meter,
	};
	int64_t parallel = config->password_parallel;
	flow->polls = poll_table_new(&polls);
	flow->clients = client_cache_new();
	flow->scopes = scope_cache_new();
	flow->resources = resource_cache_new();
	flow->metadata = server_metadata_new();
	flow->documents = document_table_new();
	flow->alarm = alarm_new();
	flow->events = event_meter_new();
	flow->signing = signing_new();
	flow->census = census_new();
	/* Whoever waits for his password to be hashed keeps a worker from everybody else. */
	flow->gate = password_gate_new(parallel > 0 ? (unsigned)parallel : core_count(),
				       (unsigned)worker_count(config) / 4);
}

static void free_tables(struct flow *flow)
{
	password_gate_free(&flow->gate);
	census_free(&flow->census);
	signing_free(&flow->signing);
	event_meter_free(&flow->events);
	alarm_free(&flow->alarm);
	document_table_free(&flow->documents);
	server_metadata_free(&flow->metadata);
	row_cache_free(&flow->resources);
	row_cache_free(&flow->scopes);
	client_cache_free(&flow->clients);
	poll_table_free(&flow->polls);
	issue_meter_free(&flow->meter);
	kept_meter_free(&flow->kept);
}

static struct workers *make_workers(const struct config *config)
{
	return workers_new(worker_count(config), (size_t)config->worker_queue);
}

static void wire_web(struct server *server)
{
	const struct config *config = server->config;
	struct web *web = &server->web;
	web->config = config;
	web->flow = &server->flow;
	web->view = server->view;
	web->routes = &routes;
	web->workers = make_workers(config);
	web->base_url = slice_str(config->base_url);
	web->is_https = config_is_https(config);
}

static struct http_listen listen_of(const struct config *config, const char *text)
{
	struct listen_address address;
	ensure(listen_address_parse(slice_str(text), &address) == ERR_OK);
	return (struct http_listen){
		.address = address.place.ptr,
		.tls = address.tls,
		.asks_certificate = address.asks_certificate,
		.proxy = address.proxy || config->proxy_protocol,
	};
}

static enum err listen_all(struct server *server)
{
	const struct config *config = server->config;
	server->listens = xcalloc(config->listen.count, sizeof(*server->listens));
	for (size_t i = 0; i < config->listen.count; i++)
		server->listens[i] = listen_of(config, config->listen.items[i]);
	const struct http_options options = {
		.listen = server->listens,
		.listen_count = config->listen.count,
		.tls_certificate = config->tls_certificate,
		.tls_key = config->tls_key,
		.tls_client_ca = config->tls_client_ca,
		.loops = config->loops > 0 ? (unsigned)config->loops : core_count(),
		.max_connections = (unsigned)config->max_connections,
		.max_connections_per_source = (unsigned)config->max_connections_per_source,
		.max_header_bytes = (size_t)config->max_header_bytes,
		.max_body_bytes = (size_t)config->max_body_bytes,
		.header_timeout = (unsigned)config->header_timeout,
		.body_timeout = (unsigned)config->body_timeout,
		.idle_timeout = (unsigned)config->idle_timeout,
		.trusted_proxies = config->trusted_proxies.items,
		.trusted_proxy_count = config->trusted_proxies.count,
		.insecure_http = config->insecure_http,
	};
	struct http_handler handler;
	web_handler(&server->web, &handler);
	return http_server_new(&options, &handler, &server->http);
}

/* "listening" lines are what the tests and the curious read: the ports are the system's when 0 was
 * asked for. */
static void announce(const struct server *server)
{
	for (size_t i = 0; i < server->config->listen.count; i++)
		log_info("listening", LOG_TEXT("on", slice_str(server->config->listen.items[i])),
			 LOG_NUMBER("port", http_server_port(server->http, i)));
	log_info("ready", LOG_TEXT("base_url", server->web.base_url));
	notify_send("READY=1");
}

static void pause_ms(long ms)
{
	const struct timespec span = { .tv_nsec = ms * 1000000L };
	nanosleep(&span, NULL);
}

static void drain(struct server *server)
{
	int64_t deadline = clock_mono_ms() + server->config->stop_timeout * 1000;
	atomic_store(&server->web.stopping, true);
	notify_send("STOPPING=1");
	http_server_drain(server->http);
	while (http_server_busy(server->http) > 0 && clock_mono_ms() < deadline)
		pause_ms(LOOK_MS);
	size_t busy = http_server_busy(server->http);
	if (busy > 0)
		log_warn("stopping with requests under way", LOG_NUMBER("requests", busy));
}

/* SIGHUP reads the certificates anew, and nothing else: options are those of the start. */
static void reload(struct server *server)
{
	enum err listeners = http_server_reload(server->http);
	enum err authorities = outward_reload(&server->flow);
	if (listeners == ERR_OK && authorities == ERR_OK)
		log_plain(LOG_INFO, "reloaded");
}

static int wait_for_signal(struct server *server, const sigset_t *signals)
{
	int which = 0;
	while (sigwait(signals, &which) != 0 || which == SIGHUP) {
		if (which == SIGHUP)
			reload(server);
	}
	return which;
}

static enum err run(struct server *server, const sigset_t *signals)
{
	enum err err = http_server_run(server->http);
	if (err != ERR_OK)
		return err;
	announce(server);
	int which = wait_for_signal(server, signals);
	log_info("stopping", LOG_NUMBER("signal", which));
	drain(server);
	return ERR_OK;
}

static enum err serve(struct server *server, const sigset_t *signals)
{
	const struct housekeeping_options housekeeping = {
		.flow = &server->flow,
		.keep_dead = KEEP_DEAD_S,
		.keep_events = server->config->keep_events,
	};
	make_tables(server);
	/* keys that are there are in use before the first request; the housekeeper sees to the rest
	 */
	if (signing_reread(&server->flow, server->call) != ERR_OK)
		log_plain(LOG_WARN, "the signing keys were not read at start");
	enum err err = view_new(server->config->web_dir, &server->view);
	if (err == ERR_OK)
		err = outward_open(server->config, worker_count(server->config), &server->flow);
	if (err == ERR_OK)
		err = housekeeping_start(&housekeeping, &server->housekeeping);
	if (err == ERR_OK)
		err = logout_delivery_start(&server->flow, &server->flow.deliveries);
	if (err == ERR_OK) {
		wire_web(server);
		err = listen_all(server);
	}
	if (err == ERR_OK)
		err = run(server, signals);
	if (server->web.workers)
		workers_stop(server->web.workers);
	http_server_free(&server->http);
	free(server->listens);
	workers_free(&server->web.workers);
	logout_delivery_stop(&server->flow.deliveries);
	housekeeping_stop(&server->housekeeping);
	outward_close(&server->flow);
	view_free(&server->view);
	free_tables(&server->flow);
	return err;
}

/* Signals go to the main thread alone: blocked before the first thread is made. */
static void block_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, signals, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int cli_serve(struct cli *cli)
{
	struct server server = { .config = cli->config };
	sigset_t signals;
	block_signals(&signals);
	log_configure(cli->config->log_level, cli->config->log_format);
	log_sink_never_wait();
	int status = cli_open(cli, CLI_NEED_SERVER);
	if (status != CLI_DONE)
		return status;
	server.flow = cli->flow;
	server.call = &cli->call;
	server.flow.pairwise = &server.pairwise;
	enum err err = pairwise_load(cli->store, cli->ring, &server.pairwise);
	if (err == ERR_OK)
		err = serve(&server, &signals);
	secret_fini(&server.pairwise);
	cli_close(cli);
	if (err != ERR_OK)
		return cli_refuse(cli, "cannot serve: %s", err_name(err));
	return CLI_DONE;
}
