/* SPDX-License-Identifier: Apache-2.0
 *
 * Authorization codes. Making one is one write with its authorization and the consent; redeeming it
 * is one conditional statement, and what follows in the same savepoint happens only when that has
 * changed its row. RFC6749#4.1 */
#include "store/sqlite/object.h"

/* --- insert
 * ----------------------------------------------------------------------------------------------------------
 */

static enum err insert_code(struct conn *conn, const struct authorization_code *code)
{
	static const char sql[] =
		"INSERT INTO code (authorization, hash, redirect_uri, code_challenge, nonce, binding,"
		" expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
	static const struct hash none;
	if (hash_equal(&code->hash, &none))
		return ERR_OK;
	return conn_run(conn, sql,
			VALUES(V_ID(&code->authorization.id), V_HASH(&code->hash),
			       V_TEXT(code->redirect_uri), V_TEXT(code->code_challenge),
			       V_TEXT(code->nonce), V_TEXT(code->binding), V_INT(code->expires)));
}

static enum err run_insert(struct conn *conn, void *arg)
{
	const struct code_new *new = *(const struct code_new *const *)arg;
	const struct authorization *authorization = &new->code.authorization;
	enum err err = authorization_add(conn, authorization, new->code.expires, &new->session);
	if (err == ERR_OK)
		err = insert_code(conn, &new->code);
	if (err == ERR_OK && new->remember)
		err = consent_add(conn, authorization, new->remember_more);
	return err;
}

static enum err code_insert(struct store *store, const struct code_new *code,
			    const struct event *event)
{
	return engine_write(store, run_insert, &code, event);
}

/* --- look-up and redemption
 * ----------------------------------------------------------------------------------------------------------
 */

static enum find code_find(struct store *store, struct arena *arena, const struct id *authorization,
			   struct authorization_code **out)
{
	static const char sql[] =
		"SELECT " CODE_COLUMNS ", " AUTHORIZATION_COLUMNS " FROM code k"
		" JOIN authorization a ON a.id = k.authorization WHERE k.authorization = ?1";
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, VALUES(V_ID(authorization)));
	enum find found = ROWS_ONE(&rows, &authorization_code_record, arena, out);
	return found == FOUND
		       ? rows_read(&rows, &authorization_record, arena, &(*out)->authorization)
		       : found;
}

/* RFC6749#4.1.2: a code is its client's alone, is worth something before it expires, and once */
static enum err run_redeem(struct conn *conn, void *arg)
{
	static const char sql[] =
		"UPDATE code SET redeemed = ?4, sealed_answer = ?5, replay_until = ?6"
		" WHERE authorization = ?1 AND hash = ?2 AND redeemed = 0 AND expires > ?4"
		" AND EXISTS (SELECT 1 FROM authorization a"
		" JOIN client c ON c.id = a.client JOIN user u ON u.id = a.user"
		" WHERE a.id = ?1 AND a.client = ?3 AND a.revoked = 0 AND c.enabled AND u.enabled)";
	return token_redeem(conn, sql, *(const struct redemption *const *)arg);
}

static enum err code_redeem(struct store *store, const struct redemption *redemption,
			    const struct event *event)
{
	return engine_write(store, run_redeem, &redemption, event);
}

const struct store_code_ops code_ops = {
	.insert = code_insert,
	.find = code_find,
	.redeem = code_redeem,
};
