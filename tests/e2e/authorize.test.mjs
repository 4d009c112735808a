// SPDX-License-Identifier: Apache-2.0
//
// The authorization endpoint as a person meets it: signing in on the way, allowing, denying, being asked again or not.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { addApp, allow, arrival, begin, callback, consentPage, selfPosting, signInHere, textOf } from "./support/authorize.mjs";
import { Browser, formFields } from "./support/browser.mjs";
import { password, startServer } from "./support/server.mjs";

describe("the authorization endpoint", () => {
	let server, web, person;

	before(async () => {
		server = await startServer({ moved: true, flags: { sign_up: "open", session_idle: "89d", session_absolute: "90d", cap_exempt: "127.0.0.0/8" } });
		for (const name of ["ada", "bob"]) await server.addUser(name);
		web = await addApp(server);
		person = await signedIn("ada");
	});
	after(() => server.close());

	async function signedIn(name) {
		const browser = new Browser(server);
		await browser.signIn(name, password);
		return browser;
	}

	const issuer = () => `${server.base}/o`;

	describe("the whole way", () => {
		it("a stranger signs in, allows, and arrives with a code, state and iss, each time by 303 [RFC6749#4.1.2, RFC9207#2, RFC9700#4.12]", async () => {
			const browser = new Browser(server);
			const request = begin(web, { scope: "openid profile", state: "a b&c=d%ä" });
			const response = await browser.request(request.path);
			assert.match(textOf(await response.clone().text()), /To go on to Photo album/);
			const page = await signInHere(browser, response, "bob");
			const { action, fields } = formFields(await page.text(), "/o/authorize/decide");
			const { where, params, mode } = arrival(await browser.postForm(action, { ...fields, action: "accept" }));
			assert.equal(where, callback);
			assert.equal(mode, "query");
			assert.deepEqual(Object.keys(params), ["code", "state", "iss"]);
			assert.match(params.code, /^dcc_[0-9A-Za-z]{58}$/);
			assert.equal(params.state, "a b&c=d%ä");
			assert.equal(params.iss, issuer());
		});

		it("the page says who asks, for what, as whom, and where one goes [ASVS#10.7.2]", async () => {
			const app = await addApp(server, { name: "Print & more" });
			const { html, response } = await consentPage(person, begin(app, { scope: "openid email offline_access" }).path);
			const text = textOf(html);
			assert.match(text, /Let Print & more use your account\?/);
			assert.match(text, /Know who you are openid/);
			assert.match(text, /You are ada/);
			assert.match(text, /It stays connected while you are away/);
			const shorter = await consentPage(person, begin(app, { scope: "openid email" }).path);
			assert.match(textOf(shorter.html), /Its access ends when you sign out here\./);
			assert.match(text, /app\.example/);
			assert.equal(response.headers.get("cache-control"), "no-store");
			assert.equal(response.headers.get("x-frame-options"), "DENY"); // RFC6749#10.13
			assert.equal(response.headers.get("referrer-policy"), "no-referrer"); // RFC9700#4.2.4
		});

		it("who denies sends access_denied [RFC6749#4.1.2.1]", async () => {
			const app = await addApp(server);
			const request = begin(app);
			const page = await consentPage(person, request.path);
			const { params } = arrival(await page.deny());
			assert.equal(params.error, "access_denied");
			assert.equal(params.state, request.state);
			assert.equal(params.iss, issuer());
			assert.equal(params.code, undefined);
		});

		it("going back and reloading lose nothing", async () => {
			const app = await addApp(server);
			const browser = new Browser(server);
			const request = begin(app);
			await (await browser.request(request.path)).text();
			const page = await signInHere(browser, await browser.request(request.path), "ada");
			await page.text();
			const again = await consentPage(browser, request.path);
			const { params } = arrival(await again.allow());
			assert.ok(params.code);
			// the form that was left open behind it is still about the same request
			assert.ok(arrival(await again.allow()).params.code);
		});

		it("a wrong password keeps what waits, and where it leads", async () => {
			const browser = new Browser(server);
			const request = begin(web, { login_hint: "ada" });
			const response = await browser.request(request.path);
			const policy = /form-action [^;]*https:/;
			assert.match(response.headers.get("content-security-policy"), policy);
			const { action, fields } = formFields(await response.text(), "/accounts/login");
			assert.equal(fields.username, "ada");
			const wrong = await browser.postForm(action, { ...fields, password: "wrong" });
			assert.equal(wrong.status, 400);
			assert.match(wrong.headers.get("content-security-policy"), policy);
			const html = await wrong.text();
			assert.match(textOf(html), /To go on to Photo album/);
			assert.equal(formFields(html, "/accounts/login").fields.next, fields.next);
		});

		it("the metadata says where it is, and that iss comes with each answer [RFC9207#3]", async () => {
			const metadata = await (await fetch(`${server.origin}/o/.well-known/openid-configuration`, { headers: { connection: "close" } })).json();
			assert.equal(metadata.authorization_endpoint, `${server.base}/o/authorize/`);
			assert.equal(metadata.authorization_response_iss_parameter_supported, true);
			assert.deepEqual(metadata.code_challenge_methods_supported, ["S256"]);
			assert.deepEqual(metadata.response_types_supported, ["code"]);
			assert.deepEqual(metadata.response_modes_supported, ["query", "form_post"]);
			assert.ok(metadata.prompt_values_supported.includes("create"));
			assert.ok(metadata.grant_types_supported.includes("authorization_code"));
			for (const member of ["request_parameter_supported", "claims_parameter_supported"]) assert.equal(metadata[member], true, member);
			assert.equal(metadata.request_uri_parameter_supported, false);
		});

		it("HEAD and OPTIONS are what they are elsewhere; other methods are 405; nothing is shared with other origins [RFC9700#2.6]", async () => {
			const { path } = begin(web);
			const options = await person.request("/o/authorize/", { method: "OPTIONS", headers: { origin: "https://evil.example" } });
			assert.equal(options.status, 204);
			assert.equal(options.headers.get("access-control-allow-origin"), null);
			assert.equal((await person.request(path, { method: "PUT" })).status, 405);
			assert.equal((await person.request("/o/authorize/decide/")).status, 405);
			const answer = await person.request(path, { headers: { origin: "https://app.example" } });
			assert.equal(answer.headers.get("access-control-allow-origin"), null);
		});
	});

	describe("what is remembered", () => {
		it("the same and less are not asked again; more is [OIDC#3.1.2.4]", async () => {
			const app = await addApp(server);
			await allow(person, begin(app, { scope: "openid email" }).path);
			for (const scope of ["openid email", "email openid", "openid"])
				assert.ok(arrival(await person.request(begin(app, { scope }).path)).params.code, scope);
			await consentPage(person, begin(app, { scope: "openid profile" }).path);
			await consentPage(person, begin(app, { scope: "openid", prompt: "consent" }).path);
		});

		it("is the person's own", async () => {
			const app = await addApp(server);
			await allow(person, begin(app).path);
			await consentPage(await signedIn("bob"), begin(app).path);
		});

		it("is listed, and can be forgotten [ASVS#10.7.3]", async () => {
			const app = await addApp(server, { name: "Forgettable" });
			await allow(person, begin(app).path);
			const { html } = await person.get("/o/authorized_tokens/");
			const form = /<form[^>]*>(?:(?!<\/form>)[\s\S])*Forget<span class="unseen"> what Forgettable(?:(?!<\/form>)[\s\S])*<\/form>/.exec(html)[0];
			const consent = /name="consent" value="([^"]+)"/.exec(form)[1];
			const { csrf_token } = formFields(html, "/o/authorized_tokens").fields;
			assert.equal((await person.postForm("/o/authorized_tokens/", { csrf_token, consent })).status, 303);
			assert.equal((await person.postForm("/o/authorized_tokens/", { csrf_token, consent })).status, 404);
			assert.doesNotMatch((await person.get("/o/authorized_tokens/")).html, /what Forgettable was allowed/);
			await consentPage(person, begin(app).path);
		});

		it("counts for nobody who may be somebody else: apps on this machine are asked for each time [RFC8252#8.6]", async () => {
			const app = await addApp(server, { type: "public", uris: ["http://127.0.0.1/cb", "com.example.app:/cb"] });
			for (const redirect_uri of ["http://127.0.0.1:51004/cb", "com.example.app:/cb"]) {
				const request = begin(app, { redirect_uri });
				assert.equal((await allow(person, request.path)).where, redirect_uri); // RFC8252#7.3
				await consentPage(person, request.path);
				assert.equal(arrival(await person.request(begin(app, { redirect_uri, prompt: "none" }).path)).params.error, "consent_required");
			}
			const { response } = await consentPage(person, begin(app, { redirect_uri: "com.example.app:/cb" }).path);
			assert.match(response.headers.get("content-security-policy"), /form-action [^;]*com\.example\.app:/);
		});

		it("is not needed for the operator's own, unless it asks for it", async () => {
			const app = await addApp(server, { flags: ["--skip-authorization", "yes"] });
			assert.ok(arrival(await person.request(begin(app).path)).params.code);
			await consentPage(person, begin(app, { prompt: "consent" }).path);
		});
	});

	describe("prompts", () => {
		const silently = async (browser, app, fields) => arrival(await browser.request(begin(app, { prompt: "none", ...fields }).path)).params;

		it("none shows nothing [OIDC#3.1.2.1, OIDC#3.1.2.6]", async () => {
			const app = await addApp(server);
			assert.equal((await silently(new Browser(server), app)).error, "login_required");
			assert.equal((await silently(person, app)).error, "consent_required");
			await allow(person, begin(app).path);
			assert.ok((await silently(person, app)).code);
			assert.equal((await silently(person, app, { scope: "magic" })).error, "invalid_scope");
			assert.equal((await silently(new Browser(server), app, { scope: "magic" })).error, "invalid_scope");
		});

		it("login asks for the password again, and a sign-in of before is none [OIDC#3.1.2.1]", async () => {
			const app = await addApp(server, { flags: ["--skip-authorization", "yes"] });
			const browser = await signedIn("ada");
			const request = begin(app, { prompt: "login" });
			const response = await browser.request(request.path);
			const html = await response.clone().text();
			assert.match(textOf(html), /Is it you, ada \?/);
			// the address behind the form, without the form
			const { next } = formFields(html, "/accounts/login").fields;
			assert.equal((await browser.request(next)).status, 200);
			assert.ok(arrival(await signInHere(browser, response, "ada")).params.code);
			assert.equal((await browser.request(request.path)).status, 200, "the next request asks again");
		});

		it("max_age is counted from the last sign-in [OIDC#3.1.2.1]", async () => {
			const app = await addApp(server, { flags: ["--skip-authorization", "yes"] });
			const browser = await signedIn("ada");
			server.clock.advance(60);
			assert.ok(arrival(await browser.request(begin(app, { max_age: 600 }).path)).params.code);
			assert.equal((await silently(browser, app, { max_age: 30 })).error, "login_required");
			const response = await browser.request(begin(app, { max_age: 30 }).path);
			assert.ok(arrival(await signInHere(browser, response, "ada")).params.code);
			assert.equal((await browser.request(begin(app, { max_age: 0 }).path)).status, 200);
		});

		it("select_account lets choose among those who are signed in [OIDC#3.1.2.1]", async () => {
			const app = await addApp(server, { flags: ["--skip-authorization", "yes"] });
			const browser = await signedIn("ada");
			await browser.submit("/accounts/login/?mode=add&next=/", { username: "bob", password }, { action: "/accounts/login" });
			const response = await browser.request(begin(app, { prompt: "select_account" }).path);
			const html = await response.text();
			assert.match(response.headers.get("content-security-policy"), /form-action [^;]*https:/);
			const user = /name="user" value="([^"]+)"><bdi>ada</.exec(html)[1];
			const { action, fields } = formFields(html, "/accounts/select/");
			assert.equal((await browser.request(fields.next)).status, 303, "a choice of one's own is a choice");
			const chosen = await browser.postForm(action, { ...fields, user });
			assert.ok(arrival(await browser.request(chosen.headers.get("location"))).params.code);
			assert.match((await browser.get("/")).html, /Signed in as <\/span><bdi>ada</);
			assert.equal((await browser.request(begin(app, { prompt: "select_account" }).path)).status, 200);
		});

		it("a choice is worth nothing in another browser", async () => {
			const app = await addApp(server, { flags: ["--skip-authorization", "yes"] });
			const browser = await signedIn("ada");
			const other = await signedIn("bob");
			server.clock.advance(2);
			const html = await (await browser.request(begin(app, { prompt: "select_account" }).path)).text();
			const { next } = formFields(html, "/accounts/select/").fields;
			assert.equal((await other.request(next)).status, 200);
		});

		it("create leads to the form for a new account, and back [Prompt Create 1.0]", async () => {
			const app = await addApp(server);
			const browser = new Browser(server);
			const response = await browser.request(begin(app, { prompt: "create" }).path);
			const html = await response.text();
			assert.match(response.headers.get("content-security-policy"), /form-action [^;]*https:/);
			const { action, fields } = formFields(html, "/accounts/sign-up");
			const made = await browser.postForm(action, { ...fields, username: "newcomer", password });
			assert.equal(made.status, 303, await made.clone().text());
			const page = await consentPage(browser, made.headers.get("location"));
			assert.match(textOf(page.html), /You are newcomer/);
			assert.ok(arrival(await page.allow()).params.code);
		});

		it("login_hint finds the person among those who are signed in", async () => {
			const app = await addApp(server);
			const browser = await signedIn("ada");
			await browser.submit("/accounts/login/?mode=add&next=/", { username: "bob", password }, { action: "/accounts/login" });
			assert.match(textOf((await consentPage(browser, begin(app).path)).html), /You are bob/);
			assert.match(textOf((await consentPage(browser, begin(app, { login_hint: "ada" }).path)).html), /You are ada/);
		});
	});

	describe("form_post", () => {
		it("posts the answer by itself, and an error likewise", async () => {
			const app = await addApp(server);
			const request = begin(app, { response_mode: "form_post", state: `"><script>alert(1)</script>` });
			const page = await consentPage(person, request.path);
			const response = await page.allow();
			const html = await response.text();
			assert.equal(response.status, 200);
			assert.match(response.headers.get("content-security-policy"), /form-action [^;]*https:/);
			assert.match(response.headers.get("content-security-policy"), /script-src 'self'/);
			assert.equal(response.headers.get("cache-control"), "no-store");
			assert.doesNotMatch(html, /<script>alert/); // RFC6749#10.14
			const { action, fields } = selfPosting(html);
			assert.equal(action, callback);
			assert.deepEqual(Object.keys(fields), ["code", "state", "iss"]);
			assert.equal(fields.state, request.state);

			const refused = await person.request(begin(app, { response_mode: "form_post", scope: "magic" }).path);
			assert.equal(selfPosting(await refused.text()).fields.error, "invalid_scope");
		});
	});

	describe("redirect URIs", () => {
		it("keep the query that they are registered with [RFC6749#3.1.2]", async () => {
			const uri = "https://app.example/cb?tenant=7&x=%2F";
			const app = await addApp(server, { uris: [uri] });
			const request = begin(app, { redirect_uri: uri });
			const response = await (await consentPage(person, request.path)).allow();
			assert.ok(response.headers.get("location").startsWith(`${uri}&code=dcc_`));
		});

		it("may be left out where there is one, and not with openid [RFC6749#3.1.2.3, OIDC#3.1.2.1]", async () => {
			const app = await addApp(server);
			assert.equal((await allow(person, begin(app, { redirect_uri: undefined, scope: "email" }).path)).where, callback);
			assert.equal((await person.request(begin(app, { redirect_uri: undefined }).path)).status, 400);
		});
	});
});
