/* SPDX-License-Identifier: Apache-2.0
 *
 * How many durable writes per second the store takes: N threads that insert device grants, or go
 *through whole flows (insert, decide, redeem), each call answered after its commit.
 *
 *	store_bench DATABASE insert|flow|read THREADS SECONDS */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/rng.h"
#include "store/store.h"

enum { THREADS_MAX = 512 };

struct bench {
	struct store *store;
	struct id client;
	struct id user;
	struct hash session;
	atomic_bool stop;
	uint64_t (*work)(struct bench *bench, struct arena *arena);
	_Atomic uint64_t done;
	_Atomic uint64_t waited_us;
	_Atomic uint64_t slowest_us;
};

static struct event event_now(const struct bench *bench, enum event_kind kind,
			      const struct id *authorization)
{
	return (struct event){ .kind = kind,
			       .at = clock_now(),
			       .client = bench->client,
			       .authorization = *authorization,
			       .address = SLICE("203.0.113.17"),
			       .request_id = SLICE("0123456789abcdef"),
			       .detail = SLICE("") };
}

static void must(enum err err, const char *what)
{
	if (err == ERR_OK)
		return;
	fprintf(stderr, "%s: %s\n", what, err_name(err));
	exit(EXIT_FAILURE);
}

static struct device_grant_new random_grant(const struct bench *bench)
{
	struct device_grant_new new = {
		.grant = { .client = bench->client,
			   .scope = SLICE("openid profile"),
			   .address = SLICE("203.0.113.17"),
			   .user_agent = SLICE("Television/7.1 (model 55; firmware 2024-11)"),
			   .created = clock_now(),
			   .expires = clock_now() + 1800 },
		.code = { .key_id = 1 }
	};
	rng_bytes(&new.grant.authorization, sizeof(new.grant.authorization));
	rng_bytes(&new.grant.code_hash, sizeof(new.grant.code_hash));
	rng_bytes(&new.code.hash, sizeof(new.code.hash));
	return new;
}

static uint64_t insert(struct bench *bench, struct arena *arena UNUSED)
{
	struct device_grant_new new = random_grant(bench);
	struct event event = event_now(bench, EVENT_DEVICE_STARTED, &new.grant.authorization);
	must(store_device_grant_insert(bench->store, &new, &event), "insert");
	return 1;
}

static struct token_row random_token(int64_t life)
{
	struct token_row row = { .scope = SLICE("openid profile"),
				 .created = clock_now(),
				 .expires = clock_now() + life };
	rng_bytes(&row.hash, sizeof(row.hash));
	return row;
}

static uint64_t flow(struct bench *bench, struct arena *arena UNUSED)
{
	static const char answer[400];
	struct device_grant_new new = random_grant(bench);
	const struct id *id = &new.grant.authorization;
	struct event event = event_now(bench, EVENT_DEVICE_STARTED, id);
	must(store_device_grant_insert(bench->store, &new, &event), "insert");
	struct device_decision decision = { .authorization = *id,
					    .accept = true,
					    .user = bench->user,
					    .scope = new.grant.scope,
					    .now = clock_now(),
					    .auth_time = clock_now(),
					    .amr = SLICE("pwd"),
					    .acr = SLICE(""),
					    .session = bench->session };
	event = event_now(bench, EVENT_DEVICE_APPROVED, id);
	must(store_device_grant_decide(bench->store, &decision, &event), "decide");
	struct redemption redemption = { .authorization = *id,
					 .code_hash = new.grant.code_hash,
					 .client = bench->client,
					 .now = clock_now(),
					 .issue = { random_token(36000), random_token(2592000),
						    slice_of(answer, sizeof(answer)),
						    clock_now() + 10 } };
	event = event_now(bench, EVENT_DEVICE_REDEEMED, id);
	must(store_device_grant_redeem(bench->store, &redemption, &event), "redeem");
	return 1;
}

static uint64_t read_client(struct bench *bench, struct arena *arena)
{
	struct client *client;
	ensure(store_client_find(bench->store, arena, &bench->client, &client) == FOUND);
	return 1;
}

static const struct {
	const char *name;
	uint64_t (*work)(struct bench *bench, struct arena *arena);
} works[] = { { "insert", insert }, { "flow", flow }, { "read", read_client } };

static void *thread_main(void *arg)
{
	struct bench *bench = arg;
	while (!atomic_load_explicit(&bench->stop, memory_order_relaxed)) {
		AUTO(arena) struct arena *arena = arena_new();
		int64_t start = clock_mono_us();
		uint64_t done = bench->work(bench, arena);
		uint64_t took = (uint64_t)(clock_mono_us() - start);
		atomic_fetch_add_explicit(&bench->done, done, memory_order_relaxed);
		atomic_fetch_add_explicit(&bench->waited_us, took, memory_order_relaxed);
		uint64_t slowest = atomic_load_explicit(&bench->slowest_us, memory_order_relaxed);
		while (took > slowest &&
		       !atomic_compare_exchange_weak(&bench->slowest_us, &slowest, took))
			;
	}
	return NULL;
}

static void prepare(struct bench *bench)
{
	char text[32];
	char *folded = text;
	snprintf(text, sizeof(text), "bench%lld", (long long)clock_now_ms());
	struct user user = { .name = slice_str(folded), .enabled = true, .created = clock_now() };
	struct client client = { .client_id = slice_str(folded),
				 .name = SLICE("Bench"),
				 .enabled = true,
				 .grants = GRANT_BIT(GRANT_DEVICE_CODE),
				 .created = clock_now(),
				 .updated = clock_now() };
	struct session_new session = {
		.session = { .created = clock_now(), .seen = clock_now(), .amr = SLICE("pwd") }
	};
	rng_bytes(&user.id, sizeof(user.id));
	rng_bytes(&client.id, sizeof(client.id));
	rng_bytes(&session.session.hash, sizeof(session.session.hash));
	session.session.user.id = user.id;
	must(store_migrate(bench->store, clock_now()), "migrate");
	must(store_user_insert(bench->store, &user, user.name, SLICE("x"), NULL), "user");
	must(store_client_insert(bench->store, &client, NULL, NULL), "client");
	must(store_session_insert(bench->store, &session, NULL), "session");
	bench->user = user.id;
	bench->client = client.id;
	bench->session = session.session.hash;
}

static void run(struct bench *bench, size_t threads, int seconds)
{
	static pthread_t ids[THREADS_MAX];
	int64_t start = clock_mono_us();
	for (size_t i = 0; i < threads; i++)
		ensure(pthread_create(&ids[i], NULL, thread_main, bench) == 0);
	struct timespec wait = { .tv_sec = seconds };
	nanosleep(&wait, NULL);
	atomic_store(&bench->stop, true);
	for (size_t i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	double took = (double)(clock_mono_us() - start) / 1e6;
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	uint64_t done = bench->done;
	printf("%llu in %.1f s: %.0f per second, mean wait %.2f ms, longest %.1f ms, cpu user %.1f s system %.1f s\n",
	       (unsigned long long)done, took, (double)done / took,
	       done > 0 ? (double)bench->waited_us / (double)done / 1e3 : 0.0,
	       (double)bench->slowest_us / 1e3,
	       (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6,
	       (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6);
}

int main(int argc, char **argv)
{
	static struct bench bench;
	if (argc != 5) {
		fprintf(stderr, "store_bench DATABASE insert|flow|read THREADS SECONDS\n");
		return 2;
	}
	rng_init();
	for (size_t i = 0; i < ARRAY_LEN(works); i++) {
		if (strcmp(argv[2], works[i].name) == 0)
			bench.work = works[i].work;
	}
	long threads = strtol(argv[3], NULL, 10);
	long seconds = strtol(argv[4], NULL, 10);
	if (bench.work == NULL || threads < 1 || threads > THREADS_MAX || seconds < 1 ||
	    seconds > 3600)
		return 2;
	must(store_open(&(struct store_options){ .database = argv[1] }, &bench.store), "open");
	prepare(&bench);
	run(&bench, (size_t)threads, (int)seconds);
	store_close(&bench.store);
	return 0;
}
