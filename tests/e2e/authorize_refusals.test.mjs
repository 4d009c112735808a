// SPDX-License-Identifier: Apache-2.0
//
// Authorization requests that are no good, forms that are not ours, and requests that another site posts.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { addApp, arrival, begin, callback, consentPage, signInHere } from "./support/authorize.mjs";
import { Browser, formFields } from "./support/browser.mjs";
import { wholeLog } from "./support/log.mjs";
import { password, startServer } from "./support/server.mjs";

describe("authorization requests that are refused", () => {
	let server, web, spa, person, bob;

	before(async () => {
		server = await startServer({ moved: true, flags: { session_idle: "89d", session_absolute: "90d" } });
		for (const name of ["ada", "bob"]) await server.addUser(name);
		web = await addApp(server);
		spa = await addApp(server, { type: "public", uris: ["https://spa.example/cb"] });
		[person, bob] = [new Browser(server), new Browser(server)];
		await person.signIn("ada", password);
		await bob.signIn("bob", password);
	});
	after(() => server.close());

	describe("are told to the person alone, and lead nowhere [RFC6749#3.1.2.4, RFC6749#4.1.2.1]", () => {
		const table = [
			["no parameters at all", () => "/o/authorize/"],
			["no client", () => begin(web, { client_id: undefined }).path],
			["an unknown client", () => begin(web, { client_id: "nobody" }).path],
			["a client that is no text", () => `/o/authorize/?client_id=%ff&redirect_uri=${encodeURIComponent(callback)}`],
			["a markup client", () => begin(web, { client_id: "<b>x</b>" }).path],
			["an unregistered redirect URI", () => begin(web, { redirect_uri: "https://evil.example/" }).path],
			["a redirect URI with a slash more", () => begin(web, { redirect_uri: `${callback}/` }).path],
			["a redirect URI with a query more", () => begin(web, { redirect_uri: `${callback}?x=1` }).path],
			["a redirect URI in capitals", () => begin(web, { redirect_uri: callback.toUpperCase() }).path],
			["a redirect URI with an escape", () => begin(web, { redirect_uri: callback.replace("callback", "c%61llback") }).path],
			["a redirect URI with userinfo", () => begin(web, { redirect_uri: "https://app.example@evil.example/callback" }).path],
			["a redirect URI with a fragment", () => begin(web, { redirect_uri: `${callback}#x` }).path],
			["another client's redirect URI", () => begin(web, { redirect_uri: "https://spa.example/cb" }).path],
			["a script for a redirect URI", () => begin(web, { redirect_uri: "javascript:alert(1)" }).path],
			["no redirect URI with openid [OIDC#3.1.2.1]", () => begin(web, { redirect_uri: undefined }).path],
			["two clients", () => `${begin(web).path}&client_id=${spa.client_id}`],
			["two redirect URIs", () => `${begin(web).path}&redirect_uri=${encodeURIComponent(callback)}`],
			["a bad escape", () => `${begin(web).path}&x=%zz`],
			["a NUL", () => `${begin(web).path}&x=%00`],
			["a handle that is not known", () => "/o/authorize/?doorcode_kept=ABCDEFGHIJKLMNOPQRSTUV"],
		];
		for (const [name, path] of table)
			it(name, async () => {
				for (const browser of [person, new Browser(server)]) {
					const response = await browser.request(path());
					assert.equal(response.status, 400);
					assert.equal(response.headers.get("location"), null);
					assert.match(response.headers.get("content-type"), /^text\/html/);
					assert.equal(response.headers.get("cache-control"), "no-store");
					assert.doesNotMatch(await response.text(), /<b>x<\/b>|evil\.example/);
				}
			});

		it("a disabled client is like one that is not known", async () => {
			const app = await addApp(server);
			await server.cli(["app", "set", app.client_id, "--enabled", "no"]);
			server.clock.advance(6);
			const disabled = await (await person.request(begin(app).path)).text();
			const unknown = await (await person.request(begin(app, { client_id: "nobody" }).path)).text();
			const words = (html) => /<main[\s\S]*<\/main>/.exec(html)[0].replace(/[0-9a-f]{8,}|[A-Za-z0-9]{16,}/g, "");
			assert.equal(words(disabled), words(unknown));
		});
	});

	describe("are told to the client, once somebody is there to be sent [RFC6749#4.1.2.1, RFC9700#4.11.2]", () => {
		const table = [
			["no response type", "invalid_request", { response_type: undefined }],
			["an unknown response type", "unsupported_response_type", { response_type: "magic" }],
			["the implicit grant [RFC9700#2.1.2]", "unsupported_response_type", { response_type: "token" }],
			["a hybrid type where none is offered", "unsupported_response_type", { response_type: "code id_token", nonce: "n" }],
			["an unknown response mode", "invalid_request", { response_mode: "web_message" }],
			["an unknown scope [RFC6749#3.3]", "invalid_scope", { scope: "openid magic" }],
			["plain PKCE [RFC7636#4.4.1]", "invalid_request", { code_challenge_method: "plain" }],
			["a method that is not known [RFC7636#4.4.1]", "invalid_request", { code_challenge_method: "S512" }],
			["PKCE without a method [RFC7636#4.3]", "invalid_request", { code_challenge_method: undefined }],
			["a challenge that is too short [RFC7636#4.2]", "invalid_request", { code_challenge: "a".repeat(42) }],
			["a challenge that is too long [RFC7636#4.2]", "invalid_request", { code_challenge: "a".repeat(129) }],
			["prompt=none with another [OIDC#3.1.2.1]", "invalid_request", { prompt: "none login" }],
			["an unknown prompt", "invalid_request", { prompt: "dance" }],
			["a new account where there are none", "invalid_request", { prompt: "create" }],
			["a max_age that is none", "invalid_request", { max_age: "soon" }],
			["claims that are no JSON [OIDC#5.5]", "invalid_request", { claims: "{" }],
			["a hint that is none [OIDC#3.1.2.1]", "invalid_request", { id_token_hint: "eyJ.x.y" }],
			["a resource that is not known [RFC8707#2]", "invalid_target", { resource: "https://api.example/" }],
			["a registration [OIDC#7.2.1]", "registration_not_supported", { registration: "{}" }],
			["a request_uri somewhere else [OIDC#6.2]", "request_uri_not_supported", { request_uri: "https://app.example/request" }],
			["a request object that is none [RFC9101#6]", "invalid_request_object", { request: "x.y.z" }],
			["a thumbprint that is none [RFC9449#10]", "invalid_request", { dpop_jkt: "x" }],
		];
		for (const [name, error, fields] of table)
			it(name, async () => {
				const request = begin(web, { state: "ü &", ...fields });
				const { where, params } = arrival(await person.request(request.path));
				assert.equal(where, callback);
				assert.deepEqual(Object.keys(params), ["error", "error_description", "state", "iss"]);
				assert.equal(params.error, error, params.error_description);
				assert.equal(params.state, "ü &");
				assert.equal(params.iss, `${server.base}/o`); // RFC9207#2
				assert.match(params.error_description, /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
				// somebody who is not known here is not sent on by a stranger's link
				const stranger = new Browser(server);
				const response = await stranger.request(request.path);
				assert.equal(response.status, 200);
				assert.equal(arrival(await signInHere(stranger, response, "ada")).params.error, error);
			});

		it("a parameter twice, and none of its values comes back [RFC6749#3.1]", async () => {
			const { params } = arrival(await person.request(`${begin(web, { state: "a" }).path}&state=b`));
			assert.equal(params.error, "invalid_request");
			assert.equal(params.state, undefined);
		});

		it("a public client without PKCE [RFC7636#4.4.1, RFC9700#2.1.1]", async () => {
			const request = begin(spa, { redirect_uri: "https://spa.example/cb", code_challenge: undefined, code_challenge_method: undefined });
			assert.equal(arrival(await person.request(request.path)).params.error, "invalid_request");
		});

		it("an implicit request is answered where its client looks [RFC6749#4.2.2.1]", async () => {
			const { mode, params } = arrival(await person.request(begin(web, { response_type: "id_token token" }).path));
			assert.equal(mode, "fragment");
			assert.match(params.error_description, /response_type=code/);
		});

		it("a client that is registered for something else", async () => {
			const tv = await server.addClient({ flags: ["--redirect-uri", callback] });
			assert.equal(arrival(await person.request(begin(tv).path)).params.error, "unauthorized_client");
		});
	});

	it("what is not known, and what makes no difference, is no error [RFC6749#3.1, OIDC#15.1]", async () => {
		const app = await addApp(server);
		const fields = { display: "popup", ui_locales: "de fr", claims_locales: "de", acr_values: "gold", foo: "bar", login_hint: "nobody", nonce: "n" };
		await consentPage(person, begin(app, fields).path);
	});

	describe("the consent form", () => {
		async function open(browser = person) {
			const app = await addApp(server);
			return { app, page: await consentPage(browser, begin(app).path) };
		}
		const isPage = async (response) => assert.equal(formFields(await response.text(), "/o/authorize/decide").action, "/o/authorize/decide/");

		it("needs its form token, and this site [RFC6749#10.12]", async () => {
			const { page } = await open();
			const send = (fields, headers) => person.postForm(page.action, { ...page.fields, action: "accept", ...fields }, headers);
			assert.equal((await send({ csrf_token: "" })).status, 403);
			assert.equal((await send({ csrf_token: "x".repeat(22) })).status, 403);
			assert.equal((await send({}, { origin: "https://evil.example" })).status, 403);
			assert.equal((await send({}, { "sec-fetch-site": "cross-site" })).status, 403);
			assert.equal((await send({ action: "maybe" })).status, 400);
			assert.equal((await send({})).status, 303);
		});

		it("of another person allows nothing", async () => {
			const { page } = await open();
			const own = await consentPage(bob, begin(web, { prompt: "consent" }).path);
			const response = await bob.postForm(page.action, { ...own.fields, handle: page.fields.handle, action: "accept" });
			assert.equal(response.status, 200);
			await isPage(response);
		});

		it("with more in it than the page showed shows it", async () => {
			const { page } = await open();
			const handle = page.fields.handle.replace("scope=openid", "scope=openid%20email%20offline_access");
			const response = await person.postForm(page.action, { ...page.fields, handle, action: "accept" });
			assert.equal(response.status, 200);
			assert.match(await response.text(), /<code>email<\/code>/);
		});

		it("without anything in it is stale", async () => {
			const { page } = await open();
			for (const handle of ["", "x", "1.2"]) {
				const response = await person.postForm(page.action, { ...page.fields, handle, action: "accept" });
				assert.ok([400, 403].includes(response.status));
				assert.equal(response.headers.get("location"), null);
			}
		});

		it("nothing is given after the session has ended", async () => {
			const browser = new Browser(server);
			await browser.signIn("ada", password);
			const { page } = await open(browser);
			const { csrf_token } = formFields((await browser.get("/")).html, "/accounts/logout").fields;
			await browser.postForm("/accounts/logout/", { csrf_token });
			const response = await browser.postForm(page.action, { ...page.fields, action: "accept" });
			assert.equal(response.status, 403);
		});

		it("nobody allows anything by a GET [OIDC#3.1.2.4]", async () => {
			const { app, page } = await open();
			const query = new URLSearchParams({ ...page.fields, action: "accept" });
			assert.equal((await person.request(`/o/authorize/decide/?${query}`)).status, 405);
			await consentPage(person, begin(app).path);
		});
	});

	describe("a request that another site posts [OIDC#3.1.2.1]", () => {
		const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };

		it("goes on as a GET, and is answered once", async () => {
			const app = await addApp(server);
			const request = begin(app);
			const posted = await new Browser(server).postForm("/o/authorize/", request.fields, foreign); // no cookies come with it
			assert.equal(posted.status, 303);
			const location = posted.headers.get("location");
			assert.match(location, /^\/o\/authorize\/\?doorcode_kept=[0-9A-Za-z]{22}$/);
			await consentPage(person, location);
			const page = await consentPage(person, location);
			const { params } = arrival(await page.allow());
			assert.ok(params.code);
			assert.equal(params.state, request.state);
			assert.equal((await person.request(location)).status, 400);
			assert.equal((await page.allow()).status, 400);
		});

		it("waits ten minutes", async () => {
			const app = await addApp(server);
			const location = (await person.postForm("/o/authorize/", begin(app).fields, foreign)).headers.get("location");
			server.clock.advance(590);
			await consentPage(person, location);
			server.clock.advance(11);
			assert.equal((await person.request(location)).status, 400);
		});

		it("is refused when it is no form, too large, or says a thing twice", async () => {
			const post = (body, type = "application/x-www-form-urlencoded") =>
				person.request("/o/authorize/", { method: "POST", body, headers: { "content-type": type } });
			assert.equal((await post("{}", "application/json")).status, 400);
			assert.equal((await post("state=%zz")).status, 400);
			assert.equal((await post(`state=${"x".repeat(20000)}`)).status, 413);
			assert.equal((await post("state=a&state=b")).status, 400);
			assert.equal((await post("resource=https://a.example&resource=https://b.example")).status, 303);
		});

		it("is kept so many times a minute for each source", async () => {
			const send = () => person.postForm("/o/authorize/", begin(web).fields, foreign);
			await server.clock.still(async () => {
				server.clock.advance(60);
				for (let i = 0; i < 10; i++) assert.equal((await send()).status, 303);
				const refused = await send();
				assert.equal(refused.status, 429);
				assert.ok(Number(refused.headers.get("retry-after")) > 0);
				server.clock.advance(60);
				assert.equal((await send()).status, 303);
			});
		});
	});

	it("where PKCE is demanded of everybody, a secret does not do [RFC9700#2.1.1, ASVS#10.4.6]", async () => {
		const strict = await startServer({ flags: { require_pkce: "yes" } });
		try {
			await strict.addUser("ada");
			const app = await addApp(strict);
			const browser = new Browser(strict);
			await browser.signIn("ada", password);
			const bare = begin(app, { code_challenge: undefined, code_challenge_method: undefined });
			const { params } = arrival(await browser.request(bare.path));
			assert.deepEqual([params.error, params.error_description, params.state], ["invalid_request", "This client must send a code_challenge.", bare.state]);
			await consentPage(browser, begin(app).path);
		} finally {
			await strict.close();
		}
	});

	it("no code, no state and no handle stands in the log", async () => {
		const app = await addApp(server);
		const request = begin(app, { state: "secretstate" });
		const { params } = arrival(await (await consentPage(person, request.path)).allow());
		const log = await wholeLog(server);
		for (const word of [params.code, "secretstate", "doorcode_mark", request.verifier]) assert.ok(!log.includes(word), word);
	});
});
