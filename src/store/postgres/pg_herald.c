/* SPDX-License-Identifier: Apache-2.0
 *
 * The herald's thread sleeps on two things: the socket of its connection, where word of others
 * comes in, and an eventfd, by which callers wake it. Whether the server passes notifications on at
 * all is tried by sending one to ourselves: some servers, and poolers, take LISTEN and do nothing.
 * After each connecting the decisions of the last seconds are read, which nobody listened to. */
#include "store/postgres/pg_herald.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/encode.h"
#include "base/ensure.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/thread.h"
#include "store/postgres/pg_word.h"

enum {
	OUTBOX_MAX = 4096,
	PAYLOADS = 8, /* notifications in one statement */
	BATCH_MAX = PAYLOADS * PG_WORDS_MAX,
	GATHER_MS = 5, /* at least this from one sending to the next */
	ANSWER_MS = 5000,
	LAST_MS = 500,
	TRIAL_MS = 3000,
	LISTEN_AGAIN_MS = 60000,
	READ_MS = 250,
	READ_BACK = 3,        /* seconds */
	READ_BACK_FIRST = 15, /* after a time in which nobody heard anything */
	READ_MAX = 10000,
	PAUSE_FIRST_MS = 100,
	PAUSE_MOST_MS = 5000
};

struct pg_herald {
	struct pg_herald_options options;
	pthread_mutex_t lock; /* of the outbox and the thread's start */
	struct pg_word outbox[OUTBOX_MAX];
	size_t count;
	bool started;
	pthread_t thread;
	atomic_bool stopping;
	atomic_bool reads; /* nobody can listen: the table is read instead */
	int wake;          /* eventfd */

	pthread_mutex_t watch; /* held while a watcher is told */
	device_brief_fn *each;
	void *arg;

	/* The thread's own. */
	struct pg_conn conn;
	struct pg_word batch[BATCH_MAX]; /* that is being sent */
	size_t batch_count;
	int64_t sent_ms;
	char trial[1 + 2 * ID_BYTES + 1]; /* what we send to ourselves */
	bool heard;                       /* that */
	bool complained;                  /* of a word without form */
	bool refused;                     /* was logged */
	int64_t again_ms;                 /* when to try to listen again */
	int64_t read_back;                /* seconds, the next time */
	int64_t pause_ms;
};

/* An identifier of SQL. */
#define CHANNEL "doorcode_decided"
static const char listen_sql[] = "LISTEN " CHANNEL;
static const struct slice channel = { CHANNEL, sizeof(CHANNEL) - 1 };

/* --- callers
 * ---------------------------------------------------------------------------------------------------
 */

static void wake_up(struct pg_herald *herald)
{
	const uint64_t one = 1;
	ensure(write(herald->wake, &one, sizeof(one)) == sizeof(one));
}

static void *herald_main(void *arg);

/* Once; the lock is held. */
static void start_thread(struct pg_herald *herald)
{
	if (herald->started)
		return;
	herald->started = true;
	ensure(thread_start(&herald->thread, 0, herald_main, herald) == 0);
}

void pg_herald_tell(struct pg_herald *herald, const struct hash *code_hash,
		    enum device_status status)
{
	if (herald == NULL || atomic_load(&herald->reads))
		return;
	pthread_mutex_lock(&herald->lock);
	bool first = herald->count == 0;
	if (herald->count < OUTBOX_MAX)
		herald->outbox[herald->count++] = (struct pg_word){ *code_hash, status };
	start_thread(herald);
	pthread_mutex_unlock(&herald->lock);
	if (first)
		wake_up(herald);
}

void pg_herald_watch(struct pg_herald *herald, device_brief_fn *each, void *arg)
{
	pthread_mutex_lock(&herald->watch);
	herald->each = each;
	herald->arg = arg;
	pthread_mutex_unlock(&herald->watch);
	if (each == NULL)
		return;
	pthread_mutex_lock(&herald->lock);
	start_thread(herald);
	pthread_mutex_unlock(&herald->lock);
}

static void announce(struct pg_herald *herald, const struct pg_word *word)
{
	const struct device_brief brief = { .code_hash = word->hash, .status = word->status };
	pthread_mutex_lock(&herald->watch);
	if (herald->each != NULL)
		herald->each(herald->arg, &brief);
	pthread_mutex_unlock(&herald->watch);
}

static bool is_watched(struct pg_herald *herald)
{
	pthread_mutex_lock(&herald->watch);
	bool watched = herald->each != NULL;
	pthread_mutex_unlock(&herald->watch);
	return watched;
}

/* --- reading the table
 * ----------------------------------------------------------------------------------------- */

static const char recent_sql[] = "SELECT code_hash, status FROM device_grant WHERE decided > 0"
				 " AND decided >= floor(extract(epoch FROM now()))::bigint - $1"
				 " ORDER BY decided DESC LIMIT $2";

static const struct field word_fields[] = {
	FIELD(HASH, struct pg_word, hash),
	FIELD_OF_ENUM(struct pg_word, status, DEVICE_STATUS_COUNT),
};
static const struct record word_record = RECORD(word_fields);

static void announce_rows(struct pg_herald *herald, struct pg_rows *rows)
{
	struct pg_word word;
	while (pg_rows_next(rows) == FOUND) {
		if (pg_rows_read(rows, &word_record, NULL, &word) == FOUND)
			announce(herald, &word);
	}
}

static void read_recent(struct pg_herald *herald)
{
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(herald->options.store, &rows, recent_sql,
		VALUES(V_INT(herald->read_back), V_INT(READ_MAX)));
	if (rows.result != NULL)
		herald->read_back = READ_BACK;
	announce_rows(herald, &rows);
}

/* --- hearing
 * ---------------------------------------------------------------------------------------------------
 */

static void hear_words(struct pg_herald *herald, struct slice payload)
{
	struct pg_word word;
	while (payload.ptr != NULL) {
		if (pg_word_parse(&payload, &word)) {
			announce(herald, &word);
			continue;
		}
		if (!herald->complained)
			log_plain(LOG_WARN, "somebody sends notifications that are none of ours");
		herald->complained = true;
		return;
	}
}

static void hear(struct pg_herald *herald, const PGnotify *notify)
{
	struct slice payload = slice_str(notify->extra);
	if (slice_has_prefix(payload, SLICE("="))) {
		herald->heard |= slice_equal(payload, slice_str(herald->trial));
		return;
	}
	if (notify->be_pid != PQbackendPID(herald->conn.pg))
		hear_words(herald, payload);
}

static void hear_all(struct pg_herald *herald)
{
	PGnotify *notify;
	while ((notify = PQnotifies(herald->conn.pg)) != NULL) {
		hear(herald, notify);
		PQfreemem(notify);
	}
}

/* Sleeps until something comes in, somebody wakes us, or the time is over (-1: none). */
static void sleep_until(struct pg_herald *herald, int64_t until_ms)
{
	struct pollfd fds[2] = { { .fd = herald->wake, .events = POLLIN },
				 { .fd = -1, .events = POLLIN } };
	uint64_t count;
	if (herald->conn.pg != NULL)
		fds[1].fd = PQsocket(herald->conn.pg);
	int64_t left_ms = until_ms - clock_mono_ms();
	left_ms = left_ms < 0 ? 0 : left_ms;
	if (poll(fds, 2, until_ms < 0 ? -1 : (int)left_ms) <= 0)
		return;
	if (fds[0].revents != 0 && read(herald->wake, &count, sizeof(count)) < 0)
		log_plain(LOG_WARN, "a wake-up cannot be read");
	if (fds[1].revents == 0 || !pg_conn_look(&herald->conn))
		return;
	hear_all(herald);
}

/* Whatever wakes us meanwhile, unless it is the end. */
static void pause_for(struct pg_herald *herald, int64_t pause_ms)
{
	int64_t until_ms = clock_mono_ms() + pause_ms;
	while (!atomic_load(&herald->stopping) && clock_mono_ms() < until_ms)
		sleep_until(herald, until_ms);
}

/* --- telling
 * ---------------------------------------------------------------------------------------------------
 */

static enum pg_fate notify(struct pg_herald *herald, const struct value *payloads)
{
	/* A hint need not survive. For this transaction alone: behind a pooler that we were not
	 * told of, the next on this connection is somebody's answer. */
	static const char sql[] =
		"WITH hint AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))"
		" SELECT count(pg_notify($1, p)) FROM hint, (VALUES ($2), ($3), ($4), ($5), ($6),"
		" ($7), ($8), ($9)) AS v (p) WHERE p IS NOT NULL";
	struct value values[1 + PAYLOADS] = { V_TEXT(channel) };
	PGresult *result;
	memcpy(values + 1, payloads, PAYLOADS * sizeof(*payloads));
	enum pg_fate fate = pg_conn_run(&herald->conn, sql, values, ARRAY_LEN(values), &result);
	PQclear(result);
	return fate;
}

static enum pg_fate send_batch(struct pg_herald *herald)
{
	AUTO_FINI(buf) struct buf text;
	size_t ends[PAYLOADS + 1] = { 0 };
	struct value payloads[PAYLOADS];
	buf_init(&text, (size_t)BATCH_MAX * (PG_WORD_LEN + 1));
	for (size_t i = 0, from = 0; i < PAYLOADS; i++) {
		size_t left = herald->batch_count - from;
		size_t count = left < PG_WORDS_MAX ? left : PG_WORDS_MAX;
		pg_word_write(herald->batch + from, count, &text);
		from += count;
		ends[i + 1] = buf_slice(&text).len;
	}
	for (size_t i = 0; i < PAYLOADS; i++) {
		payloads[i] = V_TEXT(slice_sub(buf_slice(&text), ends[i], ends[i + 1] - ends[i]));
		payloads[i].null = payloads[i].bytes.len == 0;
	}
	return notify(herald, payloads);
}

static void take_batch(struct pg_herald *herald)
{
	pthread_mutex_lock(&herald->lock);
	size_t room = BATCH_MAX - herald->batch_count;
	size_t count = herald->count < room ? herald->count : room;
	memcpy(herald->batch + herald->batch_count, herald->outbox, count * sizeof(*herald->batch));
	memmove(herald->outbox, herald->outbox + count,
		(herald->count - count) * sizeof(*herald->outbox));
	herald->count -= count;
	herald->batch_count += count;
	pthread_mutex_unlock(&herald->lock);
}

/* What could not be sent since the connection was lost goes out with the next. */
static void send_words(struct pg_herald *herald, int64_t patience_ms)
{
	take_batch(herald);
	if (herald->batch_count == 0)
		return;
	herald->conn.deadline_ms = clock_mono_ms() + patience_ms;
	herald->sent_ms = clock_mono_ms();
	if (send_batch(herald) != PG_LOST)
		herald->batch_count = 0;
	hear_all(herald);
}

/* --- the connection
 * -------------------------------------------------------------------------------------------- */

enum try { TRY_LISTENS, TRY_REFUSED, TRY_FAILED };

static enum try try_ourselves(struct pg_herald *herald)
{
	struct value payloads[PAYLOADS];
	int64_t until_ms = clock_mono_ms() + TRIAL_MS;
	for (size_t i = 0; i < PAYLOADS; i++) {
		payloads[i] = V_TEXT(slice_str(herald->trial));
		payloads[i].null = i > 0;
	}
	herald->heard = false;
	enum pg_fate fate = notify(herald, payloads);
	hear_all(herald);
	while (fate == PG_DONE && !herald->heard && !herald->conn.lost &&
	       !atomic_load(&herald->stopping) && clock_mono_ms() < until_ms)
		sleep_until(herald, until_ms);
	if (herald->heard)
		return TRY_LISTENS;
	bool cut_short = herald->conn.lost || atomic_load(&herald->stopping);
	return fate == PG_LOST || cut_short ? TRY_FAILED : TRY_REFUSED;
}

static enum try start_to_listen(struct pg_herald *herald)
{
	const struct pg_herald_options *options = &herald->options;
	struct pg_conn *conn = &herald->conn;
	conn->name = "doorcode herald";
	if (pg_conn_open(conn, options->database, options->pooled_elsewhere) != ERR_OK)
		return TRY_FAILED;
	conn->deadline_ms = clock_mono_ms() + ANSWER_MS;
	enum pg_fate fate = pg_conn_script(conn, listen_sql);
	if (fate != PG_DONE)
		return fate == PG_LOST ? TRY_FAILED : TRY_REFUSED;
	return options->notify == STORE_NOTIFY_AUTO ? try_ourselves(herald) : TRY_LISTENS;
}

static void catch_up(struct pg_herald *herald)
{
	AUTO_FINI(pg_rows) struct pg_rows rows;
	herald->conn.deadline_ms = clock_mono_ms() + ANSWER_MS;
	pg_rows_start(&rows, &herald->conn, recent_sql,
		      VALUES(V_INT(READ_BACK_FIRST), V_INT(READ_MAX)));
	announce_rows(herald, &rows);
	hear_all(herald);
}

static bool may_read(const struct pg_herald *herald)
{
	return herald->options.notify == STORE_NOTIFY_AUTO;
}

static void start_to_read(struct pg_herald *herald)
{
	if (!herald->refused)
		log_plain(LOG_INFO, "the database passes no notifications on: decisions of other "
				    "nodes are read from it");
	herald->refused = true;
	herald->read_back = READ_BACK_FIRST;
	herald->again_ms = clock_mono_ms() + LISTEN_AGAIN_MS;
	atomic_store(&herald->reads, true);
}

static void fail(struct pg_herald *herald, enum try outcome)
{
	pg_conn_close(&herald->conn);
	if (atomic_load(&herald->reads) || (outcome == TRY_REFUSED && may_read(herald))) {
		start_to_read(herald);
		return;
	}
	pause_for(herald, herald->pause_ms);
	herald->pause_ms = herald->pause_ms * 2 < PAUSE_MOST_MS ? herald->pause_ms * 2
								: PAUSE_MOST_MS;
}

static bool has_words(struct pg_herald *herald)
{
	pthread_mutex_lock(&herald->lock);
	bool has = herald->count + herald->batch_count > 0;
	pthread_mutex_unlock(&herald->lock);
	return has;
}

static void listen_on(struct pg_herald *herald)
{
	enum try outcome = start_to_listen(herald);
	if (outcome != TRY_LISTENS) {
		fail(herald, outcome);
		return;
	}
	herald->pause_ms = PAUSE_FIRST_MS;
	atomic_store(&herald->reads, false);
	catch_up(herald);
	while (!atomic_load(&herald->stopping) && !herald->conn.lost) {
		int64_t due_ms = herald->sent_ms + GATHER_MS;
		if (!has_words(herald))
			sleep_until(herald, -1);
		else if (clock_mono_ms() < due_ms)
			sleep_until(herald, due_ms);
		else
			send_words(herald, ANSWER_MS);
	}
	bool lost = herald->conn.lost;
	if (!lost)
		send_words(herald, LAST_MS);
	pg_conn_close(&herald->conn);
	if (lost)
		pause_for(herald, PAUSE_FIRST_MS);
}

/* --- the thread
 * ------------------------------------------------------------------------------------------------
 */

/* A server that was slow at the trial may be quick later. */
static bool is_to_listen(const struct pg_herald *herald)
{
	if (!atomic_load(&herald->reads))
		return true;
	return may_read(herald) && !herald->options.pooled_elsewhere &&
	       clock_mono_ms() >= herald->again_ms;
}

static void *herald_main(void *arg)
{
	struct pg_herald *herald = arg;
	while (!atomic_load(&herald->stopping)) {
		if (is_to_listen(herald)) {
			listen_on(herald);
			continue;
		}
		if (is_watched(herald))
			read_recent(herald);
		pause_for(herald, READ_MS);
	}
	return NULL;
}

struct pg_herald *pg_herald_new(const struct pg_herald_options *options)
{
	struct pg_herald *herald = xcalloc(1, sizeof(*herald));
	uint8_t random[ID_BYTES];
	herald->options = *options;
	herald->pause_ms = PAUSE_FIRST_MS;
	herald->read_back = READ_BACK_FIRST;
	herald->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	ensure(herald->wake >= 0);
	rng_bytes(random, sizeof(random));
	herald->trial[0] = '=';
	encode_hex(random, sizeof(random), herald->trial + 1);
	atomic_store(&herald->reads,
		     options->notify == STORE_NOTIFY_POLL ||
			     (options->notify == STORE_NOTIFY_AUTO && options->pooled_elsewhere));
	ensure(pthread_mutex_init(&herald->lock, NULL) == 0);
	ensure(pthread_mutex_init(&herald->watch, NULL) == 0);
	return herald;
}

void pg_herald_free(struct pg_herald **pointer)
{
	struct pg_herald *herald = *pointer;
	if (herald == NULL)
		return;
	*pointer = NULL;
	atomic_store(&herald->stopping, true);
	wake_up(herald);
	if (herald->started)
		pthread_join(herald->thread, NULL);
	pthread_mutex_destroy(&herald->watch);
	pthread_mutex_destroy(&herald->lock);
	close(herald->wake);
	free(herald);
}
