/* SPDX-License-Identifier: Apache-2.0
 *
 * The PostgreSQL engine: opening and closing, and its record. A pool of connections for all
 * threads, a thread that writes posted events, and one that exchanges word of decisions with other
 * nodes. */
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "store/postgres/pg_herald.h"
#include "store/postgres/pg_object.h"
#include "store/postgres/pg_recorder.h"

enum { CONNECTIONS = 16, WAIT_MS = 5000, PING_MS = 1000 };

struct pg_engine *pg_engine_of(struct store *store)
{
	/* The store is the first member, and all stores that come here were made here. */
	return (struct pg_engine *)(void *)store;
}

/* --- questions about the whole
 * --------------------------------------------------------------------------------- */

static enum err database_ping(struct store *store)
{
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read_soon(store, &rows, "SELECT max(version) FROM migration", PING_MS);
	return pg_rows_next(&rows) == FOUND ? ERR_OK : ERR_DATABASE;
}

static enum err database_clock(struct store *store, int64_t *now_ms)
{
	static const char sql[] =
		"SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	*now_ms = 0;
	pg_read(store, &rows, sql, NO_VALUES);
	if (pg_rows_next(&rows) != FOUND)
		return ERR_DATABASE;
	*now_ms = pg_rows_int64(&rows);
	return ERR_OK;
}

/* --- opening and closing
 * --------------------------------------------------------------------------------------- */

static void pg_engine_free(struct pg_engine **pointer)
{
	struct pg_engine *engine = *pointer;
	if (engine == NULL)
		return;
	*pointer = NULL;
	pg_herald_free(&engine->herald);
	pg_recorder_free(&engine->recorder);
	pg_pool_free(&engine->pool);
	free(engine->database);
	free(engine);
}

static void database_close(struct store *store)
{
	AUTO(pg_engine) struct pg_engine *engine UNUSED = pg_engine_of(store);
}

static const struct store_database_ops database_ops = {
	.close = database_close,
	.migrate = pg_migrate_run,
	.schema_state = pg_migrate_state,
	.ping = database_ping,
	.clock = database_clock,
	.check = pg_check_run,
	.backup = pg_backup_run,
	.sweep = pg_sweep_run,
	.key_uses = pg_key_uses,
};

static const struct store_ops ops = {
	.reads_are_quick = false,
	.database = &database_ops,
	.node = &pg_node_ops,
	.meta = &pg_meta_ops,
	.user = &pg_user_ops,
	.session = &pg_session_ops,
	.client = &pg_client_ops,
	.client_secret = &pg_client_secret_ops,
	.scope = &pg_scope_ops,
	.resource = &pg_resource_ops,
	.signing_key = &pg_signing_key_ops,
	.seen = &pg_seen_ops,
	.ticket = &pg_ticket_ops,
	.kept = &pg_kept_ops,
	.job = &pg_job_ops,
	.code = &pg_code_ops,
	.consent = &pg_consent_ops,
	.device_grant = &pg_device_grant_ops,
	.device_handle = &pg_device_handle_ops,
	.authorization = &pg_authorization_ops,
	.token = &pg_token_ops,
	.failure = &pg_failure_ops,
	.event = &pg_event_ops,
	.copy = &pg_copy_ops,
};

static bool postgres_takes(struct slice database)
{
	return slice_has_prefix(database, SLICE("postgresql://")) ||
	       slice_has_prefix(database, SLICE("postgres://"));
}

static void start_pool(struct pg_engine *engine, const struct store_options *options)
{
	engine->pool = pg_pool_new(&(const struct pg_pool_options){
		.database = engine->database,
		.connections = options->connections != 0 ? options->connections : CONNECTIONS,
		.wait_ms = options->wait_ms != 0 ? options->wait_ms : WAIT_MS,
		.pooled_elsewhere = options->pooler,
	});
}

static void start_threads(struct pg_engine *engine, const struct store_options *options)
{
	if (engine->read_only)
		return;
	engine->recorder = pg_recorder_new(engine->pool);
	engine->herald = pg_herald_new(&(const struct pg_herald_options){
		.store = &engine->store,
		.database = engine->database,
		.notify = options->notify,
		.pooled_elsewhere = options->pooler,
	});
}

/* What is wrong with the server is said here, and not by the first request. */
static enum err meet_server(struct pg_engine *engine)
{
	struct pg_conn *conn = pg_pool_take(engine->pool, pg_pool_deadline(engine->pool));
	if (conn == NULL)
		return ERR_DATABASE;
	pg_pool_give(engine->pool, conn);
	return ERR_OK;
}

static enum err postgres_open(const struct store_options *options, struct store **out)
{
	if (!pg_conn_understands(options->database))
		return ERR_INVALID;
	AUTO(pg_engine) struct pg_engine *engine = xcalloc(1, sizeof(*engine));
	engine->store.ops = &ops;
	engine->database = strdup(options->database);
	ensure(engine->database != NULL);
	engine->notify = options->notify;
	engine->read_only = options->read_only;
	start_pool(engine, options);
	enum err err = meet_server(engine);
	if (err != ERR_OK)
		return err;
	start_threads(engine, options);
	*out = &engine->store;
	engine = NULL;
	return ERR_OK;
}

const struct store_engine postgres_engine = { "postgres", postgres_takes, postgres_open };
