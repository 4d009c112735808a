/* SPDX-License-Identifier: Apache-2.0
 *
 * What migrations promise, for every engine: with the steps that are built in, and steps of tests
 * behind them. */
#ifndef STORE_MIGRATIONS_FOR_TESTS_H
#define STORE_MIGRATIONS_FOR_TESTS_H

#include "contract.h"
#include "store/migration.h"

struct migrations_engine {
	const struct contract_engine *databases;
	const char *folder; /* "sql/sqlite/" */
	enum err (*run)(struct store *store, const struct migration_set *set, int64_t now);
	enum store_schema (*state)(struct store *store, const struct migration_set *set);
};

enum { STEPS_MAX = 32, STEP_NAME_MAX = 64 };

/* The first `built_in` of the built-in steps (or all of them), and others behind them. */
struct steps {
	struct migration_set set;
	struct asset files[STEPS_MAX];
	char names[STEPS_MAX][STEP_NAME_MAX];
};

enum { STEPS_ALL = STEPS_MAX };
void steps_init(struct steps *steps, const struct migrations_engine *engine, size_t built_in);
/* One more at the end: "expand", "contract_name". */
void steps_add(struct steps *steps, const char *name, const char *sql);

/* `engine` must live as long as the tests run. */
void migrations_add_tests(TCase *tc, const struct migrations_engine *engine);

#endif
