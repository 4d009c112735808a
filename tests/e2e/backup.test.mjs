// SPDX-License-Identifier: Apache-2.0
//
// A backup that is made while others write, of either engine, and what an operator does with it on the day that he needs it. The
// master key file is no part of it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { PostgresDatabase, postgresOnly, SqliteDatabase } from "./support/database.mjs";
import { Forwarder } from "./support/forwarder.mjs";
import { Client, Person } from "./support/keepalive.mjs";
import { binary, run, Server, startServer } from "./support/server.mjs";
import { sqliteNumber } from "./support/sqlite.mjs";
import { until } from "./support/until.mjs";

const flags = { cap_exempt: "127.0.0.0/8", trusted_proxies: "127.0.0.1" };
const crews = 3;

/** Where the backups of one test go. */
class Folder {
	constructor() {
		this.path = mkdtempSync(path.join(tmpdir(), "doorcode-backup-"));
	}
	file(name) {
		return path.join(this.path, name);
	}
	get names() {
		return readdirSync(this.path).sort();
	}
	remove() {
		rmSync(this.path, { recursive: true, force: true });
	}
}

const onFile = (file, keyFile, words) => run(binary, [`--database=${file}`, `--master-key-file=${keyFile}`, ...words]);

/** A server with ada, who is signed in, a television that has tokens, and a code that waits for her. */
class World {
	async start() {
		this.server = await startServer({ flags });
		await this.server.addUser("ada");
		this.tv = await this.server.addClient();
		this.client = new Client(this.server);
		this.ada = await new Person(this.client, "ada").signIn();
		this.tokens = await this.flow(this.client, this.ada);
		this.pending = (await this.client.authorizeDevice(this.tv)).json;
		return this;
	}

	async flow(client, person) {
		const { json } = await client.authorizeDevice(this.tv);
		await person.approve(json.user_code);
		let answer;
		await until(async () => (answer = await client.poll(this.tv, json.device_code)).status === 200, "the tokens");
		return answer.json;
	}

	async backup(file) {
		const { code, stdout, stderr } = await this.server.cli(["db", "backup", file]);
		assert.equal(code, 0, stderr);
		return stdout;
	}

	/** What was promised before the backup holds on the server that was made from it. */
	async goesOn(server) {
		const client = new Client(server);
		const ada = Object.assign(new Person(client, "ada"), { token: this.ada.token, cookie: this.ada.cookie });
		const check = await server.cli(["db", "check"]);
		assert.equal(check.code, 0, check.stdout);
		assert.equal((await client.poll(this.tv, this.pending.device_code)).json.error, "authorization_pending");
		await ada.approve(this.pending.user_code);
		await until(async () => (await client.poll(this.tv, this.pending.device_code)).status === 200, "the tokens");
		assert.equal((await client.refresh(this.tv, this.tokens.refresh_token)).status, 200);
		assert.match((await new Person(client, "ada").signIn()).cookie, /./);
		await this.flow(client, ada);
		client.close();
	}

	async close() {
		this.client.close();
		await this.server.close();
	}
}

/** A server that was not there before, on this database. */
async function startOn(database, keyFile) {
	database.keyFile = keyFile;
	database.flags = { database: database.option, master_key_file: keyFile };
	return new Server({ shared: database, flags }).start();
}

describe("db backup", () => {
	let w, folder;
	before(async () => {
		w = await new World().start();
		folder = new Folder();
	});
	after(async () => {
		await w.close();
		folder.remove();
	});

	// Each crew has its own people at its own address, who approve what its devices ask for, and refresh what they got.
	async function crew(i, state) {
		const client = new Client(w.server);
		await w.server.addUser(`person${i}`);
		const person = await new Person(client, `person${i}`, { "x-forwarded-for": `198.51.100.${i}` }).signIn();
		while (!state.over) {
			const tokens = await w.flow(client, person);
			const answer = await client.refresh(w.tv, tokens.refresh_token);
			assert.equal(answer.status, 200, answer.text);
			state.flows++;
		}
		client.close();
	}

	const broken = {
		"redeemed codes without their tokens":
			"SELECT count(*) FROM device_grant g WHERE status = 3 AND NOT EXISTS (SELECT 1 FROM access_token t WHERE t.authorization = g.authorization)",
		"redeemed codes without a refresh token":
			"SELECT count(*) FROM device_grant g WHERE status = 3 AND NOT EXISTS (SELECT 1 FROM refresh_token t WHERE t.authorization = g.authorization)",
		"redeemed codes without their event":
			"SELECT count(*) FROM device_grant g WHERE status = 3 AND NOT EXISTS (SELECT 1 FROM event e WHERE e.authorization = g.authorization AND kind = 'device.redeemed')",
		"events of codes that are not redeemed":
			"SELECT count(*) FROM event e JOIN device_grant g ON g.authorization = e.authorization WHERE kind = 'device.redeemed' AND status <> 3",
		"used refresh tokens without a successor":
			"SELECT count(*) FROM refresh_token t WHERE used > 0 AND (SELECT count(*) FROM refresh_token o WHERE o.authorization = t.authorization) < 2",
		"rotations without their event":
			"SELECT count(*) FROM refresh_token t WHERE used > 0 AND NOT EXISTS (SELECT 1 FROM event e WHERE e.authorization = t.authorization AND kind = 'token.refreshed')",
	};

	it("is one moment of a database that three write to", async (t) => {
		const state = { over: false, flows: 0 };
		const crewsAtWork = Promise.all(Array.from({ length: crews }, (_, i) => crew(i + 1, state)));
		crewsAtWork.catch(() => {});
		const counts = [];
		for (let round = 0; round < 4; round++) {
			const file = folder.file(`busy${round}.db`);
			const before = state.flows;
			await until(() => state.flows >= before + 5, "the crews to be at work");
			await w.backup(file);
			const check = await onFile(file, w.server.keyFile, ["db", "check"]);
			assert.equal(check.code, 0, check.stdout);
			for (const [words, statement] of Object.entries(broken)) assert.equal(await sqliteNumber(file, statement), 0, words);
			counts.push(await sqliteNumber(file, "SELECT count(*) FROM device_grant WHERE status = 3"));
		}
		state.over = true;
		await crewsAtWork;
		assert.ok(counts.every((count, i) => count > (counts[i - 1] ?? 0)), `${counts}`);
		t.diagnostic(`redeemed codes in each of the backups: ${counts}`);
	});

	it("is a file for its owner alone, with nothing beside it", async () => {
		const inner = folder.file("inner");
		mkdirSync(inner, { mode: 0o755 });
		await w.backup(path.join(inner, "a.db"));
		assert.equal(statSync(path.join(inner, "a.db")).mode & 0o777, 0o600);
		assert.deepEqual(readdirSync(inner), ["a.db"]);
	});

	it("has no master key in it, and says so", async () => {
		const said = await w.backup(folder.file("keyless.db"));
		assert.match(said, /Keep the master key file .* as well, and elsewhere/);
		assert.ok(said.includes(w.server.keyFile), said);
		const bytes = readFileSync(folder.file("keyless.db"));
		const keys = readFileSync(w.server.keyFile, "utf8").match(/[0-9A-Za-z+/_-]{40,}/g);
		assert.ok(keys?.length > 0, "the key file holds a key");
		for (const key of keys) {
			assert.ok(!bytes.includes(key), "as it is written");
			for (const encoding of ["hex", "base64", "base64url"]) {
				const raw = Buffer.from(key, encoding);
				assert.ok(raw.length < 16 || !bytes.includes(raw), encoding);
			}
		}
	});

	it("never writes over anything", async () => {
		writeFileSync(folder.file("precious"), "do not lose me");
		symlinkSync(folder.file("nowhere"), folder.file("dangling"));
		for (const name of ["precious", "dangling", "."]) {
			const { code, stderr } = await w.server.cli(["db", "backup", folder.file(name)]);
			assert.equal(code, 1);
			assert.match(stderr, /exists; a backup does not write over anything/);
		}
		assert.equal(readFileSync(folder.file("precious"), "utf8"), "do not lose me");
		assert.ok(!existsSync(folder.file("nowhere")));
	});

	it("leaves nothing behind where it cannot be made", async () => {
		const before = folder.names;
		const missing = await w.server.cli(["db", "backup", folder.file("missing/a.db")]);
		assert.equal(missing.code, 1);
		assert.match(missing.stderr, /cannot make the backup/);
		const words = [binary, ...w.server.arguments, "db", "backup", folder.file("full.db")];
		const full = await run("bash", ["-c", `trap '' XFSZ; ulimit -f 64; exec "$@"`, "bash", ...words]);
		assert.equal(full.code, 1, full.stderr);
		assert.match(full.stderr, /cannot make the backup/);
		assert.deepEqual(folder.names, before);
	});
});

describe("a backup that is put back", () => {
	let w, folder, file;
	before(async () => {
		w = await new World().start();
		folder = new Folder();
		file = folder.file("backup.db");
		await w.backup(file);
		// What comes after it is not in it.
		await w.flow(w.client, w.ada);
	});
	after(async () => {
		await w.close();
		folder.remove();
	});

	// The key file is kept elsewhere, and put back, too.
	function keys() {
		copyFileSync(w.server.keyFile, folder.file("kept.key"));
		return folder.file("kept.key");
	}

	it("as a file", async () => {
		const place = new SqliteDatabase(mkdtempSync(path.join(folder.path, "new-")));
		copyFileSync(file, place.option);
		const server = await startOn(place, keys());
		await w.goesOn(server);
		await server.close();
	});

	it("by db copy, into a file", async () => {
		const place = new SqliteDatabase(mkdtempSync(path.join(folder.path, "new-")));
		const copied = await run(binary, ["db", "copy", file, place.option]);
		assert.equal(copied.code, 0, copied.stderr);
		const server = await startOn(place, keys());
		await w.goesOn(server);
		await server.close();
	});

	it("by db copy, into PostgreSQL", postgresOnly, async () => {
		const place = new PostgresDatabase(folder.path);
		await place.create();
		const copied = await run(binary, ["db", "copy", file, place.option]);
		assert.equal(copied.code, 0, copied.stderr);
		const server = await startOn(place, keys());
		await w.goesOn(server);
		await server.close();
		await place.drop();
	});

	it("is refused with other keys, or without any", async () => {
		const place = new SqliteDatabase(mkdtempSync(path.join(folder.path, "new-")));
		copyFileSync(file, place.option);
		const missing = await onFile(place.option, folder.file("never.key"), ["serve", "--listen=127.0.0.1:0"]);
		assert.equal(missing.code, 1);
		assert.match(missing.stderr, /the master key file .*never\.key is missing, and the database was made with it; put it back/);
		const other = folder.file("other.key");
		assert.equal((await run(binary, [`--master-key-file=${other}`, "key", "create"])).code, 0);
		const wrong = await onFile(place.option, other, ["serve", "--listen=127.0.0.1:0"]);
		assert.equal(wrong.code, 1);
		assert.match(wrong.stderr, /the keys in .*other\.key are not those that the database was made with/);
	});
});

describe("a backup of a server", postgresOnly, () => {
	let w, folder, way;
	before(async () => {
		w = await new World().start();
		folder = new Folder();
		const { server } = w.server.store;
		way = await new Forwarder(server.hostname, server.port).start();
	});
	after(async () => {
		await way.close();
		await w.close();
		folder.remove();
	});

	it("leaves nothing behind when the server goes away under it", async () => {
		const { store } = w.server;
		const psql = spawn("psql", ["-XAtq", "-d", store.option], { stdio: ["pipe", "pipe", "inherit"] });
		psql.stdin.write("BEGIN; LOCK TABLE event IN ACCESS EXCLUSIVE MODE; SELECT 'held';\n");
		await once(psql.stdout, "data");
		const words = ["--database", store.via(way.port), "--master-key-file", store.keyFile, "db", "backup", folder.file("cut.db")];
		const making = run(binary, words);
		const waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%copied%'";
		await until(async () => (await store.sql(waits)) === "1", "the backup to wait");
		way.cut();
		const { code, stderr } = await making;
		way.heal();
		psql.stdin.end("COMMIT;\n");
		await once(psql, "exit");
		assert.equal(code, 1, stderr);
		assert.match(stderr, /the connection to the database was lost/);
		assert.match(stderr, /cannot make the backup: the database failed/);
		assert.deepEqual(folder.names, []);
	});

	it("that is of a newer doorcode is refused: what this one does not know of would be missing", async () => {
		await w.server.store.sql("INSERT INTO migration VALUES (9001, '9001_more.sql', 0, 1)");
		const { code, stderr } = await w.server.cli(["db", "backup", folder.file("ahead.db")]);
		await w.server.store.sql("DELETE FROM migration WHERE version = 9001");
		assert.equal(code, 1, stderr);
		assert.match(stderr, /only the doorcode that a database was made by, or brought up to date by, makes a backup of it/);
		assert.deepEqual(folder.names, []);
	});

	it("may be made by pg_dump as well, and put back by psql", async () => {
		const place = new PostgresDatabase(folder.path);
		await place.create();
		const file = folder.file("dump.sql");
		const dumped = await run("pg_dump", ["-d", w.server.store.option, "-f", file]);
		assert.equal(dumped.code, 0, dumped.stderr);
		const restored = await run("psql", ["-Xq", "-v", "ON_ERROR_STOP=1", "-d", place.option, "-f", file]);
		assert.equal(restored.code, 0, restored.stderr);
		copyFileSync(w.server.keyFile, folder.file("kept.key"));
		const server = await startOn(place, folder.file("kept.key"));
		await w.goesOn(server);
		await server.close();
		await place.drop();
	});
});
