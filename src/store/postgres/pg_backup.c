/* SPDX-License-Identifier: Apache-2.0
 *
 * A backup is a file that any doorcode opens: everything as it was at one moment, copied into a new
 * SQLite database and checked row by row. `db copy` takes it back. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "store/postgres/pg_object.h"

/* Ours, or none: what is removed after a failure is never somebody else's. */
static enum err make_empty(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return ERR_CONFLICT;
	if (fd < 0) {
		log_error("cannot make the backup", LOG_TEXT("path", slice_str(path)),
			  LOG_TEXT("detail", slice_str(strerror(errno))));
		return ERR_IO;
	}
	int failed = fchmod(fd, 0600);
	close(fd);
	return failed == 0 ? ERR_OK : ERR_IO;
}

static void remove_all(const char *path)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-journal" };
	AUTO(arena) struct arena *arena = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		unlink(arena_cstr(arena, arena_printf(arena, "%s%s", path, endings[i])));
}

static enum err copy_into(struct store *store, const char *path)
{
	const struct store_options options = { .database = path };
	struct store *file = NULL;
	enum err err = store_open(&options, &file);
	/* The time says when it was made, in the list of migrations alone. */
	if (err == ERR_OK)
		err = store_migrate(file, 0);
	if (err == ERR_OK)
		err = store_copy(store, file, NULL, NULL);
	store_close(&file);
	return err == ERR_CONFLICT ? ERR_IO : err;
}

/* A name of a server is none of a file. */
static enum err full_path(const char *path, char full[PATH_MAX])
{
	if (realpath(path, full) != NULL)
		return ERR_OK;
	log_error("cannot make the backup", LOG_TEXT("path", slice_str(path)),
		  LOG_TEXT("detail", slice_str(strerror(errno))));
	return ERR_IO;
}

enum err pg_backup_run(struct store *store, const char *path)
{
	char full[PATH_MAX];
	/* What this program does not know of would be missing. */
	if (pg_migrate_state(store) != SCHEMA_CURRENT) {
		log_plain(LOG_ERROR, "only the doorcode that a database was made by, or brought up "
				     "to date by, makes a backup of it");
		return ERR_INVALID;
	}
	enum err err = make_empty(path);
	if (err != ERR_OK)
		return err;
	err = full_path(path, full);
	if (err == ERR_OK)
		err = copy_into(store, full);
	if (err != ERR_OK)
		remove_all(path);
	return err;
}
