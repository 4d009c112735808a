/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables as both engines have them: what is in every row, under the same names, in one order of
 * columns. It is what a copy from one engine to the other goes by; the engines' own statements do
 * not. A test holds it against both schemas. */
#ifndef STORE_TABLE_H
#define STORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "store/value.h"

struct column {
	const char *name;
	enum value_type type;
	bool nullable;
	bool local; /* orders rows within one database, and means nothing in another */
};

enum { TABLE_COLUMNS_MAX = 20 };

struct table {
	const char *name;
	const struct column *columns;
	size_t column_count;
	/* Columns, joined by commas, in whose order rows are copied, and by which two copies are
	 * held against each other. Names that are reserved words stand in double quotes. */
	const char *copy_order;
	const char *key;
};

/* In an order in which what is referred to comes first. Not among them: what belongs to one
 * database alone (migration, lease, node). */
extern const struct table table_list[];
extern const size_t table_count;

#endif
