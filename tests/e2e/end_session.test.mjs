// SPDX-License-Identifier: Apache-2.0
//
// RP-Initiated Logout: done at once, asked, or refused; and where the browser goes afterwards.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Browser, formFields } from "./support/browser.mjs";
import { assertError, refresh } from "./support/device.mjs";
import { password, startServer } from "./support/server.mjs";
import { tokensFor } from "./support/tokens.mjs";
import { addWebApp, silently, visit } from "./support/web_app.mjs";

const session = "doorcode_session";
const bye = "https://app.example/bye";
const acting = (html) => /Signed in as <\/span><bdi>([^<]*)<\/bdi>/.exec(html)?.[1];
const path = (fields) => `/o/logout/?${new URLSearchParams(fields)}`;

describe("the end of a session, asked for by an application", () => {
	let server, app, other, tv;

	before(async () => {
		server = await startServer({ moved: true, flags: { cap_exempt: "127.0.0.0/8" } });
		for (const name of ["ada", "bob"]) await server.addUser(name);
		app = await addWebApp(server, { flags: ["--post-logout-redirect-uri", bye, "--post-logout-redirect-uri", `${bye}?x=1`] });
		other = await addWebApp(server, { name: "Other", flags: ["--post-logout-redirect-uri", "https://other.example/"] });
		tv = await server.addClient();
	});
	after(() => server.close());

	async function signedIn(name = "ada") {
		const browser = new Browser(server);
		await browser.signIn(name, password);
		return browser;
	}
	async function visiting(fields) {
		const browser = await signedIn();
		return { browser, ...(await visit(server, browser, app, fields)) };
	}
	const isSignedIn = async (browser) => acting((await browser.get("/")).html) !== undefined;

	async function assertAsked(browser, fields) {
		const response = await browser.request(path(fields));
		const html = await response.text();
		assert.equal(response.status, 200, html);
		assert.match(html, /<h1>Sign out\?<\/h1>/);
		assert.ok(await isSignedIn(browser), "still signed in");
		return { html, ...formFields(html, "/o/logout/decide") };
	}
	async function assertRefused(browser, fields, words) {
		const response = await browser.request(path(fields));
		const html = await response.text();
		assert.equal(response.status, 400, html);
		assert.equal(response.headers.get("location"), null);
		assert.match(html, words);
		assert.ok(await isSignedIn(browser), "still signed in");
	}

	it("is at once with an ID token of this session, and leads back with the state [RPLOGOUT#2, #3]", async () => {
		const { browser, tokens } = await visiting();
		const old = browser.cookies.get(session);
		const state = "a&b=c d%20ä";
		const response = await browser.request(path({ id_token_hint: tokens.id_token, post_logout_redirect_uri: bye, state }));
		assert.equal(response.status, 303);
		const location = new URL(response.headers.get("location"));
		assert.equal(location.origin + location.pathname, bye);
		assert.deepEqual([...location.searchParams], [["state", state]]);
		assert.equal(await isSignedIn(browser), false);
		assert.equal(await silently(browser, app), "login_required");
		const ghost = new Browser(server);
		ghost.cookies.set(session, old);
		assert.equal(await isSignedIn(ghost), false, "the old cookie is dead [ASVS 7.4.1]");
	});

	it("keeps what stands in the registered URI, and adds no state where none was sent", async () => {
		for (const [fields, expected] of [
			[{ post_logout_redirect_uri: `${bye}?x=1`, state: "s" }, `${bye}?x=1&state=s`],
			[{ post_logout_redirect_uri: bye }, bye],
		]) {
			const { browser, tokens } = await visiting();
			const response = await browser.request(path({ id_token_hint: tokens.id_token, ...fields }));
			assert.equal(response.headers.get("location"), expected);
		}
	});

	it("without a place to go on to ends on a page of ours", async () => {
		const { browser, tokens } = await visiting();
		const page = await browser.get(path({ id_token_hint: tokens.id_token }));
		assert.match(page.html, /<h1>You are signed out<\/h1>/);
		assert.equal(await isSignedIn(browser), false);
	});

	it("takes an ID token that has expired [RPLOGOUT#2]", async () => {
		const { browser, tokens } = await visiting();
		for (let i = 0; i < 2; i++) {
			server.clock.advance(3000);
			assert.ok(await isSignedIn(browser));
		}
		const response = await browser.request(path({ id_token_hint: tokens.id_token, post_logout_redirect_uri: bye }));
		assert.equal(response.headers.get("location"), bye);
		assert.equal(await isSignedIn(browser), false);
	});

	it("revokes what the session gave, but not for offline access, and nothing of a device [BCLOGOUT#2.7]", async () => {
		const browser = await signedIn();
		const online = await visit(server, browser, app);
		const offline = await visit(server, browser, other, { scope: "openid offline_access", prompt: "consent" });
		const device = await tokensFor(server, browser, tv, { scope: "openid" });
		await browser.request(path({ id_token_hint: online.tokens.id_token }));
		assert.equal(await isSignedIn(browser), false);
		if (online.tokens.refresh_token) assertError(await refresh(server, app, online.tokens.refresh_token), 400, "invalid_grant");
		assert.equal((await refresh(server, other, offline.tokens.refresh_token)).status, 200);
		assert.equal((await refresh(server, tv, device.refresh_token)).status, 200);
		const userinfo = await fetch(`${server.origin}/o/userinfo/`, { headers: { authorization: `Bearer ${online.tokens.access_token}` } });
		assert.equal(userinfo.status, 401);
	});

	describe("is asked first [RPLOGOUT#2, ASVS#10.6.2]", () => {
		it("without a hint, and yes is a form of ours", async () => {
			const { browser } = await visiting();
			const { html, action, fields } = await assertAsked(browser, { client_id: app.client_id, post_logout_redirect_uri: bye, state: "s" });
			assert.match(html, /<bdi>Photo album<\/bdi><\/strong> asks whether you want to sign out/);
			const response = await browser.postForm(action, { ...fields, action: "leave" });
			assert.equal(response.headers.get("location"), `${bye}?state=s`);
			assert.equal(await isSignedIn(browser), false);
		});

		it("and no leaves everything as it was", async () => {
			const { browser, tokens } = await visiting();
			const { action, fields } = await assertAsked(browser, {});
			const response = await browser.postForm(action, { ...fields, action: "stay" });
			assert.equal(response.headers.get("location"), "/");
			assert.ok(await isSignedIn(browser));
			if (tokens.refresh_token) assert.equal((await refresh(server, app, tokens.refresh_token)).status, 200);
		});

		it("when the hint is of somebody else", async () => {
			const { tokens } = await visiting();
			const bob = await signedIn("bob");
			await assertAsked(bob, { id_token_hint: tokens.id_token });
		});

		it("when the hint is of another session of the same person", async () => {
			const { tokens } = await visiting();
			const elsewhere = await signedIn();
			await assertAsked(elsewhere, { id_token_hint: tokens.id_token });
		});

		it("when the hint is a device's: whoever has it may have sent the person a code", async () => {
			const browser = await signedIn();
			const tokens = await tokensFor(server, browser, tv, { scope: "openid" });
			await assertAsked(browser, { id_token_hint: tokens.id_token });
		});

		it("when others would be signed out as well", async () => {
			const { browser, tokens } = await visiting();
			await browser.submit("/accounts/login/?mode=add", { username: "bob", password }, { action: "/accounts/login" });
			const { html, action, fields } = await assertAsked(browser, { id_token_hint: tokens.id_token });
			assert.match(html, /everybody in this browser is signed out/);
			await browser.postForm(action, { ...fields, action: "leave" });
			assert.equal(await isSignedIn(browser), false);
		});

		it("when it is a HEAD, or a browser that looks ahead", async () => {
			const { browser, tokens } = await visiting();
			await browser.request(path({ id_token_hint: tokens.id_token }), { method: "HEAD" });
			assert.ok(await isSignedIn(browser));
			const response = await browser.request(path({ id_token_hint: tokens.id_token }), { headers: { "sec-purpose": "prefetch;prerender" } });
			assert.match(await response.text(), /Sign out\?/);
			assert.ok(await isSignedIn(browser));
		});

		it("and without a client that is known there is no way on [RPLOGOUT#3]", async () => {
			const { browser } = await visiting();
			const { action, fields } = await assertAsked(browser, { post_logout_redirect_uri: "https://evil.example/" });
			const page = await browser.follow(action, await browser.postForm(action, { ...fields, action: "leave" }));
			assert.match(page.html, /You are signed out/);
			assert.doesNotMatch(page.html, /evil/);
			assert.equal(page.response.headers.get("refresh"), null);
		});

		it("the form is worth nothing without its token, to another session, changed, or after an hour", async () => {
			const { browser } = await visiting();
			const { action, fields } = await assertAsked(browser, { client_id: app.client_id, post_logout_redirect_uri: bye });
			assert.equal((await browser.postForm(action, { handle: fields.handle, action: "leave" })).status, 403);
			assert.equal((await browser.postForm(action, { ...fields, action: "leave" }, { "sec-fetch-site": "cross-site" })).status, 403);
			const bent = fields.handle.replace("app.example", "evil.example");
			assert.notEqual(bent, fields.handle);
			for (const handle of [bent, "", "nonsense", fields.handle.split(" ")[0], ` ${fields.handle}`])
				assert.equal((await browser.postForm(action, { ...fields, handle, action: "leave" })).status, 400);
			const stranger = await signedIn("bob");
			const own = await assertAsked(stranger, {});
			assert.equal((await stranger.postForm(action, { ...own.fields, handle: fields.handle, action: "leave" })).status, 400);
			assert.ok(await isSignedIn(stranger));
			assert.equal((await browser.postForm(action, { ...fields, action: "perhaps" })).status, 400);
			server.clock.advance(1800);
			assert.ok(await isSignedIn(browser));
			server.clock.advance(1801);
			assert.equal((await browser.postForm(action, { ...fields, action: "leave" })).status, 400);
			assert.ok(await isSignedIn(browser));
		});
	});

	describe("is refused, and nothing happens,", () => {
		const parts = (token) => token.split(".");
		const bent = {
			"a hint whose signature is another's": (token) => [...parts(token).slice(0, 2), "A".repeat(342)].join("."),
			"a hint without a signature": (token) => [Buffer.from('{"alg":"none"}').toString("base64url"), parts(token)[1], ""].join("."),
			"a hint that says something else": (token) => [parts(token)[0], Buffer.from('{"sub":"x"}').toString("base64url"), parts(token)[2]].join("."),
			"a hint that is none": () => "nonsense",
		};
		for (const [what, bend] of Object.entries(bent))
			it(`with ${what} [RPLOGOUT#2]`, async () => {
				const { browser, tokens } = await visiting();
				await assertRefused(browser, { id_token_hint: bend(tokens.id_token), post_logout_redirect_uri: bye }, /id_token_hint is not an ID token of this server/);
			});

		it("with an access token in the place of an ID token", async () => {
			const jwt = await addWebApp(server, { name: "JWT", settings: { access_token_format: "jwt" } });
			const browser = await signedIn();
			const { tokens } = await visit(server, browser, jwt);
			await assertRefused(browser, { id_token_hint: tokens.access_token }, /not an ID token/);
		});

		it("when client_id and hint differ [RPLOGOUT#2]", async () => {
			const { browser, tokens } = await visiting();
			await assertRefused(browser, { id_token_hint: tokens.id_token, client_id: other.client_id }, /different applications/);
		});

		it("from an application that is not known, or switched off", async () => {
			const browser = await signedIn();
			await assertRefused(browser, { client_id: "nobody" }, /not known here/);
			const off = await addWebApp(server, { name: "Off", flags: ["--post-logout-redirect-uri", bye] });
			const { tokens } = await visit(server, browser, off);
			await server.cli(["app", "set", off.client_id, "--enabled", "no"]);
			await assertRefused(browser, { id_token_hint: tokens.id_token, post_logout_redirect_uri: bye }, /not known here/);
		});

		const places = ["https://evil.example/", `${bye}/`, `${bye}?x=2`, "https://app.example", "https://other.example/", "HTTPS://app.example/bye", "javascript:alert(1)", `${bye}#x`, `${bye}\r\nX: y`];
		for (const place of places)
			it(`with a way on that is not registered: ${JSON.stringify(place)} [RPLOGOUT#3, RFC6749#10.15]`, async () => {
				const { browser, tokens } = await visiting();
				await assertRefused(browser, { id_token_hint: tokens.id_token, post_logout_redirect_uri: place }, /is not registered/);
			});

		it("with a parameter twice, or a state without end", async () => {
			const { browser, tokens } = await visiting();
			assert.equal((await browser.request(`${path({ id_token_hint: tokens.id_token })}&state=a&state=b`)).status, 400);
			await assertRefused(browser, { client_id: app.client_id, post_logout_redirect_uri: bye, state: "s".repeat(3000) }, /state is too long/);
		});
	});

	describe("with nobody signed in", () => {
		it("goes straight on to a registered place, and else shows a page", async () => {
			const browser = new Browser(server);
			const response = await browser.request(path({ client_id: app.client_id, post_logout_redirect_uri: bye, state: "s" }));
			assert.equal(response.headers.get("location"), `${bye}?state=s`);
			assert.match((await browser.get("/o/logout/")).html, /You are signed out/);
			assert.equal((await browser.request(path({ client_id: app.client_id, post_logout_redirect_uri: "https://evil.example/" }))).status, 400);
		});
	});

	describe("that another site posts [RPLOGOUT#2]", () => {
		const foreign = { "sec-fetch-site": "cross-site", origin: "https://app.example" };

		it("is kept and goes on as a GET of itself, for one logout", async () => {
			const { browser, tokens } = await visiting();
			// the cookie does not come along with such a POST
			const posted = await new Browser(server).postForm("/o/logout/", { id_token_hint: tokens.id_token, post_logout_redirect_uri: bye }, foreign);
			assert.equal(posted.status, 303);
			const location = posted.headers.get("location");
			assert.match(location, /^\/o\/logout\/\?doorcode_kept=[0-9A-Za-z]{22}$/);
			assert.ok(await isSignedIn(browser));
			assert.equal((await browser.request(location)).headers.get("location"), bye);
			assert.equal(await isSignedIn(browser), false);
			assert.equal((await browser.request(location)).status, 400, "it was for one logout");
		});

		it("changes nothing by itself, even with the cookie", async () => {
			const { browser, tokens } = await visiting();
			assert.equal((await browser.postForm("/o/logout/", { id_token_hint: tokens.id_token }, foreign)).status, 303);
			assert.ok(await isSignedIn(browser));
		});

		it("is asked about like any other, as often as the page is loaded", async () => {
			const { browser } = await visiting();
			const location = (await browser.postForm("/o/logout/", { client_id: app.client_id, post_logout_redirect_uri: bye }, foreign)).headers.get("location");
			for (let i = 0; i < 2; i++) assert.match((await browser.get(location)).html, /Sign out\?/);
			const page = await browser.get(location);
			const { action, fields } = formFields(page.html, "/o/logout/decide");
			assert.equal((await browser.postForm(action, { ...fields, action: "leave" })).headers.get("location"), bye);
		});

		it("is forgotten after ten minutes, and none is made up", async () => {
			const browser = await signedIn();
			const location = (await browser.postForm("/o/logout/", {}, foreign)).headers.get("location");
			server.clock.advance(601);
			assert.equal((await browser.request(location)).status, 400);
			assert.equal((await browser.request(`/o/logout/?doorcode_kept=${"0".repeat(22)}`)).status, 400);
			assert.ok(await isSignedIn(browser));
		});

		it("is refused when it is too large or no form", async () => {
			const browser = await signedIn();
			assert.equal((await browser.postForm("/o/logout/", { state: "s".repeat(30000) }, foreign)).status, 413);
			const response = await browser.request("/o/logout/", { method: "POST", body: "{}", headers: { "content-type": "application/json" } });
			assert.equal(response.status, 400);
		});
	});

	it("stands in the metadata [RPLOGOUT#2.1]", async () => {
		const metadata = await (await fetch(`${server.origin}/o/.well-known/openid-configuration`)).json();
		assert.equal(metadata.end_session_endpoint, `${server.base}/o/logout/`);
	});

	it("knows nothing of other parameters, and minds none [RPLOGOUT#2]", async () => {
		const { browser, tokens } = await visiting();
		const fields = { id_token_hint: tokens.id_token, post_logout_redirect_uri: bye, logout_hint: "ada", ui_locales: "xx yy", foo: "bar" };
		assert.equal((await browser.request(path(fields))).headers.get("location"), bye);
	});

	it("answers with and without the slash, and takes no other method", async () => {
		const browser = new Browser(server);
		assert.equal((await browser.get("/o/logout")).status, 200);
		assert.equal((await browser.request("/o/logout/", { method: "PUT" })).status, 405);
	});
});

describe("posts from everywhere", () => {
	it("are kept for no address without end", async () => {
		const server = await startServer({ moved: true });
		try {
			const statuses = [];
			await server.clock.still(async () => {
				for (let i = 0; i < 15; i++) statuses.push((await new Browser(server).postForm("/o/logout/", { state: "x" })).status);
			});
			assert.deepEqual(statuses, [...Array(10).fill(303), ...Array(5).fill(429)]);
		} finally {
			await server.close();
		}
	});
});
