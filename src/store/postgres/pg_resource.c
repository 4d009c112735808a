/* SPDX-License-Identifier: Apache-2.0
 *
 * Protected resources by their URI: a handful of rows, changed by administrators alone. */
#include "store/postgres/pg_object.h"

static enum err resource_list(struct store *store, struct arena *arena, struct resource_list *out)
{
	static const char sql[] =
		"SELECT uri, name, scopes, client, format, lifetime, created FROM resource ORDER BY uri";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, NO_VALUES);
	struct rows_array array = { .record = &resource_record,
				    .size = sizeof(struct resource),
				    .limit = SIZE_MAX };
	enum err err = pg_rows_all(&rows, arena, &array);
	*out = (struct resource_list){ array.items, array.count };
	return err;
}

/* ERR_ABSENT: the application that it names is not there. */
static enum err resource_insert(struct store *store, const struct resource *resource,
				const struct event *event)
{
	static const char sql[] =
		"WITH done AS (INSERT INTO resource (uri, name, scopes, client, format, lifetime,"
		" created) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (uri) DO NOTHING"
		" RETURNING 1) {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql,
			 VALUES(V_TEXT(resource->uri), V_TEXT(resource->name),
				V_TEXT(resource->scopes), V_ID_OR_NULL(&resource->client),
				V_INT(resource->format), V_INT(resource->lifetime),
				V_INT(resource->created)),
			 ERR_CONFLICT, event);
}

static enum err resource_update(struct store *store, const struct resource *resource,
				const struct event *event)
{
	static const char sql[] =
		"WITH done AS (UPDATE resource SET name = $2, scopes = $3, client = $4, format = $5,"
		" lifetime = $6 WHERE uri = $1 RETURNING 1) {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql,
			 VALUES(V_TEXT(resource->uri), V_TEXT(resource->name),
				V_TEXT(resource->scopes), V_ID_OR_NULL(&resource->client),
				V_INT(resource->format), V_INT(resource->lifetime)),
			 ERR_ABSENT, event);
}

static enum err resource_remove(struct store *store, struct slice uri, const struct event *event)
{
	static const char sql[] = "WITH done AS (DELETE FROM resource WHERE uri = $1 RETURNING 1)"
				  " {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_TEXT(uri)), ERR_ABSENT, event);
}

const struct store_resource_ops pg_resource_ops = {
	.list = resource_list,
	.insert = resource_insert,
	.update = resource_update,
	.remove = resource_remove,
};
