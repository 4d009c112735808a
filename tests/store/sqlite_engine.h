/* SPDX-License-Identifier: Apache-2.0
 *
 * Databases of SQLite for tests: files in a folder of their own. */
#ifndef STORE_SQLITE_ENGINE_FOR_TESTS_H
#define STORE_SQLITE_ENGINE_FOR_TESTS_H

#include <stdint.h>

#include "contract.h"

extern const struct contract_engine sqlite_for_tests;
/* The first column of the first row, by a connection of its own. */
int64_t sqlite_number(const char *database, const char *sql);

#endif
