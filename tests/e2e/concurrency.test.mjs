// SPDX-License-Identifier: Apache-2.0
//
// Many at once: whatever the order in which requests arrive, a code is redeemed once, a decision is made once, and nothing is
// given to an account that has been disabled.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { assertError as assertFetched } from "./support/device.mjs";
import { Client, Person } from "./support/keepalive.mjs";
import { patience, startServer } from "./support/server.mjs";

const rounds = (count) => Math.ceil(count / patience);

describe("many at once", () => {
	let server, client, tv, ada, bea;

	before(async () => {
		server = await startServer({ flags: { cap_exempt: "127.0.0.0/8" } });
		for (const name of ["ada", "bea", "cyd"]) await server.addUser(name);
		tv = await server.addClient();
		client = new Client(server, 64);
		[ada, bea] = await Promise.all([new Person(client, "ada").signIn(), new Person(client, "bea").signIn()]);
	});
	after(async () => {
		client.close();
		await server.close();
	});

	const newGrant = async () => {
		const answer = await client.authorizeDevice(tv);
		assert.equal(answer.status, 200, answer.text);
		return answer.json;
	};
	const newApproved = async () => {
		const grant = await newGrant();
		await ada.approve(grant.user_code);
		return grant;
	};
	const assertError = (answer, error) =>
		assertFetched({ ...answer, headers: { get: (name) => answer.headers[name] ?? null } }, 400, error);

	it("64 polls of one approved code at once: one gets tokens, 63 invalid_grant, a hundred times [RFC8628#3.5]", async () => {
		for (let round = 0; round < rounds(100); round++) {
			const grant = await newApproved();
			const answers = await Promise.all(Array.from({ length: 64 }, () => client.poll(tv, grant.device_code)));
			const winners = answers.filter((answer) => answer.status === 200);
			assert.equal(winners.length, 1, `round ${round}`);
			for (const answer of answers) if (answer !== winners[0]) assertError(answer, "invalid_grant");
			const refreshed = await client.refresh(tv, winners[0].json.refresh_token);
			assert.equal(refreshed.status, 200, "those who came late took nothing from the winner");
		}
	});

	it("64 uses of one refresh token at once: at most one gets tokens [RFC9700#4.14.2]", async () => {
		for (let round = 0; round < rounds(20); round++) {
			const grant = await newApproved();
			const { refresh_token } = (await client.poll(tv, grant.device_code)).json;
			const answers = await Promise.all(Array.from({ length: 64 }, () => client.refresh(tv, refresh_token)));
			const winners = answers.filter((answer) => answer.status === 200);
			assert.ok(winners.length <= 1, `round ${round}: ${winners.length}`);
			for (const answer of answers) if (answer.status !== 200) assertError(answer, "invalid_grant");
			// the others were reuse: what the winner holds is revoked with all the rest
			if (winners.length === 1) assertError(await client.refresh(tv, winners[0].json.refresh_token), "invalid_grant");
		}
	});

	it("one person approves while another denies: one of them, and everybody is told the same [RFC8628#5.5]", async () => {
		for (let round = 0; round < rounds(60); round++) {
			const grant = await newGrant();
			const [mine, hers] = [await ada.enter(grant.user_code), await bea.enter(grant.user_code)];
			const polls = Array.from({ length: 8 }, () => client.poll(tv, grant.device_code));
			const decisions = [ada.decide(mine, "accept"), bea.decide(hers, "deny")];
			const [a, b] = await Promise.all(round % 2 ? decisions : decisions.reverse());
			assert.deepEqual([a.status, b.status], [303, 303]);
			const during = await Promise.all(polls);
			const last = await client.poll(tv, grant.device_code);
			const tokens = [...during, last].filter((answer) => answer.status === 200);
			const words = await Promise.all([ada.page(mine.replace("confirm", "grant-status")), bea.page(hers.replace("confirm", "grant-status"))]);
			const isApproved = /Device Authorized/.test(words[0]);
			for (const page of words) assert.match(page, isApproved ? /Device Authorized/ : /Device Denied/, `round ${round}`);
			assert.equal(tokens.length, isApproved ? 1 : 0, `round ${round}`);
			if (!isApproved) assertError(last, "access_denied");
		}
	});

	it("64 decisions on one code from one page: all are answered alike, and polls agree", async () => {
		for (let round = 0; round < rounds(10); round++) {
			const grant = await newGrant();
			const path = await ada.enter(grant.user_code);
			const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => ada.decide(path, i % 2 ? "accept" : "deny")));
			assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [303]);
			const isApproved = /Device Authorized/.test(await ada.page(path.replace("confirm", "grant-status")));
			const answer = await client.poll(tv, grant.device_code);
			if (isApproved) assert.equal(answer.status, 200, answer.text);
			else assertError(answer, "access_denied");
		}
	});

	it("a person is disabled while the device polls: once that is done there are no tokens, and those given before are dead", async () => {
		for (let round = 0; round < rounds(12); round++) {
			const cyd = await new Person(client, "cyd").signIn();
			const grants = [];
			for (let i = 0; i < 12; i++) grants.push(await newGrant());
			for (const grant of grants) await cyd.approve(grant.user_code);
			const disabling = server.cli(["user", "disable", "cyd"]);
			const during = [];
			for (const grant of grants.slice(0, 6)) during.push(await client.poll(tv, grant.device_code));
			assert.equal((await disabling).code, 0);
			for (const grant of grants.slice(6)) assertError(await client.poll(tv, grant.device_code), "invalid_grant");
			for (const answer of during) {
				if (answer.status === 200) assertError(await client.refresh(tv, answer.json.refresh_token), "invalid_grant");
				else assertError(answer, "invalid_grant");
			}
			assert.equal((await server.cli(["user", "enable", "cyd"])).code, 0);
		}
	});

	it("an application is switched off while its device polls: nothing more after that", async () => {
		for (let round = 0; round < rounds(6); round++) {
			const radio = await server.addClient({ name: "Radio" });
			const grants = [];
			for (let i = 0; i < 8; i++) {
				const { json } = await client.authorizeDevice(radio);
				await ada.approve(json.user_code);
				grants.push(json);
			}
			const switching = server.cli(["app", "set", radio.client_id, "--enabled", "no"]);
			for (const grant of grants.slice(0, 4)) {
				const answer = await client.poll(radio, grant.device_code);
				assert.ok([200, 400, 401].includes(answer.status), answer.text);
			}
			assert.equal((await switching).code, 0);
			for (const grant of grants.slice(4)) {
				const answer = await client.poll(radio, grant.device_code);
				assert.ok(["invalid_grant", "invalid_client"].includes(answer.json.error), answer.text);
			}
		}
	});

	it("2,000 codes asked for by 64 at once are all different", async () => {
		const seen = new Set();
		const ask = async () => {
			const { user_code, device_code } = await newGrant();
			seen.add(user_code).add(device_code);
		};
		await Promise.all(Array.from({ length: rounds(2000) }, ask));
		assert.equal(seen.size, 2 * rounds(2000));
	});
});
