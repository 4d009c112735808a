/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients in memory: how long they are believed, that copies are whole and the caller's own, and
 * what a drop does. */
#include "flow/client_cache.h"

#include <pthread.h>
#include <stdio.h>

#include "check_main.h"
#include "check_slice.h"
#include "flow/applications.h"
#include "flow/flow_fixture.h"

static struct fixture fixture;
static struct client_cache *cache;

static void setup(void)
{
	fixture_start(&fixture, "1");
	cache = fixture.flow.clients;
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

static struct client_query query_of(const char *client_id, int64_t now_ms)
{
	return (struct client_query){ slice_str(client_id), fixture.call.arena, now_ms };
}

static enum find find_at(const char *client_id, int64_t now_ms, struct client_entry *out)
{
	const struct client_query query = query_of(client_id, now_ms);
	return client_cache_find(cache, fixture.store, &query, out);
}

static enum find peek_at(const char *client_id, int64_t now_ms, struct client_entry *out)
{
	const struct client_query query = query_of(client_id, now_ms);
	return client_cache_peek(cache, &query, out);
}

/* Behind the back of the cache, as another node would. */
static void rename_client(const char *client_id, const char *name)
{
	struct client_entry entry = fixture_read_client(&fixture, client_id);
	entry.client->name = slice_str(name);
	ck_assert_int_eq(
		store_client_update(fixture.store, entry.client, entry.client->updated + 1, NULL),
		ERR_OK);
}

START_TEST(a_client_is_known_once_it_was_read)
{
	struct slice secret;
	struct client_entry entry;
	fixture_client(&fixture, "web", CLIENT_CONFIDENTIAL, &secret);
	ck_assert_int_eq(peek_at("web", 1000, &entry), ABSENT);
	ck_assert_ptr_null(entry.client);
	ck_assert_int_eq(find_at("web", 1000, &entry), FOUND);
	ck_assert_int_eq(peek_at("web", 1000, &entry), FOUND);
	ck_slice_str(entry.client->client_id, "web");
	ck_slice_str(entry.client->name, "Television");
	ck_assert_uint_eq(entry.client->grants, GRANT_BIT(GRANT_DEVICE_CODE));
	ck_assert_uint_eq(entry.secrets.count, 1);
}
END_TEST

START_TEST(all_text_comes_back)
{
	struct client_faults faults;
	struct client_entry read;
	struct client_entry kept;
	struct client *client;
	struct slice secret;
	struct slice grant = SLICE("authorization-code");
	const struct application_setting setting = { SETTING_AUTH_METHOD,
						     SLICE("client_secret_jwt") };
	const struct application_new application = {
		.form = {
			.name = SLICE("Web"),
			.client_type = SLICE("confidential"),
			.grant_types = &grant,
			.grant_type_count = 1,
			.redirect_uris = SLICE("https://a.example/cb https://b.example/cb"),
			.post_logout_redirect_uris = SLICE("https://a.example/out"),
			.allowed_origins = SLICE("https://a.example"),
			.allowed_scopes = SLICE("openid email"),
			.default_scopes = SLICE("email"),
		},
		.settings = { &setting, 1 },
		.client_id = SLICE("web"),
	};
	ck_assert_int_eq(
		fixture_add(&fixture.flow, &fixture.call, &application, &client, &secret, &faults),
		ERR_OK);
	ck_assert_int_eq(find_at("web", 0, &read), FOUND);
	ck_assert_int_eq(peek_at("web", 0, &kept), FOUND);
	ck_assert_ptr_ne(read.client, kept.client);
	ck_slice_str(kept.client->redirect_uris, "https://a.example/cb\nhttps://b.example/cb");
	ck_slice_str(kept.client->post_logout_redirect_uris, "https://a.example/out");
	ck_slice_str(kept.client->allowed_origins, "https://a.example");
	ck_slice_str(kept.client->allowed_scopes, "openid email");
	ck_slice_str(kept.client->default_scopes, "email");
	ck_slice_str(kept.client->settings, "token_endpoint_auth_method=client_secret_jwt");
	ck_assert(!slice_is_empty(kept.secrets.items[0].sealed));
	ck_slice_eq(kept.secrets.items[0].sealed, read.secrets.items[0].sealed);
	ck_assert(id_equal(&kept.client->id, &client->id));
	ck_assert(hash_equal(&kept.secrets.items[0].mac, &read.secrets.items[0].mac));
}
END_TEST

START_TEST(a_copy_outlives_what_the_cache_keeps)
{
	struct slice secret;
	struct client_entry entry;
	fixture_client(&fixture, "tv", CLIENT_PUBLIC, &secret);
	ck_assert_int_eq(find_at("tv", 0, &entry), FOUND);
	ck_assert_int_eq(peek_at("tv", 0, &entry), FOUND);
	client_cache_drop(cache, SLICE("tv"));
	ck_slice_str(entry.client->client_id, "tv");
	ck_slice_str(entry.client->name, "Television");
}
END_TEST

static const struct age {
	const char *name;
	int64_t later_ms;
	bool fresh;
} ages[] = {
	{ .name = "at once", .later_ms = 0, .fresh = true },
	{ .name = "in the last moment", .later_ms = 4999, .fresh = true },
	{ .name = "by a thread that asked the clock before", .later_ms = -3, .fresh = true },
	{ .name = "after five seconds", .later_ms = 5000 },
	{ .name = "after an hour", .later_ms = 3600000 },
	{ .name = "after a day", .later_ms = 86400000 },
};

START_TEST(what_is_older_than_five_seconds_is_read_again)
{
	const struct age *row = &ages[_i];
	struct slice secret;
	struct client_entry entry;
	fixture_client(&fixture, "tv", CLIENT_PUBLIC, &secret);
	ck_assert_int_eq(find_at("tv", 10000, &entry), FOUND);
	rename_client("tv", "Radio");
	ck_assert_msg(peek_at("tv", 10000 + row->later_ms, &entry) == (row->fresh ? FOUND : ABSENT),
		      "%s", row->name);
	ck_assert_int_eq(find_at("tv", 10000 + row->later_ms, &entry), FOUND);
	ck_slice_row(row->name, entry.client->name, slice_str(row->fresh ? "Television" : "Radio"));
}
END_TEST

START_TEST(what_was_dropped_is_read_again)
{
	struct slice secret;
	struct client_entry entry;
	fixture_client(&fixture, "tv", CLIENT_PUBLIC, &secret);
	ck_assert_int_eq(find_at("tv", 0, &entry), FOUND);
	rename_client("tv", "Radio");
	client_cache_drop(cache, SLICE("tv"));
	ck_assert_int_eq(peek_at("tv", 0, &entry), ABSENT);
	ck_assert_int_eq(find_at("tv", 0, &entry), FOUND);
	ck_slice_str(entry.client->name, "Radio");
}
END_TEST

START_TEST(a_removed_client_is_forgotten_when_read_again)
{
	struct slice secret;
	struct client_entry entry;
	const struct client *client = fixture_client(&fixture, "tv", CLIENT_PUBLIC, &secret);
	ck_assert_int_eq(find_at("tv", 0, &entry), FOUND);
	ck_assert_int_eq(store_client_remove(fixture.store, &client->id, NULL), ERR_OK);
	ck_assert_int_eq(find_at("tv", 6000, &entry), ABSENT);
	ck_assert_ptr_null(entry.client);
	ck_assert_int_eq(peek_at("tv", 0, &entry), ABSENT);
}
END_TEST

START_TEST(who_does_not_exist_is_not_kept)
{
	struct slice secret;
	struct client_entry entry;
	ck_assert_int_eq(find_at("tv", 0, &entry), ABSENT);
	fixture_client(&fixture, "tv", CLIENT_PUBLIC, &secret);
	ck_assert_int_eq(find_at("tv", 0, &entry), FOUND);
	ck_assert_int_eq(find_at("t v", 0, &entry), ABSENT);
	ck_assert_int_eq(find_at("", 0, &entry), ABSENT);
}
END_TEST

START_TEST(without_a_cache_everything_is_read)
{
	struct slice secret;
	struct client_entry entry;
	fixture_client(&fixture, "tv", CLIENT_PUBLIC, &secret);
	const struct client_query query = query_of("tv", 0);
	ck_assert_int_eq(client_cache_peek(NULL, &query, &entry), ABSENT);
	ck_assert_int_eq(client_cache_find(NULL, fixture.store, &query, &entry), FOUND);
	client_cache_drop(NULL, SLICE("tv"));
	struct client_cache *none = NULL;
	client_cache_free(&none);
}
END_TEST

/* --- many clients, many threads
 * -------------------------------------------------------------------------------------- */

/* More than a set has places for; inserted without secrets, since the rows alone matter. */
enum { CLIENTS = 1500, THREADS = 4, EACH = 4000 };

static const char *number_text(char text[20], unsigned number)
{
	snprintf(text, 20, "client-%u", number);
	return text;
}

static void insert_client(const char *client_id)
{
	struct client client = { .client_id = slice_str(client_id),
				 .name = client.client_id,
				 .enabled = true,
				 .updated = 1 };
	rng_bytes(client.id.bytes, ID_BYTES);
	ck_assert_int_eq(store_client_insert(fixture.store, &client, NULL, NULL), ERR_OK);
}

static void insert_clients(unsigned count)
{
	char text[20];
	for (unsigned i = 0; i < count; i++)
		insert_client(number_text(text, i));
}

START_TEST(it_is_bounded_and_keeps_the_newest)
{
	char text[20];
	struct client_entry entry;
	unsigned kept = 0;
	unsigned old = 0;
	insert_clients(CLIENTS);
	for (unsigned i = 0; i < CLIENTS; i++)
		ck_assert_int_eq(find_at(number_text(text, i), i, &entry), FOUND);
	for (unsigned i = 0; i < CLIENTS; i++)
		kept += peek_at(number_text(text, i), CLIENTS, &entry) == FOUND;
	ck_assert_uint_le(kept, 1024);
	ck_assert_uint_gt(kept, 900);
	ck_assert_int_eq(peek_at(number_text(text, CLIENTS - 1), CLIENTS, &entry), FOUND);
	/* which set one falls into is chance: of the oldest, one of ten is still there */
	for (unsigned i = 0; i < 100; i++)
		old += peek_at(number_text(text, i), CLIENTS, &entry) == FOUND;
	ck_assert_uint_lt(old, 50);
}
END_TEST

/* What everybody can compute: FNV-1a, by which sets were once chosen. */
static size_t guessed_set(const char *client_id)
{
	uint64_t hash = 0xcbf29ce484222325u;
	for (; *client_id; client_id++)
		hash = (hash ^ (uint8_t)*client_id) * 0x100000001b3u;
	return (hash ^ hash >> 32) % 128;
}

START_TEST(nobody_drives_a_client_out_by_ids_of_his_choice)
{
	enum { AIMED = 24 };
	static const char victim[] = "web";
	struct client_entry entry;
	char url[64];
	insert_client(victim);
	ck_assert_int_eq(find_at(victim, 0, &entry), FOUND);
	for (unsigned i = 0, found = 0; found < AIMED; i++) {
		snprintf(url, sizeof(url), "https://stranger.example/client-%u", i);
		if (guessed_set(url) != guessed_set(victim))
			continue;
		insert_client(url);
		ck_assert_int_eq(find_at(url, 1, &entry), FOUND);
		found++;
	}
	ck_assert_int_eq(peek_at(victim, 2, &entry), FOUND);
}
END_TEST

static void *work(void *arg)
{
	unsigned seed = *(const unsigned *)arg;
	for (unsigned i = 0; i < EACH; i++) {
		char text[20];
		struct arena *arena = arena_new();
		struct client_entry entry;
		struct slice client_id = slice_str(number_text(text, (i * 7 + seed) % 32));
		const struct client_query query = { client_id, arena, i };
		enum find find = client_cache_find(cache, fixture.store, &query, &entry);
		bool whole = find == FOUND && slice_equal(entry.client->client_id, client_id) &&
			     slice_equal(entry.client->name, client_id);
		if (i % 5 == seed)
			client_cache_drop(cache, client_id);
		arena_free(&arena);
		if (!whole)
			return cache;
	}
	return NULL;
}

START_TEST(many_threads)
{
	pthread_t threads[THREADS];
	unsigned seeds[THREADS];
	insert_clients(32);
	for (unsigned i = 0; i < THREADS; i++) {
		seeds[i] = i;
		ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &seeds[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		void *failed = cache;
		pthread_join(threads[i], &failed);
		ck_assert_ptr_null(failed);
	}
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_client_is_known_once_it_was_read);
	tcase_add_test(tc, all_text_comes_back);
	tcase_add_test(tc, a_copy_outlives_what_the_cache_keeps);
	tcase_add_loop_test(tc, what_is_older_than_five_seconds_is_read_again, 0, ARRAY_LEN(ages));
	tcase_add_test(tc, what_was_dropped_is_read_again);
	tcase_add_test(tc, a_removed_client_is_forgotten_when_read_again);
	tcase_add_test(tc, who_does_not_exist_is_not_kept);
	tcase_add_test(tc, without_a_cache_everything_is_read);
	tcase_add_test(tc, it_is_bounded_and_keeps_the_newest);
	tcase_add_test(tc, nobody_drives_a_client_out_by_ids_of_his_choice);
	tcase_add_test(tc, many_threads);
}

TEST_MAIN("flow/client_cache", add_tests)
