/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening a connection. libpq does it, with all hosts, TLS and authentication that the option
 * names; we add what it leaves open. It blocks, since libpq tries the next host after
 * connect_timeout only then. What is logged never repeats the option: there may be a password in
 * it, also where it was not meant to be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "store/postgres/pg_conn.h"

enum { WORDS_MAX = 64, COMPLAINT_MS = 10000, SETTLE_MS = 2000 };

/* Not asked of a service file, which may say something else. */
static const struct {
	const char *keyword;
	const char *value;
} defaults[] = {
	{ "connect_timeout", "2" },      { "keepalives_idle", "15" },
	{ "keepalives_interval", "5" },  { "keepalives_count", "3" },
	{ "tcp_user_timeout", "15000" }, { "target_session_attrs", "read-write" },
};

/* Our own text is UTF-8, whatever the machine's is. */
static const char encoding_keyword[] = "client_encoding";
static const char encoding[] = "UTF8";

struct words {
	const char *keywords[WORDS_MAX + 1];
	const char *values[WORDS_MAX + 1];
	size_t count;
};

static void add(struct words *words, const char *keyword, const char *value)
{
	ensure(words->count < WORDS_MAX);
	words->keywords[words->count] = keyword;
	words->values[words->count] = value;
	words->count++;
}

static bool is_set(const PQconninfoOption *option)
{
	if (option->val != NULL)
		return true;
	const char *value = option->envvar != NULL ? getenv(option->envvar) : NULL;
	return value != NULL && value[0] != '\0';
}

static const PQconninfoOption *find_option(const PQconninfoOption *options, const char *keyword)
{
	for (; options->keyword != NULL; options++) {
		if (strcmp(options->keyword, keyword) == 0)
			return options;
	}
	return NULL;
}

static bool has(const PQconninfoOption *options, const char *keyword)
{
	const PQconninfoOption *option = find_option(options, keyword);
	return option != NULL && is_set(option);
}

static void collect(struct words *words, const PQconninfoOption *options, const char *name)
{
	*words = (struct words){ 0 };
	for (const PQconninfoOption *option = options; option->keyword != NULL; option++) {
		if (option->val != NULL && strcmp(option->keyword, encoding_keyword) != 0)
			add(words, option->keyword, option->val);
	}
	add(words, encoding_keyword, encoding);
	if (!has(options, "fallback_application_name"))
		add(words, "fallback_application_name", name != NULL ? name : "doorcode");
	for (size_t i = 0; i < ARRAY_LEN(defaults) && !has(options, "service"); i++) {
		if (!has(options, defaults[i].keyword))
			add(words, defaults[i].keyword, defaults[i].value);
	}
}

/* --- understanding
 * --------------------------------------------------------------------------------------------- */

/* A password with an @ or a / of its own ends too early, and its rest would be taken for a host, a
 * port or a database, and be told in errors. */
static bool is_unmistakable(const char *database)
{
	const char *scheme_end = strstr(database, "://");
	struct slice rest = slice_str(scheme_end != NULL ? scheme_end + 3 : database);
	struct slice before;
	if (!slice_split(&rest, '?', &before) || !slice_has_byte(before, '@'))
		return true;
	rest = before;
	return slice_split(&rest, '@', &before) && !slice_has_byte(before, '/') &&
	       !slice_has_byte(rest, '@');
}

static bool is_list_of_ports(const PQconninfoOption *port)
{
	return port == NULL || port->val == NULL ||
	       port->val[strspn(port->val, "0123456789,")] == '\0';
}

/* NULL when it cannot be read. */
static PQconninfoOption *parse(const char *database)
{
	if (!is_unmistakable(database))
		return NULL;
	PQconninfoOption *options = PQconninfoParse(database, NULL);
	if (options == NULL || is_list_of_ports(find_option(options, "port")))
		return options;
	PQconninfoFree(options);
	return NULL;
}

static void log_unreadable(void)
{
	log_plain(LOG_ERROR, "the database option cannot be read: special characters of a password"
			     " are written %40 and so on");
}

bool pg_conn_understands(const char *database)
{
	PQconninfoOption *options = parse(database);
	if (options == NULL) {
		log_unreadable();
		return false;
	}
	PQconninfoFree(options);
	return true;
}

/* --- opening
 * ---------------------------------------------------------------------------------------------------
 */

/* FNV-1a. */
static uint64_t sum_of(struct slice text)
{
	uint64_t sum = 0xcbf29ce484222325;
	for (size_t i = 0; i < text.len; i++)
		sum = (sum ^ (uint8_t)text.ptr[i]) * 0x100000001b3;
	return sum;
}

static void complain(struct pg_conn *conn)
{
	struct slice detail = slice_trim(slice_str(PQerrorMessage(conn->pg)));
	int64_t now_ms = clock_mono_ms();
	uint64_t sum = sum_of(detail);
	if (sum == conn->complaint && now_ms - conn->complained_ms < COMPLAINT_MS)
		return;
	conn->complaint = sum;
	conn->complained_ms = now_ms;
	log_error("cannot connect to the database", LOG_TEXT("detail", detail));
}

/* A statement that was cancelled while its commit waited for a standby is reported as done, with
 * this warning: it may be gone after the next failure. A server that ends says so unasked. */
static void on_notice(void *arg, const PGresult *result)
{
	struct pg_conn *conn = arg;
	const char *function = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	if (function != NULL && strcmp(function, "SyncRepWaitForLSN") == 0)
		conn->local_commit = true;
	if (state != NULL && strncmp(state, "57P", 3) == 0)
		conn->lost = true;
}

enum err pg_conn_open(struct pg_conn *conn, const char *database, bool pooled_elsewhere)
{
	PQconninfoOption *options = parse(database);
	if (options == NULL) {
		log_unreadable();
		return ERR_DATABASE;
	}
	struct words words;
	collect(&words, options, conn->name);
	conn->pg = PQconnectdbParams(words.keywords, words.values, 0);
	PQconninfoFree(options);
	ensure(conn->pg != NULL);
	if (PQstatus(conn->pg) != CONNECTION_OK || PQsetnonblocking(conn->pg, 1) != 0) {
		complain(conn);
		PQfinish(conn->pg);
		conn->pg = NULL;
		return ERR_DATABASE;
	}
	conn->pooled_elsewhere = pooled_elsewhere;
	PQsetNoticeReceiver(conn->pg, on_notice, conn);
	return ERR_OK;
}

enum err pg_conn_settle(struct pg_conn *conn, int64_t lock_ms)
{
	static const char sql[] =
		"SELECT set_config(s.name, v.value, false) FROM (VALUES ('lock_timeout', $1),"
		" ('client_connection_check_interval', '1000'),"
		" ('idle_in_transaction_session_timeout', '15000')) AS v (name, value)"
		" JOIN pg_settings s ON s.name = v.name WHERE s.source = 'default'";
	char lock_text[24];
	if (conn->pooled_elsewhere)
		return ERR_OK;
	snprintf(lock_text, sizeof(lock_text), "%lld", (long long)lock_ms);
	conn->deadline_ms = clock_mono_ms() + SETTLE_MS;
	PGresult *result;
	enum pg_fate fate = pg_conn_run(conn, sql, VALUES(V_TEXT(slice_str(lock_text))), &result);
	PQclear(result);
	/* A server that only speaks the same language may not have them. */
	return fate == PG_LOST ? ERR_DATABASE : ERR_OK;
}

void pg_conn_close(struct pg_conn *conn)
{
	PQfinish(conn->pg);
	*conn = (struct pg_conn){ 0 };
}
