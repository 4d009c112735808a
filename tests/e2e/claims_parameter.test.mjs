// SPDX-License-Identifier: Apache-2.0
//
// The claims parameter over HTTP: who must be signed in, how, and what of it is only a wish (OIDC#5.5).
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { addApp, allow, arrival, begin, redeem } from "./support/authorize.mjs";
import { Browser } from "./support/browser.mjs";
import { jwtPart } from "./support/clients.mjs";
import { password, startServer } from "./support/server.mjs";

describe("the claims parameter", () => {
	let server, web, ada, bob, adasName, bobsName;

	before(async () => {
		server = await startServer();
		web = await addApp(server);
		[ada, bob] = await Promise.all(
			["ada", "bob"].map(async (name) => {
				await server.addUser(name);
				await server.cli(["user", "set", name, `email=${name}@app.example`, `nickname=${name}`]);
				const browser = new Browser(server);
				await browser.signIn(name, password);
				return browser;
			}),
		);
		[adasName, bobsName] = await Promise.all([ada, bob].map(async (browser) => (await idTokenOf(browser, undefined)).sub));
	});
	after(() => server.close());

	async function idTokenOf(browser, claims) {
		const request = begin(web, { claims: claims && JSON.stringify(claims) });
		const { params } = await allow(browser, request.path);
		assert.ok(params.code, JSON.stringify(params));
		return jwtPart((await redeem(server, web, request, params.code)).json.id_token, 1);
	}
	const silently = async (browser, claims) => arrival(await browser.request(begin(web, { prompt: "none", claims: typeof claims === "string" ? claims : JSON.stringify(claims) }).path)).params;

	it("a person who is named is the one, or there is no answer [OIDC#3.1.2.2, OIDC#5.5.1]", async () => {
		for (const sub of [{ value: adasName }, { values: [adasName] }, { values: [bobsName, adasName] }, { essential: true, value: adasName }, { essential: true }, null]) {
			const params = await silently(ada, { id_token: { sub } });
			assert.ok(params.code, `${JSON.stringify(sub)}: ${params.error}`);
		}
		for (const sub of [{ value: bobsName }, { values: [bobsName] }, { values: [bobsName, "nobody"] }])
			assert.equal((await silently(ada, { id_token: { sub } })).error, "login_required", JSON.stringify(sub));
		for (const sub of [{ value: 7 }, { values: [7] }, { values: Array(9).fill("x") }]) assert.equal((await silently(ada, { id_token: { sub } })).error, "invalid_request", JSON.stringify(sub));
	});

	it("of several people who are signed in it finds the one [OIDC#3.1.2.2]", async () => {
		const both = new Browser(server);
		await both.signIn("ada", password);
		await both.submit("/accounts/login/?mode=add", { username: "bob", password }, { action: "/accounts/login" });
		for (const name of [adasName, bobsName]) assert.equal((await idTokenOf(both, { id_token: { sub: { values: ["nobody", name] } } })).sub, name);
	});

	it("values of other claims are a wish: what is known is given, and nothing waits for what is not [OIDC#5.5.1]", async () => {
		const claims = { id_token: { nickname: { value: "zed" }, email: { essential: true }, phone_number: { essential: true }, auth_time: { essential: true } } };
		const token = await idTokenOf(ada, claims);
		assert.equal(token.nickname, "ada");
		assert.equal(token.email, "ada@app.example");
		assert.equal(typeof token.auth_time, "number");
		assert.ok(!("phone_number" in token));
	});

	it("a way to sign in that is demanded and that there is not is refused; one that is wished is passed over [OIDC#5.5.1.1]", async () => {
		assert.equal((await silently(ada, { id_token: { acr: { essential: true, values: ["gold"] } } })).error, "unmet_authentication_requirements");
		for (const acr of [{ values: ["gold"] }, { essential: false, value: "gold" }, { essential: true }, null]) assert.ok((await silently(ada, { id_token: { acr } })).code, JSON.stringify(acr));
	});

	it("what is no such object is refused, what is in it and not known is passed over [OIDC#5.5]", async () => {
		for (const text of ["[]", "null", "7", "{", '{"userinfo":[]}', '{"id_token":"sub"}', '{"id_token":{},"id_token":{}}'])
			assert.equal((await silently(ada, text)).error, "invalid_request", text);
		for (const claims of [{}, { other: 7 }, { userinfo: null }, { id_token: { magic: { essential: true } } }, { id_token: { "nickname#de": null } }]) assert.ok((await silently(ada, claims)).code, JSON.stringify(claims));
	});
});
