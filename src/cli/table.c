/* SPDX-License-Identifier: Apache-2.0
 *
 * Cells in one growing array; widths are counted in characters of UTF-8, not bytes. */
#include "cli/table.h"

#include "base/ensure.h"

#include <string.h>

struct table {
	struct arena *arena;
	const char *const *headings;
	size_t columns;
	struct slice *cells;
	size_t count;
	size_t room;
	size_t widths[TABLE_COLUMNS_MAX];
};

enum { FIRST_ROOM = 64 };

static size_t width(struct slice text)
{
	size_t characters = 0;

	for (size_t i = 0; i < text.len; i++)
		characters += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
	return characters;
}

struct table *table_new(struct arena *arena, const char *const *headings, size_t columns)
{
	struct table *table = ARENA_NEW(arena, struct table);

	ensure(columns > 0 && columns <= TABLE_COLUMNS_MAX);
	*table = (struct table){ .arena = arena, .headings = headings, .columns = columns };
	for (size_t i = 0; i < columns; i++)
		table->widths[i] = strlen(headings[i]);
	return table;
}

void table_cell(struct table *table, struct slice text)
{
	size_t column = table->count % table->columns;

	if (slice_is_empty(text))
		text = SLICE("-");
	if (table->count == table->room) {
		size_t room = table->room == 0 ? FIRST_ROOM : table->room * 2;
		struct slice *cells = arena_calloc(table->arena, room, sizeof(*cells));

		if (table->count > 0)
			memcpy(cells, table->cells, table->count * sizeof(*cells));
		table->cells = cells;
		table->room = room;
	}
	table->cells[table->count++] = text;
	if (width(text) > table->widths[column])
		table->widths[column] = width(text);
}

static void print_cell(const struct table *table, size_t column, struct slice text, FILE *out)
{
	bool last = column + 1 == table->columns;
	size_t pad = last ? 0 : table->widths[column] - width(text) + 2;

	fprintf(out, "%.*s%*s%s", SLICE_ARG(text), (int)pad, "", last ? "\n" : "");
}

void table_print(const struct table *table, FILE *out, const char *when_empty)
{
	if (table->count == 0) {
		fprintf(out, "%s\n", when_empty);
		return;
	}
	ensure(table->columns > 0);
	for (size_t i = 0; i < table->columns; i++)
		print_cell(table, i, slice_str(table->headings[i]), out);
	for (size_t i = 0; i < table->count; i++)
		print_cell(table, i % table->columns, table->cells[i], out);
}
