/* SPDX-License-Identifier: Apache-2.0
 *
 * A copy of the database as it is at one moment, on a connection of its own; writers go on
 * meanwhile. The copy is made mode 0600, and is on the disk when this returns. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/log.h"
#include "store/sqlite/object.h"

static void log_path(const char *message, const char *path)
{
	log_error(message, LOG_TEXT("path", slice_str(path)),
		  LOG_TEXT("detail", slice_str(strerror(errno))));
}

static enum err make_empty(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return ERR_CONFLICT;
	if (fd < 0) {
		log_path("cannot make the copy", path);
		return ERR_IO;
	}
	int failed = fchmod(fd, 0600);
	close(fd);
	return failed == 0 ? ERR_OK : ERR_IO;
}

static enum err sync_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int failed = fd >= 0 ? fsync(fd) : -1;
	if (failed != 0)
		log_path("cannot sync the copy", path);
	if (fd >= 0)
		close(fd);
	return failed == 0 ? ERR_OK : ERR_IO;
}

/* SQLite does not sync what VACUUM INTO writes, and a new file is lost with its folder. */
static enum err sync_copy(const char *path)
{
	enum err err = sync_path(path);
	char *folder = strdup(path);
	ensure(folder != NULL);
	if (err == ERR_OK)
		err = sync_path(dirname(folder));
	free(folder);
	return err;
}

/* SQLite leaves its journal behind when the disk is full. */
static void remove_copy(const char *path)
{
	AUTO(arena) struct arena *arena = arena_new();
	unlink(path);
	unlink(arena_cstr(arena, arena_printf(arena, "%s-journal", path)));
}

static enum err copy_into(struct store *store, const char *path)
{
	AUTO_FINI(conn) struct conn conn;
	if (conn_open(&conn, engine_of(store)->path, CONN_READS) != ERR_OK)
		return ERR_DATABASE;
	return conn_run(&conn, "VACUUM INTO ?1", VALUES(V_TEXT(slice_str(path))));
}

enum err backup_run(struct store *store, const char *path)
{
	enum err err = make_empty(path);
	if (err != ERR_OK)
		return err;
	/* The file is absolute, lest it be read as a URI. */
	char *full = realpath(path, NULL);
	err = full != NULL ? copy_into(store, full) : ERR_IO;
	if (err == ERR_OK)
		err = sync_copy(full);
	if (err != ERR_OK)
		remove_copy(path);
	free(full);
	return err;
}
