/* SPDX-License-Identifier: Apache-2.0
 *
 * How many rows still need a master key: for the command line, and for the start of a program that
 * lacks one. */
#include "store/postgres/pg_object.h"
#include "store/postgres/pg_scan.h"

/* A sealed value begins with the id of its key, four bytes with the highest first. */
enum err pg_key_uses(struct store *store, uint32_t key_id, uint64_t *count)
{
	static const char sql[] =
		"SELECT (SELECT count(*) FROM client_secret WHERE key_id = $1)"
		" + (SELECT count(*) FROM user_code WHERE key_id = $1)"
		" + (SELECT count(*) FROM device_handle WHERE substr(sealed_code, 1, 4) = $2)"
		" + (SELECT count(*) FROM device_grant WHERE substr(sealed_answer, 1, 4) = $2)"
		" + (SELECT count(*) FROM refresh_token WHERE substr(sealed_answer, 1, 4) = $2)"
		" + (SELECT count(*) FROM code WHERE substr(sealed_answer, 1, 4) = $2)"
		" + (SELECT count(*) FROM client_secret WHERE substr(sealed, 1, 4) = $2)"
		" + (SELECT count(*) FROM signing_key WHERE substr(sealed, 1, 4) = $2)";
	const uint8_t bytes[] = { (uint8_t)(key_id >> 24), (uint8_t)(key_id >> 16),
				  (uint8_t)(key_id >> 8), (uint8_t)key_id };
	int64_t number;
	*count = 0;
	AUTO_FINI(pg_scan) struct pg_conn conn;
	if (pg_scan_init(&conn, store) != ERR_OK ||
	    pg_number(&conn, sql, VALUES(V_INT(key_id), V_BLOB(slice_of(bytes, sizeof(bytes)))),
		      &number) != FOUND)
		return ERR_DATABASE;
	*count = (uint64_t)number;
	return ERR_OK;
}
