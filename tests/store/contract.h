/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of store.h as a suite that every engine goes through. An engine gives databases;
 * everything else is done by the calls of store.h alone. */
#ifndef STORE_CONTRACT_H
#define STORE_CONTRACT_H

#include <check.h>

enum { CONTRACT_DATABASE_MAX = 512 };

struct contract_engine {
	const char *name;
	/* Names an empty database of its own, as the database option takes it. */
	void (*create)(char database[CONTRACT_DATABASE_MAX]);
	/* Removes it with all it left. */
	void (*drop)(const char *database);
	/* Names one of its own that is as `original` is, which nobody has open; NULL: making one
	 * anew is as cheap. */
	void (*copy)(const char *original, char database[CONTRACT_DATABASE_MAX]);
};

/* `engine` must live as long as the tests run. */
void contract_add_tests(TCase *tc, const struct contract_engine *engine);

#endif
