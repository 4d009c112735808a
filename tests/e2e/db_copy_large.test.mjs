// SPDX-License-Identifier: Apache-2.0
//
// A large database is copied, there and back, and each row is held against its original.
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { copied, emptyDatabase } from "./support/copying.mjs";
import { newDatabase, postgresOnly } from "./support/database.mjs";
import { binary, patience, run, Server } from "./support/server.mjs";
import { sqliteNumber, sqliteRows } from "./support/sqlite.mjs";

// So many rows in each of five tables.
const manyRows = (count) => `BEGIN;
CREATE TEMP TABLE ids (i INTEGER PRIMARY KEY, a BLOB);
INSERT INTO ids WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT i, randomblob(16) FROM n;
INSERT INTO authorization (id, user, client, grant_type, scope, origin, auth_time, amr, acr, sid, created, revoked, last_used, ends)
 SELECT a, user.id, client.id, 0, 'openid', '', 1, 'pwd', '', randomblob(16), i, 0, 0, 4000000000 FROM ids, user, client;
INSERT INTO device_grant (authorization, code_hash, user_code, client, scope, address, user_agent, created, expires, status, user, decided, redeemed)
 SELECT a, randomblob(32), randomblob(32), client.id, 'openid', '192.0.2.1', 'tv', i, 4000000000, 3, user.id, 1, 1 FROM ids, user, client;
INSERT INTO access_token (authorization, hash, scope, created, expires) SELECT a, randomblob(32), 'openid', i, 4000000000 FROM ids;
INSERT INTO refresh_token (authorization, hash, scope, created, expires) SELECT a, randomblob(32), 'openid', i, 4000000000 FROM ids;
INSERT INTO event (kind, at, user, client, authorization, address, request_id, detail)
 SELECT 'device.redeemed', i, user.id, client.id, a, '192.0.2.1', 'r' || i, '' FROM ids, user, client;
COMMIT`;

describe("100,000 rows", postgresOnly, () => {
	const each = Math.ceil(20_000 / patience);
	let folder, database, source, key;

	before(async () => {
		folder = mkdtempSync(path.join(tmpdir(), "doorcode-copy-"));
		const store = newDatabase(folder, "sqlite");
		[source, key] = [store.option, store.keyFile];
		const place = new Server({ shared: store });
		[place.port, place.base] = [1, "http://127.0.0.1:1"]; // nobody will listen there
		assert.equal((await place.cli(["db", "migrate"])).code, 0);
		await place.addUser("ada");
		await place.addClient();
		await place.close();
		await sqliteRows(source, manyRows(each));
		database = await emptyDatabase(folder, key);
	});
	after(async () => {
		await database.drop();
		rmSync(folder, { recursive: true, force: true });
	});

	it("are there, in bounded time", async (t) => {
		const back = path.join(folder, "back.db");
		for (const [words, from, to] of [["into PostgreSQL", source, database.option], ["out of it", database.option, back]]) {
			const began = performance.now();
			const { tables } = JSON.parse(await copied(from, to, ["--json"]));
			const rows = Object.values(tables).reduce((sum, count) => sum + count);
			t.diagnostic(`${rows} rows ${words}, and compared, in ${((performance.now() - began) / 1000).toFixed(1)} s`);
			assert.ok(rows > 5 * each);
			assert.ok(performance.now() - began < 120_000 * patience);
		}
		for (const table of ["device_grant", "refresh_token", "event"]) assert.equal(await sqliteNumber(back, `SELECT count(*) FROM ${table}`) >= each, true, table);
		copyFileSync(key, `${back}.key`);
		const { code, stdout } = await run(binary, [`--database=${back}`, "db", "check"]);
		assert.equal(code, 0, stdout);
	});
});
