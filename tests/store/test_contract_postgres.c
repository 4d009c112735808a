/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL goes through the contract of the store. */
#include "check_main.h"

#include "contract.h"
#include "postgres_engine.h"

static void add_tests(TCase *tc)
{
	contract_add_tests(tc, &postgres_for_tests);
}

TEST_MAIN_TIMEOUT("store/contract over postgres", add_tests, 600)
