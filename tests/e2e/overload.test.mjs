// SPDX-License-Identifier: Apache-2.0
//
// When every worker is busy: what needs none is still answered, the rest is told to come back, and a device that polls is never
// turned away, since real ones give up at anything but "pending".
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Browser, formFields } from "./support/browser.mjs";
import { assertError, authorizeDevice, newGrant, poll } from "./support/device.mjs";
import { Client, Person } from "./support/keepalive.mjs";
import { password, startServer } from "./support/server.mjs";

describe("a full queue", () => {
	let server, tv, client, ada;

	before(async () => {
		// one worker, a place to wait behind it, and sign-ins that keep it for a second or two each
		server = await startServer({ flags: { cap_exempt: "127.0.0.0/8", workers: 1, worker_queue: 2, password_memory: 65536, password_passes: 40 } });
		await server.addUser("ada");
		tv = await server.addClient();
		client = new Client(server);
		ada = await new Person(client, "ada").signIn();
	});
	after(async () => {
		client.close();
		await server.close();
	});

	const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

	/** Runs `task` while the worker hashes one password and somebody else waits: {wasBusy: until its end, failure}. */
	async function tryBusy(task) {
		const browser = new Browser(server);
		const { action, fields } = formFields((await browser.get("/accounts/login/")).html);
		const served = [];
		const signIn = async () => {
			for (;;) {
				const { status } = await browser.postForm(action, { ...fields, username: "ada", password });
				if (status !== 503) return served.push(status);
				await pause(20); // an earlier request may hold its place for a moment after its answer
			}
		};
		const crowd = [signIn(), signIn()];
		// There is no place left once somebody is told so, however busy the machine is.
		for (let isFull = false; !isFull && served.length === 0; ) {
			const probe = authorizeDevice(server, { client_id: tv.client_id }).then(({ status }) => status === 503 || served.push(status));
			crowd.push(probe);
			isFull = (await Promise.race([probe, pause(100)])) === true;
		}
		const failure = await task().catch((error) => error);
		if (failure) await pause(300); // whoever was served in the middle of it has his answer by then
		const wasBusy = served.length === 0;
		await Promise.all(crowd);
		return { wasBusy, failure };
	}

	/** The same until the worker was busy all the time, each time with what `prepare` makes, which it gives back. */
	async function whileBusy(task, prepare = async () => {}) {
		for (let attempt = 1; ; attempt++) {
			const made = await prepare();
			const { wasBusy, failure } = await tryBusy(() => task(made));
			if (failure && (wasBusy || attempt === 10)) throw failure;
			if (wasBusy) return made;
			assert.ok(attempt < 10, "the worker was never busy for long enough");
		}
	}

	it("answers pending polls and health from the loops", async () => {
		const grant = await newGrant(server, tv);
		await whileBusy(async () => {
			assertError(await poll(server, tv, grant.device_code), 400, "authorization_pending");
			assert.equal((await fetch(`${server.base}/healthz`)).status, 200);
			assert.equal((await fetch(`${server.base}/static/doorcode.css`)).status, 200);
		});
	});

	it("answers polls of decided codes with pending, and with the tokens when it can", async () => {
		const approved = async () => {
			const grant = await newGrant(server, tv);
			await ada.approve(grant.user_code);
			return grant;
		};
		const grant = await whileBusy(async ({ device_code }) => {
			for (let i = 0; i < 5; i++) assertError(await poll(server, tv, device_code), 400, "authorization_pending");
		}, approved);
		assert.equal((await poll(server, tv, grant.device_code)).status, 200);
	});

	it("answers everything else 503 with Retry-After: JSON to clients, a page to people", async () => {
		await whileBusy(async () => {
			const issue = await authorizeDevice(server, { client_id: tv.client_id });
			assertError(issue, 503, "temporarily_unavailable");
			assert.ok(Number(issue.headers.get("retry-after")) > 0);
			const page = await fetch(`${server.base}/accounts/login/`);
			assert.equal(page.status, 503);
			assert.ok(Number(page.headers.get("retry-after")) > 0);
			assert.match(page.headers.get("content-type"), /^text\/html/);
			assert.match(page.headers.get("content-security-policy"), /default-src 'none'/);
			assert.match(await page.text(), /again/);
		});
		assert.equal((await fetch(`${server.base}/accounts/login/`)).status, 200);
	});

	it("loses nothing of a burst: each is answered, 200 or 503, and polls are never refused", async () => {
		const grant = await newGrant(server, tv);
		const issues = Array.from({ length: 200 }, () => client.authorizeDevice(tv));
		const polls = Array.from({ length: 100 }, () => client.poll(tv, grant.device_code));
		const statuses = new Set((await Promise.all(issues)).map((answer) => answer.status));
		for (const status of statuses) assert.ok([200, 503].includes(status), `${status}`);
		for (const answer of await Promise.all(polls)) {
			assert.equal(answer.status, 400);
			assert.ok(["authorization_pending", "slow_down"].includes(answer.json.error), answer.text);
		}
	});
});
