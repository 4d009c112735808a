// SPDX-License-Identifier: Apache-2.0
//
// The code grant over two nodes on one database: each step on the other node than the one before, and all at once on both.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { addApp, allow, arrival, begin, push, pushedPath, redeem, signInHere } from "./support/authorize.mjs";
import { Browser, formFields } from "./support/browser.mjs";
import { postgresOnly } from "./support/database.mjs";
import { assertError, refresh } from "./support/device.mjs";
import { startNodes } from "./support/nodes.mjs";
import { password } from "./support/server.mjs";

describe("the code grant on two nodes", postgresOnly, () => {
	let all, a, b, web;

	before(async () => {
		all = await startNodes(2, { flags: { cap_exempt: "127.0.0.0/8" } });
		[a, b] = all.nodes;
		await a.addUser("ada");
		web = await addApp(a);
	});
	after(() => all.close());

	/** A browser that a load balancer sends to the other node each time. */
	class Wanderer extends Browser {
		async request(path, options) {
			this.server = this.server === a ? b : a;
			return super.request(path, options);
		}
	}

	it("signing in, allowing and redeeming need not meet the same node", async () => {
		for (const first of [a, b]) {
			const browser = new Wanderer(first);
			const request = begin(web, { prompt: "login consent" });
			const page = await signInHere(browser, await browser.request(request.path), "ada");
			const { action, fields } = formFields(await page.text(), "/o/authorize/decide");
			const { params } = arrival(await browser.postForm(action, { ...fields, action: "accept" }));
			const answer = await redeem(browser.server === a ? b : a, web, request, params.code);
			assert.equal(answer.status, 200, answer.text);
			// a lost answer is given by the other node, too
			assert.equal((await redeem(browser.server, web, request, params.code)).text, answer.text);
		}
	});

	it("nor a pushed request, nor one that was posted", async () => {
		const browser = new Wanderer(a);
		await browser.signIn("ada", password);
		const app = await addApp(a, { flags: ["--skip-authorization", "yes"] });
		const request = begin(app);
		const path = pushedPath(app, await push(a, app, request.fields));
		browser.server = a;
		const { params } = arrival(await browser.request(path));
		assert.equal(params.state, request.state);
		assert.equal((await browser.request(path)).status, 400, "spent on the one, spent on the other");
		const posted = await browser.postForm("/o/authorize/", begin(app).fields);
		assert.ok(arrival(await browser.request(posted.headers.get("location"))).params.code);
	});

	it("a pushed request that is answered on both at once is answered once", async () => {
		const app = await addApp(a, { flags: ["--skip-authorization", "yes"] });
		const browsers = await Promise.all(
			[a, b].map(async (node) => {
				const browser = new Browser(node);
				await browser.signIn("ada", password);
				return browser;
			}),
		);
		for (let round = 0; round < 5; round++) {
			const request = begin(app);
			const path = pushedPath(app, await push(a, app, request.fields));
			const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => browsers[i % 2].request(path)));
			const given = answers.filter((answer) => answer.status === 303);
			assert.equal(given.length, 1);
			for (const answer of answers.filter((each) => each.status !== 303)) assert.ok([400, 403].includes(answer.status), String(answer.status));
			assert.equal((await redeem(b, app, request, arrival(given[0]).params.code)).status, 200);
		}
	});

	it("a code that is redeemed on both at once gives one answer", async () => {
		const browser = new Browser(a);
		await browser.signIn("ada", password);
		for (let round = 0; round < 5; round++) {
			const request = begin(web);
			const { params } = await allow(browser, request.path);
			const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => redeem(i % 2 ? a : b, web, request, params.code)));
			assert.deepEqual([...new Set(answers.map((answer) => answer.text))], [answers[0].text]);
			assert.equal(answers[0].status, 200, answers[0].text);
			assert.equal((await refresh(b, web, answers[0].json.refresh_token)).status, 200, "and nothing is revoked");
		}
	});

	it("a code that was voided on the one is void on the other", async () => {
		const browser = new Browser(a);
		await browser.signIn("ada", password);
		const request = begin(web);
		const { params } = await allow(browser, request.path);
		assertError(await redeem(a, web, request, params.code, { code_verifier: "w".repeat(43) }), 400, "invalid_grant");
		assertError(await redeem(b, web, request, params.code), 400, "invalid_grant");
	});
});
