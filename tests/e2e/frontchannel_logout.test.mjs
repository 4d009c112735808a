// SPDX-License-Identifier: Apache-2.0
//
// Front-Channel Logout: the frames of the page after signing out, its policy, and the way on.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Browser, unescapeHtml } from "./support/browser.mjs";
import { password, startServer } from "./support/server.mjs";
import { tokensFor } from "./support/tokens.mjs";
import { addWebApp, visit } from "./support/web_app.mjs";

const bye = "https://app.example/bye";
const framesOf = (html) => [...html.matchAll(/<iframe\b[^>]*\ssrc="([^"]*)"/g)].map(([, url]) => unescapeHtml(url));
const policyOf = (response) => response.headers.get("content-security-policy");

describe("frames at sign-out", () => {
	let server, app;

	before(async () => {
		server = await startServer({ flags: { cap_exempt: "127.0.0.0/8" } });
		await server.addUser("ada");
		app = await addWebApp(server, { flags: ["--post-logout-redirect-uri", bye] });
	});
	after(() => server.close());

	const framed = (settings) => addWebApp(server, { name: "Framed", settings, callback: new URL("/callback", settings.frontchannel_logout_uri).href });
	async function signedIn() {
		const browser = new Browser(server);
		await browser.signIn("ada", password);
		return browser;
	}
	async function signOut(browser) {
		const page = await browser.get("/");
		const csrf = /name="csrf_token" value="([^"]+)"/.exec(page.html)[1];
		const response = await browser.postForm("/accounts/logout/", { csrf_token: csrf });
		return { response, html: await response.text() };
	}

	it("stand in the metadata [FCLOGOUT#3]", async () => {
		const metadata = await (await fetch(`${server.origin}/o/.well-known/openid-configuration`)).json();
		assert.equal(metadata.frontchannel_logout_supported, true);
		assert.equal(metadata.frontchannel_logout_session_supported, true);
	});

	it("are none where nobody wants one: straight on, and a strict policy", async () => {
		const browser = await signedIn();
		await visit(server, browser, app);
		const { response } = await signOut(browser);
		assert.equal(response.headers.get("location"), "/");
		assert.match(policyOf(response), /^default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'$/);
	});

	it("are the applications' own, and their origins alone are allowed [FCLOGOUT#2]", async () => {
		const browser = await signedIn();
		const one = await framed({ frontchannel_logout_uri: "https://one.example:8443/out?x=1", frontchannel_logout_session_required: "yes" });
		const two = await framed({ frontchannel_logout_uri: "https://two.example/out" });
		const { claims } = await visit(server, browser, one);
		await visit(server, browser, one);
		await visit(server, browser, two);
		await visit(server, browser, app);
		const { response, html } = await signOut(browser);
		assert.equal(response.status, 200);
		const sid = new URLSearchParams({ x: "1", iss: `${server.base}/o`, sid: claims.sid });
		assert.deepEqual(framesOf(html).sort(), [`https://one.example:8443/out?${sid}`, "https://two.example/out"].sort());
		assert.match(policyOf(response), /; frame-src( https:\/\/(one\.example:8443|two\.example)){2}$/);
		assert.doesNotMatch(policyOf(response), /script-src/);
		assert.equal(response.headers.get("refresh"), null);
		for (const [frame] of html.matchAll(/<iframe\b[^>]*>/g)) {
			assert.match(frame, /sandbox="allow-scripts allow-same-origin"/);
			assert.match(frame, /referrerpolicy="no-referrer"/);
		}
	});

	it("come before the way on, which follows by itself, and by a link [FCLOGOUT#2, RPLOGOUT#3]", async () => {
		const browser = await signedIn();
		const one = await framed({ frontchannel_logout_uri: "https://one.example/out" });
		const { tokens } = await visit(server, browser, app);
		await visit(server, browser, one);
		const query = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: bye, state: "a b" });
		const page = await browser.get(`/o/logout/?${query}`);
		assert.equal(page.status, 200);
		assert.deepEqual(framesOf(page.html), ["https://one.example/out"]);
		assert.match(page.response.headers.get("refresh"), /^\d; url=https:\/\/app\.example\/bye\?state=a%20b$/);
		assert.match(page.html, /<a class="button" href="https:\/\/app\.example\/bye\?state=a%20b">Continue<\/a>/);
		assert.doesNotMatch((await browser.get("/")).html, /Signed in as/);
	});

	it("are not there for a device", async () => {
		const browser = await signedIn();
		const tv = await server.addClient({ flags: ["--redirect-uri", "https://tv.example/", "--frontchannel-logout-uri", "https://tv.example/out"] });
		await tokensFor(server, browser, tv, { scope: "openid" });
		assert.equal((await signOut(browser)).response.headers.get("location"), "/");
	});

	it("lead nowhere but to where the application has a redirect URI [FCLOGOUT#2]", async () => {
		const result = await server.cli(["app", "set", app.client_id, "--frontchannel-logout-uri", "https://evil.example/out"]);
		assert.equal(result.code, 1);
		assert.match(result.stderr, /scheme, host and port of a redirect URI/);
	});

	it("are left out where a policy cannot name their origin", async () => {
		const browser = await signedIn();
		const six = await framed({ frontchannel_logout_uri: "http://[::1]:9/out" });
		const one = await framed({ frontchannel_logout_uri: "https://one.example/out" });
		await visit(server, browser, six);
		await visit(server, browser, one);
		const { response, html } = await signOut(browser);
		assert.deepEqual(framesOf(html), ["https://one.example/out"]);
		assert.match(policyOf(response), /; frame-src https:\/\/one\.example$/);
	});
});
