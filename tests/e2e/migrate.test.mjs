// SPDX-License-Identifier: Apache-2.0
//
// Databases that are empty, of today, or of a newer doorcode; what the program says of them, and that it serves what it can. A
// newer doorcode is a row in the table of migrations.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { onPostgres, postgresOnly } from "./support/database.mjs";
import { Place } from "./support/place.mjs";
import { Server } from "./support/server.mjs";

/** A place with keys, whose database is there and has no tables. */
async function emptyPlace() {
	const place = new Place();
	if (onPostgres) await place.store.create();
	place.made = onPostgres;
	await place.done(["key", "create"]);
	return place;
}

describe("db migrate", () => {
	let place;
	before(async () => (place = await emptyPlace()));
	after(() => place.remove());

	it("several at once all succeed", async () => {
		const answers = await Promise.all(Array.from({ length: 8 }, () => place.json(["db", "migrate"])));
		assert.ok(answers.some(({ found }) => found === "empty"));
		for (const { found, schema } of answers) {
			assert.ok(["empty", "old", "current"].includes(found), found);
			assert.equal(schema, "current");
		}
		assert.equal((await place.json(["scope", "list"])).length, 6);
	});

	it("says what it found, and logs each step that it takes", async () => {
		const other = await emptyPlace();
		const first = await other.run(["db", "migrate"]);
		assert.equal(first.stdout, "The database is up to date; it was empty.\n");
		assert.match(first.stderr, /the schema of the database was changed.* step=0001_init\.sql/);
		const second = await other.run(["db", "migrate"]);
		assert.equal(second.stdout, "The database is up to date.\n");
		assert.equal(second.stderr, "");
		await other.remove();
	});
});

describe("a database of a server", postgresOnly, () => {
	it("is not brought up to date by those who serve or only look", async () => {
		const place = await emptyPlace();
		for (const words of [["serve"], ["user", "list"]]) await place.refused(1, /is empty; make its tables with: doorcode db migrate/, words);
		assert.equal(await place.store.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0");
		await place.remove();
	});

	it("that is of another program is refused", async () => {
		const place = await emptyPlace();
		await place.store.sql("CREATE TABLE wiki (page text)");
		for (const words of [["db", "migrate"], ["serve"]]) await place.refused(1, /is not a database of doorcode/, words);
		await place.remove();
	});
});

describe("a database of a newer doorcode", postgresOnly, () => {
	let server;
	before(async () => (server = await new Server({ fresh: true }).start()));
	after(() => server.close());
	const ahead = (name, needs) => server.store.sql(`INSERT INTO migration VALUES (9000 + ${needs}, '${name}', 0, ${needs})`);

	it("that has all that this one knows is served, and the log says so once", async () => {
		await ahead("9001_more.sql", 1);
		await server.stop();
		await server.start();
		assert.equal(server.lines.filter((line) => line.includes("the database is of a newer doorcode")).length, 1);
		await server.addUser("ada");
		assert.deepEqual(await server.cliJson(["db", "migrate"]), { found: "ahead", schema: "ahead" });
	});

	it("that lacks something is refused by whoever comes later", async () => {
		await ahead("9999_contract_less.sql", 999);
		for (const words of [["db", "migrate"], ["user", "list"], ["serve"]]) {
			const { code, stderr } = await server.cli(words);
			assert.equal(code, 1);
			assert.match(stderr, /was made by a newer doorcode and no longer fits this one/);
		}
	});
});
