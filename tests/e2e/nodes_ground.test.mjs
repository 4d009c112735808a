// SPDX-License-Identifier: Apache-2.0
//
// The ground that tests of several nodes stand on: ways to the database that break as they should, a pooler that pools by
// transaction, and nodes that share what they are told to share.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";

import { newGrant, poll } from "./support/device.mjs";
import { postgresOnly, psql } from "./support/database.mjs";
import { Forwarder } from "./support/forwarder.mjs";
import { startNodes } from "./support/nodes.mjs";
import { PgBouncer } from "./support/pgbouncer.mjs";
import { until } from "./support/until.mjs";

const server = new URL(process.env.DOORCODE_TEST_POSTGRES);

function through(port) {
	const url = new URL(server);
	url.port = port;
	return url.href;
}

/** A session of psql that is typed into. */
class Session {
	constructor(url) {
		this.child = spawn("psql", ["-XAtq", "-d", url], { stdio: ["pipe", "pipe", "pipe"] });
		this.child.stdin.on("error", () => {}); // it has ended by itself
		this.text = "";
		for (const stream of [this.child.stdout, this.child.stderr]) stream.setEncoding("utf8").on("data", (text) => (this.text += text));
		this.ended = once(this.child, "exit");
	}
	type(line) {
		this.child.stdin.write(`${line}\n`);
	}
	sees(words) {
		return until(() => words.test(this.text), `${words} in ${this.text}`);
	}
	async end() {
		this.child.stdin.end();
		await this.ended;
	}
}

describe("a way to the database", postgresOnly, () => {
	let forwarder, session;
	before(async () => {
		forwarder = await new Forwarder(server.hostname, server.port).start();
		session = new Session(through(forwarder.port));
		session.type("SELECT 'hello';");
		await session.sees(/hello/);
	});
	after(async () => {
		await session.end();
		await forwarder.close();
	});
	const arrived = (word) => psql(server.href, `SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT ''${word}'';'`);

	it("passes nothing on while it is frozen, takes connections nonetheless, and what waited arrives afterwards", async () => {
		forwarder.freeze();
		session.type("SELECT 'frozen';");
		const late = new Session(through(forwarder.port));
		late.type("SELECT 'late';");
		await until(() => forwarder.count === 2, "the new connection");
		assert.equal(await arrived("frozen"), "0");
		assert.doesNotMatch(session.text + late.text, /frozen|late/);
		forwarder.heal();
		await Promise.all([session.sees(/frozen/), late.sees(/late/)]);
		await late.end();
		await until(() => forwarder.count === 1, "its end to be passed on");
	});

	it("is deaf when told so: the statement is done and its answer does not come", async () => {
		forwarder.deafen();
		session.type("SELECT 'deaf';");
		await until(async () => (await arrived("deaf")) === "1", "the statement to arrive");
		assert.doesNotMatch(session.text, /deaf/);
		forwarder.heal();
		await session.sees(/deaf/);
	});

	it("resets connections when it is cut, new ones too, until it is healed", async () => {
		forwarder.cut();
		session.type("SELECT 1;");
		await session.sees(/connection to server was lost|server closed the connection|reset by peer/);
		await assert.rejects(psql(through(forwarder.port), "SELECT 1"), /reset by peer|closed the connection/);
		await until(() => forwarder.count === 0, "all connections to be gone");
		forwarder.heal();
		assert.equal(await psql(through(forwarder.port), "SELECT 1"), "1");
	});
});

describe("a pooler", postgresOnly, () => {
	let bouncer;
	before(async () => (bouncer = await new PgBouncer().start()));
	after(() => bouncer.close());

	it("gives a server connection for a transaction alone", async () => {
		const url = through(bouncer.port);
		const sessions = Array.from({ length: 12 }, () => new Session(url)); // more than it has connections
		for (const session of sessions) {
			session.type("SELECT 'pid ' || pg_backend_pid();");
			await session.sees(/pid \d+/);
		}
		const pids = new Set(sessions.map((session) => /pid (\d+)/.exec(session.text)[1]));
		assert.ok(pids.size <= 4, `${pids.size} connections`);
		await Promise.all(sessions.map((session) => session.end()));
	});
});

describe("several nodes", postgresOnly, () => {
	let bouncer, forwarder;
	before(async () => {
		bouncer = await new PgBouncer().start();
		forwarder = await new Forwarder(server.hostname, server.port).start();
	});
	after(() => Promise.all([bouncer.close(), forwarder.close()]));

	it("are one issuer, whatever way each has to the database", async () => {
		const ports = [forwarder.port, server.port];
		const all = await startNodes(2, { reach: (database, i) => database.via(ports[i]) });
		const { nodes } = all;
		try {
			assert.ok(forwarder.count > 0, "the first goes by the forwarder");
			const client = await nodes[0].addClient();
			const grant = await newGrant(nodes[1], client);
			assert.equal(new URL(grant.verification_uri).port, `${nodes[0].port}`);
			for (const node of nodes) assert.equal((await poll(node, client, grant.device_code)).json.error, "authorization_pending");
			assert.equal(await all.sql("SELECT count(*) FROM device_grant"), "1");
		} finally {
			await all.close();
		}
	});

	it("may share a pooler", async () => {
		const all = await startNodes(2, { reach: (database) => database.via(bouncer.port), flags: { database_pooler: "yes" } });
		try {
			const client = await all.nodes[0].addClient();
			const grant = await newGrant(all.nodes[0], client);
			assert.equal((await poll(all.nodes[1], client, grant.device_code)).json.error, "authorization_pending");
		} finally {
			await all.close();
		}
	});
});
