/* SPDX-License-Identifier: Apache-2.0
 *
 * Consents: what a person has allowed an application. They are written with the code that is given
 * (pg_code.c), and stand with their person, away from the application. */
#include "store/postgres/pg_object.h"

static enum find consent_find(struct store *store, struct arena *arena, const struct id *user,
			      const struct id *client, struct consent **out)
{
	static const char sql[] = "SELECT " CONSENT_COLUMNS
				  " FROM consent o WHERE o.user = $1 AND o.client = $2";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_ID(user), V_ID(client)));
	return PG_ROWS_ONE(&rows, &consent_record, arena, out);
}

static enum err consent_list(struct store *store, struct arena *arena, const struct id *user,
			     struct consent_list *out)
{
	static const char sql[] = "SELECT " CONSENT_COLUMNS ", c.name FROM consent o"
				  " JOIN client c ON c.id = o.client WHERE o.user = $1"
				  " ORDER BY o.created DESC, o.client";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_ID(user)));
	struct rows_array array = { .record = &consent_listed_record,
				    .size = sizeof(struct consent),
				    .limit = SIZE_MAX };
	enum err err = pg_rows_all(&rows, arena, &array);
	*out = (struct consent_list){ array.items, array.count };
	return err;
}

static enum err consent_remove(struct store *store, const struct id *user, const struct id *client,
			       const struct event *event)
{
	static const char sql[] =
		"WITH done AS (DELETE FROM consent WHERE \"user\" = $1 AND client = $2 RETURNING 1)"
		" {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_ID(user), V_ID(client)), ERR_ABSENT, event);
}

const struct store_consent_ops pg_consent_ops = {
	.find = consent_find,
	.list = consent_list,
	.remove = consent_remove,
};
