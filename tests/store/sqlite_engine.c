/* SPDX-License-Identifier: Apache-2.0
 *
 * Databases of SQLite for tests. */
#include "sqlite_engine.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"

static void create(char database[CONTRACT_DATABASE_MAX])
{
	const char *temporary = getenv("TMPDIR");
	char folder[CONTRACT_DATABASE_MAX / 2];
	snprintf(folder, sizeof(folder), "%s/doorcode-store-XXXXXX",
		 temporary != NULL ? temporary : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(database, CONTRACT_DATABASE_MAX, "%s/test.db", folder);
}

static void drop(const char *database)
{
	static const char *const endings[] = { "",      "-wal",      "-shm",     "-journal",
					       ".copy", ".copy-wal", ".copy-shm" };
	char path[CONTRACT_DATABASE_MAX + 16];
	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		snprintf(path, sizeof(path), "%s%s", database, endings[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s", database);
	*strrchr(path, '/') = '\0';
	rmdir(path);
}

const struct contract_engine sqlite_for_tests = { "sqlite", create, drop, NULL };

int64_t sqlite_number(const char *database, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *stmt;
	ck_assert_int_eq(sqlite3_open_v2(database, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
	int64_t number = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return number;
}
