// SPDX-License-Identifier: Apache-2.0
//
// The ways to a PostgreSQL server: through a pooler, with TLS, with several hosts of which one is the primary.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { Cluster } from "./support/cluster.mjs";
import { PostgresDatabase, postgresOnly, psql } from "./support/database.mjs";
import { Client, Person } from "./support/keepalive.mjs";
import { startNodes } from "./support/nodes.mjs";
import { PgBouncer } from "./support/pgbouncer.mjs";
import { binary, freePort, patience, run, Server } from "./support/server.mjs";
import { Authority } from "./support/tls.mjs";
import { until } from "./support/until.mjs";

const flags = { cap_exempt: "127.0.0.0/8" };

/** Lines of a log that an operator would have to look at. */
const complaints = (text) => text.split("\n").filter((line) => /level=(warn|error)/.test(line) && !/more refusals than are recorded/.test(line));

/** A client of each node, and ada on all of them. */
async function clientsOf(nodes) {
	const [first] = nodes;
	await first.addUser("ada");
	const tv = await first.addClient();
	const clients = nodes.map((node) => new Client(node));
	const ada = await new Person(clients[0], "ada").signIn();
	const adas = clients.map((client) => Object.assign(new Person(client, "ada"), { token: ada.token, cookie: ada.cookie }));
	return { tv, clients, adas };
}

async function grantOf(client, tv) {
	const answer = await client.authorizeDevice(tv);
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
}

async function tokensOf(client, tv, { device_code }) {
	let answer;
	await until(async () => (answer = await client.poll(tv, device_code)).status === 200, "the tokens");
	return answer.json;
}

/** All of a flow, each step at the next of these clients. */
async function flow(clients, adas, tv) {
	const at = (i) => i % clients.length;
	const grant = await grantOf(clients[at(0)], tv);
	assert.equal((await clients[at(1)].poll(tv, grant.device_code)).json.error, "authorization_pending");
	const confirm = await adas[at(1)].enter(grant.user_code);
	assert.equal((await adas[at(2)].decide(confirm)).status, 303);
	const tokens = await tokensOf(clients[at(1)], tv, grant);
	const next = await clients[at(2)].refresh(tv, tokens.refresh_token);
	assert.equal(next.status, 200, next.text);
	return next.json;
}

const poolSize = 4; // that of support/pgbouncer.mjs

/** What each connection of the pooler to the server answers. A transaction keeps its own: so many at once see all that there are. */
async function onEachConnection(url, question) {
	const sessions = Array.from({ length: poolSize }, () => spawn("psql", ["-XAtq", "-d", url], { stdio: ["pipe", "pipe", "inherit"] }));
	const seen = [];
	for (const { stdin, stdout } of sessions) {
		stdin.write(`BEGIN; SELECT pg_backend_pid() || ' ' || (${question.replace(/^SELECT (.*)$/s, "SELECT concat_ws('|', $1)")});\n`);
		seen.push(`${await once(stdout, "data")}`.trim().split(" "));
	}
	for (const { stdin } of sessions) stdin.end("ROLLBACK;\n");
	await Promise.all(sessions.map((session) => once(session, "exit")));
	assert.equal(new Set(seen.map(([pid]) => pid)).size, poolSize);
	return seen.map(([, answer]) => answer);
}

describe("through PgBouncer, with database_pooler = yes", postgresOnly, () => {
	let bouncer, all, tv, clients, adas;

	before(async () => {
		bouncer = await new PgBouncer().start();
		all = await startNodes(2, { flags: { ...flags, database_pooler: "yes", database_connections: 32 }, reach: (database) => database.via(bouncer.port) });
		({ tv, clients, adas } = await clientsOf(all.nodes));
	});
	after(async () => {
		for (const client of clients) client.close();
		await all.close();
		await bouncer.close();
	});

	const ofNodes = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
	const connections = async () => Number(await all.sql(`SELECT count(*) FROM pg_stat_activity WHERE ${ofNodes}`));

	it("a whole flow goes over two nodes", async () => {
		for (let i = 0; i < 5; i++) await flow(clients, adas, tv);
	});

	it("of 64 redemptions of one code at once one is answered with tokens [RFC8628#3.5]", async () => {
		for (let round = 0; round < Math.ceil(5 / patience); round++) {
			const grant = await grantOf(clients[0], tv);
			await adas[0].approve(grant.user_code);
			const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => clients[i % 2].poll(tv, grant.device_code)));
			const won = answers.filter(({ status }) => status === 200);
			assert.equal(won.length, 1, `round ${round}`);
			for (const answer of answers) if (answer !== won[0]) assert.match(answer.json.error, /invalid_grant|authorization_pending/);
			assert.equal((await clients[1].refresh(tv, won[0].json.refresh_token)).status, 200);
		}
	});

	it("64 devices get their tokens at once, over no more connections than the pooler has", async () => {
		const grants = await Promise.all(Array.from({ length: 64 }, (_, i) => grantOf(clients[i % 2], tv)));
		for (const { user_code } of grants) await adas[0].approve(user_code);
		const redeeming = Promise.all(grants.map((grant, i) => tokensOf(clients[i % 2], tv, grant)));
		let over = false;
		redeeming.finally(() => (over = true)).catch(() => {});
		let most = 0;
		while (!over) most = Math.max(most, await connections());
		const tokens = await redeeming;
		assert.equal(new Set(tokens.map(({ access_token }) => access_token)).size, 64);
		most = Math.max(most, await connections());
		assert.ok(most > 0 && most <= poolSize, `${most} connections`);
	});

	it("prepares nothing, on any connection, and nothing listens", async () => {
		const question = "SELECT (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_listening_channels())";
		assert.deepEqual(await onEachConnection(all.database.via(bouncer.port), question), Array(poolSize).fill("0|0"));
	});

	it("a decision reaches the other node by reading", async (t) => {
		const [times, besides] = [[], []];
		for (let round = 0; round < 11; round++) {
			const asked = performance.now();
			const grant = await grantOf(clients[0], tv);
			besides.push(performance.now() - asked);
			await clients[0].poll(tv, grant.device_code); // from now on in the memory of this node
			await adas[1].approve(grant.user_code);
			const began = performance.now();
			await tokensOf(clients[0], tv, grant);
			times.push(performance.now() - began);
		}
		for (const list of [times, besides]) list.sort((x, y) => x - y);
		t.diagnostic(`from the answer to the person until the device had tokens: median ${times[5].toFixed(0)} ms, longest ${times[10].toFixed(0)} ms`);
		// A busy machine takes longer for everything, and so for a code that is asked for.
		assert.ok(times[5] < 1000 * patience + 8 * besides[5], `${times}, and ${besides} for a code`);
	});

	it("everything that an operator runs goes through it as well", async () => {
		const [node] = all.nodes;
		const folder = mkdtempSync(path.join(tmpdir(), "doorcode-ways-"));
		for (const words of [["db", "migrate"], ["db", "check"], ["db", "purge"], ["user", "list"], ["key", "list"], ["db", "backup", path.join(folder, "b.db")]]) {
			const { code, stdout, stderr } = await node.cli(words);
			assert.equal(code, 0, `${words.join(" ")}: ${stdout}${stderr}`);
			assert.deepEqual(complaints(stderr), [], words.join(" "));
		}
		rmSync(folder, { recursive: true, force: true });
	});

	it("neither the pooler nor the nodes have anything to complain of", () => {
		assert.doesNotMatch(bouncer.log, /WARNING|ERROR|FATAL|unsupported/);
		for (const node of all.nodes) assert.deepEqual(complaints(node.logText()), []);
	});
});

describe("through PgBouncer, with database_pooler = no", postgresOnly, () => {
	let bouncer, all, node, direct, client;

	// The second node reaches the database as an operator should have it who has no pooler.
	before(async () => {
		bouncer = await new PgBouncer().start();
		all = await startNodes(2, { flags: { ...flags, notify: "listen" }, reach: (database, i) => (i === 0 ? database.via(bouncer.port) : database.option) });
		[node, direct] = all.nodes;
		client = new Client(node);
	});
	after(async () => {
		client.close();
		await all.close();
		await bouncer.close();
	});
	const said = /level=error msg="a pooler such as PgBouncer in transaction mode seems to stand before the database: set database_pooler = yes"/;

	it("a line of the log names the option", async () => {
		const tv = await direct.addClient();
		await until(async () => {
			await Promise.all(Array.from({ length: 32 }, () => client.authorizeDevice(tv).catch(() => {})));
			return said.test(node.logText());
		}, "the line");
	});

	it("commits are as durable as without one", async () => {
		const question = "SELECT current_setting('synchronous_commit'), (SELECT count(*) FROM pg_listening_channels())";
		let answers;
		await until(async () => {
			answers = (await onEachConnection(all.database.via(bouncer.port), question)).map((answer) => answer.split("|"));
			return answers.some(([, listening]) => listening === "1");
		}, "what the node has set to be seen by others");
		assert.deepEqual(answers.map(([durable]) => durable), Array(poolSize).fill("on"));
	});
});

/** The program's command on this database, which must be refused, after it has waited for a second: what it said. */
async function refused(url, keyFile, words = ["serve"]) {
	const began = performance.now();
	const result = await run(binary, [`--database=${url}`, `--master-key-file=${keyFile}`, "--listen=127.0.0.1:0", "--database-wait=1s", ...words]);
	assert.equal(result.code, 1, result.stdout + result.stderr);
	assert.ok(performance.now() - began < 30_000 * patience, "within the wait");
	return result.stderr;
}

describe("TLS to the server", postgresOnly, () => {
	let cluster, ours, others, key, node, folder;
	const words = (file, more = "") => `?sslmode=verify-full&sslrootcert=${encodeURIComponent(file)}${more}`;
	const via = (host, query) => `postgresql://${cluster.url.username}:${cluster.url.password}@${host}:${cluster.url.port}/tls${query}`;
	const good = () => via("localhost", words(ours.file("ca.pem")));

	before(async () => {
		[ours, others] = [new Authority(), new Authority()];
		for (const authority of [ours, others]) await authority.selfSigned("ca");
		await ours.signed("server");
		cluster = await new Cluster().start();
		await cluster.useTls(ours.file("server.pem"), ours.file("server.key"));
		await cluster.sql("CREATE DATABASE tls");
		folder = mkdtempSync(path.join(tmpdir(), "doorcode-ways-"));
		key = path.join(folder, "doorcode.key");
		for (const command of [["key", "create"], ["db", "migrate"]]) {
			const made = await run(binary, [`--database=${good()}`, `--master-key-file=${key}`, ...command]);
			assert.equal(made.code, 0, made.stderr);
		}
		node = await serverOn(good(), key).start();
	});
	after(async () => {
		await node?.close();
		await cluster.close();
		for (const authority of [ours, others]) authority.remove();
		rmSync(folder, { recursive: true, force: true });
	});

	it("with sslmode=verify-full the server is known by its certificate, and every connection has TLS", async () => {
		const { tv, clients, adas } = await clientsOf([node]);
		await flow(clients, adas, tv);
		clients[0].close();
		const plain = "SELECT count(*) FILTER (WHERE NOT ssl), count(*) FILTER (WHERE ssl) > 0 FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)";
		assert.equal(await psql(good(), `${plain} WHERE datname = 'tls'`), "0|t");
	});

	it("the certificate of another CA is refused", async () => {
		const said = await refused(via("localhost", words(others.file("ca.pem"))), key);
		assert.match(said, /cannot connect to the database.*certificate verify failed/);
		assert.match(said, /cannot open the database postgresql:\/\/\.\.\./);
		assert.ok(!said.includes(cluster.url.password), said);
	});

	it("a certificate for another name is refused", async () => {
		const said = await refused(via("db.example", words(ours.file("ca.pem"), "&hostaddr=127.0.0.1")), key);
		assert.match(said, /cannot connect to the database.*does not match host name \\?"db\.example\\?"/);
		assert.ok(!said.includes(cluster.url.password), said);
	});

	it("the file of the CA must be there", async () => {
		const said = await refused(via("localhost", words("/nonexistent/ca.pem")), key);
		assert.match(said, /cannot connect to the database.*root certificate file .*\/nonexistent\/ca\.pem.* does not exist/);
	});

	it("a server that demands TLS refuses to do without", async () => {
		assert.match(await refused(via("localhost", "?sslmode=disable"), key), /cannot connect to the database.*no pg_hba\.conf entry.*no encryption/);
	});

	it("the password is in no log and no list of options", async () => {
		const shown = await run(binary, [`--database=${good()}`, `--master-key-file=${key}`, "config", "show"]);
		assert.equal(shown.code, 0, shown.stderr);
		assert.match(shown.stdout, /database = "postgresql:\/\//);
		for (const text of [shown.stdout, node.logText()]) assert.ok(!text.includes(cluster.url.password));
	});
});

describe("a role that may read and write rows, and no more", postgresOnly, () => {
	let database, folder, url;
	before(async () => {
		folder = mkdtempSync(path.join(tmpdir(), "doorcode-ways-"));
		database = new PostgresDatabase(folder);
		await database.make(binary);
		url = new URL(database.option);
		[url.username, url.password] = [`${database.name}_node`, "row-by-row"];
		await database.sql(
			`CREATE ROLE ${url.username} LOGIN PASSWORD '${url.password}';
			GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${url.username};
			ALTER DEFAULT PRIVILEGES FOR ROLE CURRENT_USER IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${url.username}`,
		);
	});
	after(async () => {
		await database.drop();
		await psql(database.server.href, `DROP ROLE ${url.username}`);
		rmSync(folder, { recursive: true, force: true });
	});

	it("is enough for a node, and for what an operator runs every day", async () => {
		const node = await serverOn(url.href, database.keyFile).start();
		const { tv, clients, adas } = await clientsOf([node]);
		await flow(clients, adas, tv);
		for (const words of [["db", "migrate"], ["db", "check"], ["db", "purge"], ["db", "backup", path.join(folder, "b.db")]]) {
			const { code, stdout, stderr } = await node.cli(words);
			assert.equal(code, 0, `${words.join(" ")}: ${stdout}${stderr}`);
		}
		clients[0].close();
		await node.close();
		assert.deepEqual(complaints(node.logText()), []);
	});

	it("changes no table", async () => {
		await assert.rejects(psql(url.href, "DROP TABLE event"), /must be owner of table event/);
	});
});

/** A server on a database that is there, which it leaves there. */
function serverOn(option, keyFile, more = {}) {
	const shared = { option, keyFile, flags: { database: option, master_key_file: keyFile } };
	return new Server({ shared, flags: { ...flags, ...more } });
}

describe("several hosts", postgresOnly, () => {
	let primary, standby, node, folder, key, silent;
	const list = (ports, query = "") => {
		const { username, password } = primary.url;
		return `postgresql://${username}:${password}@${ports.map((port) => `127.0.0.1:${port}`).join()}/many${query}`;
	};

	before(async () => {
		primary = await new Cluster().start("wal_level = replica\nmax_wal_senders = 4\nfsync = on\nwal_retrieve_retry_interval = 200ms\n");
		await primary.sql("CREATE DATABASE many");
		standby = await primary.addStandby();
		silent = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
		await once(silent, "listening");
		folder = mkdtempSync(path.join(tmpdir(), "doorcode-ways-"));
		key = path.join(folder, "doorcode.key");
		for (const command of [["key", "create"], ["db", "migrate"]]) {
			const made = await run(binary, [`--database=${list([primary.url.port])}`, `--master-key-file=${key}`, ...command]);
			assert.equal(made.code, 0, made.stderr);
		}
	});
	after(async () => {
		await node?.close();
		await standby.close();
		await primary.close();
		silent.close();
		rmSync(folder, { recursive: true, force: true });
	});

	const startedIn = async (ports, query) => {
		const server = serverOn(list(ports, query), key);
		server.options.early = true;
		const began = performance.now();
		await server.start();
		const took = performance.now() - began;
		await server.takesRequests();
		await server.close();
		return took;
	};
	/** How long a start takes when nothing else of the machine holds it up: that of several tries. */
	const quickStart = async (limit, ...words) => {
		const times = [];
		while (times.length < 5 && !times.some((took) => took < limit)) times.push(await startedIn(...words));
		assert.ok(times.at(-1) < limit, `${times}`);
		return times.at(-1);
	};

	it("one whose port is closed is passed over", async () => {
		await quickStart(2000 * patience, [await freePort(), primary.url.port]);
	});

	it("one that says nothing is passed over after connect_timeout", async (t) => {
		// libpq reads 1 as 2.
		const took = await quickStart(8000 * patience, [silent.address().port, primary.url.port], "?connect_timeout=2");
		t.diagnostic(`ready after ${(took / 1000).toFixed(1)} s`);
		assert.ok(took > 1500, `${took} ms`);
	});

	it("when all are standbys, nothing starts", async () => {
		const said = await refused(list([standby.url.port]), key);
		assert.match(said, /cannot connect to the database.*session is read-only/);
		assert.match(said, /cannot open the database postgresql:\/\/\.\.\./);
	});

	it("a standby that stands first is not written to, and when it is promoted and the primary is gone, the node goes on", async (t) => {
		node = await serverOn(list([standby.url.port, primary.url.port]), key, { database_wait: "5s" }).start();
		const { tv, clients, adas } = await clientsOf([node]);
		const tokens = await flow(clients, adas, tv);
		const pending = await grantOf(clients[0], tv);
		const inUse = (server) => server.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = 'many' AND application_name = 'doorcode'");
		assert.ok(Number(await inUse(primary)) > 0);
		assert.equal(await inUse(standby), "0");
		const began = performance.now();
		await primary.kill();
		const killed = performance.now();
		// While nobody is there a device goes on polling [RFC8628#3.5].
		assert.equal((await clients[0].poll(tv, pending.device_code)).json.error, "authorization_pending");
		await standby.promote();
		const promoted = performance.now();
		await until(async () => (await clients[0].authorizeDevice(tv)).status === 200, "a good answer");
		const good = performance.now();
		const seconds = (from, to) => `${((to - from) / 1000).toFixed(2)} s`;
		t.diagnostic(`first good answer ${seconds(killed, good)} after the primary's end (to stop it took ${seconds(began, killed)}), ${seconds(promoted, good)} after the promotion`);
		// Commits waited for the standby: nothing that was answered is lost.
		assert.equal((await clients[0].refresh(tv, tokens.refresh_token)).status, 200);
		await adas[0].approve(pending.user_code);
		await tokensOf(clients[0], tv, pending);
		await flow(clients, adas, tv);
		assert.ok(Number(await inUse(standby)) > 0);
		assert.ok(!node.logText().includes(primary.url.password));
		clients[0].close();
	});
});
