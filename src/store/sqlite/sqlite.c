/* SPDX-License-Identifier: Apache-2.0
 *
 * The SQLite engine: opening and closing, and its record. One file, one writer, a reader per
 * thread. The file is made with mode 0600 before SQLite sees it, and SQLite gives the files beside
 * it the same mode. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/log.h"
#include "store/sqlite/object.h"

struct engine *engine_of(struct store *store)
{
	/* The store is the first member, and all stores that come here were made here. */
	return (struct engine *)(void *)store;
}

struct conn *engine_reader(struct store *store)
{
	return readers_get(&engine_of(store)->readers);
}

enum err engine_write(struct store *store, write_fn *run, void *arg, const struct event *event)
{
	struct engine *engine = engine_of(store);
	if (engine->writer != NULL)
		return writer_do(engine->writer, run, arg, event);
	log_plain(LOG_ERROR, "the database was opened for reading alone");
	return ERR_DATABASE;
}

static enum err run_change(struct conn *conn, void *arg)
{
	const struct change *change = *(const struct change *const *)arg;
	return conn_change(conn, change->sql, change->values, change->count, change->none);
}

enum err engine_change(struct store *store, const struct change *change)
{
	return engine_write(store, run_change, &change, change->event);
}

/* --- the file
 * --------------------------------------------------------------------------------------------------------
 */

/* Connections are opened later, too, and the process may have another working folder then. It also
 * keeps SQLite from reading "file:..." as a URI. */
static char *absolute(const char *path)
{
	char here[PATH_MAX] = "";
	if (path[0] != '/' && getcwd(here, sizeof(here)) == NULL)
		return NULL;
	size_t size = strlen(here) + 1 + strlen(path) + 1;
	char *out = xmalloc(size);
	int len = path[0] == '/' ? snprintf(out, size, "%s", path)
				 : snprintf(out, size, "%s/%s", here, path);
	ensure(len > 0 && (size_t)len < size);
	return out;
}

static void sync_folder_of(const char *path)
{
	char *copy = strdup(path);
	ensure(copy != NULL);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(copy);
}

/* Never opens a file that is there: closing it again would drop the locks that this process has on
 * it. */
static enum err make_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return ERR_OK;
	if (fd < 0 || fchmod(fd, 0600) != 0) {
		log_error("cannot make the database", LOG_TEXT("path", slice_str(path)),
			  LOG_TEXT("detail", slice_str(strerror(errno))));
		if (fd >= 0)
			close(fd);
		return ERR_DATABASE;
	}
	close(fd);
	sync_folder_of(path);
	return ERR_OK;
}

/* --- opening and closing
 * --------------------------------------------------------------------------------------------- */

static void engine_free(struct engine **pointer)
{
	struct engine *engine = *pointer;
	if (engine == NULL)
		return;
	*pointer = NULL;
	writer_free(&engine->writer);
	if (engine->readers.path != NULL)
		readers_fini(&engine->readers);
	free(engine->path);
	free(engine);
}

static void database_close(struct store *store)
{
	AUTO(engine) struct engine *engine UNUSED = engine_of(store);
}

static enum err database_ping(struct store *store)
{
	int64_t version;
	enum find found = conn_number(engine_reader(store), "SELECT max(version) FROM migration",
				      NO_VALUES, &version);
	return found == FOUND ? ERR_OK : ERR_DATABASE;
}

/* Every program that has the file open runs on this machine. */
static enum err database_clock(struct store *store UNUSED, int64_t *now_ms UNUSED)
{
	return ERR_ABSENT;
}

/* A sealed value begins with the id of its key, four bytes with the highest first. */
static enum err database_key_uses(struct store *store, uint32_t key_id, uint64_t *count)
{
	static const char sql[] =
		"SELECT (SELECT count(*) FROM client_secret WHERE key_id = ?1)"
		" + (SELECT count(*) FROM user_code WHERE key_id = ?1)"
		" + (SELECT count(*) FROM device_handle WHERE substr(sealed_code, 1, 4) = ?2)"
		" + (SELECT count(*) FROM device_grant WHERE substr(sealed_answer, 1, 4) = ?2)"
		" + (SELECT count(*) FROM refresh_token WHERE substr(sealed_answer, 1, 4) = ?2)"
		" + (SELECT count(*) FROM code WHERE substr(sealed_answer, 1, 4) = ?2)"
		" + (SELECT count(*) FROM client_secret WHERE substr(sealed, 1, 4) = ?2)"
		" + (SELECT count(*) FROM signing_key WHERE substr(sealed, 1, 4) = ?2)";
	const uint8_t bytes[] = { (uint8_t)(key_id >> 24), (uint8_t)(key_id >> 16),
				  (uint8_t)(key_id >> 8), (uint8_t)key_id };
	int64_t number;
	*count = 0;
	if (conn_number(engine_reader(store), sql,
			VALUES(V_INT(key_id), V_BLOB(slice_of(bytes, sizeof(bytes)))),
			&number) != FOUND)
		return ERR_DATABASE;
	*count = (uint64_t)number;
	return ERR_OK;
}

static const struct store_database_ops database_ops = {
	.close = database_close,
	.migrate = migrate_run,
	.schema_state = migrate_state,
	.ping = database_ping,
	.clock = database_clock,
	.check = check_run,
	.backup = backup_run,
	.sweep = sweep_run,
	.key_uses = database_key_uses,
};

static const struct store_ops ops = {
	.reads_are_quick = true,
	.database = &database_ops,
	.node = &node_ops,
	.meta = &meta_ops,
	.user = &user_ops,
	.session = &session_ops,
	.client = &client_ops,
	.client_secret = &client_secret_ops,
	.scope = &scope_ops,
	.resource = &resource_ops,
	.signing_key = &signing_key_ops,
	.seen = &seen_ops,
	.ticket = &ticket_ops,
	.kept = &kept_ops,
	.job = &job_ops,
	.code = &code_ops,
	.consent = &consent_ops,
	.device_grant = &device_grant_ops,
	.device_handle = &device_handle_ops,
	.authorization = &authorization_ops,
	.token = &token_ops,
	.failure = &failure_ops,
	.event = &event_ops,
	.copy = &copy_ops,
};

static bool sqlite_takes(struct slice database)
{
	for (size_t i = 0; i + 2 < database.len; i++) {
		if (slice_equal(slice_sub(database, i, 3), SLICE("://")))
			return false;
	}
	return !slice_is_empty(database);
}

/* SQLite would count its memory under one lock, fifty times for a look-up, for nobody. Refused, and
 * no matter, when it is in use already: in a program that opens a second store. */
static void count_no_memory(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum err sqlite_open(const struct store_options *options, struct store **out)
{
	AUTO(engine) struct engine *engine = xcalloc(1, sizeof(*engine));
	count_no_memory();
	engine->store.ops = &ops;
	engine->path = absolute(options->database);
	if (engine->path == NULL)
		return ERR_DATABASE;
	if (!options->read_only && make_file(engine->path) != ERR_OK)
		return ERR_DATABASE;
	if (!options->read_only && writer_new(engine->path, &engine->writer) != ERR_OK)
		return ERR_DATABASE;
	enum err err = readers_init(&engine->readers, engine->path);
	if (err != ERR_OK)
		return err;
	/* The first reader is opened now, so that a file that is no database is noticed here. */
	if (readers_get(&engine->readers) == NULL)
		return ERR_DATABASE;
	*out = &engine->store;
	engine = NULL;
	return ERR_OK;
}

const struct store_engine sqlite_engine = { "sqlite", sqlite_takes, sqlite_open };
