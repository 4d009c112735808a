/* SPDX-License-Identifier: Apache-2.0
 *
 * Group commit. Two batches take turns: callers join the one that fills while the other is written.
 * All callers of a batch sleep on one word, so that one system call wakes them; the word counts how
 * often this batch has been written, and nothing of an operation is touched after it has moved. The
 * log of the database is copied back after the callers have been let go. */
#include "store/sqlite/writer.h"

#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/log.h"
#include "base/thread.h"
#include "store/event_ring.h"
#include "store/sqlite/object.h"
#include "store/sqlite/wal_index.h"

struct op {
	write_fn *run;
	void *arg;
	const struct event *event;
	enum err result;
	struct op *next;
};

struct batch {
	struct op *first;
	struct op **last;
	size_t count;
	_Atomic uint32_t written;
};

struct writer {
	struct conn conn;
	pthread_t thread;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t work;
	struct batch batches[2];
	struct batch *filling;
	struct event_ring ring;
	bool sleeping;
	bool stopping;
	int wal_pages;  /* in the log after the last commit; the thread's own */
	int wal_copied; /* and when it was last copied back; the thread's own */
	int wal_step;   /* how much longer it may get until it is; the thread's own */
	bool copy_lost; /* what was copied may not be on the disk; the thread's own */
};

enum {
	EVENTS_PER_BATCH = 256, /* a flood of them does not hold up the operations */
	LOCK_TRIES = 12,        /* of five seconds each */
	WAL_COPY = 6000,        /* pages after which the log is copied back */
	WAL_RESET = 32000, /* pages from which on readers are waited for, so that the log can start
			      afresh */
	WAL_RESET_MS = 50  /* for so long */
};

static const char sql_begin[] = "BEGIN IMMEDIATE";
static const char sql_commit[] = "COMMIT";
static const char sql_rollback[] = "ROLLBACK";
static const char sql_savepoint[] = "SAVEPOINT op";
static const char sql_release[] = "RELEASE op";
static const char sql_undo[] = "ROLLBACK TO op";

static void batch_clear(struct batch *batch)
{
	batch->first = NULL;
	batch->last = &batch->first;
	batch->count = 0;
}

/* --- callers
 * ---------------------------------------------------------------------------------------------------------
 */

static void futex_wait(_Atomic uint32_t *word, uint32_t while_it_is)
{
	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, while_it_is, NULL, NULL, 0);
}

static void futex_wake_all(_Atomic uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}

/* The lock is held. */
static void wake_writer(struct writer *writer)
{
	if (!writer->sleeping)
		return;
	writer->sleeping = false;
	pthread_cond_signal(&writer->work);
}

enum err writer_do(struct writer *writer, write_fn *run, void *arg, const struct event *event)
{
	struct op op = { .run = run, .arg = arg, .event = event };
	pthread_mutex_lock(&writer->lock);
	struct batch *batch = writer->filling;
	uint32_t before = atomic_load_explicit(&batch->written, memory_order_relaxed);
	*batch->last = &op;
	batch->last = &op.next;
	batch->count++;
	wake_writer(writer);
	pthread_mutex_unlock(&writer->lock);
	while (atomic_load_explicit(&batch->written, memory_order_acquire) == before)
		futex_wait(&batch->written, before);
	return op.result;
}

void writer_post(struct writer *writer, const struct event *event)
{
	pthread_mutex_lock(&writer->lock);
	event_ring_put(&writer->ring, event);
	wake_writer(writer);
	pthread_mutex_unlock(&writer->lock);
}

/* --- one batch
 * -------------------------------------------------------------------------------------------------------
 */

/* Another process may be writing: that is waited for, and is no failure. */
static enum err begin(struct conn *conn)
{
	sqlite3_stmt *stmt = conn_statement(conn, sql_begin);
	if (stmt == NULL)
		return ERR_DATABASE;
	for (int tries = 0; tries < LOCK_TRIES; tries++) {
		int rc = sqlite3_step(stmt);
		sqlite3_reset(stmt);
		if (rc == SQLITE_DONE)
			return ERR_OK;
		if ((rc & 0xff) != SQLITE_BUSY)
			break;
		log_plain(LOG_WARN, "another process holds the database for long");
	}
	conn_log(conn, "cannot begin to write");
	return ERR_DATABASE;
}

static enum err plain(struct conn *conn, const char *sql)
{
	return conn_run(conn, sql, NO_VALUES);
}

/* After an error of the disk SQLite may have ended the transaction itself. */
static void roll_back(struct conn *conn)
{
	if (!sqlite3_get_autocommit(conn->db) && plain(conn, sql_rollback) != ERR_OK)
		log_plain(LOG_ERROR, "cannot roll back");
}

static enum err run_with_event(struct conn *conn, const struct op *op)
{
	conn->unrecorded = false;
	enum err err = op->run(conn, op->arg);
	if (err != ERR_OK || op->event == NULL || conn->unrecorded)
		return err;
	return event_record(conn, op->event);
}

/* An error here is the transaction's; that of the operation is its result. */
static enum err run_in_savepoint(struct conn *conn, struct op *op)
{
	if (plain(conn, sql_savepoint) != ERR_OK)
		return ERR_DATABASE;
	op->result = run_with_event(conn, op);
	if (sqlite3_get_autocommit(conn->db))
		return ERR_DATABASE;
	if (op->result != ERR_OK && plain(conn, sql_undo) != ERR_OK)
		return ERR_DATABASE;
	return plain(conn, sql_release);
}

static enum err run_alone(struct conn *conn, struct op *op)
{
	op->result = run_with_event(conn, op);
	if (op->result == ERR_OK)
		return sqlite3_get_autocommit(conn->db) ? ERR_DATABASE : ERR_OK;
	roll_back(conn);
	return sqlite3_get_autocommit(conn->db) ? ERR_OK : ERR_DATABASE;
}

static enum err run_ops(struct conn *conn, const struct batch *batch, bool alone)
{
	if (alone)
		return run_alone(conn, batch->first);
	for (struct op *op = batch->first; op != NULL; op = op->next) {
		if (run_in_savepoint(conn, op) != ERR_OK)
			return ERR_DATABASE;
	}
	return ERR_OK;
}

static enum err run_posted(struct writer *writer, size_t posted)
{
	for (size_t i = 0; i < posted; i++) {
		if (event_record(&writer->conn, event_ring_at(&writer->ring, i)) != ERR_OK)
			return ERR_DATABASE;
	}
	return ERR_OK;
}

static enum err commit_batch(struct writer *writer, const struct batch *batch, size_t posted)
{
	struct conn *conn = &writer->conn;
	bool alone = batch->count == 1 && posted == 0;
	if (begin(conn) != ERR_OK)
		return ERR_DATABASE;
	if (run_ops(conn, batch, alone) != ERR_OK || run_posted(writer, posted) != ERR_OK)
		return ERR_DATABASE;
	/* The one operation was refused, and its transaction is over. */
	if (alone && sqlite3_get_autocommit(conn->db))
		return ERR_OK;
	return plain(conn, sql_commit);
}

static void write_batch(struct writer *writer, struct batch *batch, size_t posted)
{
	if (commit_batch(writer, batch, posted) == ERR_OK)
		return;
	roll_back(&writer->conn);
	/* Where the disk is full, a log that starts afresh is all the room there is. */
	writer->wal_step = 0;
	log_error("a batch of writes failed", LOG_NUMBER("operations", batch->count),
		  LOG_NUMBER("events", posted));
	for (struct op *op = batch->first; op != NULL; op = op->next)
		op->result = ERR_DATABASE;
}

static void let_go(struct batch *batch)
{
	if (batch->count == 0)
		return;
	batch_clear(batch);
	atomic_fetch_add_explicit(&batch->written, 1, memory_order_release);
	futex_wake_all(&batch->written);
}

/* --- the thread
 * ------------------------------------------------------------------------------------------------------
 */

static int note_wal(void *arg, sqlite3 *db UNUSED, const char *name UNUSED, int pages)
{
	struct writer *writer = arg;
	writer->wal_pages = pages;
	return SQLITE_OK;
}

/* What a sync did not write the kernel takes for written: it has to be copied once more. */
static void make_good(struct writer *writer)
{
	if (writer->copy_lost && wal_index_copy_again(&writer->conn))
		writer->copy_lost = false;
}

static void copy(struct writer *writer, int mode)
{
	struct conn *conn = &writer->conn;
	int patience_ms = conn->patience_ms;
	conn->patience_ms = WAL_RESET_MS;
	int rc = sqlite3_wal_checkpoint_v2(conn->db, NULL, mode, NULL, NULL);
	conn->patience_ms = patience_ms;
	if (rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY)
		return;
	conn_log(conn, "cannot copy the log into the database");
	writer->copy_lost = true;
	make_good(writer);
}

/* The log is copied into the database in passing; it starts afresh with the next write when no
 * reader stands in it. Where there always is one, and the log has become long, they are waited for.
 */
static void copy_back(struct writer *writer)
{
	make_good(writer);
	if (writer->wal_pages < writer->wal_copied)
		writer->wal_copied = 0;
	if (writer->copy_lost || writer->wal_pages < writer->wal_copied + writer->wal_step)
		return;
	copy(writer,
	     writer->wal_pages < WAL_RESET ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_RESTART);
	writer->wal_copied = writer->wal_pages;
	writer->wal_step = WAL_COPY;
}

/* Takes the batch that has filled, and says how many events go with it. False when there is nothing
 * and never will be. The lock is held. */
static bool take_work(struct writer *writer, struct batch **batch, size_t *posted)
{
	while (writer->filling->count == 0 && writer->ring.count == 0) {
		if (writer->stopping)
			return false;
		writer->sleeping = true;
		pthread_cond_wait(&writer->work, &writer->lock);
	}
	writer->sleeping = false;
	*batch = writer->filling;
	writer->filling = &writer->batches[*batch == &writer->batches[0]];
	*posted = writer->ring.count < EVENTS_PER_BATCH ? writer->ring.count : EVENTS_PER_BATCH;
	return true;
}

static void *writer_main(void *arg)
{
	struct writer *writer = arg;
	struct batch *batch;
	size_t posted;
	pthread_mutex_lock(&writer->lock);
	while (take_work(writer, &batch, &posted)) {
		pthread_mutex_unlock(&writer->lock);
		write_batch(writer, batch, posted);
		let_go(batch);
		copy_back(writer);
		pthread_mutex_lock(&writer->lock);
		event_ring_drop(&writer->ring, posted);
		uint64_t dropped = event_ring_take_dropped(&writer->ring);
		if (dropped > 0)
			log_warn("events were dropped", LOG_NUMBER("count", dropped));
	}
	pthread_mutex_unlock(&writer->lock);
	return NULL;
}

/* Without it readers would wait for writers; file systems of networks do not offer it. */
static bool has_wal(struct conn *conn)
{
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, conn, "PRAGMA journal_mode", NO_VALUES);
	if (rows_next(&rows) == FOUND && slice_equal(rows_slice(&rows, NULL), SLICE("wal")))
		return true;
	log_plain(LOG_ERROR, "the file system cannot hold a database with a write-ahead log");
	return false;
}

/* A program that was killed between writing a commit and syncing it has left it in the log, and
 * whoever opens the log next can read it. From here on all that can be read is durable. */
static enum err sync_log(struct conn *conn)
{
	static const char look[] = "SELECT count(*) FROM sqlite_schema";
	sqlite3_file *file = NULL;
	int64_t tables;
	if (conn_number(conn, look, NO_VALUES, &tables) == FOUND &&
	    sqlite3_file_control(conn->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) ==
		    SQLITE_OK &&
	    file != NULL && file->pMethods != NULL &&
	    file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK)
		return ERR_OK;
	log_plain(LOG_ERROR, "the log of the database cannot be synced");
	return ERR_DATABASE;
}

enum err writer_new(const char *path, struct writer **out)
{
	*out = NULL;
	struct writer *writer = xcalloc(1, sizeof(*writer));
	if (conn_open(&writer->conn, path, CONN_WRITES) != ERR_OK || !has_wal(&writer->conn) ||
	    sync_log(&writer->conn) != ERR_OK) {
		conn_fini(&writer->conn);
		free(writer);
		return ERR_DATABASE;
	}
	sqlite3_wal_hook(writer->conn.db, note_wal, writer);
	batch_clear(&writer->batches[0]);
	batch_clear(&writer->batches[1]);
	writer->filling = &writer->batches[0];
	event_ring_init(&writer->ring);
	ensure(pthread_mutex_init(&writer->lock, NULL) == 0);
	ensure(pthread_cond_init(&writer->work, NULL) == 0);
	ensure(thread_start(&writer->thread, 0, writer_main, writer) == 0);
	*out = writer;
	return ERR_OK;
}

void writer_free(struct writer **pointer)
{
	struct writer *writer = *pointer;
	if (writer == NULL)
		return;
	*pointer = NULL;
	pthread_mutex_lock(&writer->lock);
	writer->stopping = true;
	wake_writer(writer);
	pthread_mutex_unlock(&writer->lock);
	pthread_join(writer->thread, NULL);
	pthread_cond_destroy(&writer->work);
	pthread_mutex_destroy(&writer->lock);
	event_ring_fini(&writer->ring);
	conn_fini(&writer->conn);
	free(writer);
}
