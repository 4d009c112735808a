/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps from an empty database to the schema of this program, whatever the engine: files
 * NNNN_name.sql in a folder, numbered from 1 without a gap. A file named NNNN_contract_name.sql
 * takes away what older programs need; every other one adds, so that programs that do not know it
 * go on working. A program for its part must work while steps of the first kind are still to be
 * taken, since those wait for the last older program to end. */
#ifndef STORE_MIGRATION_H
#define STORE_MIGRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/asset.h"
#include "store/store.h"

struct migration_set {
	const struct asset *files; /* others may stand among them */
	size_t count;
	const char *folder; /* that theirs are in, with its slash: "sql/sqlite/" */
};

struct migration {
	int64_t version;
	struct slice name; /* of the file, without its folder */
	struct slice sql;
	bool contracts;
};

/* What a database says of itself: the newest step that was taken, and the oldest schema whose
 * programs still work with it. */
struct migration_mark {
	int64_t version;
	int64_t needs;
};

/* Those that are built in. `folder` lives as long as the set. */
struct migration_set migration_built_in(const char *folder);
/* False when the set has no such version. */
MUST_USE bool migration_find(const struct migration_set *set, int64_t version,
			     struct migration *out);
/* 0 for an empty set. */
int64_t migration_newest(const struct migration_set *set);
/* The mark that a database with the mark `before` has once the step is taken. */
struct migration_mark migration_take(const struct migration *step,
				     const struct migration_mark *before);
/* CURRENT, OLD, AHEAD or NEWER. CURRENT is also one that lacks nothing but contracting steps. */
enum store_schema migration_judge(const struct migration_set *set,
				  const struct migration_mark *mark);
/* The log line for a database that is SCHEMA_NEWER or not ours. */
void migration_log_unknown(const struct migration_set *set, const struct migration_mark *mark);

#endif
