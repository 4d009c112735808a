// SPDX-License-Identifier: Apache-2.0
//
// Nothing that was answered is lost: the server is killed without warning under load, started again on the same database, and
// every answer that had come is held against what it knows. An answer that was on its way may have been committed or not;
// one that had arrived must have been.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Client, Person } from "./support/keepalive.mjs";
import { patience, startServer } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const rounds = patience > 1 ? 4 : 20;
const devices = 24;
const people = 8; // at a time
const crews = 3;

describe("kill -9 under load", () => {
	let server, tv;

	before(async () => {
		server = await startServer({ flags: { cap_exempt: "0.0.0.0/0", trusted_proxies: "127.0.0.1" } });
		for (let i = 0; i < people * crews; i++) await server.addUser(`person${i}`);
		tv = await server.addClient();
	});
	after(() => server.close());

	it(`loses nothing that was answered, ${rounds} times`, async (t) => {
		const totals = {};
		for (let round = 0; round < rounds; round++) {
			const delay = 40 + Math.random() * 200 * patience;
			const grants = await killUnderLoad(delay, round);
			await server.start();
			for (const grant of grants) totals[grant.stage] = (totals[grant.stage] ?? 0) + 1;
			await checkAll(grants, `round ${round}, killed after ${Math.round(delay)} ms`);
		}
		t.diagnostic(`answered before the kills: ${JSON.stringify(totals)}`);
		assert.ok(totals.issued + totals.approved + totals.redeemed + totals.refreshed > rounds, "there was a load");
	});

	it("keeps sessions: whoever was signed in before still is", async () => {
		const client = new Client(server);
		const person = await new Person(client, "person0", { "x-forwarded-for": "203.0.113.1" }).signIn();
		await server.kill();
		await server.start();
		const { json } = await client.authorizeDevice(tv);
		await person.approve(json.user_code);
		assert.equal((await client.poll(tv, json.device_code)).status, 200);
		client.close();
	});

	// A code whose entry was cut by the kill stays counted as a wrong one, so each round has other people at another address.
	function signInAll(client, round) {
		const headers = { "x-forwarded-for": `198.51.${round}.1` };
		const names = Array.from({ length: people }, (_, i) => `person${(round % crews) * people + i}`);
		return Promise.all(names.map((name) => new Person(client, name, headers).signIn()));
	}

	// Each grant: {stage: what was answered last, trying: what was on its way, ...what the device holds}
	async function killUnderLoad(delay, round) {
		const client = new Client(server, devices);
		const persons = await signInAll(client, round);
		const grants = [];
		let over = false;
		const loops = Array.from({ length: devices }, async (_, i) => {
			while (!over)
				await live(client, persons[i % people], grants).catch((error) => {
					if (!over) throw error; // refused, or hung up on, while the server should be alive
				});
		});
		await until(() => grants.length > 1, "a load");
		await new Promise((resolve) => setTimeout(resolve, delay));
		over = true;
		await Promise.all([server.kill(), ...loops]);
		client.close();
		return grants;
	}

	// One device from its first request to its refreshed tokens; throws when the server has gone.
	async function live(client, person, grants) {
		const issued = await client.authorizeDevice(tv);
		assert.equal(issued.status, 200, issued.text);
		const grant = { ...issued.json, stage: "issued" };
		const way = grants.push(grant) % 6; // how far this one goes
		if (way === 0) return;
		const path = await person.enter(grant.user_code);
		grant.trying = "approved";
		const decided = await person.decide(path);
		assert.equal(decided.status, 303, decided.text);
		Object.assign(grant, { stage: "approved", trying: null });
		if (way === 1) return;
		grant.trying = "redeemed";
		const redeemed = await client.poll(tv, grant.device_code);
		assert.equal(redeemed.status, 200, redeemed.text);
		Object.assign(grant, { stage: "redeemed", trying: null, refresh_token: redeemed.json.refresh_token });
		if (way < 4) return;
		grant.trying = "refreshed";
		const refreshed = await client.refresh(tv, grant.refresh_token);
		assert.equal(refreshed.status, 200, refreshed.text);
		Object.assign(grant, { stage: "refreshed", trying: null, refresh_token: refreshed.json.refresh_token });
	}

	async function checkAll(grants, when) {
		const client = new Client(server, devices);
		try {
			await Promise.all(grants.map((grant) => check(client, grant, when)));
		} finally {
			client.close();
		}
	}

	async function check(client, grant, when) {
		const polled = await client.poll(tv, grant.device_code);
		const told = polled.status === 200 ? "tokens" : polled.json.error;
		const fits = {
			issued: ["authorization_pending"],
			approved: ["tokens"],
			redeemed: ["invalid_grant"],
			refreshed: ["invalid_grant"],
		};
		const allowed = [...fits[grant.stage], ...(grant.trying ? fits[grant.trying] : [])];
		assert.ok(allowed.includes(told), `${when}: ${grant.stage} was answered, ${grant.trying} under way, and now: ${told}`);
		if (told === "tokens") grant.refresh_token = polled.json.refresh_token;
		if (!grant.refresh_token) return;
		const refreshed = await client.refresh(tv, grant.refresh_token);
		// a rotation that was committed and never told makes this a second use of the token
		const isLost = grant.trying === "refreshed" && refreshed.json.error === "invalid_grant";
		assert.ok(refreshed.status === 200 || isLost, `${when}: the refresh token of a ${grant.stage} grant: ${refreshed.text}`);
	}
});
