// SPDX-License-Identifier: Apache-2.0
//
// Applications on the person's own machine, as RFC 8252 has them: the code grant to the end by a loopback port of the moment, over IPv4
// and IPv6, and by a scheme of their own; and what does not match.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { addApp, arrival, begin, consentPage, redeem } from "./support/authorize.mjs";
import { Browser } from "./support/browser.mjs";
import { assertError } from "./support/device.mjs";
import { password, startServer } from "./support/server.mjs";

const uris = ["http://127.0.0.1/cb", "http://[::1]/cb", "http://127.0.0.1:8080/there?x=1", "http://localhost:4242/cb", "com.example.app:/cb"];

describe("an application on this machine", () => {
	let server, app, person;

	before(async () => {
		server = await startServer();
		await server.addUser("ada");
		app = await addApp(server, { type: "public", uris });
		person = new Browser(server);
		await person.signIn("ada", password);
	});
	after(() => server.close());

	const listening = [
		"http://127.0.0.1:51004/cb",
		"http://127.0.0.1/cb",
		"http://[::1]:51004/cb",
		"http://[::1]/cb",
		"http://127.0.0.1:9/there?x=1",
		"http://localhost:4242/cb",
		"com.example.app:/cb",
	];
	for (const redirect_uri of listening)
		it(`gets its code and its tokens at ${redirect_uri} [RFC8252#7.1, RFC8252#7.3]`, async () => {
			const request = begin(app, { redirect_uri });
			const page = await consentPage(person, request.path);
			// the form may lead there: a browser asks the policy of the page before it follows
			const scheme = new URL(redirect_uri).protocol;
			assert.match(page.response.headers.get("content-security-policy"), new RegExp(`form-action 'self' [^;]*${scheme}`));
			const response = await page.allow();
			const location = response.headers.get("location");
			const [where] = location.split(/[?&]code=/);
			assert.equal(where, redirect_uri);
			const answer = new URLSearchParams(location.slice(location.indexOf("?")));
			assert.equal(answer.get("state"), request.state);
			assert.equal(answer.get("iss"), `${server.base}/o`);
			const tokens = await redeem(server, app, request, answer.get("code"));
			assert.equal(tokens.status, 200, tokens.text);
		});

	for (const redirect_uri of [
		"http://localhost:4243/cb",
		"http://localhost/cb",
		"http://127.0.0.1:0/cb",
		"http://127.0.0.1:65536/cb",
		"http://127.0.0.1:/cb",
		"http://127.0.0.1:80/cb/",
		"http://127.0.0.1:80/cb?x=1",
		"http://127.0.0.1:80/there",
		"http://127.0.0.2:80/cb",
		"http://127.1:80/cb",
		"http://[0:0:0:0:0:0:0:1]:80/cb",
		"http://[::ffff:127.0.0.1]:80/cb",
		"https://127.0.0.1:80/cb",
		"HTTP://127.0.0.1:80/cb",
		"http://x@127.0.0.1:80/cb",
		"com.example.app://cb",
		"com.example.app:/cb/",
		"com.example.App:/cb",
		"com.example:/cb",
	])
		it(`gets nothing at ${redirect_uri} [RFC9700#4.1.3]`, async () => {
			const response = await person.request(begin(app, { redirect_uri }).path);
			assert.equal(response.status, 400);
			assert.equal(response.headers.get("location"), null);
		});

	it("redeems with the port that it began with, and no other [RFC6749#4.1.3]", async () => {
		const request = begin(app, { redirect_uri: "http://127.0.0.1:5001/cb" });
		const { params } = arrival(await (await consentPage(person, request.path)).allow());
		assertError(await redeem(server, app, request, params.code, { redirect_uri: "http://127.0.0.1:5002/cb" }), 400, "invalid_grant");
	});

	it("hears of a refusal and of an error by its own scheme, in a query [RFC8252#7.1]", async () => {
		const redirect_uri = "com.example.app:/cb";
		const denied = arrival(await (await consentPage(person, begin(app, { redirect_uri }).path)).deny());
		assert.deepEqual([denied.where, denied.params.error, denied.mode], [redirect_uri, "access_denied", "query"]);
		for (const [fields, error] of [[{ scope: "openid magic" }, "invalid_scope"], [{ response_mode: "form_post" }, "invalid_request"], [{ code_challenge: undefined, code_challenge_method: undefined }, "invalid_request"]]) {
			const { where, params, mode } = arrival(await person.request(begin(app, { redirect_uri, ...fields }).path));
			assert.deepEqual([where, params.error, mode], [redirect_uri, error, "query"]);
		}
	});

	it("is asked for each time, so that no other program gets a code unseen [RFC8252#8.6]", async () => {
		for (const redirect_uri of ["com.example.app:/cb", "http://[::1]:1/cb"]) {
			await (await consentPage(person, begin(app, { redirect_uri }).path)).allow();
			assert.equal(arrival(await person.request(begin(app, { redirect_uri, prompt: "none" }).path)).params.error, "consent_required");
		}
	});
});
