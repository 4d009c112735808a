/* SPDX-License-Identifier: Apache-2.0
 *
 * Resources, by their URI. */
#include "store/sqlite/object.h"

#define RESOURCE_COLUMNS "uri, name, scopes, client, format, lifetime, created"

static enum err resource_list(struct store *store, struct arena *arena, struct resource_list *out)
{
	static const char sql[] = "SELECT " RESOURCE_COLUMNS " FROM resource ORDER BY uri";
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, NO_VALUES);
	struct rows_array array = { .record = &resource_record,
				    .size = sizeof(struct resource),
				    .limit = SIZE_MAX };
	enum err err = rows_all(&rows, arena, &array);
	*out = (struct resource_list){ array.items, array.count };
	return err;
}

static enum err resource_insert(struct store *store, const struct resource *resource,
				const struct event *event)
{
	static const char sql[] = "INSERT INTO resource (" RESOURCE_COLUMNS
				  ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
	return ENGINE_CHANGE(store, sql,
			     VALUES(V_TEXT(resource->uri), V_TEXT(resource->name),
				    V_TEXT(resource->scopes), V_ID_OR_NULL(&resource->client),
				    V_INT(resource->format), V_INT(resource->lifetime),
				    V_INT(resource->created)),
			     ERR_DATABASE, event);
}

static enum err resource_update(struct store *store, const struct resource *resource,
				const struct event *event)
{
	static const char sql[] =
		"UPDATE resource SET name = ?2, scopes = ?3, client = ?4, format = ?5, lifetime = ?6"
		" WHERE uri = ?1";
	return ENGINE_CHANGE(store, sql,
			     VALUES(V_TEXT(resource->uri), V_TEXT(resource->name),
				    V_TEXT(resource->scopes), V_ID_OR_NULL(&resource->client),
				    V_INT(resource->format), V_INT(resource->lifetime)),
			     ERR_ABSENT, event);
}

static enum err resource_remove(struct store *store, struct slice uri, const struct event *event)
{
	return ENGINE_CHANGE(store, "DELETE FROM resource WHERE uri = ?1", VALUES(V_TEXT(uri)),
			     ERR_ABSENT, event);
}

const struct store_resource_ops resource_ops = {
	.list = resource_list,
	.insert = resource_insert,
	.update = resource_update,
	.remove = resource_remove,
};
