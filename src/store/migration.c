/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps by their names, and what a program may do with a database of some schema. */
#include "store/migration.h"

#include <stdio.h>

#include "base/ensure.h"
#include "base/log.h"

enum { NUMBER_DIGITS = 4 };

struct migration_set migration_built_in(const char *folder)
{
	return (struct migration_set){ asset_table, asset_count, folder };
}

bool migration_find(const struct migration_set *set, int64_t version, struct migration *out)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "%s%0*lld_", set->folder, NUMBER_DIGITS,
			   (long long)version);
	ensure(len > 0 && (size_t)len < sizeof(text));
	struct slice prefix = slice_of(text, (size_t)len);
	for (size_t i = 0; i < set->count; i++) {
		const struct asset *file = &set->files[i];
		struct slice path = slice_str(file->name);
		if (!slice_has_prefix(path, prefix))
			continue;
		*out = (struct migration){
			.version = version,
			.name = slice_sub(path, slice_str(set->folder).len, SIZE_MAX),
			.sql = slice_of(file->data, file->len),
			.contracts = slice_has_prefix(slice_sub(path, prefix.len, SIZE_MAX),
						      SLICE("contract_")),
		};
		return true;
	}
	return false;
}

int64_t migration_newest(const struct migration_set *set)
{
	struct migration step;
	int64_t version = 0;
	while (migration_find(set, version + 1, &step))
		version++;
	return version;
}

struct migration_mark migration_take(const struct migration *step,
				     const struct migration_mark *before)
{
	/* Nothing works with an empty database, and what the first step makes is the first schema.
	 */
	int64_t needs = before->version == 0 ? 1 : before->needs;
	return (struct migration_mark){ step->version, step->contracts ? step->version : needs };
}

enum store_schema migration_judge(const struct migration_set *set,
				  const struct migration_mark *mark)
{
	struct migration step;
	int64_t newest = migration_newest(set);
	if (mark->version > newest)
		return mark->needs <= newest ? SCHEMA_AHEAD : SCHEMA_NEWER;
	for (int64_t version = mark->version + 1; version <= newest; version++) {
		if (migration_find(set, version, &step) && !step.contracts)
			return SCHEMA_OLD;
	}
	return SCHEMA_CURRENT;
}

void migration_log_unknown(const struct migration_set *set, const struct migration_mark *mark)
{
	log_error("the database has a schema that this program does not know",
		  LOG_NUMBER("version", mark->version), LOG_NUMBER("needs", mark->needs),
		  LOG_NUMBER("known", migration_newest(set)));
}
