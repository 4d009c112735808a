// SPDX-License-Identifier: Apache-2.0
//
// What one node was told the other goes by: spent codes, keys, consents, who is in a session, what may come once. Beside
// authorize_nodes.test.mjs, which goes through the code grant on two nodes step by step.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { addApp, allow, arrival, begin, consentPage, redeem } from "./support/authorize.mjs";
import { ClientKey } from "./support/assertions.mjs";
import { Browser, formFields } from "./support/browser.mjs";
import { ok, postAs } from "./support/clients.mjs";
import { postgresOnly } from "./support/database.mjs";
import { assertError, post, refresh } from "./support/device.mjs";
import { startNodes } from "./support/nodes.mjs";
import { password } from "./support/server.mjs";
import { keysOf, ProofKey, verified } from "./support/tokens.mjs";
import { until } from "./support/until.mjs";

const ready = (node) => until(async () => (await fetch(`${node.origin}/readyz`)).status === 200, "the signing keys");

describe("two nodes", postgresOnly, () => {
	let all, a, b, app;

	before(async () => {
		// No lost answer is given again, so that a spent code is one.
		all = await startNodes(2, { flags: { cap_exempt: "127.0.0.0/8", replay_window: "0s", trusted_proxies: "127.0.0.1" } });
		[a, b] = all.nodes;
		await Promise.all(all.nodes.map(ready));
		for (const name of ["ada", "bob"]) await a.addUser(name);
		app = await addApp(a);
	});
	after(() => all.close());

	async function signedIn(node, name) {
		const browser = new Browser(node);
		await browser.signIn(name, password);
		return browser;
	}

	/** The same browser, sent to that node. */
	const on = (node, browser) => Object.assign(new Browser(node), { cookies: browser.cookies });

	async function codeFor(browser, client = app, fields = {}) {
		const request = begin(client, fields);
		return { request, ...(await allow(browser, request.path)).params };
	}

	it("a code that one gave the other redeems; who brings it again, to whichever, ends what it gave [RFC6749#4.1.2]", async () => {
		for (const [giver, redeemer] of [[a, b], [b, a]]) {
			const { request, code } = await codeFor(await signedIn(giver, "ada"));
			const answer = await redeem(redeemer, app, request, code);
			assert.equal(answer.status, 200, answer.text);
			const fresh = await refresh(giver, app, answer.json.refresh_token);
			assert.equal(fresh.status, 200, fresh.text);
			assertError(await redeem(giver, app, request, code), 400, "invalid_grant");
			for (const node of all.nodes) {
				assertError(await refresh(node, app, fresh.json.refresh_token), 400, "invalid_grant");
				const looked = await fetch(`${node.origin}/o/userinfo/`, { headers: { authorization: `Bearer ${fresh.json.access_token}` } });
				assert.equal(looked.status, 401);
			}
		}
	});

	it("32 redemptions of one code at once, on both: one gets tokens, and they are gone since the code came twice", async () => {
		for (let round = 0; round < 5; round++) {
			const { request, code } = await codeFor(await signedIn(a, "ada"));
			const answers = await Promise.all(Array.from({ length: 32 }, (_, i) => redeem(i % 2 ? a : b, app, request, code)));
			const won = answers.filter(({ status }) => status === 200);
			assert.equal(won.length, 1, `round ${round}`);
			for (const answer of answers) if (answer !== won[0]) assertError(answer, 400, "invalid_grant");
			for (const node of all.nodes) assertError(await refresh(node, app, won[0].json.refresh_token), 400, "invalid_grant");
		}
	});

	it("both sign with the same keys: what one signed is good by what the other publishes", async () => {
		const [one, other] = await Promise.all([keysOf(a), keysOf(b)]);
		assert.deepEqual(one, other);
		const { request, code } = await codeFor(await signedIn(a, "ada"));
		const { id_token } = (await redeem(a, app, request, code)).json;
		assert.equal((await verified(b, id_token)).payload.aud, app.client_id);
	});

	it("what was allowed on one is not asked on the other, until it is taken back on either", async () => {
		const client = await addApp(a, { name: "Calendar", flags: ["--client-uri", "https://app.example/"] });
		const browser = await signedIn(a, "bob");
		const fields = { scope: "openid profile" };
		await (await consentPage(browser, begin(client, fields).path)).allow();
		const again = on(b, browser);
		assert.ok(arrival(await again.request(begin(client, fields).path)).params.code, "by 303 at once");
		assert.equal((await again.request(begin(client, { scope: "openid email" }).path)).status, 200, "more is asked for");
		const page = await again.get("/o/authorized_tokens/");
		const [, consent] = /name="consent" value="([^"]+)">Forget<span class="unseen"> what Calendar/.exec(page.html);
		const { action, fields: hidden } = formFields(page.html, "/o/authorized_tokens/");
		assert.equal((await again.postForm(action, { csrf_token: hidden.csrf_token, consent })).status, 303);
		assert.equal((await browser.request(begin(client, fields).path)).status, 200, "the first asks again");
	});

	it("who signs in beside another acts on both, and who gives himself a new password is out of it on both", async () => {
		const acting = async (node, browser) => /Signed in as <\/span><bdi>([^<]*)<\/bdi>/.exec((await on(node, browser).get("/")).html)?.[1];
		const browser = await signedIn(a, "ada");
		await on(b, browser).submit("/accounts/login/?mode=add&next=/", { username: "bob", password }, { action: "/accounts/login" });
		for (const node of all.nodes) assert.equal(await acting(node, browser), "bob");
		const { code, stderr } = await a.cli(["user", "passwd", "bob"], "another long password\n");
		assert.equal(code, 0, stderr);
		for (const node of all.nodes) assert.equal(await acting(node, browser), "ada");
		assert.equal((await a.cli(["user", "passwd", "bob"], `${password}\n`)).code, 0);
	});

	it("an assertion or a proof that came to one has come to the other [RFC7523#3] [RFC9449#11.1]", async () => {
		const key = await ClientKey.make();
		const flags = ["--token-endpoint-auth-method", "private_key_jwt", "--jwks", JSON.stringify(key.set)];
		const robot = await a.addClient({ name: "Robot", type: "confidential", grants: ["client-credentials"], flags });
		const assertion = { grant_type: "client_credentials", ...(await key.parameters(a, robot)) };
		assert.equal((await post(a, "/o/token/", Object.entries(assertion))).status, 200);
		assertError(await post(b, "/o/token/", Object.entries(assertion)), 401, "invalid_client");

		const service = await a.addClient({ name: "Service", type: "confidential", grants: ["client-credentials"] });
		const proof = await (await ProofKey.make(a)).header("/o/token/");
		await ok(postAs(a, service, "/o/token/", { grant_type: "client_credentials" }, proof));
		assertError(await postAs(b, service, "/o/token/", { grant_type: "client_credentials" }, proof), 400, "invalid_dpop_proof");
	});

	it("of 8 who use one assertion at once, on both, one is let in", async () => {
		const key = await ClientKey.make();
		const flags = ["--token-endpoint-auth-method", "private_key_jwt", "--jwks", JSON.stringify(key.set)];
		for (let round = 0; round < 5; round++) {
			const robot = await a.addClient({ name: "Robot", type: "confidential", grants: ["client-credentials"], flags });
			const assertion = { grant_type: "client_credentials", ...(await key.parameters(a, robot)) };
			const from = { "x-forwarded-for": `203.0.113.${round}` };
			const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => post(i % 2 ? a : b, "/o/token/", Object.entries(assertion), from)));
			assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401, 401, 401, 401, 401, 401, 401]);
		}
	});

	it("a resource that was added on one is known to the other", async () => {
		await a.cliJson(["resource", "add", "https://api.example/", "--name", "Photos"]);
		const browser = await signedIn(a, "ada");
		await until(async () => (await codeFor(on(b, browser), app, { resource: "https://api.example/" })).code, "the resource");
	});
});
