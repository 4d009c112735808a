/* SPDX-License-Identifier: Apache-2.0
 *
 * What is SQLite's own: the file and its mode, copies, a full disk, the connections of threads, and
 * several processes on one file. */
#include "check_main.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "crew.h"
#include "sqlite_engine.h"
#include "world.h"

/* --- the file
 * --------------------------------------------------------------------------------------------------------
 */

static unsigned mode_of(const char *database, const char *ending)
{
	char path[CONTRACT_DATABASE_MAX + 8];
	struct stat st;
	snprintf(path, sizeof(path), "%s%s", database, ending);
	ck_assert_int_eq(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static const mode_t masks[] = { 0, 022, 077, 0277, 0777 };

START_TEST(the_files_are_private_whatever_the_umask)
{
	WORLD_EMPTY(w);
	store_close(&w.store);
	ck_assert_int_eq(unlink(w.database), 0);
	umask(masks[_i]);
	ck_ok(store_open(&(struct store_options){ .database = w.database }, &w.store));
	ck_ok(store_migrate(w.store, w.now));
	ck_assert_uint_eq(mode_of(w.database, ""), 0600);
	ck_assert_uint_eq(mode_of(w.database, "-wal"), 0600);
	ck_assert_uint_eq(mode_of(w.database, "-shm"), 0600);
	char copy[CONTRACT_DATABASE_MAX + 8];
	snprintf(copy, sizeof(copy), "%s.copy", w.database);
	ck_ok(store_backup(w.store, copy));
	ck_assert_uint_eq(mode_of(w.database, ".copy"), 0600);
}
END_TEST

START_TEST(a_file_that_is_no_database_is_refused_and_left_alone)
{
	WORLD_EMPTY(w);
	store_close(&w.store);
	FILE *file = fopen(w.database, "w");
	for (int i = 0; i < 1000; i++)
		fputs("This is not a database. ", file);
	fclose(file);
	for (int read_only = 0; read_only < 2; read_only++)
		ck_err(store_open(&(struct store_options){ .database = w.database,
							   .read_only = read_only != 0 },
				  &w.store),
		       ERR_DATABASE);
	struct stat st;
	ck_assert_int_eq(stat(w.database, &st), 0);
	ck_assert_int_eq(st.st_size, 24000);
}
END_TEST

START_TEST(a_folder_that_does_not_exist_is_refused)
{
	struct store *store;
	ck_err(store_open(&(struct store_options){ .database = "/nonexistent/folder/x.db" },
			  &store),
	       ERR_DATABASE);
	ck_assert_ptr_null(store);
}
END_TEST

/* A path is a path, whatever it looks like, and stays the same file when the working folder
 * changes. */
START_TEST(a_relative_path_stays_where_it_is)
{
	WORLD_EMPTY(w);
	store_close(&w.store);
	char folder[CONTRACT_DATABASE_MAX];
	snprintf(folder, sizeof(folder), "%s", w.database);
	*strrchr(folder, '/') = '\0';
	ck_assert_int_eq(chdir(folder), 0);
	ck_ok(store_open(&(struct store_options){ .database = "file:odd?mode=memory" }, &w.store));
	ck_ok(store_migrate(w.store, w.now));
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_CURRENT);
	store_close(&w.store);
	ck_assert_int_eq(chdir(folder), 0);
	ck_assert_int_eq(access("file:odd?mode=memory", F_OK), 0);
	ck_assert_int_eq(unlink("file:odd?mode=memory"), 0);
	ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

START_TEST(the_database_is_what_durability_needs)
{
	WORLD(w);
	world_pending(&w);
	ck_assert_int_eq(
		sqlite_number(
			w.database,
			"SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"),
		1);
	ck_assert_int_eq(sqlite_number(w.database, "SELECT max(version) = count(*) FROM migration"),
			 1);
	ck_assert_int_eq(
		sqlite_number(
			w.database,
			"SELECT count(*) FROM migration WHERE version = 1 AND name = '0001_init.sql'"
			" AND applied = 1800000000"),
		1);
}
END_TEST

/* --- copies
 * ----------------------------------------------------------------------------------------------------------
 */

struct writing {
	struct world *w;
	_Atomic bool stop;
	_Atomic size_t written;
};

static void *write_on(void *arg)
{
	struct writing *writing = arg;
	while (!writing->stop) {
		world_redeemed(writing->w);
		writing->written++;
	}
	return NULL;
}

START_TEST(a_copy_is_consistent_while_others_write)
{
	WORLD(w);
	struct writing writing = { .w = &w };
	pthread_t threads[4];
	char copy[CONTRACT_DATABASE_MAX + 8];
	snprintf(copy, sizeof(copy), "%s.copy", w.database);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, write_on, &writing), 0);
	while (writing.written < 20)
		;
	size_t before = writing.written;
	ck_ok(store_backup(w.store, copy));
	size_t after = writing.written + ARRAY_LEN(threads);
	ck_err(store_backup(w.store, copy), ERR_CONFLICT);
	writing.stop = true;
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		pthread_join(threads[i], NULL);

	struct store *restored;
	size_t faults;
	ck_ok(store_open(&(struct store_options){ .database = copy }, &restored));
	ck_assert_int_eq(store_schema_state(restored), SCHEMA_CURRENT);
	ck_ok(store_check(restored, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
	ck_ok(store_user_set_admin(restored, &w.user, true, NULL));
	store_close(&restored);
	int64_t redeemed = sqlite_number(copy,
					 "SELECT count(*) FROM device_grant WHERE status = 3");
	ck_assert_int_ge(redeemed, (int64_t)before);
	ck_assert_int_le(redeemed, (int64_t)after);
}
END_TEST

START_TEST(a_copy_to_nowhere_is_refused)
{
	WORLD(w);
	ck_err(store_backup(w.store, "/nonexistent/folder/copy.db"), ERR_IO);
	ck_err(store_backup(w.store, w.database), ERR_CONFLICT);
}
END_TEST

/* --- a full disk
 * -----------------------------------------------------------------------------------------------------
 */

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

enum { FULL_THREADS = 8, FULL_WRITES = 400 };

struct full {
	struct world *w;
	struct id written[FULL_THREADS][FULL_WRITES];
	size_t good[FULL_THREADS];
	size_t failed[FULL_THREADS];
};

static void fill_disk(void *arg, size_t number)
{
	struct full *full = arg;
	for (size_t i = 0; i < FULL_WRITES; i++) {
		struct device_grant_new grant = world_grant(full->w);
		enum err err = store_device_grant_insert(full->w->store, &grant, NULL);
		ck_assert(err == ERR_OK || err == ERR_DATABASE);
		full->failed[number] += err == ERR_DATABASE;
		if (err == ERR_OK)
			full->written[number][full->good[number]++] = grant.grant.authorization;
	}
}

START_TEST(a_full_disk_fails_the_writes_and_not_the_store)
{
	static struct full full;
	WORLD(w);
	struct crew crew;
	full.w = &w;
	signal(SIGXFSZ, SIG_IGN);
	log_configure(LOG_LEVEL_COUNT, LOG_LOGFMT);
	crew_init(&crew, FULL_THREADS, fill_disk, &full);
	limit_files(1500000);
	crew_round(&crew);
	limit_files(RLIM_INFINITY);
	crew_fini(&crew);
	size_t good = 0;
	size_t failed = 0;
	for (size_t i = 0; i < FULL_THREADS; i++) {
		good += full.good[i];
		failed += full.failed[i];
		for (size_t j = 0; j < full.good[i]; j++)
			world_find_grant(&w, &full.written[i][j]);
	}
	ck_assert(good > 0 && failed > 0);
	world_redeemed(&w);
	world_reopen(&w);
	/* What was refused is not there either. */
	ck_assert_int_eq(sqlite_number(w.database, "SELECT count(*) FROM device_grant"),
			 (int64_t)good + 1);
	size_t faults;
	ck_ok(store_check(w.store, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
}
END_TEST

/* --- readers
 * ---------------------------------------------------------------------------------------------------------
 */

static size_t open_files(void)
{
	size_t count = 0;
	DIR *folder = opendir("/proc/self/fd");
	ck_assert_ptr_nonnull(folder);
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

static void *read_once(void *arg)
{
	struct world *w = arg;
	AUTO(arena) struct arena *arena = arena_new();
	struct user *user;
	ck_found(store_user_find(w->store, arena, &w->user, &user));
	return NULL;
}

START_TEST(the_connection_of_a_thread_ends_with_it)
{
	WORLD(w);
	read_once(&w);
	size_t before = open_files();
	for (int i = 0; i < 50; i++) {
		pthread_t thread;
		ck_assert_int_eq(pthread_create(&thread, NULL, read_once, &w), 0);
		pthread_join(thread, NULL);
	}
	/* SQLite keeps a few descriptors of a file that is open until the last lock on it is gone.
	 */
	ck_assert_uint_le(open_files(), before + 1);
	store_close(&w.store);
	ck_assert_uint_lt(open_files(), before);
}
END_TEST

/* --- several processes
 * -----------------------------------------------------------------------------------------------
 */

enum { PROCESSES = 3, FLOWS = 60 };

NORETURN static void run_process(struct world *w)
{
	ck_ok(store_open(&(struct store_options){ .database = w->database }, &w->store));
	for (int i = 0; i < FLOWS; i++) {
		struct redemption redeemed = world_redeemed(w);
		if (!world_has_access(w, &redeemed))
			_exit(1);
	}
	store_close(&w->store);
	_exit(0);
}

START_TEST(several_processes_write_to_one_file)
{
	WORLD(w);
	pid_t pids[PROCESSES];
	store_close(&w.store);
	for (size_t i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		ck_assert_int_ge(pids[i], 0);
		if (pids[i] == 0)
			run_process(&w);
	}
	for (size_t i = 0; i < PROCESSES; i++) {
		int status;
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	ck_assert_int_eq(
		sqlite_number(w.database, "SELECT count(*) FROM device_grant WHERE status = 3"),
		PROCESSES * FLOWS);
	ck_ok(store_open(&(struct store_options){ .database = w.database }, &w.store));
	size_t faults;
	ck_ok(store_check(w.store, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
}
END_TEST

/* A command that holds the lock for a moment delays a write and does not fail it. */
START_TEST(a_lock_of_another_is_waited_for)
{
	WORLD(w);
	sqlite3 *db;
	ck_assert_int_eq(sqlite3_open_v2(w.database, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	struct writing writing = { .w = &w };
	pthread_t thread;
	ck_assert_int_eq(pthread_create(&thread, NULL, write_on, &writing), 0);
	struct timespec wait = { .tv_nsec = 50000000 };
	nanosleep(&wait, NULL);
	ck_assert_uint_eq(writing.written, 0);
	struct user *user;
	ck_found(store_user_find(w.store, w.arena, &w.user, &user)); /* readers do not wait */
	ck_assert_int_eq(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	while (writing.written == 0)
		;
	writing.stop = true;
	pthread_join(thread, NULL);
}
END_TEST

static void add_tests(TCase *tc)
{
	world_set_engine(&sqlite_for_tests);
	tcase_add_loop_test(tc, the_files_are_private_whatever_the_umask, 0, ARRAY_LEN(masks));
	tcase_add_test(tc, a_file_that_is_no_database_is_refused_and_left_alone);
	tcase_add_test(tc, a_folder_that_does_not_exist_is_refused);
	tcase_add_test(tc, a_relative_path_stays_where_it_is);
	tcase_add_test(tc, the_database_is_what_durability_needs);
	tcase_add_test(tc, a_copy_is_consistent_while_others_write);
	tcase_add_test(tc, a_copy_to_nowhere_is_refused);
	tcase_add_test(tc, a_full_disk_fails_the_writes_and_not_the_store);
	tcase_add_test(tc, the_connection_of_a_thread_ends_with_it);
	tcase_add_test(tc, several_processes_write_to_one_file);
	tcase_add_test(tc, a_lock_of_another_is_waited_for);
}

TEST_MAIN_TIMEOUT("store/sqlite/file", add_tests, 120)
