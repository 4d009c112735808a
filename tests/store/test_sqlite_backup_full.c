/* SPDX-License-Identifier: Apache-2.0
 *
 * A backup onto a disk that is full or broken is refused and leaves no file behind, and the store
 * goes on; one that is answered is on the disk, with its name. */
#include "check_main.h"

#include <dirent.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "power_cut.h"

/* The store's own syncs, which do not go through SQLite, in the place of the library's. */
static struct {
	ino_t synced[8];
	size_t count;
	size_t fails_at;
} syncs;

int fsync(int fd)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return -1;
	if (syncs.count == syncs.fails_at) {
		syncs.fails_at = SIZE_MAX;
		errno = ENOSPC;
		return -1;
	}
	if (syncs.count < ARRAY_LEN(syncs.synced))
		syncs.synced[syncs.count] = st.st_ino;
	syncs.count++;
	return 0;
}

static bool was_synced(const char *path)
{
	struct stat st;
	ck_assert_int_eq(stat(path, &st), 0);
	for (size_t i = 0; i < syncs.count; i++) {
		if (syncs.synced[i] == st.st_ino)
			return true;
	}
	return false;
}

struct copying {
	struct world *w;
	char folder[CONTRACT_DATABASE_MAX];
	char copy[CONTRACT_DATABASE_MAX + 8];
};

static void copying_init(struct copying *copying, struct world *w)
{
	copying->w = w;
	snprintf(copying->copy, sizeof(copying->copy), "%s.copy", w->database);
	snprintf(copying->folder, sizeof(copying->folder), "%s", w->database);
	*strrchr(copying->folder, '/') = '\0';
	syncs.count = 0;
	syncs.fails_at = SIZE_MAX;
}

static size_t files_in(const char *path)
{
	size_t count = 0;
	DIR *folder = opendir(path);
	ck_assert_ptr_nonnull(folder);
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

static void expect_no_copy(const struct copying *copying, enum err err, size_t files)
{
	ck_assert(err == ERR_DATABASE || err == ERR_IO);
	ck_assert_int_ne(access(copying->copy, F_OK), 0);
	ck_assert_uint_eq(files_in(copying->folder), files);
}

static void expect_a_copy(struct copying *copying)
{
	struct world seen = *copying->w;
	size_t faults;
	ck_ok(store_open(&(struct store_options){ .database = copying->copy }, &seen.store));
	ck_ok(store_check(seen.store, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
	world_redeemed(&seen);
	store_close(&seen.store);
}

static bool copy_to_full_disk(struct copying *copying, unsigned after)
{
	const struct power_fault fault = { .calls = POWER_WRITE | POWER_CUT,
					   .files = POWER_FILE(POWER_FILES),
					   .after = after,
					   .stays = after % 2 == 0,
					   .result = SQLITE_FULL };
	size_t files = files_in(copying->folder);
	power_vfs_fail(&fault);
	enum err err = store_backup(copying->w->store, copying->copy);
	power_vfs_mend();
	if (power_vfs_failures() == 0) {
		ck_ok(err);
		return true;
	}
	expect_no_copy(copying, err, files);
	world_redeemed(copying->w);
	return false;
}

START_TEST(a_copy_that_does_not_fit_leaves_nothing)
{
	WORLD(w);
	struct copying copying;
	unsigned after = 0;
	world_redeemed(&w);
	copying_init(&copying, &w);
	while (!copy_to_full_disk(&copying, after))
		after++;
	ck_assert_uint_gt(after, 20);
	expect_a_copy(&copying);
}
END_TEST

START_TEST(a_copy_that_cannot_be_synced_leaves_nothing)
{
	WORLD(w);
	struct copying copying;
	world_redeemed(&w);
	copying_init(&copying, &w);
	size_t files = files_in(copying.folder);
	syncs.fails_at = (size_t)_i;
	expect_no_copy(&copying, store_backup(w.store, copying.copy), files);
	ck_ok(store_backup(w.store, copying.copy));
	expect_a_copy(&copying);
}
END_TEST

START_TEST(a_new_file_is_synced_with_its_folder)
{
	struct copying copying;
	syncs.fails_at = SIZE_MAX;
	WORLD(w);
	size_t count = syncs.count;
	copying_init(&copying, &w);
	syncs.count = count;
	ck_assert(was_synced(copying.folder));
	syncs.count = 0;
	ck_ok(store_backup(w.store, copying.copy));
	ck_assert(was_synced(copying.copy));
	ck_assert(was_synced(copying.folder));
}
END_TEST

static void add_tests(TCase *tc)
{
	power_worlds();
	tcase_add_test(tc, a_copy_that_does_not_fit_leaves_nothing);
	tcase_add_loop_test(tc, a_copy_that_cannot_be_synced_leaves_nothing, 0, 2);
	tcase_add_test(tc, a_new_file_is_synced_with_its_folder);
}

TEST_MAIN("store/sqlite/backup_full", add_tests)
