// SPDX-License-Identifier: Apache-2.0
//
// A server moves from a file to PostgreSQL, and back. Devices, people and applications notice nothing but the pause; what cannot be
// copied whole is refused, and what was broken off is never served.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { addApp, allow, begin, push, redeem } from "./support/authorize.mjs";
import { ClientKey } from "./support/assertions.mjs";
import { Browser } from "./support/browser.mjs";
import { copied, copy, emptyDatabase, refused, server, silent } from "./support/copying.mjs";
import { PostgresDatabase, postgresOnly } from "./support/database.mjs";
import { Forwarder } from "./support/forwarder.mjs";
import { Client, Person } from "./support/keepalive.mjs";
import { binary, optionWords, password, run, Server } from "./support/server.mjs";
import { dump, sqliteNumber, sqliteRows } from "./support/sqlite.mjs";
import { until } from "./support/until.mjs";

// A lost answer is kept for longer than it takes to ask for it on a busy machine.
const flags = { cap_exempt: "127.0.0.0/8", replay_window: "60s", user_code_length: 8 };
const oddName = "\\N";
const oddWords = `\\. a\\b "c" 'd' %41 \\x41 é 漢字 😀 ${"w".repeat(40)}`;

// What no form takes, but older programs or other engines may have left.
const oddEvents = `
INSERT INTO event (kind, at, user, client, authorization, address, request_id, detail) VALUES
 ('code.refused', 7, NULL, NULL, NULL, '', '', ''),
 ('code.refused', 7, NULL, randomblob(16), randomblob(16), '\\N', '\\.', 'tab' || char(9) || 'line' || char(10) || 'return' || char(13) || '\\'),
 ('code.refused', 9223372036854775807, zeroblob(16), NULL, NULL, char(1), char(127), '\\N' || char(9) || '\\N' || char(8) || char(11) || char(12));
INSERT INTO meta (name, value) VALUES ('odd', x''), ('odder', x'005c4e0a0d09ff'), ('Zed', x'5c2e'), ('zed', x'00'), ('é', x'01')`;

/** A file with something of everything, and the device and the person who will go on. */
class Old {
	constructor() {
		this.server = new Server({ store: "sqlite", moved: true, flags });
	}

	/** All in one moment, `at`, from which time may go on elsewhere, however long the move takes. */
	async fill() {
		const { server: old } = this;
		await old.start();
		await old.clock.still(() => this.live());
		await old.stop();
		await sqliteRows(old.database, oddEvents);
		return this;
	}

	async live() {
		const { server: old } = this;
		await old.addUser("ada", "--admin");
		for (const name of ["bob", "Zoë", "carl"]) await old.addUser(name);
		this.tv = await old.addClient();
		this.box = await old.addClient({ name: "Box", type: "confidential" });
		await old.addClient({ name: oddName });
		await old.addClient({ name: oddWords, flags: ["--owner", "bob"] });
		for (const words of [
			["scope", "add", "tv:watch", "--description", oddWords],
			["scope", "add", "aa", "--description", oddName],
			["scope", "set", "email", "--default", "yes"],
			["scope", "remove", "phone"],
			["user", "disable", "carl"],
			["user", "set", "ada", `name=${oddWords}`, "email=ada@example.org"],
			["user", "set", "ada", "email="],
			["resource", "add", "https://api.example/", "--name", oddWords],
			["ticket", "add", "registration", "--note", oddWords],
		]) await this.done(words);
		this.client = new Client(old);
		this.ada = await new Person(this.client, "ada").signIn();
		await this.flows();
		await this.codes();
		await this.once();
		this.client.close();
		this.lists = await listsOf(old);
		this.at = old.clock.now;
	}

	async done(words) {
		const { code, stderr } = await this.server.cli(words);
		assert.equal(code, 0, stderr);
	}

	async grant(client = this.tv, headers = {}) {
		const { status, json, text } = await this.client.send("POST", "/o/device-authorization/", client, headers);
		assert.equal(status, 200, text);
		return json;
	}

	async approved(client) {
		const grant = await this.grant(client);
		await this.ada.approve(grant.user_code);
		return grant;
	}

	async tokens(client = this.tv) {
		const { device_code } = await this.approved(client);
		const answer = await this.client.poll(client, device_code);
		assert.equal(answer.status, 200, answer.text);
		return { device_code, answer, ...answer.json };
	}

	async flows() {
		const { client, ada, tv, box } = this;
		this.pending = await this.grant(tv, { "user-agent": oddName });
		assert.equal((await client.poll(tv, this.pending.device_code)).json.error, "authorization_pending");
		this.entered = await this.grant(tv, { "user-agent": "\\." });
		this.confirm = await ada.enter(this.entered.user_code);
		this.waiting = await this.approved(tv);
		this.denied = await this.grant();
		await ada.decide(await ada.enter(this.denied.user_code), "deny");
		this.redeemed = await this.tokens();
		this.rotated = await this.tokens();
		this.next = (await client.refresh(tv, this.rotated.refresh_token)).json;
		this.revoked = await this.tokens();
		assert.equal((await client.send("POST", "/o/revoke_token/", { token: this.revoked.refresh_token, client_id: tv.client_id })).status, 200);
		await ada.post("/o/device", { user_code: "BCDF-GHJK" }); // a failure to be counted
		this.lost = await this.tokens(box);
	}

	/** A code that was redeemed, one that was not, and what the person is not asked again. */
	async codes() {
		const { server: old } = this;
		this.app = await addApp(old, { flags: ["--backchannel-logout-uri", "http://127.0.0.1:1/", "--client-uri", "https://app.example/"] });
		this.browser = new Browser(old);
		await this.browser.signIn("bob", password);
		this.spent = begin(this.app, { nonce: oddName });
		this.spent.code = (await allow(this.browser, this.spent.path)).params.code;
		this.spent.answer = await redeem(old, this.app, this.spent, this.spent.code);
		assert.equal(this.spent.answer.status, 200, this.spent.answer.text);
		this.code = begin(this.app, { resource: "https://api.example/" });
		this.code.code = (await allow(this.browser, this.code.path)).params.code;
		this.pushed = await push(old, this.app, begin(this.app, { state: oddWords }).fields);
		assert.equal(this.pushed.status, 201, this.pushed.text);
	}

	/** An assertion that came, and a logout token that has yet to arrive. */
	async once() {
		const { server: old } = this;
		const key = await ClientKey.make();
		const flags = ["--token-endpoint-auth-method", "private_key_jwt", "--jwks", JSON.stringify(key.set)];
		const client = await old.addClient({ name: "Robot", type: "confidential", grants: ["client-credentials"], flags });
		this.proof = { grant_type: "client_credentials", scope: "tv:watch", ...(await key.parameters(old, client)) };
		const answer = await this.client.send("POST", "/o/token/", this.proof);
		assert.equal(answer.status, 200, answer.text);
		const other = new Browser(old);
		await other.signIn("bob", password);
		await redeemed(old, other, this.app);
		await other.submit("/", {}, { action: "/accounts/logout" });
	}
}

async function redeemed(server, browser, client) {
	const request = begin(client);
	const { params } = await allow(browser, request.path);
	const answer = await redeem(server, client, request, params.code);
	assert.equal(answer.status, 200, answer.text);
}

const listsOf = async (node) => Promise.all([["user", "list"], ["app", "list"], ["scope", "list"], ["token", "list"]].map((words) => node.cliJson(words)));

/** One that has its tables. */
async function databaseWithTables(folder) {
	const database = new PostgresDatabase(mkdtempSync(path.join(folder, "keys-")));
	await database.make(binary);
	return database;
}

describe("a server that moves to PostgreSQL", postgresOnly, () => {
	let old, database, node, client, ada, folder, said;

	before(async () => {
		folder = mkdtempSync(path.join(tmpdir(), "doorcode-copy-"));
		old = await new Old().fill();
		database = await emptyDatabase(folder, old.server.keyFile);
		said = JSON.parse(await copied(old.server.database, database.option, ["--json"]));
		await copied(database.option, path.join(folder, "back.db"));
		node = new Server({ shared: database, moved: true, flags });
		node.clock.advance((old.at - Date.now()) / 1000);
		await node.start();
		client = new Client(node);
		ada = Object.assign(new Person(client, "ada"), { token: old.ada.token, cookie: old.ada.cookie });
	});
	after(async () => {
		client.close();
		await node.close();
		await old.server.close();
		await database.drop();
		rmSync(folder, { recursive: true, force: true });
	});

	it("hears how many rows each table had", async () => {
		const rows = await dump(old.server.database);
		assert.deepEqual(said.tables, Object.fromEntries(Object.entries(rows).map(([table, { length }]) => [table, length])));
		for (const [table, count] of Object.entries(said.tables)) assert.ok(count > 0, `${table} was tried`);
	});

	it("finds everything again when it moves back, row by row", async () => {
		assert.deepEqual(await dump(path.join(folder, "back.db")), await dump(old.server.database));
	});

	it("has the same people, applications, scopes and authorizations", async () => {
		assert.deepEqual(await listsOf(node), old.lists);
	});

	it("is whole", async () => {
		const { code, stdout } = await node.cli(["db", "check"]);
		assert.equal(code, 0, stdout);
	});

	it("gives a lost answer once more, byte by byte", async () => {
		const again = await client.poll(old.box, old.lost.device_code);
		assert.equal(again.text, old.lost.answer.text);
	});

	it("lets a person who was signed in decide on the page that was open", async () => {
		assert.equal((await ada.decide(old.confirm)).status, 303);
		assert.equal((await client.poll(old.tv, old.entered.device_code)).status, 200);
	});

	it("gives tokens for a code that was pending, once it is approved", async () => {
		assert.equal((await client.poll(old.tv, old.pending.device_code)).json.error, "authorization_pending");
		await ada.approve(old.pending.user_code);
		await until(async () => (await client.poll(old.tv, old.pending.device_code)).status === 200, "the tokens");
	});

	it("gives tokens for a code that was approved, once", async () => {
		assert.equal((await client.poll(old.tv, old.waiting.device_code)).status, 200);
		assert.equal((await client.poll(old.tv, old.waiting.device_code)).json.error, "invalid_grant");
	});

	it("remembers a denial, and a redemption", async () => {
		assert.equal((await client.poll(old.tv, old.denied.device_code)).json.error, "access_denied");
		assert.equal((await client.poll(old.tv, old.redeemed.device_code)).json.error, "invalid_grant");
	});

	it("takes refresh tokens, but no revoked ones", async () => {
		assert.equal((await client.refresh(old.tv, old.redeemed.refresh_token)).status, 200);
		assert.equal((await client.refresh(old.tv, old.revoked.refresh_token)).json.error, "invalid_grant");
	});

	it("still notices one that is used twice [RFC9700#4.14.2]", async () => {
		assert.equal((await client.refresh(old.tv, old.rotated.refresh_token)).json.error, "invalid_grant");
		assert.equal((await client.refresh(old.tv, old.next.refresh_token)).json.error, "invalid_grant");
	});

	it("knows the assertion that has come before [RFC7523#3]", async () => {
		assert.equal((await client.send("POST", "/o/token/", old.proof)).status, 401);
	});

	it("redeems a code that was given before, for the resource that was asked for", async () => {
		const answer = await redeem(node, old.app, old.code, old.code.code);
		assert.equal(answer.status, 200, answer.text);
	});

	it("asks nobody again who has allowed it, and goes on in his session", async () => {
		const browser = Object.assign(new Browser(node), { cookies: old.browser.cookies });
		assert.equal((await browser.request(begin(old.app).path)).status, 303);
	});

	it("takes passwords and client secrets, and goes on to write", async () => {
		const again = await new Person(client, "ada").signIn();
		const grant = (await client.authorizeDevice(old.box)).json;
		await again.approve(grant.user_code);
		assert.equal((await client.poll(old.box, grant.device_code)).status, 200);
		assert.match(await new Person(client, "Zoë").signIn().then((person) => person.page("/o/authorized_tokens/")), /Zoë/);
	});
});

describe("a copy that is refused", postgresOnly, () => {
	let folder, source, filled;
	const file = (name) => path.join(folder, name);

	before(async () => {
		folder = mkdtempSync(path.join(tmpdir(), "doorcode-copy-"));
		source = file("source.db");
		for (const words of [["db", "migrate"], ["app", "add", "--name", "TV", "--type", "public", "--grant", "device-code"]])
			assert.equal((await run(binary, [`--database=${source}`, ...words])).code, 0);
		filled = await emptyDatabase(folder);
		await copied(source, filled.option);
	});
	after(async () => {
		await filled.drop();
		rmSync(folder, { recursive: true, force: true });
	});

	/** A file like the source, changed by these statements. */
	async function altered(name, statements) {
		await copied(source, file(name));
		await sqliteRows(file(name), statements);
		return file(name);
	}

	it("says so of a source that is not there, and makes none", async () => {
		await refused(/there is no database at .*missing\.db/, file("missing.db"), file("never.db"));
		await refused(/there is no database at .*missing\.db/, file("missing.db"), filled.option);
		await assert.rejects(sqliteRows(`file:${file("missing.db")}?mode=ro`, "SELECT 1 FROM meta"));
	});

	it("says so of a target that is not new, and leaves it as it is", async () => {
		const before = await filled.sql("SELECT md5(string_agg(c::text, '')) FROM client c");
		await refused(/postgresql:\/\/\.\.\. is not a new database; nothing was copied/, source, filled.option);
		const own = await altered("own.db", "");
		const own_before = await dump(own);
		await refused(/own\.db is not a new database; nothing was copied/, source, own);
		assert.equal(await filled.sql("SELECT md5(string_agg(c::text, '')) FROM client c"), before);
		assert.deepEqual(await dump(own), own_before);
	});

	it("says so of a target that is another program's", async () => {
		const other = await emptyDatabase(folder);
		await other.sql("CREATE TABLE wiki (page text)");
		await refused(/is not a new database; nothing was copied/, source, other.option);
		assert.equal(await other.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "1");
		await other.drop();
		writeFileSync(file("text"), "no database\n".repeat(100));
		await refused(/cannot open the database|is not a new database/, source, file("text"));
	});

	it("says so of one database given twice", async () => {
		symlinkSync(source, file("link.db"));
		for (const twice of [source, file("link.db"), `${folder}/./source.db`]) await refused(/would be copied into itself/, source, twice);
		await refused(/would be copied into itself/, filled.option, filled.option);
		assert.equal(await sqliteNumber(source, "SELECT count(*) FROM scope"), 6);
	});

	it("says what to do about a source of another doorcode", async () => {
		const older = await altered("older.db", "DELETE FROM migration WHERE version = (SELECT max(version) FROM migration)");
		await refused(/older\.db was made by an older doorcode; bring it up to date with: doorcode db migrate/, older, file("never.db"));
		const newer = "INSERT INTO migration (version, name, applied, needs) VALUES (9000, '9000_more.sql', 0, ";
		const ahead = await altered("ahead.db", `${newer} 1)`);
		await refused(/ahead\.db was made by a newer doorcode; copy it with that one/, ahead, file("never.db"));
		await refused(/newer\.db was made by a newer doorcode; copy it with that one/, await altered("newer.db", `${newer} 9000)`), file("never.db"));
		const database = await emptyDatabase(folder);
		await refused(/postgresql:\/\/\.\.\. is empty; there is nothing to copy/, database.option, file("never.db"));
		await copied(source, database.option);
		await database.sql(`${newer} 1)`);
		await refused(/postgresql:\/\/\.\.\. was made by a newer doorcode; copy it with that one/, database.option, file("never.db"));
		await refused(/is not a new database; nothing was copied/, source, database.option);
		await database.drop();
	});

	it("says so of text that PostgreSQL cannot hold, and names the table", async () => {
		const odd = await altered("odd.db", "UPDATE client SET name = CAST(x'ff' AS TEXT)");
		const database = await emptyDatabase(folder);
		const said = await refused(/cannot copy the database/, odd, database.option);
		assert.match(said, /rows cannot be copied.* table=client/);
		assert.match(said, /make it anew, and copy once more/);
		await database.drop();
	});

	it("says so of a server that is not there, and of a password that is wrong", async () => {
		const nowhere = new URL(filled.option);
		nowhere.port = 1;
		await refused(/cannot open the database postgresql:\/\/\.\.\./, source, nowhere.href, ["--database-wait=1s"]);
		const wrong = new URL(filled.option);
		wrong.password = "wrong-word";
		const said = await refused(/cannot open the database postgresql:\/\/\.\.\./, source, wrong.href, ["--database-wait=1s"]);
		assert.ok(!said.includes("wrong-word"), said);
	});
});

/** A lock that is held until it is let go; who wants the table waits. */
async function hold(database, statement) {
	const psql = spawn("psql", ["-XAtq", "-d", database.option], { stdio: ["pipe", "pipe", "inherit"] });
	psql.stdin.write(`BEGIN; ${statement}; SELECT 'held';\n`);
	await once(psql.stdout, "data");
	return async () => {
		psql.stdin.end("COMMIT;\n");
		await once(psql, "exit");
	};
}

const somebodyWaits = (database) =>
	until(async () => Number(await database.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")) > 0, "a lock to be waited for");

describe("a copy whose server goes away", postgresOnly, () => {
	let old, way, folder;

	before(async () => {
		folder = mkdtempSync(path.join(tmpdir(), "doorcode-copy-"));
		way = await new Forwarder(server.hostname, server.port).start();
		old = await new Server({ store: "sqlite", flags }).start();
		await old.addUser("ada");
		const tv = await old.addClient();
		const client = new Client(old);
		const ada = await new Person(client, "ada").signIn();
		const { json } = await client.authorizeDevice(tv);
		await ada.approve(json.user_code);
		assert.equal((await client.poll(tv, json.device_code)).status, 200);
		client.close();
		await old.stop();
	});
	after(async () => {
		await way.close();
		await old.close();
		rmSync(folder, { recursive: true, force: true });
	});

	const nodeRefuses = async (flagsOfIt, words) => {
		const options = optionWords({ ...flagsOfIt, master_key_file: old.keyFile, listen: "127.0.0.1:0" });
		for (const command of [["serve"], ["user", "list"], ["db", "backup", path.join(folder, "never.db")]]) {
			const { code, stderr } = await run(binary, [...options, ...command]);
			assert.equal(code, 1, stderr);
			assert.match(stderr, words);
		}
	};

	it("ends with status 1, is never served, and works into a new database", async () => {
		const database = await databaseWithTables(folder);
		const release = await hold(database, 'LOCK TABLE "authorization" IN SHARE MODE');
		const copying = copy(old.database, database.via(way.port), ["--database-wait=3s"]);
		await somebodyWaits(database);
		way.cut();
		const { code, stderr, stdout } = await copying;
		await release();
		way.heal();
		assert.equal(code, 1, stderr);
		assert.match(stderr, /rows cannot be copied.* table=authorization/);
		// the threads that try to connect go on logging, also between its two lines
		const said = stderr.replaceAll(/^ts=.*\n/gm, "");
		assert.match(said, /cannot copy the database: the database failed\n.*What is in postgresql:\/\/\.\.\. now is of no use/);
		silent({ stdout, stderr });
		assert.equal(await database.sql('SELECT count(*) FROM "user"'), "1");
		await nodeRefuses({ database: database.option }, /is a copy that was broken off, and of no use/);
		await refused(/is not a new database; nothing was copied/, old.database, database.option);
		await refused(/is a copy that was broken off/, database.option, path.join(folder, "never.db"));
		await database.drop();
		const fresh = await emptyDatabase(folder, old.keyFile);
		await copied(old.database, fresh.option);
		const node = await new Server({ shared: fresh, flags }).start();
		await node.close();
		await fresh.drop();
	});

	it("goes on when the server is back in time", async () => {
		const database = await databaseWithTables(folder);
		const release = await hold(database, "LOCK TABLE access_token IN SHARE MODE");
		const copying = copied(old.database, database.via(way.port), ["--database-wait=20s"]);
		await somebodyWaits(database);
		way.cut();
		way.heal();
		await somebodyWaits(database);
		await release();
		await copying;
		await database.drop();
	});

	it("leaves a file that says so of itself when it is the source that goes", async () => {
		const database = await emptyDatabase(folder, old.keyFile);
		await copied(old.database, database.option);
		const target = path.join(folder, "half.db");
		const release = await hold(database, "LOCK TABLE event IN ACCESS EXCLUSIVE MODE");
		const copying = copy(database.via(way.port), target);
		await somebodyWaits(database);
		way.cut();
		const { code, stderr } = await copying;
		await release();
		way.heal();
		assert.equal(code, 1, stderr);
		assert.match(stderr, /What is in .*half\.db now is of no use: make it anew, and copy once more/);
		assert.equal(await sqliteNumber(target, "SELECT count(*) FROM user"), 1);
		await nodeRefuses({ database: target }, /half\.db is a copy that was broken off, and of no use/);
		await copied(database.option, path.join(folder, "second.db"));
		assert.deepEqual(await dump(path.join(folder, "second.db")), await dump(old.database));
		await database.drop();
	});
});

describe("the password of the server", postgresOnly, () => {
	let folder, database, source;

	before(async () => {
		folder = mkdtempSync(path.join(tmpdir(), "doorcode-copy-"));
		source = path.join(folder, "source.db");
		assert.equal((await run(binary, [`--database=${source}`, "db", "migrate"])).code, 0);
		database = await emptyDatabase(folder);
		const line = `${server.hostname}:${server.port}:*:${server.username}:${server.password}\n`;
		for (const name of [".pgpass", "passwords"]) writeFileSync(path.join(folder, name), line, { mode: 0o600 });
	});
	after(async () => {
		await database.drop();
		rmSync(folder, { recursive: true, force: true });
	});

	const plain = () => {
		const url = new URL(database.option);
		url.password = "";
		return url.href;
	};

	it("is read from ~/.pgpass, or from the file that PGPASSFILE names", async () => {
		await refused(/cannot open the database/, source, plain(), ["--database-wait=1s"], { HOME: "/nonexistent" });
		await copied(source, plain(), [], { HOME: "/nonexistent", PGPASSFILE: path.join(folder, "passwords") });
		await copied(plain(), path.join(folder, "back.db"), [], { HOME: folder });
	});
});
