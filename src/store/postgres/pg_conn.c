/* SPDX-License-Identifier: Apache-2.0
 *
 * Running statements. The socket does not block: what is sent and what comes back is waited for by
 * poll() with the deadline. A statement that is prepared is called by the hash of its text, so that
 * one that another client has prepared on the same connection, behind a pooler we were not told of,
 * is at least the same statement. */
#include "store/postgres/pg_conn.h"

#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "store/postgres/pg_object.h"

enum { SQL_MAX = 16384, NAME_SIZE = 24, BINARY = 1 };

/* From the catalogue of types, which never changes: pg_type.dat */
static const Oid oids[] = {
	[VALUE_INT] = 20,  [VALUE_BOOL] = 16, [VALUE_TEXT] = 25,
	[VALUE_BLOB] = 17, [VALUE_ID] = 2950,
};

/* --- waiting
 * ---------------------------------------------------------------------------------------------------
 */

/* What the socket is ready for; 0 when the deadline has passed or the socket is gone. */
static short await(const struct pg_conn *conn, short events)
{
	struct pollfd fd = { .fd = PQsocket(conn->pg), .events = events };
	int64_t left_ms;
	do {
		left_ms = conn->deadline_ms - clock_mono_ms();
		left_ms = left_ms < 0 ? 0 : left_ms;
		int ready = poll(&fd, 1, left_ms < INT_MAX ? (int)left_ms : INT_MAX);
		if (ready > 0)
			return fd.revents;
		if (ready < 0 && errno != EINTR)
			return 0;
	} while (left_ms > 0);
	return 0;
}

/* The server reads no further while it cannot write: so do we read meanwhile. */
static bool flush(struct pg_conn *conn)
{
	int left;
	while ((left = PQflush(conn->pg)) > 0) {
		short ready = await(conn, POLLIN | POLLOUT);
		if (ready == 0)
			return false;
		if ((ready & POLLIN) != 0 && PQconsumeInput(conn->pg) == 0)
			return false;
	}
	return left == 0;
}

static bool await_result(struct pg_conn *conn)
{
	while (PQisBusy(conn->pg)) {
		if (await(conn, POLLIN) == 0)
			return false;
		/* What came before the end is read all the same. */
		if (PQconsumeInput(conn->pg) == 0)
			return PQstatus(conn->pg) == CONNECTION_BAD && !PQisBusy(conn->pg);
	}
	return true;
}

static enum pg_fate note(struct pg_conn *conn, enum pg_fate fate)
{
	if (fate == PG_LOST)
		conn->lost = true;
	if ((fate == PG_LOST || fate == PG_RETRY) && conn->trouble == PG_DONE)
		conn->trouble = fate;
	return fate;
}

static enum pg_fate lose(struct pg_conn *conn)
{
	bool late = PQstatus(conn->pg) == CONNECTION_OK && clock_mono_ms() >= conn->deadline_ms;
	struct slice detail = slice_trim(slice_str(PQerrorMessage(conn->pg)));
	if (!conn->lost)
		log_warn("the connection to the database was lost",
			 LOG_TEXT("detail", late ? SLICE("no answer in time") : detail));
	return note(conn, PG_LOST);
}

/* --- results
 * ---------------------------------------------------------------------------------------------------
 */

static enum pg_fate judge(struct pg_conn *conn, const PGresult *result)
{
	enum pg_fate fate = pg_fate_of(result);
	if (fate == PG_DONE)
		return PG_DONE;
	if (pg_fate_is_stale_plan(result)) {
		conn->lost = true;
		return PG_RETRY;
	}
	/* An error that ends the connection, whatever else it says. */
	if (PQstatus(conn->pg) == CONNECTION_BAD)
		fate = PG_LOST;
	if (fate == PG_LOST || fate == PG_FAILED)
		pg_fate_log(result, fate);
	if (fate == PG_LOST)
		conn->lost = true;
	return fate;
}

/* After the last result. */
static enum pg_fate conclude(struct pg_conn *conn, enum pg_fate fate)
{
	if (fate != PG_LOST && PQstatus(conn->pg) == CONNECTION_BAD)
		return lose(conn);
	if (!conn->local_commit)
		return note(conn, fate);
	log_plain(LOG_ERROR, "a commit was cut short before a standby had it");
	conn->local_commit = false;
	return note(conn, PG_LOST);
}

/* The last result of a query; an error is never followed by another result. */
static enum pg_fate receive(struct pg_conn *conn, PGresult **out)
{
	enum pg_fate fate = PG_DONE;
	PGresult *last = NULL;
	for (;;) {
		if (!await_result(conn)) {
			PQclear(last);
			return lose(conn);
		}
		PGresult *result = PQgetResult(conn->pg);
		if (result == NULL)
			break;
		PQclear(last);
		last = result;
		fate = fate == PG_DONE ? judge(conn, result) : fate;
	}
	fate = conclude(conn, fate);
	if (fate != PG_DONE) {
		PQclear(last);
		return fate;
	}
	*out = last;
	return PG_DONE;
}

/* For what gives no rows that anybody wants. */
static enum pg_fate finish(struct pg_conn *conn)
{
	PGresult *result = NULL;
	enum pg_fate fate = receive(conn, &result);
	PQclear(result);
	return fate;
}

/* --- values
 * ----------------------------------------------------------------------------------------------------
 */

struct binding {
	int count;
	Oid types[PG_CONN_VALUES_MAX];
	const char *values[PG_CONN_VALUES_MAX];
	int lengths[PG_CONN_VALUES_MAX];
	int formats[PG_CONN_VALUES_MAX];
	char numbers[PG_CONN_VALUES_MAX][sizeof(int64_t)];
	struct arena *arena; /* NULL until it is needed */
};

static void binding_fini(struct binding *binding)
{
	if (binding->arena != NULL)
		arena_free(&binding->arena);
}

static bool is_storable(struct slice text)
{
	while (text.len > 0) {
		size_t length = slice_utf8_char(text);
		if (length == 0 || text.ptr[0] == '\0')
			return false;
		text = slice_of(text.ptr + length, text.len - length);
	}
	return true;
}

/* The server refuses text that is not well-formed, and with it the statement. So a byte that does
 * not fit is replaced: a name that holds one is nobody's in either case. */
static struct slice mend(struct binding *binding, struct slice text)
{
	static const char replacement[] = "\xef\xbf\xbd";
	if (binding->arena == NULL)
		binding->arena = arena_new();
	struct buf buf;
	buf_init_arena(&buf, binding->arena, 3 * text.len);
	while (text.len > 0) {
		size_t length = text.ptr[0] != '\0' ? slice_utf8_char(text) : 0;
		if (length == 0)
			buf_add_str(&buf, replacement);
		else
			buf_add(&buf, slice_of(text.ptr, length));
		length = length == 0 ? 1 : length;
		text = slice_of(text.ptr + length, text.len - length);
	}
	return buf_slice(&buf);
}

static void bind_bytes(struct binding *binding, int at, struct slice bytes)
{
	ensure(bytes.len < INT_MAX);
	/* A NULL pointer would be NULL. */
	binding->values[at] = bytes.ptr != NULL ? bytes.ptr : "";
	binding->lengths[at] = (int)bytes.len;
}

static void bind_number(struct binding *binding, int at, const struct value *value)
{
	uint64_t number = htobe64((uint64_t)value->number);
	char *place = binding->numbers[at];
	memcpy(place, &number, sizeof(number));
	binding->values[at] = value->type == VALUE_BOOL ? place + sizeof(number) - 1 : place;
	binding->lengths[at] = value->type == VALUE_BOOL ? 1 : (int)sizeof(number);
}

static void bind(struct binding *binding, int at, const struct value *value)
{
	binding->types[at] = oids[value->type];
	binding->formats[at] = BINARY;
	binding->values[at] = NULL;
	binding->lengths[at] = 0;
	if (value->null)
		return;
	if (value->type == VALUE_INT || value->type == VALUE_BOOL)
		bind_number(binding, at, value);
	else if (value->type == VALUE_TEXT && !is_storable(value->bytes))
		bind_bytes(binding, at, mend(binding, value->bytes));
	else
		bind_bytes(binding, at, value->bytes);
}

static void binding_init(struct binding *binding, const struct value *values, size_t count)
{
	ensure(count <= PG_CONN_VALUES_MAX);
	binding->count = (int)count;
	binding->arena = NULL;
	for (int i = 0; i < binding->count; i++)
		bind(binding, i, &values[i]);
}

/* --- the text
 * --------------------------------------------------------------------------------------------------
 */

/* Records the event once the write has taken place, if there is one: its values are the last. */
static void put_recording(struct buf *text, int first)
{
	buf_addf(text, ", recorded AS (INSERT INTO event (" PG_EVENT_COLUMNS ") SELECT ");
	for (int i = 0; i < PG_EVENT_VALUES; i++)
		buf_addf(text, "%s$%d", i > 0 ? ", " : "", first + i);
	buf_addf(text, " FROM done WHERE $%d IS NOT NULL LIMIT 1)", first + 1);
}

/* `sql` with its place for the event filled; `count` values in all. */
static void put_text(struct buf *text, const char *sql, int count)
{
	static const char place[] = "{event}";
	const char *at = strstr(sql, place);
	if (at != NULL) {
		ensure(count >= PG_EVENT_VALUES);
		buf_add(text, slice_of(sql, (size_t)(at - sql)));
		put_recording(text, count - PG_EVENT_VALUES + 1);
		sql = at + sizeof(place) - 1;
	}
	buf_add(text, slice_of(sql, strlen(sql) + 1));
	ensure(buf_is_whole(text));
}

static void put_name(char name[NAME_SIZE], uint64_t number)
{
	snprintf(name, NAME_SIZE, "dc_%016llx", (unsigned long long)number);
}

static uint64_t name_of(struct slice text)
{
	struct hash hash;
	uint64_t number;
	hash_sha256(text, &hash);
	memcpy(&number, hash.bytes, sizeof(number));
	return number;
}

/* --- statements
 * ------------------------------------------------------------------------------------------------
 */

/* The slot that holds `sql`, or the free one where it belongs. */
static size_t find_slot(const struct pg_conn *conn, const char *sql)
{
	size_t slot = ((uintptr_t)sql >> 4) % PG_CONN_STATEMENTS;
	while (conn->statements[slot].sql != NULL && conn->statements[slot].sql != sql)
		slot = (slot + 1) % PG_CONN_STATEMENTS;
	return slot;
}

static enum pg_fate prepare(struct pg_conn *conn, const char *sql, const struct binding *binding)
{
	size_t slot = find_slot(conn, sql);
	if (conn->statements[slot].sql == sql)
		return PG_DONE;
	AUTO_FINI(buf) struct buf text;
	char name[NAME_SIZE];
	buf_init(&text, SQL_MAX);
	put_text(&text, sql, binding->count);
	uint64_t number = name_of(buf_slice(&text));
	put_name(name, number);
	if (!PQsendPrepare(conn->pg, name, buf_slice(&text).ptr, binding->count, binding->types) ||
	    !flush(conn))
		return lose(conn);
	enum pg_fate fate = finish(conn);
	if (fate != PG_DONE)
		return fate;
	ensure(++conn->statement_count < PG_CONN_STATEMENTS);
	conn->statements[slot].sql = sql;
	conn->statements[slot].name = number;
	return PG_DONE;
}

static bool send_prepared(struct pg_conn *conn, const char *sql, const struct binding *binding)
{
	char name[NAME_SIZE];
	put_name(name, conn->statements[find_slot(conn, sql)].name);
	return PQsendQueryPrepared(conn->pg, name, binding->count, binding->values,
				   binding->lengths, binding->formats, BINARY) == 1;
}

static bool send_plain(struct pg_conn *conn, const char *sql, const struct binding *binding)
{
	AUTO_FINI(buf) struct buf text;
	buf_init(&text, SQL_MAX);
	put_text(&text, sql, binding->count);
	return PQsendQueryParams(conn->pg, buf_slice(&text).ptr, binding->count, binding->types,
				 binding->values, binding->lengths, binding->formats, BINARY) == 1;
}

static bool send_one(struct pg_conn *conn, const char *sql, const struct binding *binding)
{
	return conn->pooled_elsewhere ? send_plain(conn, sql, binding)
				      : send_prepared(conn, sql, binding);
}

static enum pg_fate make_ready(struct pg_conn *conn, const char *sql, const struct binding *binding)
{
	if (conn->pg == NULL || conn->lost)
		return note(conn, PG_LOST);
	return conn->pooled_elsewhere ? PG_DONE : prepare(conn, sql, binding);
}

enum pg_fate pg_conn_run(struct pg_conn *conn, const char *sql, const struct value *values,
			 size_t count, PGresult **result)
{
	AUTO_FINI(binding) struct binding binding;
	*result = NULL;
	binding_init(&binding, values, count);
	enum pg_fate fate = make_ready(conn, sql, &binding);
	if (fate != PG_DONE)
		return fate;
	if (!send_one(conn, sql, &binding) || !flush(conn))
		return lose(conn);
	return receive(conn, result);
}

enum pg_fate pg_conn_script(struct pg_conn *conn, const char *sql)
{
	if (conn->pg == NULL || conn->lost)
		return note(conn, PG_LOST);
	if (!PQsendQuery(conn->pg, sql) || !flush(conn))
		return lose(conn);
	return finish(conn);
}

enum pg_fate pg_conn_copy(struct pg_conn *conn, const char *sql, struct slice lines)
{
	ensure(lines.len < INT_MAX);
	if (conn->pg == NULL || conn->lost)
		return note(conn, PG_LOST);
	if (!PQsendQuery(conn->pg, sql) || !flush(conn) || !await_result(conn))
		return lose(conn);
	PGresult *answer = PQgetResult(conn->pg);
	bool wanted = PQresultStatus(answer) == PGRES_COPY_IN;
	enum pg_fate fate = wanted ? PG_DONE : judge(conn, answer);
	PQclear(answer);
	if (wanted && (PQputCopyData(conn->pg, lines.ptr, (int)lines.len) != 1 ||
		       PQputCopyEnd(conn->pg, NULL) != 1 || !flush(conn)))
		return lose(conn);
	enum pg_fate end = finish(conn);
	return wanted || end == PG_LOST ? end : note(conn, fate);
}

bool pg_conn_look(struct pg_conn *conn)
{
	struct pollfd fd = { .fd = PQsocket(conn->pg), .events = POLLIN };
	if (conn->lost)
		return false;
	if (poll(&fd, 1, 0) == 0)
		return true;
	/* Last words and the end behind them take two steps. */
	if (PQconsumeInput(conn->pg) == 1 && PQisBusy(conn->pg) == 0 && !conn->lost &&
	    PQconsumeInput(conn->pg) == 1 && PQstatus(conn->pg) == CONNECTION_OK)
		return true;
	lose(conn);
	return false;
}

/* --- many
 * ------------------------------------------------------------------------------------------------------
 */

static bool send_each(struct pg_conn *conn, const char *sql, const struct value *values,
		      size_t count, size_t rows)
{
	for (size_t i = 0; i < rows; i++) {
		AUTO_FINI(binding) struct binding binding;
		binding_init(&binding, values + i * count, count);
		if (!send_one(conn, sql, &binding))
			return false;
	}
	return PQpipelineSync(conn->pg) == 1 && flush(conn);
}

/* Between the answers to two statements libpq gives NULL. */
static enum pg_fate receive_each(struct pg_conn *conn)
{
	enum pg_fate fate = PG_DONE;
	ExecStatusType status = PGRES_EMPTY_QUERY;
	while (status != PGRES_PIPELINE_SYNC) {
		if (!await_result(conn))
			return lose(conn);
		PGresult *result = PQgetResult(conn->pg);
		if (result == NULL && PQstatus(conn->pg) == CONNECTION_BAD)
			return lose(conn);
		if (result == NULL)
			continue;
		status = PQresultStatus(result);
		fate = fate == PG_DONE ? judge(conn, result) : fate;
		PQclear(result);
	}
	return conclude(conn, fate);
}

enum pg_fate pg_conn_run_each(struct pg_conn *conn, const char *sql, const struct value *values,
			      size_t count, size_t rows)
{
	AUTO_FINI(binding) struct binding first;
	binding_init(&first, values, count);
	enum pg_fate fate = make_ready(conn, sql, &first);
	if (fate != PG_DONE)
		return fate;
	if (!PQenterPipelineMode(conn->pg) || !send_each(conn, sql, values, count, rows))
		return lose(conn);
	fate = receive_each(conn);
	if (fate != PG_LOST && !PQexitPipelineMode(conn->pg))
		return lose(conn);
	return fate;
}
