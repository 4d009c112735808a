/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite goes through the contract of the store. */
#include "check_main.h"

#include "contract.h"
#include "sqlite_engine.h"

static void add_tests(TCase *tc)
{
	contract_add_tests(tc, &sqlite_for_tests);
}

TEST_MAIN_TIMEOUT("store/contract over sqlite", add_tests, 600)
