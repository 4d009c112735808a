/* SPDX-License-Identifier: Apache-2.0
 *
 * Databases of PostgreSQL for tests. The server is a URL that ends with the database to connect to
 * while others are made and dropped; the name of the test's own takes its place. Without a server
 * the tests fail: none of them passes unseen. */
#include "postgres_engine.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DATABASE_NAME_MAX = 48, STATEMENT_MAX = 160 };

static const char *server(void)
{
	const char *url = getenv("DOORCODE_TEST_POSTGRES");

	if (url == NULL || strncmp(url, "postgresql://", 13) != 0 || strchr(url + 13, '/') == NULL)
		ck_abort_msg("DOORCODE_TEST_POSTGRES names no PostgreSQL server; `make unit "
			     "ONLY=postgres` starts one, and scripts/test-postgres by hand");
	return url;
}

static void ignore_notice(void *unused, const char *text)
{
	(void)unused;
	(void)text;
}

static void run(PGconn *conn, const char *statement)
{
	PGresult *result = PQexec(conn, statement);

	ck_assert_msg(PQresultStatus(result) == PGRES_COMMAND_OK, "%s: %s", statement,
		      PQerrorMessage(conn));
	PQclear(result);
}

/* On the server's own database. */
static PGconn *connect_to_server(void)
{
	PGconn *conn = PQconnectdb(server());

	ck_assert_msg(PQstatus(conn) == CONNECTION_OK, "%s", PQerrorMessage(conn));
	PQsetNoticeProcessor(conn, ignore_notice, NULL);
	return conn;
}

static void drop_named(PGconn *conn, const char *name)
{
	char statement[STATEMENT_MAX];

	snprintf(statement, sizeof(statement), "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
	run(conn, statement);
}

static const char *name_in(const char *database)
{
	return strrchr(database, '/') + 1;
}

/* Process ids come again, so what a test that was killed has left may stand in the way. */
static void create_from(const char *original, char database[CONTRACT_DATABASE_MAX])
{
	static unsigned count;
	char name[DATABASE_NAME_MAX];
	char statement[STATEMENT_MAX];
	const char *url = server();
	PGconn *conn = connect_to_server();

	snprintf(name, sizeof(name), "contract_%ld_%u", (long)getpid(), ++count);
	drop_named(conn, name);
	snprintf(statement, sizeof(statement), "CREATE DATABASE %s TEMPLATE %s", name, original);
	run(conn, statement);
	PQfinish(conn);
	int len = snprintf(database, CONTRACT_DATABASE_MAX, "%.*s/%s",
			   (int)(strrchr(url, '/') - url), url, name);

	ck_assert_int_lt(len, CONTRACT_DATABASE_MAX);
}

static void create(char database[CONTRACT_DATABASE_MAX])
{
	create_from("template1", database);
}

static void copy(const char *original, char database[CONTRACT_DATABASE_MAX])
{
	create_from(name_in(original), database);
}

static void drop(const char *database)
{
	PGconn *conn = connect_to_server();

	drop_named(conn, name_in(database));
	PQfinish(conn);
}

const struct contract_engine postgres_for_tests = { "postgres", create, drop, copy };
