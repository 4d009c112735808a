/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of pending polls: that it grows, keeps to its bound, finds everything after removals in
 * crowded runs, counts each source once, and stays whole under many threads. */
#include "flow/poll_table.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/attr.h"
#include "check_main.h"

enum { NOW = 1000 };

static const struct id tv = { { 1 } };
static const struct id other = { { 2 } };

static _Atomic size_t released_count;
static _Atomic uint64_t released_sum;

static void released(void *arg, uint64_t source)
{
	(void)arg;
	atomic_fetch_add(&released_count, 1);
	atomic_fetch_add(&released_sum, source);
}

static struct poll_table *new_table(size_t max)
{
	const struct poll_table_options options = { .max = max,
						    .interval_s = 5,
						    .released = released };
	return poll_table_new(&options);
}

/* A hash that falls into this shard, at this place of a small shard, and differs from others by its
 * serial number. */
static struct hash hash_at(unsigned shard, unsigned home, uint32_t serial)
{
	struct hash hash = { { 0 } };
	hash.bytes[0] = (uint8_t)home;
	memcpy(&hash.bytes[8], &serial, sizeof(serial));
	hash.bytes[HASH_BYTES - 1] = (uint8_t)shard;
	return hash;
}

static struct hash hash_number(uint64_t number)
{
	struct hash hash;
	hash_sha256(slice_of(&number, sizeof(number)), &hash);
	return hash;
}

static bool add(struct poll_table *table, const struct hash *hash, int64_t expires, uint64_t source)
{
	const struct poll_entry entry = {
		.code_hash = hash, .client = &tv, .expires = expires, .source = source
	};
	return poll_table_add(table, &entry);
}

static enum poll_answer poll(struct poll_table *table, const struct hash *hash, int64_t now_ms,
			     struct poll_result *out)
{
	return poll_table_poll(table, hash, &tv, now_ms, out);
}

static bool has(struct poll_table *table, const struct hash *hash)
{
	struct poll_result result;
	return poll_table_poll(table, hash, &other, 1, &result) == POLL_FOREIGN;
}

static void sweep_all(struct poll_table *table, int64_t now, int64_t keep)
{
	for (int i = 0; i < POLL_TABLE_SHARDS; i++)
		poll_table_sweep(table, now, keep);
}

START_TEST(what_was_added_is_known_and_nothing_else)
{
	AUTO(poll_table) struct poll_table *table = new_table(100);
	struct poll_result result;
	struct hash one = hash_number(1);
	struct hash two = hash_number(2);
	ck_assert_int_eq(poll(table, &one, 1, &result), POLL_UNKNOWN);
	ck_assert(add(table, &one, NOW, 7));
	ck_assert_msg(!add(table, &one, NOW + 5, 8), "a second time");
	ck_assert_int_eq(poll(table, &one, 1, &result), POLL_KNOWN);
	ck_assert_int_eq(result.status, DEVICE_PENDING);
	ck_assert_int_eq(result.expires, NOW);
	ck_assert_int_eq(result.interval_s, 5);
	ck_assert_int_eq(poll(table, &two, 1, &result), POLL_UNKNOWN);
	ck_assert_uint_eq(poll_table_live(table), 1);
}
END_TEST

START_TEST(another_clients_poll_counts_nothing) /* RFC6749#5.2 */
{
	AUTO(poll_table) struct poll_table *table = new_table(100);
	struct poll_result result;
	struct hash hash = hash_number(1);
	add(table, &hash, NOW, 7);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(poll_table_poll(table, &hash, &other, 1000 + i, &result),
				 POLL_FOREIGN);
	ck_assert_int_eq(result.expires, 0);
	ck_assert_int_eq(poll(table, &hash, 1010, &result), POLL_KNOWN);
	ck_assert_int_eq(result.timing, OAUTH_AUTHORIZATION_PENDING);
}
END_TEST

START_TEST(early_polls_slow_down) /* RFC8628#3.5 */
{
	AUTO(poll_table) struct poll_table *table = new_table(100);
	struct poll_result result;
	struct hash hash = hash_number(1);
	add(table, &hash, NOW, 7);
	ck_assert_int_eq(poll(table, &hash, 100000, &result), POLL_KNOWN);
	ck_assert_int_eq(result.timing, OAUTH_AUTHORIZATION_PENDING);
	ck_assert_int_eq(poll(table, &hash, 101000, &result), POLL_KNOWN);
	ck_assert_int_eq(result.timing, OAUTH_SLOW_DOWN);
	ck_assert_int_eq(result.interval_s, 10);
	ck_assert_int_eq(poll(table, &hash, 109000, &result), POLL_KNOWN);
	ck_assert_int_eq(result.timing, OAUTH_AUTHORIZATION_PENDING);
	ck_assert_int_eq(result.interval_s, 10);
}
END_TEST

START_TEST(a_decided_code_is_not_slowed_down) /* RFC8628#3.5 */
{
	AUTO(poll_table) struct poll_table *table = new_table(100);
	struct poll_result result;
	struct hash hash = hash_number(1);
	add(table, &hash, NOW, 7);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(poll(table, &hash, 100000 + i, &result), POLL_KNOWN);
	poll_table_set_status(table, &hash, DEVICE_APPROVED);
	ck_assert_int_eq(poll(table, &hash, 100010, &result), POLL_KNOWN);
	ck_assert_int_eq(result.status, DEVICE_APPROVED);
	ck_assert_int_ne(result.timing, OAUTH_SLOW_DOWN);
}
END_TEST

static const struct move {
	const char *name;
	enum device_status from;
	enum device_status to;
	enum device_status becomes;
} moves[] = {
	{ .name = "approved",
	  .from = DEVICE_PENDING,
	  .to = DEVICE_APPROVED,
	  .becomes = DEVICE_APPROVED },
	{ .name = "denied", .from = DEVICE_PENDING, .to = DEVICE_DENIED, .becomes = DEVICE_DENIED },
	{ .name = "redeemed",
	  .from = DEVICE_APPROVED,
	  .to = DEVICE_REDEEMED,
	  .becomes = DEVICE_REDEEMED },
	{ .name = "an old reading of an approved one",
	  .from = DEVICE_APPROVED,
	  .to = DEVICE_PENDING,
	  .becomes = DEVICE_APPROVED },
	{ .name = "an old reading of a denied one",
	  .from = DEVICE_DENIED,
	  .to = DEVICE_APPROVED,
	  .becomes = DEVICE_DENIED },
	{ .name = "an old reading of a redeemed one",
	  .from = DEVICE_REDEEMED,
	  .to = DEVICE_APPROVED,
	  .becomes = DEVICE_REDEEMED },
	{ .name = "a redeemed one denied",
	  .from = DEVICE_REDEEMED,
	  .to = DEVICE_DENIED,
	  .becomes = DEVICE_REDEEMED },
};

START_TEST(a_status_never_goes_back)
{
	const struct move *move = &moves[_i];
	AUTO(poll_table) struct poll_table *table = new_table(100);
	struct poll_result result;
	struct hash hash = hash_number(1);
	add(table, &hash, NOW, 7);
	poll_table_set_status(table, &hash, move->from);
	poll_table_set_status(table, &hash, move->to);
	ck_assert_int_eq(poll(table, &hash, 1, &result), POLL_KNOWN);
	ck_assert_msg(result.status == move->becomes, "%s: %d", move->name, (int)result.status);
	ck_assert_msg(released_count == 1 && poll_table_live(table) == 0, "%s: let go of once",
		      move->name);
}
END_TEST

START_TEST(a_status_of_an_unknown_code_changes_nothing)
{
	AUTO(poll_table) struct poll_table *table = new_table(100);
	struct hash hash = hash_number(1);
	poll_table_set_status(table, &hash, DEVICE_APPROVED);
	ck_assert(!has(table, &hash));
	ck_assert_uint_eq(released_count, 0);
}
END_TEST

START_TEST(it_grows)
{
	enum { MANY = 50000 };
	AUTO(poll_table) struct poll_table *table = new_table(1000000);
	for (uint64_t i = 0; i < MANY; i++) {
		struct hash hash = hash_number(i);
		ck_assert(add(table, &hash, NOW + (int64_t)i, i));
	}
	ck_assert_uint_eq(poll_table_live(table), MANY);
	for (uint64_t i = 0; i < MANY; i++) {
		struct poll_result result;
		struct hash hash = hash_number(i);
		ck_assert_int_eq(poll(table, &hash, 1, &result), POLL_KNOWN);
		ck_assert_int_eq(result.expires, NOW + (int64_t)i);
	}
}
END_TEST

START_TEST(it_keeps_to_its_bound)
{
	enum { MAX = 6400 };
	AUTO(poll_table) struct poll_table *table = new_table(MAX);
	size_t added = 0;
	for (uint64_t i = 0; i < 5 * MAX; i++) {
		struct hash hash = hash_number(i);
		added += add(table, &hash, NOW, i);
	}
	ck_assert_uint_ge(added, MAX);
	ck_assert_uint_le(added, MAX + POLL_TABLE_SHARDS);
	ck_assert_uint_eq(poll_table_live(table), added);
	sweep_all(table, NOW, 0);
	ck_assert_uint_eq(poll_table_live(table), 0);
	struct hash hash = hash_number(1);
	ck_assert_msg(add(table, &hash, NOW, 1), "there is room again");
}
END_TEST

START_TEST(one_crowded_shard_is_not_a_full_table)
{
	AUTO(poll_table) struct poll_table *table = new_table(POLL_TABLE_SHARDS);
	struct hash hash;
	for (uint32_t i = 0; i < POLL_TABLE_SHARDS; i++) {
		hash = hash_at(3, 0, i);
		ck_assert_msg(add(table, &hash, NOW, 1), "%u", i);
	}
	hash = hash_at(4, 0, 0);
	ck_assert(!add(table, &hash, NOW, 1));
}
END_TEST

/* Removals in one crowded shard, against a plain list. Homes at the end of the shard make runs that
 * wrap around. */
enum { MODEL = 12 };

static unsigned model_home(uint32_t i)
{
	static const unsigned homes[] = { 15, 15, 14, 15, 0, 0, 1, 15, 14, 2, 0, 13 };
	return homes[i];
}

START_TEST(what_stays_is_found_after_removals)
{
	/* every subset of twelve entries, in groups by expiry */
	AUTO(poll_table) struct poll_table *table = new_table(1000000);
	for (uint32_t gone = (uint32_t)_i; gone < 1u << MODEL; gone += 16) {
		for (uint32_t i = 0; i < MODEL; i++) {
			struct hash hash = hash_at(5, model_home(i), i);
			ck_assert(add(table, &hash, gone & 1u << i ? NOW : NOW + 1, i));
		}
		sweep_all(table, NOW, 0);
		for (uint32_t i = 0; i < MODEL; i++) {
			struct hash hash = hash_at(5, model_home(i), i);
			ck_assert_msg(has(table, &hash) == !(gone & 1u << i), "of %x: %u", gone, i);
		}
		sweep_all(table, NOW + 1, 0);
		ck_assert_uint_eq(poll_table_live(table), 0);
	}
}
END_TEST

START_TEST(expiry_lets_go_once_and_forgets_later)
{
	AUTO(poll_table) struct poll_table *table = new_table(100);
	struct poll_result result;
	struct hash hash = hash_number(1);
	add(table, &hash, NOW, 7);
	sweep_all(table, NOW - 1, 60);
	ck_assert_uint_eq(poll_table_live(table), 1);
	sweep_all(table, NOW, 60);
	sweep_all(table, NOW + 1, 60);
	ck_assert_uint_eq(poll_table_live(table), 0);
	ck_assert_uint_eq(released_count, 1);
	ck_assert_uint_eq(released_sum, 7);
	ck_assert_msg(poll(table, &hash, 1, &result) == POLL_KNOWN,
		      "it can still be said that it expired");
	sweep_all(table, NOW + 59, 60);
	ck_assert(has(table, &hash));
	sweep_all(table, NOW + 60, 60);
	ck_assert(!has(table, &hash));
	ck_assert_uint_eq(released_count, 1);
}
END_TEST

START_TEST(a_decided_code_is_let_go_of_once)
{
	AUTO(poll_table) struct poll_table *table = new_table(100);
	struct hash hash = hash_number(1);
	add(table, &hash, NOW, 7);
	poll_table_set_status(table, &hash, DEVICE_APPROVED);
	poll_table_set_status(table, &hash, DEVICE_REDEEMED);
	sweep_all(table, NOW + 100, 0);
	ck_assert_uint_eq(released_count, 1);
}
END_TEST

/* --- threads
 * ---------------------------------------------------------------------------------------------------------
 */

enum { THREADS = 4, EACH = 2000, SHARED = 500 };

struct worker {
	pthread_t thread;
	struct poll_table *table;
	uint64_t number;
	size_t shared_added;
};

static uint32_t alarms;

static void alarmed(void *arg, const struct id *client, uint32_t live)
{
	(void)arg;
	ck_assert(id_equal(client, &tv) && live == 3);
	alarms++;
}

START_TEST(many_live_codes_of_one_client_raise_one_alarm)
{
	const struct poll_table_options options = {
		.max = 100, .interval_s = 5, .alarmed = alarmed, .client_alarm = 3
	};
	struct poll_table *table = poll_table_new(&options);
	struct hash first = hash_number(0);
	for (uint64_t i = 0; i < 2; i++) {
		struct hash hash = hash_number(i);
		ck_assert(add(table, &hash, NOW + 10, 1));
	}
	poll_table_set_status(table, &first, DEVICE_DENIED);
	for (uint64_t i = 2; i < 3; i++) {
		struct hash hash = hash_number(i);
		ck_assert(add(table, &hash, NOW + 10, 1));
	}
	ck_assert_uint_eq(alarms, 0); /* two are live: one was decided */
	for (uint64_t i = 3; i < 9; i++) {
		struct hash hash = hash_number(i);
		ck_assert(add(table, &hash, NOW + 10, 1));
	}
	ck_assert_uint_eq(alarms, 1);
	poll_table_free(&table);
}
END_TEST

START_TEST(a_table_says_when_it_is_full)
{
	struct poll_table *table = new_table(2);
	for (uint64_t i = 0; i < 2; i++) {
		struct hash hash = hash_number(i);
		ck_assert(!poll_table_is_full(table));
		ck_assert(add(table, &hash, NOW + 10, 1));
	}
	ck_assert(poll_table_is_full(table));
	struct hash first = hash_number(0);
	poll_table_set_status(table, &first, DEVICE_APPROVED);
	ck_assert(!poll_table_is_full(table));
	poll_table_free(&table);
}
END_TEST

static void *work(void *arg)
{
	struct worker *worker = arg;
	struct poll_result result;
	for (uint64_t i = 0; i < EACH; i++) {
		struct hash hash = hash_number((worker->number + 1) * 1000000 + i);
		struct hash shared = hash_number(i % SHARED);
		add(worker->table, &hash, NOW + (int64_t)(i % 2), 1);
		worker->shared_added += add(worker->table, &shared, NOW + 100, 1);
		poll(worker->table, &hash, 1 + (int64_t)i, &result);
		poll(worker->table, &shared, 1 + (int64_t)i, &result);
		if (i % 4 == 0)
			poll_table_set_status(worker->table, &hash, DEVICE_DENIED);
		poll_table_set_status(worker->table, &shared, DEVICE_APPROVED);
	}
	return NULL;
}

START_TEST(many_threads)
{
	AUTO(poll_table) struct poll_table *table = new_table(1000000);
	struct worker workers[THREADS] = { 0 };
	size_t shared_added = 0;
	for (uint64_t i = 0; i < THREADS; i++) {
		workers[i].table = table;
		workers[i].number = i;
		ck_assert_int_eq(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (int i = 0; i < 1000; i++)
		poll_table_sweep(table, NOW - 1, 0);
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		shared_added += workers[i].shared_added;
	}
	ck_assert_uint_eq(shared_added, SHARED);
	ck_assert_uint_eq(poll_table_live(table), THREADS * EACH * 3 / 4);
	ck_assert_uint_eq(released_count, SHARED + THREADS * EACH / 4);
	/* those that expire first: odd ones live a second longer, every fourth was let go of
	 * already */
	sweep_all(table, NOW, 0);
	ck_assert_uint_eq(poll_table_live(table), THREADS * EACH / 2);
	sweep_all(table, NOW + 1, 0);
	ck_assert_uint_eq(poll_table_live(table), 0);
	ck_assert_uint_eq(released_sum, released_count);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, what_was_added_is_known_and_nothing_else);
	tcase_add_test(tc, another_clients_poll_counts_nothing);
	tcase_add_test(tc, early_polls_slow_down);
	tcase_add_test(tc, a_decided_code_is_not_slowed_down);
	tcase_add_loop_test(tc, a_status_never_goes_back, 0, ARRAY_LEN(moves));
	tcase_add_test(tc, a_status_of_an_unknown_code_changes_nothing);
	tcase_add_test(tc, it_grows);
	tcase_add_test(tc, it_keeps_to_its_bound);
	tcase_add_test(tc, one_crowded_shard_is_not_a_full_table);
	tcase_add_loop_test(tc, what_stays_is_found_after_removals, 0, 16);
	tcase_add_test(tc, expiry_lets_go_once_and_forgets_later);
	tcase_add_test(tc, a_decided_code_is_let_go_of_once);
	tcase_add_test(tc, many_live_codes_of_one_client_raise_one_alarm);
	tcase_add_test(tc, a_table_says_when_it_is_full);
	tcase_add_test(tc, many_threads);
}

TEST_MAIN("flow/poll_table", add_tests)
