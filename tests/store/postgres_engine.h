/* SPDX-License-Identifier: Apache-2.0
 *
 * Databases of PostgreSQL for tests: each is made on the server that DOORCODE_TEST_POSTGRES names.
 */
#ifndef STORE_POSTGRES_ENGINE_FOR_TESTS_H
#define STORE_POSTGRES_ENGINE_FOR_TESTS_H

#include "contract.h"

extern const struct contract_engine postgres_for_tests;

#endif
