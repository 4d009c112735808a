/* SPDX-License-Identifier: Apache-2.0
 *
 * A file system for SQLite between it and the real one, for the whole of a test program: the files
 * of the watched database are recorded on a disk of the tests (power_disk.h), a moment can be
 * chosen at which the power is cut, and calls can be made to fail. The programs go on with the real
 * files, which nothing is ever synced of. */
#ifndef STORE_POWER_VFS_H
#define STORE_POWER_VFS_H

#include <stdbool.h>

#include "power_disk.h"

/* Before anything is opened; once is enough. */
void power_vfs_init(void);
/* From now on this database, which must not be open, is the one; all of an older one, the fault and
 * the moment included, are forgotten. */
void power_vfs_watch(const char *database);

/* --- the cut
 * ---------------------------------------------------------------------------------------------------------
 */

/* Called between two changes of the disk; must not use SQLite. */
typedef void power_moment(void *arg, const struct disk *disk);
/* Once, before the change number `after` from now (0: the next). NULL: never. */
void power_vfs_at(unsigned long after, power_moment *moment, void *arg);
void power_vfs_now(power_moment *moment, void *arg);
/* Changes so far. */
unsigned long power_vfs_changes(void);
/* A disk that lies: a sync is answered and not made. */
void power_vfs_lie(bool lie);

/* --- failures
 * --------------------------------------------------------------------------------------------------------
 */

enum power_call {
	POWER_OPEN = 1 << 0, /* that makes a file */
	POWER_WRITE = 1 << 1,
	POWER_SYNC = 1 << 2,
	POWER_CUT = 1 << 3,
	POWER_REMOVE = 1 << 4,
	POWER_SHARE = 1 << 5 /* growth of the -shm */
};
/* Which files: bits of enum power_file, POWER_FILES for any other. */
#define POWER_FILE(file) (1U << (file))
#define POWER_WATCHED (POWER_FILE(POWER_FILES) - 1)

struct power_fault {
	unsigned calls;
	unsigned files;
	unsigned after; /* such calls that are still good */
	bool stays;     /* until it is mended; otherwise one call fails */
	bool forgets;   /* what a sync did not write is gone for the programs, too */
	int result;     /* of SQLite */
};
/* A write that fails leaves its first half; a sync that fails leaves what the dice say, and what it
 * did not write is never written. */
void power_vfs_fail(const struct power_fault *fault);
void power_vfs_mend(void);
/* Calls that failed since the last power_vfs_fail(). */
unsigned power_vfs_failures(void);
/* For what the disk keeps of syncs that fail. */
void power_vfs_seed(uint64_t seed);

#endif
