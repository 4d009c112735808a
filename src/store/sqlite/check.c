/* SPDX-License-Identifier: Apache-2.0
 *
 * Is the database whole? The file as SQLite sees it, the foreign keys, and what no key of the
 * schema holds together. */
#include "store/sqlite/object.h"

struct checking {
	struct conn *conn;
	struct arena *arena;
	void (*report)(void *arg, struct slice fault);
	void *arg;
	size_t faults;
};

static void fault(struct checking *checking, struct slice text)
{
	checking->faults++;
	if (checking->report != NULL)
		checking->report(checking->arg, text);
}

static enum err check_file(struct checking *checking)
{
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, checking->conn, "PRAGMA integrity_check", NO_VALUES);
	enum find found;
	while ((found = rows_next(&rows)) == FOUND) {
		struct slice text = rows_slice(&rows, checking->arena);
		if (!slice_equal(text, SLICE("ok")))
			fault(checking, text);
	}
	return found == ABSENT ? ERR_OK : ERR_DATABASE;
}

static enum err check_foreign_keys(struct checking *checking)
{
	static const char sql[] =
		"SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2";
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, checking->conn, sql, NO_VALUES);
	enum find found;
	while ((found = rows_next(&rows)) == FOUND) {
		struct slice table = rows_slice(&rows, checking->arena);
		struct slice parent = rows_slice(&rows, checking->arena);
		long long count = (long long)rows_int64(&rows);
		fault(checking,
		      arena_printf(checking->arena, "%lld rows of %.*s refer to a missing %.*s",
				   count, SLICE_ARG(table), SLICE_ARG(parent)));
	}
	return found == ABSENT ? ERR_OK : ERR_DATABASE;
}

struct rule {
	const char *broken; /* words for rows that break it */
	const char *sql;    /* counts them */
};

static const struct rule rules[] = {
	{ "user codes without their device grant",
	  "SELECT count(*) FROM user_code WHERE authorization NOT IN (SELECT authorization FROM device_grant)" },
	{ "device grants of a missing client",
	  "SELECT count(*) FROM device_grant WHERE client NOT IN (SELECT id FROM client)" },
	{ "approved device grants without their authorization, before they expired",
	  "SELECT count(*) FROM device_grant g WHERE status = 1 AND NOT EXISTS"
	  " (SELECT 1 FROM authorization WHERE id = g.authorization AND client = g.client AND user = g.user)" },
	{ "pending device grants with an authorization",
	  "SELECT count(*) FROM device_grant g JOIN authorization a ON a.id = g.authorization WHERE g.status IN (0, 2)" },
	{ "device grants whose times do not fit their state",
	  "SELECT count(*) FROM device_grant WHERE (status = 0) <> (decided = 0) OR (status = 3) <> (redeemed > 0)"
	  " OR status NOT IN (0, 1, 2, 3)" },
	{ "authorizations that end before what was issued under them",
	  "SELECT count(*) FROM authorization a WHERE revoked = 0 AND (EXISTS"
	  " (SELECT 1 FROM access_token t WHERE t.authorization = a.id AND t.expires > a.ends) OR EXISTS"
	  " (SELECT 1 FROM refresh_token t WHERE t.authorization = a.id AND t.expires > a.ends))" },
	{ "authorizations that end before their code",
	  "SELECT count(*) FROM code k JOIN authorization a ON a.id = k.authorization"
	  " WHERE a.revoked = 0 AND k.redeemed = 0 AND k.expires > a.ends" },
	{ "authorizations with more than one unused refresh token",
	  "SELECT count(*) FROM (SELECT 1 FROM refresh_token WHERE used = 0 GROUP BY authorization HAVING count(*) > 1)" },
	{ "clients with more secrets than may overlap",
	  "SELECT count(*) FROM (SELECT 1 FROM client_secret GROUP BY client HAVING count(*) > 2)" },
	{ "public clients with a secret",
	  "SELECT count(*) FROM client WHERE type = 0 AND id IN (SELECT client FROM client_secret)" },
	{ "people without a password",
	  "SELECT count(*) FROM user WHERE id NOT IN (SELECT user FROM credential WHERE kind = 'password')" },
	{ "sessions without a person",
	  "SELECT count(*) FROM session WHERE hash NOT IN (SELECT session FROM session_user)" },
	{ "sessions of more people than may be in one",
	  "SELECT count(*) FROM (SELECT 1 FROM session_user GROUP BY session HAVING count(*) > 8)" },
	{ "sessions of people who are disabled",
	  "SELECT count(*) FROM session_user WHERE user IN (SELECT id FROM user WHERE NOT enabled)" },
};

static enum err check_rules(struct checking *checking)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		int64_t count;
		if (conn_number(checking->conn, rules[i].sql, NO_VALUES, &count) != FOUND)
			return ERR_DATABASE;
		if (count > 0)
			fault(checking, arena_printf(checking->arena, "%lld %s", (long long)count,
						     rules[i].broken));
	}
	return ERR_OK;
}

/* All in one read transaction: what is written meanwhile is not seen half. */
static enum err check_all(struct checking *checking)
{
	enum err err = check_file(checking);
	if (err == ERR_OK)
		err = check_foreign_keys(checking);
	if (err == ERR_OK)
		err = check_rules(checking);
	return err;
}

enum err check_run(struct store *store, void (*report)(void *arg, struct slice fault), void *arg,
		   size_t *faults)
{
	*faults = 0;
	AUTO(arena) struct arena *arena = arena_new();
	struct checking checking = {
		.conn = engine_reader(store), .arena = arena, .report = report, .arg = arg
	};
	if (checking.conn == NULL || conn_script(checking.conn, "BEGIN") != ERR_OK)
		return ERR_DATABASE;
	enum err err = check_all(&checking);
	if (conn_script(checking.conn, "ROLLBACK") != ERR_OK)
		return ERR_DATABASE;
	*faults = checking.faults;
	return err;
}
