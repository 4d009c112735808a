/* SPDX-License-Identifier: Apache-2.0
 *
 * Word of decisions between two stores on one database: how soon, what happens to it when the
 * connection breaks, where nobody can listen, and when somebody else speaks on the same channel. */
#include "check_main.h"
#include "check_time.h"

#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "forwarder.h"
#include "postgres_engine.h"
#include "store/postgres/pg_object.h"
#include "store/postgres/pg_word.h"
#include "world.h"

enum { PATIENCE_MS = 20000, HEARD_MAX = 4096 };

/* --- the text of a notification
 * ------------------------------------------------------------------------- */

#define HEX16 "0123456789abcdef"
#define HEX64 HEX16 HEX16 HEX16 HEX16

static const struct {
	const char *name;
	const char *text;
	size_t words; /* before the first that is none */
	bool whole;   /* all of them are words */
} texts[] = {
	{ "one approved", "a" HEX64, 1, true },
	{ "one denied", "d" HEX64, 1, true },
	{ "two", "a" HEX64 ",d" HEX64, 2, true },
	{ "capital digits", "aABCDEF" HEX16 HEX16 HEX16 "0123456789", 1, true },
	{ "nothing", "", 0, false },
	{ "another state", "x" HEX64, 0, false },
	{ "no state", HEX64, 0, false },
	{ "a digit too few", "a" HEX16 HEX16 HEX16 "0123456789abcde", 0, false },
	{ "a digit too many", "a" HEX64 "0", 0, false },
	{ "no digit", "a" HEX16 HEX16 HEX16 "0123456789abcdeg", 0, false },
	{ "a comma at the end", "a" HEX64 ",", 1, false },
	{ "a comma in front", ",a" HEX64, 0, false },
	{ "another separator", "a" HEX64 ";a" HEX64, 0, false },
	{ "a blank", "a" HEX64 ", a" HEX64, 1, false },
	{ "words", "hello, world", 0, false },
};

START_TEST(a_word_has_one_form)
{
	struct slice rest = slice_str(texts[_i].text);
	struct pg_word word;
	size_t words = 0;
	bool good = true;
	while (rest.ptr != NULL && (good = pg_word_parse(&rest, &word)))
		words++;
	ck_assert_msg(words == texts[_i].words && good == texts[_i].whole, "%s", texts[_i].name);
}
END_TEST

START_TEST(words_come_back_as_they_went)
{
	static struct pg_word words[PG_WORDS_MAX];
	struct buf text;
	struct pg_word word;
	for (size_t i = 0; i < PG_WORDS_MAX; i++)
		words[i] = (struct pg_word){ world_hash(),
					     i % 3 == 0 ? DEVICE_DENIED : DEVICE_APPROVED };
	buf_init(&text, 7900);
	pg_word_write(words, PG_WORDS_MAX, &text);
	ck_assert(buf_is_whole(&text));
	struct slice rest = buf_slice(&text);
	for (size_t i = 0; i < PG_WORDS_MAX; i++) {
		ck_assert(pg_word_parse(&rest, &word));
		ck_assert(hash_equal(&word.hash, &words[i].hash) && word.status == words[i].status);
	}
	ck_assert_ptr_null(rest.ptr);
	buf_fini(&text);
}
END_TEST

/* --- two stores
 * ----------------------------------------------------------------------------------------- */

struct pair {
	struct world w;      /* its store decides */
	struct store *other; /* and this one hears */
	pthread_mutex_t lock;
	struct hash heard[HEARD_MAX];
	int64_t heard_us[HEARD_MAX];
	size_t count;
};

/* When the word was heard, or 0. The lock is held. */
static int64_t find_word(const struct pair *pair, const struct hash *hash)
{
	for (size_t i = 0; i < pair->count; i++) {
		if (hash_equal(&pair->heard[i], hash))
			return pair->heard_us[i];
	}
	return 0;
}

/* A word may come twice: a store that has just connected also reads the table. */
static void hear(void *arg, const struct device_brief *brief)
{
	struct pair *pair = arg;
	pthread_mutex_lock(&pair->lock);
	if (find_word(pair, &brief->code_hash) == 0) {
		ck_assert_uint_lt(pair->count, HEARD_MAX);
		pair->heard[pair->count] = brief->code_hash;
		pair->heard_us[pair->count] = clock_mono_us();
		pair->count++;
	}
	pthread_mutex_unlock(&pair->lock);
}

static int64_t heard_us(struct pair *pair, const struct hash *hash)
{
	pthread_mutex_lock(&pair->lock);
	int64_t us = find_word(pair, hash);
	pthread_mutex_unlock(&pair->lock);
	return us;
}

static int64_t wait_for(struct pair *pair, const struct hash *hash)
{
	const struct timespec step = { .tv_nsec = 1000000 };
	int64_t until_ms = clock_mono_ms() + PATIENCE_MS;
	int64_t us;
	while ((us = heard_us(pair, hash)) == 0 && clock_mono_ms() < until_ms)
		nanosleep(&step, NULL);
	ck_assert_msg(us != 0, "no word came");
	return us;
}

static void pair_init(struct pair *pair, const struct store_options *options)
{
	struct store_options other = *options;
	*pair = (struct pair){ .count = 0 };
	world_init(&pair->w);
	pthread_mutex_init(&pair->lock, NULL);
	if (other.database == NULL)
		other.database = pair->w.database;
	ck_ok(store_open(&other, &pair->other));
	store_device_grant_watch(pair->other, hear, pair);
}

static void pair_fini(struct pair *pair)
{
	if (pair->other != NULL)
		store_device_grant_watch(pair->other, NULL, NULL);
	store_close(&pair->other);
	pthread_mutex_destroy(&pair->lock);
	world_fini(&pair->w);
}
#define PAIR(name, ...) \
	static struct pair name; \
	pair_init(&name, &(const struct store_options){ __VA_ARGS__ })

/* Microseconds from the answer to the word. */
static int64_t decide_and_wait(struct pair *pair)
{
	struct device_grant_new grant = world_grant(&pair->w);
	grant.grant.created = clock_now();
	grant.grant.expires = grant.grant.created + 1800;
	ck_ok(store_device_grant_insert(pair->w.store, &grant, NULL));
	struct device_decision decision = world_decision(&pair->w, &grant, true);
	decision.now = clock_now();
	ck_ok(store_device_grant_decide(pair->w.store, &decision, NULL));
	int64_t decided_us = clock_mono_us();
	return wait_for(pair, &grant.grant.code_hash) - decided_us;
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;
	return left < right ? -1 : left > right;
}

START_TEST(word_of_a_decision_is_there_within_50_ms)
{
	enum { DECISIONS = 60 };
	int64_t took_us[DECISIONS];
	PAIR(pair, .notify = STORE_NOTIFY_AUTO);
	decide_and_wait(&pair); /* both have connected */
	for (size_t i = 0; i < DECISIONS; i++)
		took_us[i] = decide_and_wait(&pair);
	qsort(took_us, DECISIONS, sizeof(*took_us), compare);
	printf("word of a decision: median %lld us, 95 %% %lld us, at most %lld us\n",
	       (long long)took_us[DECISIONS / 2], (long long)took_us[DECISIONS * 95 / 100],
	       (long long)took_us[DECISIONS - 1]);
	/* whose table is read once a second hears of one in twenty by then */
	ck_assert_int_lt(took_us[DECISIONS / 4], 50000);
	pair_fini(&pair);
}
END_TEST

static size_t heard_count(struct pair *pair)
{
	pthread_mutex_lock(&pair->lock);
	size_t count = pair->count;
	pthread_mutex_unlock(&pair->lock);
	return count;
}

START_TEST(many_words_at_once_all_arrive)
{
	enum { WORDS = 3000 };
	PAIR(pair, .notify = STORE_NOTIFY_LISTEN);
	decide_and_wait(&pair);
	size_t before = heard_count(&pair);
	int64_t until_ms = clock_mono_ms() + PATIENCE_MS;
	struct pg_herald *herald = pg_engine_of(pair.w.store)->herald;
	for (size_t i = 0; i < WORDS; i++) {
		struct hash hash = world_hash();
		pg_herald_tell(herald, &hash, i % 2 == 0 ? DEVICE_APPROVED : DEVICE_DENIED);
	}
	while (heard_count(&pair) < before + WORDS && clock_mono_ms() < until_ms)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	ck_assert_uint_eq(heard_count(&pair), before + WORDS);
	pair_fini(&pair);
}
END_TEST

static void tell_and_wait(struct pair *pair)
{
	struct hash hash = world_hash();
	pg_herald_tell(pg_engine_of(pair->w.store)->herald, &hash, DEVICE_DENIED);
	wait_for(pair, &hash);
}

START_TEST(nobody_hears_himself)
{
	static struct pair self;
	PAIR(pair, .notify = STORE_NOTIFY_LISTEN);
	decide_and_wait(&pair); /* the other listens */
	tell_and_wait(&pair);   /* and this one has connected, and read the table */
	pthread_mutex_init(&self.lock, NULL);
	store_device_grant_watch(pair.w.store, hear, &self);
	/* The second word comes after the first, and after what was sent to ourselves. */
	tell_and_wait(&pair);
	tell_and_wait(&pair);
	ck_assert_uint_eq(heard_count(&self), 0);
	store_device_grant_watch(pair.w.store, NULL, NULL);
	pair_fini(&pair);
}
END_TEST

/* --- others on the channel
 * ------------------------------------------------------------------------------ */

static void say(const char *database, const char *payload)
{
	const char *const values[] = { payload };
	PGconn *conn = PQconnectdb(database);
	PGresult *result = PQexecParams(conn, "SELECT pg_notify('doorcode_decided', $1)", 1, NULL,
					values, NULL, NULL, 0);
	ck_assert_int_eq(PQresultStatus(result), PGRES_TUPLES_OK);
	PQclear(result);
	PQfinish(conn);
}

START_TEST(what_is_not_ours_is_passed_over)
{
	static char most[7999];
	PAIR(pair, .notify = STORE_NOTIFY_LISTEN);
	log_configure(LOG_LEVEL_COUNT, LOG_LOGFMT);
	decide_and_wait(&pair);
	size_t before = heard_count(&pair);
	memset(most, 'a', sizeof(most) - 1);
	say(pair.w.database, most);
	memset(most, ',', sizeof(most) - 1);
	say(pair.w.database, most);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (texts[i].words == 0)
			say(pair.w.database, texts[i].text);
	}
	say(pair.w.database, "=");
	say(pair.w.database, "=0123456789abcdef0123456789abcdef");
	ck_assert_uint_eq(heard_count(&pair), before);
	decide_and_wait(&pair);
	ck_assert_uint_eq(heard_count(&pair), before + 1);
	say(pair.w.database, "a" HEX64 ",nonsense,a" HEX64);
	decide_and_wait(&pair);
	ck_assert_uint_eq(heard_count(&pair), before + 3);
	pair_fini(&pair);
}
END_TEST

/* --- accidents
 * ------------------------------------------------------------------------------------------ */

/* Ends the connections that listen, of both. */
static void end_listeners(struct pair *pair)
{
	static const char sql[] = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
				  " WHERE datname = current_database() AND pid <> pg_backend_pid()";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(pair->w.store, &rows, sql, NO_VALUES);
	ck_found(pg_rows_next(&rows));
	ck_assert_int_ge(pg_rows_int64(&rows), 1);
}

/* What is decided while nobody listens is read afterwards. */
START_TEST(listening_begins_again_after_a_lost_connection)
{
	PAIR(pair, .notify = STORE_NOTIFY_AUTO);
	log_configure(LOG_LEVEL_COUNT, LOG_LOGFMT);
	for (int i = 0; i < 3; i++) {
		decide_and_wait(&pair);
		end_listeners(&pair);
	}
	decide_and_wait(&pair);
	pair_fini(&pair);
}
END_TEST

static const struct store_options readers[] = {
	{ .notify = STORE_NOTIFY_POLL },
	{ .notify = STORE_NOTIFY_AUTO, .pooler = true },
};

START_TEST(where_nobody_can_listen_the_table_is_read)
{
	static struct pair pair;
	pair_init(&pair, &readers[_i]);
	for (int i = 0; i < 3; i++)
		CK_LEAST_LT(decide_and_wait(&pair) / 1000, 2000);
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(pair.w.store, &rows,
		"SELECT count(*) FROM pg_stat_activity WHERE application_name = 'doorcode herald'"
		" AND datname = current_database()",
		NO_VALUES);
	ck_found(pg_rows_next(&rows));
	ck_assert_int_le(pg_rows_int64(&rows), 1); /* the other's */
	pair_fini(&pair);
}
END_TEST

/* Some servers take LISTEN, and nothing comes of it. */
START_TEST(a_server_that_passes_nothing_on_is_found_out)
{
	static struct pair pair;
	char through[CONTRACT_DATABASE_MAX];
	pair_init(&pair, &(const struct store_options){ .notify = STORE_NOTIFY_AUTO });
	store_device_grant_watch(pair.other, NULL, NULL);
	store_close(&pair.other);
	AUTO(forwarder) struct forwarder *forwarder = forwarder_new(pair.w.database, through);
	forwarder_set(forwarder, FORWARD_MUTE);
	ck_ok(store_open(&(struct store_options){ .database = through }, &pair.other));
	store_device_grant_watch(pair.other, hear, &pair);
	decide_and_wait(&pair);
	store_device_grant_watch(pair.other, NULL, NULL);
	store_close(&pair.other);
	pair_fini(&pair);
}
END_TEST

static void add_tests(TCase *tc)
{
	world_set_engine(&postgres_for_tests);
	tcase_add_loop_test(tc, a_word_has_one_form, 0, (int)ARRAY_LEN(texts));
	tcase_add_test(tc, words_come_back_as_they_went);
	tcase_add_test(tc, word_of_a_decision_is_there_within_50_ms);
	tcase_add_test(tc, many_words_at_once_all_arrive);
	tcase_add_test(tc, nobody_hears_himself);
	tcase_add_test(tc, what_is_not_ours_is_passed_over);
	tcase_add_test(tc, listening_begins_again_after_a_lost_connection);
	tcase_add_loop_test(tc, where_nobody_can_listen_the_table_is_read, 0,
			    (int)ARRAY_LEN(readers));
	tcase_add_test(tc, a_server_that_passes_nothing_on_is_found_out);
}

TEST_MAIN("store/postgres herald", add_tests)
