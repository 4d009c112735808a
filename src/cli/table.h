/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists for people: columns as wide as their widest cell, with headings. An empty list prints one
 * sentence. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdio.h>

#include "base/arena.h"
#include "base/slice.h"

enum { TABLE_COLUMNS_MAX = 8 };

struct table;

/* `headings` are literals. */
struct table *table_new(struct arena *arena, const char *const *headings, size_t columns);
/* The next cell, row by row; the bytes must live as long as the table. An empty one is shown as
 * "-". */
void table_cell(struct table *table, struct slice text);
void table_print(const struct table *table, FILE *out, const char *when_empty);

#endif
