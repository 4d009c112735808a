/* SPDX-License-Identifier: Apache-2.0
 *
 * A copy from one database into another: table by table, in portions that are committed one by one,
 * and then once more, both sides in the order of their keys, to see that every row is the same. A
 * copy that was broken off, or differs, leaves a database that says so of itself, and is made anew.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/log.h"
#include "store/store_ops.h"

enum { PORTION = 500 };

struct copying {
	struct store *to;
	struct snapshot *from;
	struct arena *arena; /* of one portion */
	void (*report)(void *arg, struct slice table, uint64_t rows);
	void *arg;
};

static const struct store_copy_ops *ops_of(const struct snapshot *snapshot)
{
	return snapshot->store->ops->copy;
}

static void snapshot_free(struct snapshot **snapshot)
{
	if (*snapshot != NULL)
		ops_of(*snapshot)->close(snapshot);
}

/* --- copying
 * ------------------------------------------------------------------------------------------ */

static void keep(struct copying *copying, const struct table *table, struct value *cells)
{
	for (size_t i = 0; i < table->column_count; i++)
		cells[i].bytes = arena_slice(copying->arena, cells[i].bytes);
}

/* Takes up to a portion out of the source; FOUND when there may be more. */
static enum find take_portion(struct copying *copying, const struct table *table,
			      struct value *cells, size_t *rows)
{
	enum find found = FOUND;
	for (*rows = 0; *rows < PORTION; (*rows)++) {
		struct value row[TABLE_COLUMNS_MAX];
		found = ops_of(copying->from)->next(copying->from, row);
		if (found != FOUND)
			return found;
		keep(copying, table, row);
		memcpy(cells + *rows * table->column_count, row,
		       table->column_count * sizeof(*row));
	}
	return found;
}

static enum err copy_rows(struct copying *copying, const struct table *table, struct value *cells,
			  uint64_t *total)
{
	const struct store_copy_ops *to = copying->to->ops->copy;
	enum find found = FOUND;
	while (found == FOUND) {
		size_t rows;
		arena_reset(copying->arena);
		found = take_portion(copying, table, cells, &rows);
		if (found == FIND_FAILED)
			return ERR_DATABASE;
		enum err err = rows > 0 ? to->insert(copying->to, table, cells, rows) : ERR_OK;
		/* Somebody else's row: the database was new when room was made. */
		if (err != ERR_OK)
			return err == ERR_CONFLICT ? ERR_UNCHANGED : err;
		*total += rows;
	}
	return ERR_OK;
}

static enum err copy_table(struct copying *copying, const struct table *table)
{
	uint64_t total = 0;
	enum err err = ops_of(copying->from)->start(copying->from, table, table->copy_order);
	if (err != ERR_OK)
		return err;
	struct value *cells = xcalloc(PORTION * table->column_count, sizeof(*cells));
	err = copy_rows(copying, table, cells, &total);
	free(cells);
	if (err == ERR_OK && copying->report != NULL)
		copying->report(copying->arg, slice_str(table->name), total);
	return err;
}

static enum err mark_unfinished(struct store *to)
{
	enum err err = store_meta_insert(to, STORE_UNFINISHED_COPY, SLICE("yes"));
	return err == ERR_CONFLICT ? ERR_UNCHANGED : err;
}

static enum err copy_tables(struct copying *copying)
{
	enum err err = copying->to->ops->copy->make_room(copying->to);
	if (err == ERR_OK)
		err = mark_unfinished(copying->to);
	for (size_t i = 0; i < table_count && err == ERR_OK; i++)
		err = copy_table(copying, &table_list[i]);
	return err == ERR_OK ? copying->to->ops->copy->finish(copying->to) : err;
}

/* --- comparing
 * ---------------------------------------------------------------------------------------- */

static bool is_same(const struct column *column, const struct value *a, const struct value *b)
{
	if (column->local || (a->null && b->null))
		return true;
	return a->null == b->null && a->number == b->number && slice_equal(a->bytes, b->bytes);
}

static enum err differs(const struct table *table, const char *column, uint64_t row)
{
	log_error("the copy is not the same as its original",
		  LOG_TEXT("table", slice_str(table->name)), LOG_TEXT("column", slice_str(column)),
		  LOG_NUMBER("row", row));
	return ERR_INVALID;
}

static enum err compare_row(const struct table *table, const struct value *a, const struct value *b,
			    uint64_t row)
{
	for (size_t i = 0; i < table->column_count; i++) {
		if (!is_same(&table->columns[i], &a[i], &b[i]))
			return differs(table, table->columns[i].name, row);
	}
	return ERR_OK;
}

/* The next row of the copy, but for the mark. */
static enum find next_copied(struct snapshot *copy, const struct table *table,
			     struct value cells[TABLE_COLUMNS_MAX])
{
	enum find found = ops_of(copy)->next(copy, cells);
	bool is_mark = found == FOUND && table == &table_list[0] &&
		       slice_equal(cells[0].bytes, STORE_UNFINISHED_COPY);
	return is_mark ? ops_of(copy)->next(copy, cells) : found;
}

static enum err compare_rows(struct snapshot *from, struct snapshot *copy,
			     const struct table *table)
{
	for (uint64_t row = 1;; row++) {
		struct value a[TABLE_COLUMNS_MAX];
		struct value b[TABLE_COLUMNS_MAX];
		enum find original = ops_of(from)->next(from, a);
		enum find copied = next_copied(copy, table, b);
		if (original == FIND_FAILED || copied == FIND_FAILED)
			return ERR_DATABASE;
		if (original != copied)
			return differs(table, "(its number of rows)", row);
		if (original == ABSENT)
			return ERR_OK;
		enum err err = compare_row(table, a, b, row);
		if (err != ERR_OK)
			return err;
	}
}

static enum err compare_tables(struct snapshot *from, struct snapshot *copy)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < table_count && err == ERR_OK; i++) {
		const struct table *table = &table_list[i];
		err = ops_of(from)->start(from, table, table->key);
		if (err == ERR_OK)
			err = ops_of(copy)->start(copy, table, table->key);
		if (err == ERR_OK)
			err = compare_rows(from, copy, table);
	}
	return err;
}

static enum err compare(const struct copying *copying)
{
	AUTO(snapshot) struct snapshot *copy = NULL;
	enum err err = copying->to->ops->copy->open(copying->to, &copy);
	return err == ERR_OK ? compare_tables(copying->from, copy) : err;
}

/* The mark stands until every row has been looked at. One that is gone already was taken away by an
 * attempt whose answer was lost. */
static enum err approve(const struct copying *copying)
{
	enum err err = compare(copying);
	if (err != ERR_OK)
		return err;
	err = store_meta_remove(copying->to, STORE_UNFINISHED_COPY);
	return err == ERR_ABSENT ? ERR_OK : err;
}

enum err store_copy(struct store *from, struct store *to,
		    void (*report)(void *arg, struct slice table, uint64_t rows), void *arg)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(snapshot) struct snapshot *snapshot = NULL;
	enum err err = from->ops->copy->open(from, &snapshot);
	struct copying copying = {
		.to = to, .from = snapshot, .arena = arena, .report = report, .arg = arg
	};
	if (err == ERR_OK)
		err = copy_tables(&copying);
	return err == ERR_OK ? approve(&copying) : err;
}
