// SPDX-License-Identifier: Apache-2.0
//
// No room is left for the database: whoever waits goes on waiting, everybody else is told when to come back, and nothing that was
// answered before is lost. The room ends by a limit on the size of files, which needs no rights.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { sqliteOnly } from "./support/database.mjs";
import { Client, Person } from "./support/keepalive.mjs";
import { startServer } from "./support/server.mjs";

const kibibytes = 1024;
const limited = (command) => ["bash", "-c", `trap '' XFSZ; ulimit -f ${kibibytes}; exec "$@"`, "bash", ...command];

describe("a disk that is full", sqliteOnly, () => {
	let server, client, tv, ada, path, waiting, approved;
	let isLimited = true;

	before(async () => {
		server = await startServer({ flags: { cap_exempt: "127.0.0.0/8" }, wrap: () => (isLimited ? limited([]) : []) });
		await server.addUser("ada");
		tv = await server.addClient();
		client = new Client(server);
		ada = await new Person(client, "ada").signIn();
		[waiting, approved] = await Promise.all([1, 2].map(async () => (await client.authorizeDevice(tv)).json));
		path = await ada.enter(waiting.user_code);
		await ada.approve(approved.user_code);
		await fill();
	});
	after(async () => {
		client.close();
		await server.close();
	});

	// Codes are given until there is no room for one more: first many at a time, and then, for what those leave, one by one.
	async function fill() {
		for (const atOnce of [32, 1]) await fillBy(atOnce);
	}

	async function fillBy(atOnce) {
		for (let i = 0, refused = 0; i < 20_000; i++) {
			const answers = await Promise.all(Array.from({ length: atOnce }, () => client.authorizeDevice(tv)));
			refused = answers.every(({ status }) => status === 503) ? refused + 1 : 0;
			if (refused === 3) return;
		}
		assert.fail("the disk did not get full");
	}

	const requests = {
		"a device that asks for codes": () => client.authorizeDevice(tv),
		"who enters a code": () => ada.post("/o/device", { user_code: waiting.user_code }),
		"who decides": () => ada.decide(path),
		"who signs out": () => ada.post("/accounts/logout/"),
	};
	for (const [who, send] of Object.entries(requests)) {
		it(`tells ${who} when to come back [RFC9110#15.6.4]`, async () => {
			const { status, headers, text } = await send();
			assert.equal(status, 503, text);
			assert.match(headers["retry-after"] ?? "", /^[1-9]\d*$/);
		});
	}

	it("lets devices poll on, whatever was decided [RFC8628#3.5]", async () => {
		for (const { device_code } of [waiting, approved]) {
			const { status, text } = await client.poll(tv, device_code);
			assert.equal(status, 400);
			assert.match(text, /authorization_pending|slow_down/);
		}
	});

	it("has lost nothing when there is room again", async () => {
		isLimited = false;
		await server.kill();
		await server.start();
		await ada.approve(waiting.user_code);
		for (const { device_code } of [waiting, approved]) assert.equal((await client.poll(tv, device_code)).status, 200);
	});
});
