// SPDX-License-Identifier: Apache-2.0
//
// Pushed authorization requests: RFC 9126.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { addApp, allow, arrival, begin, callback, consentPage, push, pushedPath, redeem, signInHere } from "./support/authorize.mjs";
import { Browser, formFields } from "./support/browser.mjs";
import { assertError, post } from "./support/device.mjs";
import { password, startServer } from "./support/server.mjs";
import { ProofKey } from "./support/tokens.mjs";

describe("pushed authorization requests", () => {
	let server, web, spa, person;

	before(async () => {
		server = await startServer({ moved: true, flags: { session_idle: "89d", session_absolute: "90d" } });
		await server.addUser("ada");
		web = await addApp(server);
		spa = await addApp(server, { type: "public", uris: ["https://spa.example/cb"] });
		person = new Browser(server);
		await person.signIn("ada", password);
	});
	after(() => server.close());

	async function pushed(client, fields = {}) {
		const request = begin(client, fields);
		const answer = await push(server, client, request.fields);
		assert.equal(answer.status, 201, answer.text);
		return { request, answer, path: pushedPath(client, answer) };
	}

	it("are answered with a request_uri [RFC9126#2.2]", async () => {
		const { answer } = await pushed(web);
		assert.deepEqual(Object.keys(answer.json), ["request_uri", "expires_in"]);
		assert.match(answer.json.request_uri, /^urn:ietf:params:oauth:request_uri:[0-9A-Za-z]{43}$/);
		assert.equal(answer.json.expires_in, 90);
		assert.match(answer.headers.get("cache-control"), /no-store/);
		assert.match(answer.headers.get("content-type"), /^application\/json/);
	});

	it("go the whole way, and are good for one answer [RFC9126#4, RFC9126#7.3]", async () => {
		const { request, path } = await pushed(web);
		const browser = new Browser(server);
		const response = await browser.request(path);
		assert.equal((await browser.request(path)).status, 200, "a reload of the sign-in page");
		const page = await signInHere(browser, response, "ada");
		const { action, fields } = formFields(await page.text(), "/o/authorize/decide");
		const { params } = arrival(await browser.postForm(action, { ...fields, action: "accept" }));
		assert.equal(params.state, request.state);
		assert.equal((await redeem(server, web, request, params.code)).status, 200);
		assert.equal((await browser.request(path)).status, 400);
		assert.equal((await browser.postForm(action, { ...fields, action: "accept" })).status, 400);
	});

	it("are spent by a refusal as well", async () => {
		const { path } = await pushed(await addApp(server), { prompt: "none" });
		assert.equal(arrival(await person.request(path)).params.error, "consent_required");
		assert.equal((await person.request(path)).status, 400);
	});

	it("are for their client alone [RFC9126#2.2, RFC9126#7.2]", async () => {
		const { answer, path } = await pushed(await addApp(server));
		assert.equal((await person.request(pushedPath(spa, answer))).status, 400);
		assert.equal((await person.request(`/o/authorize/?request_uri=${answer.json.request_uri}`)).status, 400);
		await consentPage(person, path);
	});

	it("two of them in one request are none [RFC6749#3.1]", async () => {
		const { path, answer } = await pushed(web);
		for (const second of [answer.json.request_uri, "x"]) {
			const { where, params } = arrival(await person.request(`${path}&request_uri=${encodeURIComponent(second)}`));
			assert.equal(where, callback);
			assert.equal(params.error, "invalid_request");
		}
		assert.ok((await allow(person, path)).params.code, "and it was not spent");
	});

	it("nothing beside them counts", async () => {
		const { path } = await pushed(await addApp(server));
		const { html } = await consentPage(person, `${path}&scope=openid%20email&redirect_uri=https%3A%2F%2Fevil.example&prompt=none`);
		assert.doesNotMatch(html, /evil\.example|<code>email/);
	});

	it("must be used in time; who began in time may take longer to sign in [RFC9126#2.2, RFC9126#4]", async () => {
		const app = await addApp(server);
		const late = await pushed(app);
		const slow = await pushed(app);
		const browser = new Browser(server);
		server.clock.advance(80);
		const response = await browser.request(slow.path);
		server.clock.advance(11);
		assert.equal((await person.request(late.path)).status, 400);
		server.clock.advance(600);
		const page = await signInHere(browser, response, "ada");
		assert.ok(formFields(await page.text(), "/o/authorize/decide"));
	});

	describe("are refused", () => {
		const table = [
			["with a request_uri [RFC9126#2.1]", "invalid_request", { request_uri: "urn:ietf:params:oauth:request_uri:x" }],
			["with an unregistered redirect URI [RFC9126#2.3]", "invalid_request", { redirect_uri: "https://evil.example/" }],
			["with an unknown scope", "invalid_scope", { scope: "magic" }],
			["with plain PKCE", "invalid_request", { code_challenge_method: "plain" }],
			["with the implicit grant", "unsupported_response_type", { response_type: "token" }],
			["with an unknown resource", "invalid_target", { resource: "https://x.example/" }],
			["with a request object that is none", "invalid_request_object", { request: "x.y.z" }],
			["with a registration", "registration_not_supported", { registration: "{}" }],
		];
		for (const [name, error, fields] of table)
			it(name, async () => assertError(await push(server, web, begin(web, fields).fields), 400, error));

		it("without PKCE from a public client [RFC7636#4.4.1]", async () => {
			const { fields } = begin(spa, { redirect_uri: "https://spa.example/cb", code_challenge: undefined, code_challenge_method: undefined });
			assertError(await push(server, spa, fields), 400, "invalid_request");
		});

		it("from nobody, and with a wrong secret [RFC9126#2.1]", async () => {
			const { fields } = begin(web);
			assertError(await post(server, "/o/par/", Object.entries({ ...fields, client_id: "" })), 400, "invalid_request");
			assertError(await post(server, "/o/par/", fields), 401, "invalid_client");
			assertError(await push(server, { ...web, client_secret: "dcs_wrong" }, fields), 401, "invalid_client");
		});

		it("by other methods, as JSON, repeated, or too large [RFC9126#2.3]", async () => {
			const get = await fetch(`${server.origin}/o/par/`, { headers: { connection: "close" } });
			assert.equal(get.status, 405);
			assert.equal(get.headers.get("allow"), "POST, OPTIONS");
			assertError(await post(server, "/o/par/", "{}", { "content-type": "application/json" }), 400, "invalid_request");
			assertError(await post(server, "/o/par/", `client_id=${spa.client_id}&state=a&state=b`), 400, "invalid_request");
			assert.equal((await post(server, "/o/par/", `client_id=${spa.client_id}&x=${"x".repeat(70000)}`)).status, 413);
		});

		it("too often from a public client [RFC9126#2.3]", async () => {
			const { fields } = begin(spa, { redirect_uri: "https://spa.example/cb" });
			await server.clock.still(async () => {
				server.clock.advance(60);
				let last;
				for (let i = 0; i < 25; i++) last = await push(server, spa, fields);
				assert.equal(last.status, 429);
				assert.ok(Number(last.headers.get("retry-after")) > 0);
				assert.equal((await push(server, web, begin(web).fields)).status, 201, "who proves itself is not held back");
				server.clock.advance(60);
				assert.equal((await push(server, spa, fields)).status, 201);
			});
		});
	});

	it("a DPoP proof binds the code [RFC9449#10.1]", async () => {
		const [key, other] = [await ProofKey.make(server), await ProofKey.make(server)];
		const app = await addApp(server, { flags: ["--skip-authorization", "yes"] });
		const request = begin(app);
		const answer = await push(server, app, request.fields, await key.header("/o/par/"));
		assert.equal(answer.status, 201, answer.text);
		const { params } = arrival(await person.request(pushedPath(app, answer)));
		assertError(await redeem(server, app, request, params.code, {}, await other.header("/o/token/")), 400, "invalid_grant");
		assert.equal((await redeem(server, app, request, params.code, {}, await key.header("/o/token/"))).status, 200);
		assertError(await push(server, app, { ...begin(app).fields, dpop_jkt: other.thumbprint }, await key.header("/o/par/")), 400, "invalid_request");
		assertError(await push(server, app, begin(app).fields, { dpop: "x.y.z" }), 400, "invalid_dpop_proof");
	});

	describe("are demanded", () => {
		it("of a client [RFC9126#6]", async () => {
			const app = await addApp(server, { flags: ["--require-pushed-authorization-requests", "yes"] });
			assert.equal(arrival(await person.request(begin(app).path)).params.error, "invalid_request");
			const answer = await push(server, app, begin(app).fields);
			await consentPage(person, pushedPath(app, answer));
		});

		it("of every client [RFC9126#5]", async () => {
			const strict = await startServer({ flags: { require_pushed_requests: "yes" } });
			try {
				await strict.addUser("ada");
				const app = await addApp(strict);
				const browser = new Browser(strict);
				await browser.signIn("ada", password);
				assert.equal(arrival(await browser.request(begin(app).path)).params.error, "invalid_request");
				await consentPage(browser, pushedPath(app, await push(strict, app, begin(app).fields)));
				const metadata = await (await fetch(`${strict.origin}/o/.well-known/oauth-authorization-server`)).json();
				assert.equal(metadata.require_pushed_authorization_requests, true);
				assert.equal(metadata.pushed_authorization_request_endpoint, `${strict.base}/o/par/`);
			} finally {
				await strict.close();
			}
		});
	});
});
