// SPDX-License-Identifier: Apache-2.0
//
// The database server goes away: nothing is answered by halves, pages say when to come back, a device is told to go on polling,
// and what was on its way is done once when the server is back.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";

import { postgresOnly } from "./support/database.mjs";
import { Forwarder } from "./support/forwarder.mjs";
import { Client, Person } from "./support/keepalive.mjs";
import { startNodes } from "./support/nodes.mjs";
import { patience } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const waits = 2; // seconds of database_wait

describe("a database that is away", postgresOnly, () => {
	let way, all, cutOff, whole, tv, ada;

	// Node 0 reaches the database through the forwarder, node 1 directly.
	before(async () => {
		const url = new URL(process.env.DOORCODE_TEST_POSTGRES);
		way = await new Forwarder(url.hostname, url.port).start();
		all = await startNodes(2, {
			flags: { cap_exempt: "127.0.0.0/8", database_wait: `${waits}s`, database_connections: 4 },
			reach: (database, i) => (i === 0 ? database.via(way.port) : database.option),
		});
		await all.nodes[1].addUser("ada");
		tv = await all.nodes[1].addClient();
		[cutOff, whole] = all.nodes.map((node) => new Client(node));
		ada = await new Person(whole, "ada").signIn();
	});
	after(async () => {
		cutOff.close();
		whole.close();
		way.heal();
		await all.close();
		await way.close();
	});

	const onCutOff = () => Object.assign(new Person(cutOff, "ada"), { token: ada.token, cookie: ada.cookie });
	const grant = async (client) => (await client.authorizeDevice(tv)).json;
	const healed = async () => {
		way.heal();
		await until(async () => (await cutOff.send("GET", "/readyz")).status === 200, "the node to be ready");
	};
	const pending = (answer) => {
		assert.equal(answer.status, 400, answer.text);
		assert.equal(answer.json.error, "authorization_pending");
	};
	const states = [
		["cut", () => way.cut()],
		["frozen", () => way.freeze()],
	];

	for (const [state, damage] of states) {
		describe(state, () => {
			let known, unknown, approved;
			before(async () => {
				known = await grant(cutOff);
				unknown = await grant(whole);
				approved = await grant(cutOff);
				pending(await cutOff.poll(tv, known.device_code));
				await ada.approve(approved.user_code);
				damage();
			});
			after(healed);

			it("lives, and is not ready", async () => {
				assert.equal((await cutOff.send("GET", "/healthz")).status, 200);
				assert.equal((await cutOff.send("GET", "/readyz")).status, 503);
			});

			it("a code that is known, one that is not, and one that is approved are pending [RFC8628#3.5]", async () => {
				const began = performance.now();
				const answers = await Promise.all([known, unknown, approved].map(({ device_code }) => cutOff.poll(tv, device_code)));
				for (const answer of answers) assert.match(answer.text, /authorization_pending|slow_down/);
				assert.ok(performance.now() - began < (waits + 15) * 1000 * patience, "within the wait");
			});

			it("whoever needs the database is told when to come back", async () => {
				const refresh = await cutOff.send("POST", "/o/token/", { grant_type: "refresh_token", refresh_token: "x", client_id: "unknown" });
				assert.equal(refresh.status, 503, refresh.text);
				assert.match(refresh.headers["retry-after"], /^\d+$/);
				const page = await onCutOff().client.send("GET", "/o/authorized_tokens/", null, { cookie: ada.cookie });
				assert.equal(page.status, 503);
				assert.match(page.headers["retry-after"], /^\d+$/);
				const started = await cutOff.authorizeDevice(tv);
				assert.equal(started.status, 503, started.text);
			});

			it("answers at once when the server has been away for longer than anybody waits", async () => {
				await until(async () => {
					const began = performance.now();
					const answer = await cutOff.send("GET", "/o/authorized_tokens/", null, { cookie: ada.cookie });
					assert.equal(answer.status, 503);
					return performance.now() - began < 300 * patience;
				}, "an answer at once");
			});

			it("goes on when it is back, with what was decided meanwhile", async () => {
				await ada.approve(unknown.user_code);
				await healed();
				for (const { device_code } of [unknown, approved])
					await until(async () => (await cutOff.poll(tv, device_code)).status === 200, "the tokens");
				await onCutOff().approve(known.user_code);
				await until(async () => (await whole.poll(tv, known.device_code)).status === 200, "the tokens");
			});
		});
	}

	it("a request under way waits for a server that comes back in time", async () => {
		// On a busy machine it may not come back in time.
		await until(async () => {
			way.cut();
			const answer = cutOff.authorizeDevice(tv);
			setTimeout(() => way.heal(), 500);
			const { status } = await answer;
			await healed();
			return status === 200;
		}, "an answer in spite of the cut");
	});
});

describe("a commit that is not heard of", postgresOnly, () => {
	let way, all, client, tv, ada;

	before(async () => {
		const url = new URL(process.env.DOORCODE_TEST_POSTGRES);
		way = await new Forwarder(url.hostname, url.port).start();
		all = await startNodes(1, {
			flags: { cap_exempt: "127.0.0.0/8", database_wait: "20s", database_connections: 4 },
			reach: (database) => database.via(way.port),
		});
		await all.nodes[0].addUser("ada");
		tv = await all.nodes[0].addClient();
		client = new Client(all.nodes[0]);
		ada = await new Person(client, "ada").signIn();
	});
	after(async () => {
		client.close();
		way.heal();
		await all.close();
		await way.close();
	});

	/** A lock that is held until it is let go: the statement that wants the row has been sent by then. */
	function hold(statement) {
		const psql = spawn("psql", ["-XAtq", "-d", all.database.option], { stdio: ["pipe", "ignore", "inherit"] });
		psql.stdin.write(`BEGIN; ${statement};\n`);
		return async () => {
			psql.stdin.end("COMMIT;\n");
			await once(psql, "exit");
		};
	}
	const waiting = (state) => async () =>
		Number(await all.sql(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND ${state}`)) > 0;
	const locked = waiting("wait_event_type = 'Lock'");
	const holding = waiting("state = 'idle in transaction' AND query LIKE '%FOR UPDATE%'");
	const count = async (table) => Number(await all.sql(`SELECT count(*) FROM ${table}`));

	it("a redemption is answered, with the one set of tokens there is", async () => {
		const { device_code, user_code } = (await client.authorizeDevice(tv)).json;
		await ada.approve(user_code);
		const before = await count("access_token");
		const release = hold('SELECT 1 FROM "authorization" FOR UPDATE');
		await until(holding, "the lock");
		const answer = client.poll(tv, device_code);
		await until(locked, "the redemption to wait");
		way.deafen();
		await release();
		await until(async () => (await count("access_token")) === before + 1, "the commit");
		way.cut();
		way.heal();
		const tokens = await answer;
		assert.equal(tokens.status, 200, tokens.text);
		assert.equal(await count("access_token"), before + 1);
		assert.equal(await count("event WHERE kind = 'device.redeemed'"), 1);
		assert.equal((await client.refresh(tv, tokens.json.refresh_token)).status, 200);
	});

	it("a decision is answered, and counts", async () => {
		const { device_code, user_code } = (await client.authorizeDevice(tv)).json;
		const confirm = await ada.enter(user_code);
		const before = await count('"authorization"');
		const release = hold("SELECT 1 FROM device_grant FOR UPDATE");
		await until(holding, "the lock");
		const answer = ada.decide(confirm);
		await until(locked, "the decision to wait");
		way.deafen();
		await release();
		await until(async () => (await count('"authorization"')) === before + 1, "the commit");
		way.cut();
		way.heal();
		assert.equal((await answer).status, 303);
		await until(async () => (await client.poll(tv, device_code)).status === 200, "the tokens");
	});
});
