/* SPDX-License-Identifier: Apache-2.0
 *
 * Is the database whole? What no key of the schema holds together, and what a key does hold
 * together, once more: a server that was restored badly may have lost one. A reference to another
 * shard has no key at all. */
#include "store/postgres/pg_object.h"
#include "store/postgres/pg_scan.h"

struct checking {
	struct pg_conn *conn;
	struct arena *arena;
	void (*report)(void *arg, struct slice fault);
	void *arg;
	size_t faults;
};

struct rule {
	const char *broken; /* words for rows that break it */
	const char *sql;    /* counts them */
};

/* Rows of `table`, called t, to whose `column` there is no row of `parent`. */
#define MISSING(words, table, column, parent, key) \
	{ \
		words, "SELECT count(*) FROM " table " t WHERE t." column " IS NOT NULL" \
		       " AND NOT EXISTS (SELECT 1 FROM " parent " p WHERE p." key " = t." column \
		       ")" \
	}

static const struct rule rules[] = {
	MISSING("passwords of a missing person", "credential", "user", "\"user\"", "id"),
	MISSING("sign-ins of a missing person", "\"session_user\"", "user", "\"user\"", "id"),
	MISSING("sign-ins of a missing session", "\"session_user\"", "session", "session", "hash"),
	MISSING("claims of a missing person", "claim", "user", "\"user\"", "id"),
	MISSING("clients with a missing owner", "client", "owner", "\"user\"", "id"),
	MISSING("secrets of a missing client", "client_secret", "client", "client", "id"),
	MISSING("authorizations of a missing person", "\"authorization\"", "user", "\"user\"",
		"id"),
	MISSING("authorizations of a missing client", "\"authorization\"", "client", "client",
		"id"),
	MISSING("access tokens of a missing authorization", "access_token", "authorization",
		"\"authorization\"", "id"),
	MISSING("refresh tokens of a missing authorization", "refresh_token", "authorization",
		"\"authorization\"", "id"),
	MISSING("codes of a missing authorization", "code", "authorization", "\"authorization\"",
		"id"),
	MISSING("consents of a missing person", "consent", "user", "\"user\"", "id"),
	MISSING("consents to a missing client", "consent", "client", "client", "id"),
	MISSING("resources of a missing client", "resource", "client", "client", "id"),
	MISSING("user codes without their device grant", "user_code", "authorization",
		"device_grant", "authorization"),
	{ "names of nobody",
	  "SELECT count(*) FROM user_name n WHERE NOT EXISTS (SELECT 1 FROM \"user\" u"
	  " WHERE u.id = n.user AND u.folded_name = n.folded_name)" },
	{ "people whose name is not theirs",
	  "SELECT count(*) FROM \"user\" u WHERE NOT EXISTS (SELECT 1 FROM user_name n"
	  " WHERE n.folded_name = u.folded_name AND n.user = u.id)" },
	/* One that was started while the client was removed may be left behind, pending, until it
	 * expires: nobody can decide it. */
	{ "decided device grants of a missing client",
	  "SELECT count(*) FROM device_grant g WHERE status <> 0 AND NOT EXISTS"
	  " (SELECT 1 FROM client c WHERE c.id = g.client)" },
	{ "approved device grants without their authorization, before they expired",
	  "SELECT count(*) FROM device_grant g WHERE status = 1 AND NOT EXISTS"
	  " (SELECT 1 FROM \"authorization\" a WHERE a.id = g.authorization"
	  " AND a.client = g.client AND a.user = g.user)" },
	{ "pending device grants with an authorization",
	  "SELECT count(*) FROM device_grant g JOIN \"authorization\" a"
	  " ON a.id = g.authorization WHERE g.status IN (0, 2)" },
	{ "device grants whose times do not fit their state",
	  "SELECT count(*) FROM device_grant WHERE (status = 0) <> (decided = 0)"
	  " OR (status = 3) <> (redeemed > 0) OR status NOT IN (0, 1, 2, 3)" },
	{ "authorizations that end before what was issued under them",
	  "SELECT count(*) FROM \"authorization\" a WHERE revoked = 0 AND (EXISTS"
	  " (SELECT 1 FROM access_token t WHERE t.authorization = a.id AND t.expires > a.ends)"
	  " OR EXISTS (SELECT 1 FROM refresh_token t"
	  " WHERE t.authorization = a.id AND t.expires > a.ends))" },
	{ "authorizations that end before their code",
	  "SELECT count(*) FROM code k JOIN \"authorization\" a ON a.id = k.authorization"
	  " WHERE a.revoked = 0 AND k.redeemed = 0 AND k.expires > a.ends" },
	{ "authorizations with more than one unused refresh token",
	  "SELECT count(*) FROM (SELECT 1 FROM refresh_token WHERE used = 0"
	  " GROUP BY \"authorization\" HAVING count(*) > 1) AS more" },
	{ "clients with more secrets than may overlap",
	  "SELECT count(*) FROM (SELECT 1 FROM client_secret GROUP BY client HAVING count(*) > 2)"
	  " AS more" },
	{ "public clients with a secret",
	  "SELECT count(*) FROM client c WHERE type = 0 AND EXISTS"
	  " (SELECT 1 FROM client_secret s WHERE s.client = c.id)" },
	{ "scopes in the place of another",
	  "SELECT count(*) FROM (SELECT 1 FROM scope GROUP BY position HAVING count(*) > 1)"
	  " AS more" },
	{ "people without a password",
	  "SELECT count(*) FROM \"user\" u WHERE NOT EXISTS (SELECT 1 FROM credential c"
	  " WHERE c.user = u.id AND c.kind = 'password')" },
	{ "sessions without a person",
	  "SELECT count(*) FROM session s WHERE NOT EXISTS"
	  " (SELECT 1 FROM \"session_user\" p WHERE p.session = s.hash)" },
	{ "sessions of more people than may be in one",
	  "SELECT count(*) FROM (SELECT 1 FROM \"session_user\" GROUP BY session"
	  " HAVING count(*) > 8) AS more" },
	{ "sessions of people who are disabled",
	  "SELECT count(*) FROM \"session_user\" s JOIN \"user\" u ON u.id = s.user"
	  " WHERE NOT u.enabled" },
	{ "events on a shard that is not theirs",
	  "SELECT count(*) FROM event WHERE shard <> coalesce(\"authorization\", id)" },
};

static enum err check_rule(struct checking *checking, const struct rule *rule)
{
	int64_t count;
	if (pg_number(checking->conn, rule->sql, NO_VALUES, &count) != FOUND)
		return ERR_DATABASE;
	if (count == 0)
		return ERR_OK;
	checking->faults++;
	if (checking->report != NULL)
		checking->report(checking->arg, arena_printf(checking->arena, "%lld %s",
							     (long long)count, rule->broken));
	return ERR_OK;
}

/* All in one snapshot: what is written meanwhile is not seen half. */
enum err pg_check_run(struct store *store, void (*report)(void *arg, struct slice fault), void *arg,
		      size_t *faults)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO_FINI(pg_scan) struct pg_conn conn;
	struct checking checking = { &conn, arena, report, arg, 0 };
	enum err err = pg_scan_init(&conn, store);
	for (size_t i = 0; i < ARRAY_LEN(rules) && err == ERR_OK; i++)
		err = check_rule(&checking, &rules[i]);
	*faults = checking.faults;
	return err;
}
