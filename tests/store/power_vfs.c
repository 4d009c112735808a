/* SPDX-License-Identifier: Apache-2.0
 *
 * The file system of the tests of power cuts. One lock is held from the decision over a change to
 * its end, so that the record and the real files never differ. What SQLite's own file system syncs,
 * and when it syncs the folder with it (the first sync of a log or journal it opened to create,
 * and a removal that asks for it), is modelled here from its source, os_unix.c. */
#include "power_vfs.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/ensure.h"

enum { PIECE = 65536 };

struct handle {
	sqlite3_file base; /* first */
	enum power_file name;
	struct disk_node *node; /* NULL for a file that is not watched */
	bool syncs_folder;
	sqlite3_file *real;
};

static struct {
	sqlite3_vfs vfs;
	sqlite3_vfs *real;
	pthread_mutex_t lock; /* of all below */
	char database[512];
	struct disk disk;
	struct dice dice;
	unsigned long changes;
	unsigned long moment_at;
	power_moment *moment;
	void *moment_arg;
	bool lies;
	bool failing;
	struct power_fault fault;
	unsigned failures;
} power = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct handle *handle_of(sqlite3_file *file)
{
	return (struct handle *)(void *)file;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
	return handle_of(file)->real;
}

/* --- before each call (the lock is held)
 * ----------------------------------------------------------------------------- */

static void pass_moment(void)
{
	if (power.moment != NULL && power.changes == power.moment_at) {
		power_moment *moment = power.moment;
		power.moment = NULL;
		moment(power.moment_arg, &power.disk);
	}
	power.changes++;
}

static int result_of(enum power_file name, enum power_call call)
{
	if (name != POWER_FILES && call != POWER_SHARE)
		pass_moment();
	if (!power.failing || (power.fault.calls & call) == 0 ||
	    (power.fault.files & POWER_FILE(name)) == 0)
		return SQLITE_OK;
	if (power.fault.after > 0) {
		power.fault.after--;
		return SQLITE_OK;
	}
	power.failures++;
	power.failing = power.fault.stays;
	return power.fault.result;
}

/* --- files
 * -----------------------------------------------------------------------------------------------------------
 */

static int file_close(sqlite3_file *file)
{
	struct handle *handle = handle_of(file);
	int rc = SQLITE_OK;
	if (handle->real->pMethods != NULL)
		rc = handle->real->pMethods->xClose(handle->real);
	free(handle->real);
	return rc;
}

static int file_read(sqlite3_file *file, void *out, int len, sqlite3_int64 offset)
{
	return real_of(file)->pMethods->xRead(real_of(file), out, len, offset);
}

static int write_both(struct handle *handle, const void *data, int len, sqlite3_int64 offset)
{
	if (len == 0)
		return SQLITE_OK;
	if (handle->node != NULL)
		disk_write(handle->node, (size_t)offset, data, (size_t)len);
	return handle->real->pMethods->xWrite(handle->real, data, len, offset);
}

static int file_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 offset)
{
	struct handle *handle = handle_of(file);
	pthread_mutex_lock(&power.lock);
	int failed = result_of(handle->name, POWER_WRITE);
	int rc = write_both(handle, data, failed == SQLITE_OK ? len : len / 2, offset);
	pthread_mutex_unlock(&power.lock);
	return failed != SQLITE_OK ? failed : rc;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct handle *handle = handle_of(file);
	pthread_mutex_lock(&power.lock);
	int rc = result_of(handle->name, POWER_CUT);
	if (rc == SQLITE_OK) {
		if (handle->node != NULL)
			disk_cut(handle->node, (size_t)size);
		rc = handle->real->pMethods->xTruncate(handle->real, size);
	}
	pthread_mutex_unlock(&power.lock);
	return rc;
}

static void sync_node(struct handle *handle)
{
	disk_sync(handle->node);
	if (handle->syncs_folder)
		disk_sync_folder(&power.disk);
	handle->syncs_folder = false;
}

/* The kernel has thrown the pages away, and reads them from the disk when it is asked for them. */
static void forget(struct handle *handle)
{
	const sqlite3_io_methods *real = handle->real->pMethods;
	const struct disk_bytes *synced = &handle->node->synced;
	ensure(real->xTruncate(handle->real, (sqlite3_int64)synced->size) == SQLITE_OK);
	for (size_t at = 0; at < synced->size; at += PIECE) {
		size_t len = synced->size - at < PIECE ? synced->size - at : PIECE;
		ensure(real->xWrite(handle->real, synced->data + at, (int)len, (sqlite3_int64)at) ==
		       SQLITE_OK);
	}
}

static void fail_sync(struct handle *handle)
{
	disk_lose(handle->node, &power.dice);
	if (power.fault.forgets)
		forget(handle);
}

/* The real file is for this process alone: no test needs it on a real disk. */
static int file_sync(sqlite3_file *file, int flags UNUSED)
{
	struct handle *handle = handle_of(file);
	pthread_mutex_lock(&power.lock);
	int rc = result_of(handle->name, POWER_SYNC);
	if (handle->node != NULL && rc != SQLITE_OK)
		fail_sync(handle);
	else if (handle->node != NULL && !power.lies)
		sync_node(handle);
	pthread_mutex_unlock(&power.lock);
	return rc;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int file_check_lock(sqlite3_file *file, int *held)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file), held);
}

static int file_control(sqlite3_file *file, int call, void *arg)
{
	return real_of(file)->pMethods->xFileControl(real_of(file), call, arg);
}

static int file_sector_size(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_characteristics(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int file_shm_map(sqlite3_file *file, int region, int size, int extend,
			void volatile **mapped)
{
	struct handle *handle = handle_of(file);
	int rc = SQLITE_OK;
	if (extend != 0) {
		pthread_mutex_lock(&power.lock);
		rc = result_of(handle->name, POWER_SHARE);
		pthread_mutex_unlock(&power.lock);
	}
	if (rc == SQLITE_OK)
		return handle->real->pMethods->xShmMap(handle->real, region, size, extend, mapped);
	*mapped = NULL;
	return rc;
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
	return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int remove)
{
	return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_check_lock,
	.xFileControl = file_control,
	.xSectorSize = file_sector_size,
	.xDeviceCharacteristics = file_characteristics,
	.xShmMap = file_shm_map,
	.xShmLock = file_shm_lock,
	.xShmBarrier = file_shm_barrier,
	.xShmUnmap = file_shm_unmap,
};

/* --- names (the lock is held)
 * ---------------------------------------------------------------------------------------- */

static enum power_file name_of(const char *path)
{
	size_t len = strlen(power.database);
	if (path == NULL || len == 0 || strncmp(path, power.database, len) != 0)
		return POWER_FILES;
	for (size_t i = 0; i < POWER_FILES; i++) {
		if (strcmp(path + len, power_endings[i]) == 0)
			return (enum power_file)i;
	}
	return POWER_FILES;
}

/* The store makes the file of the database itself and syncs the folder before SQLite sees it. */
static struct disk_node *node_of(enum power_file name, bool existed)
{
	if (name == POWER_FILES)
		return NULL;
	struct disk_node *node = existed ? disk_find(&power.disk, name) : NULL;
	if (node != NULL)
		return node;
	ensure(!existed || name == POWER_DATABASE);
	node = disk_make(&power.disk, name);
	if (existed)
		disk_sync_folder(&power.disk);
	return node;
}

static int open_real(struct handle *handle, const char *path, int flags, int *out)
{
	bool existed = path != NULL && access(path, F_OK) == 0;
	bool makes = (flags & SQLITE_OPEN_CREATE) != 0;
	handle->name = name_of(path);
	int rc = makes && !existed ? result_of(handle->name, POWER_OPEN) : SQLITE_OK;
	if (rc == SQLITE_OK)
		rc = power.real->xOpen(power.real, path, handle->real, flags, out);
	if (rc != SQLITE_OK)
		return rc;
	handle->node = node_of(handle->name, existed);
	handle->syncs_folder = makes && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL |
						  SQLITE_OPEN_SUPER_JOURNAL)) != 0;
	return SQLITE_OK;
}

static int vfs_open(sqlite3_vfs *vfs UNUSED, const char *path, sqlite3_file *file, int flags,
		    int *out)
{
	struct handle *handle = handle_of(file);
	*handle = (struct handle){ .real = xcalloc(1, (unsigned long)power.real->szOsFile) };
	pthread_mutex_lock(&power.lock);
	int rc = open_real(handle, path, flags, out);
	pthread_mutex_unlock(&power.lock);
	if (rc == SQLITE_OK)
		handle->base.pMethods = &methods;
	else
		free(handle->real);
	return rc;
}

static int vfs_delete(sqlite3_vfs *vfs UNUSED, const char *path, int sync_folder)
{
	pthread_mutex_lock(&power.lock);
	enum power_file name = name_of(path);
	int rc = result_of(name, POWER_REMOVE);
	if (rc == SQLITE_OK)
		rc = power.real->xDelete(power.real, path, 0);
	if (rc == SQLITE_OK && name != POWER_FILES) {
		disk_remove(&power.disk, name);
		if (sync_folder != 0 && !power.lies)
			disk_sync_folder(&power.disk);
	}
	pthread_mutex_unlock(&power.lock);
	return rc;
}

/* Everything else is the real one's, whose data comes with the copy. */
void power_vfs_init(void)
{
	if (power.real != NULL)
		return;
	power.real = sqlite3_vfs_find(NULL);
	ensure(power.real != NULL);
	power.vfs = *power.real;
	power.vfs.pNext = NULL;
	power.vfs.zName = "power";
	power.vfs.szOsFile = (int)sizeof(struct handle);
	power.vfs.xOpen = vfs_open;
	power.vfs.xDelete = vfs_delete;
	ensure(sqlite3_vfs_register(&power.vfs, 1) == SQLITE_OK);
}

/* --- the tests' side
 * -------------------------------------------------------------------------------------------------
 */

void power_vfs_watch(const char *database)
{
	pthread_mutex_lock(&power.lock);
	snprintf(power.database, sizeof(power.database), "%s", database);
	disk_fini(&power.disk);
	power.changes = 0;
	power.moment = NULL;
	power.lies = false;
	power.failing = false;
	pthread_mutex_unlock(&power.lock);
}

void power_vfs_at(unsigned long after, power_moment *moment, void *arg)
{
	pthread_mutex_lock(&power.lock);
	power.moment_at = power.changes + after;
	power.moment = moment;
	power.moment_arg = arg;
	pthread_mutex_unlock(&power.lock);
}

void power_vfs_now(power_moment *moment, void *arg)
{
	pthread_mutex_lock(&power.lock);
	moment(arg, &power.disk);
	pthread_mutex_unlock(&power.lock);
}

unsigned long power_vfs_changes(void)
{
	pthread_mutex_lock(&power.lock);
	unsigned long changes = power.changes;
	pthread_mutex_unlock(&power.lock);
	return changes;
}

void power_vfs_lie(bool lie)
{
	pthread_mutex_lock(&power.lock);
	power.lies = lie;
	pthread_mutex_unlock(&power.lock);
}

void power_vfs_fail(const struct power_fault *fault)
{
	pthread_mutex_lock(&power.lock);
	power.fault = *fault;
	power.failing = true;
	power.failures = 0;
	pthread_mutex_unlock(&power.lock);
}

void power_vfs_mend(void)
{
	pthread_mutex_lock(&power.lock);
	power.failing = false;
	pthread_mutex_unlock(&power.lock);
}

unsigned power_vfs_failures(void)
{
	pthread_mutex_lock(&power.lock);
	unsigned failures = power.failures;
	pthread_mutex_unlock(&power.lock);
	return failures;
}

void power_vfs_seed(uint64_t seed)
{
	pthread_mutex_lock(&power.lock);
	power.dice.state = seed;
	pthread_mutex_unlock(&power.lock);
}
