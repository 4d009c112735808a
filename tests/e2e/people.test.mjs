// SPDX-License-Identifier: Apache-2.0
//
// Sign-in, sessions, form tokens, the headers of pages, and where `next` may go.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Browser, formFields } from "./support/browser.mjs";
import { wholeLog } from "./support/log.mjs";
import { password, patience, startServer } from "./support/server.mjs";

const session = "doorcode_session";

describe("people", () => {
	let server;

	before(async () => {
		server = await startServer({ moved: true });
		await server.addUser("ada");
		await server.addUser("root", "--admin");
	});
	after(() => server.close());

	describe("sign-in", () => {
		it("starts a session with a cookie that scripts cannot read, under a new id each time [ASVS 3.3, 7.2.4]", async () => {
			const browser = new Browser(server);
			const page = await browser.get("/accounts/login/");
			const form = formFields(page.html);
			const response = await browser.postForm(form.action, { ...form.fields, username: "ada", password });
			assert.equal(response.status, 303);
			const cookie = response.headers.get("set-cookie");
			assert.match(cookie, /doorcode_session=[0-9A-Za-z]{43}; Path=\/; HttpOnly; SameSite=Lax/);
			assert.doesNotMatch(cookie, /Secure/);
			const first = browser.cookies.get(session);
			await browser.submit("/", {}, { action: "/accounts/logout" });
			await browser.signIn("ada", password);
			assert.notEqual(browser.cookies.get(session), first);
		});

		it("is not fooled by a session id that a stranger chose [ASVS 7.2.4]", async () => {
			const browser = new Browser(server);
			browser.cookies.set(session, "A".repeat(43));
			await browser.signIn("ada", password);
			assert.notEqual(browser.cookies.get(session), "A".repeat(43));
		});

		it("takes the name in any case", async () => {
			const page = await new Browser(server).signIn("ADA", password);
			assert.match(page.html, /Sign out/);
		});

		const sentences = async (name, secret) => {
			const page = await new Browser(server).signIn(name, secret);
			return [page.status, /role="alert"[\s\S]*?<\/\w+>/.exec(page.html)?.[0]];
		};
		it("says the same of a wrong name, a wrong password and a disabled account [ASVS 6.3.8]", async () => {
			await server.addUser("dan");
			await server.cli(["user", "disable", "dan"]);
			const wrong = await sentences("ada", "wrong");
			assert.deepEqual(await sentences("nobody", "wrong"), wrong);
			assert.deepEqual(await sentences("dan", password), wrong);
			assert.equal(wrong[0], 400);
			server.clock.advance(3600);
		});

		it("takes as long for a wrong name as for a wrong password [ASVS 6.3.8]", { skip: patience > 1 }, async () => {
			const slow = await startServer({ moved: true, flags: { password_memory: 32768, password_passes: 2 } });
			try {
				await slow.addUser("ada");
				const time = async (name) => {
					const browser = new Browser(slow);
					const form = formFields((await browser.get("/accounts/login/")).html);
					const began = performance.now();
					const answer = await browser.postForm(form.action, { ...form.fields, username: name, password: "wrong" });
					await answer.text();
					const took = performance.now() - began;
					assert.equal(answer.status, 400);
					return took;
				};
				await time("ada");
				// The rest of the machine only adds time, so the least of each is what the server takes.
				let known = Infinity, unknown = Infinity, ratio = 0;
				for (let i = 0; i < 60 && (i < 7 || ratio < 0.6 || ratio > 1.67); i++) {
					known = Math.min(known, await time("ada"));
					unknown = Math.min(unknown, await time(`nobody${i}`));
					ratio = unknown / known;
					slow.clock.advance(3600); // nobody is over budget
				}
				assert.ok(ratio > 0.6 && ratio < 1.67, `ratio ${ratio}`);
			} finally {
				await slow.close();
			}
		});

		it("refuses an address over budget with 429, Retry-After and the same page for any name, then lets it in again", async () => {
			const browser = new Browser(server);
			let page;
			for (let i = 0; i < 12; i++) page = await browser.signIn("ada", `wrong ${i}`);
			assert.equal(page.status, 429);
			assert.ok(Number(page.response.headers.get("retry-after")) > 0);
			assert.match(page.html, /Too many attempts/);
			// the right password does not help now: nothing is hashed
			assert.equal((await browser.signIn("ada", password)).status, 429);
			for (let i = 0; i < 12; i++) page = await new Browser(server).signIn("nobody at all", `wrong ${i}`);
			assert.equal(page.status, 429);
			server.clock.advance(3600);
			assert.match((await browser.signIn("ada", password)).html, /Sign out/);
		});

		it("a forged X-Forwarded-For does not make another address of it [RFC9700#4.13]", async () => {
			let page;
			for (let i = 0; i < 12; i++)
				page = await new Browser(server, { "x-forwarded-for": `198.51.100.${i}` }).signIn("ada", `wrong ${i}`);
			assert.equal(page.status, 429);
			server.clock.advance(3600);
		});

		it("a browser the person signed in from before has a budget of its own", async () => {
			const own = new Browser(server);
			await own.signIn("ada", password);
			await own.submit("/", {}, { action: "/accounts/logout" });
			for (let i = 0; i < 12; i++) await new Browser(server).signIn("ada", `wrong ${i}`);
			assert.match((await own.signIn("ada", password)).html, /Sign out/);
			server.clock.advance(3600);
		});
	});

	describe("next", () => {
		const evil = ["https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "/%0d%0aX: y\r\nZ: a", "http:evil", " /x", "/ok\tx"];
		for (const next of evil)
			it(`goes nowhere but this site: ${JSON.stringify(next)} [RFC6749#10.15]`, async () => {
				const browser = new Browser(server);
				const page = await browser.get(`/accounts/login/?next=${encodeURIComponent(next)}`);
				const { action, fields } = formFields(page.html);
				assert.equal(fields.next, "/");
				const response = await browser.postForm(action, { ...fields, next, username: "ada", password });
				assert.equal(response.headers.get("location"), "/");
			});

		it("brings the person back to the page asked for", async () => {
			const browser = new Browser(server);
			const response = await browser.request("/o/applications/");
			assert.equal(response.status, 303);
			assert.equal(response.headers.get("location"), "/accounts/login/?next=%2Fo%2Fapplications%2F");
			assert.equal((await browser.signIn("ada", password, "/o/applications/")).path, "/o/applications/");
		});

		it("a user code in a link goes into no other URL: the form stands in its place", async () => {
			const browser = new Browser(server);
			const page = await browser.get("/o/device?user_code=WDJB-MJHT");
			assert.equal(page.path, "/o/device?user_code=WDJB-MJHT");
			const { action, fields } = formFields(page.html);
			const after = await browser.follow(action, await browser.postForm(action, { ...fields, username: "ada", password }));
			assert.equal(after.path, "/o/device?user_code=WDJB-MJHT");
			assert.match(after.html, /value="WDJB-MJHT"/);
		});
	});

	describe("sessions", () => {
		const isSignedIn = async (browser) => (await browser.request("/o/applications/")).status === 200;

		it("end when idle", async () => {
			const browser = new Browser(server);
			await browser.signIn("ada", password);
			server.clock.advance(3500);
			assert.equal(await isSignedIn(browser), true);
			server.clock.advance(3500);
			assert.equal(await isSignedIn(browser), true);
			server.clock.advance(3700);
			assert.equal(await isSignedIn(browser), false);
		});

		it("end when old, however busy", async () => {
			const browser = new Browser(server);
			await browser.signIn("ada", password);
			for (let i = 0; i < 14; i++) {
				server.clock.advance(3000);
				assert.equal(await isSignedIn(browser), true);
			}
			server.clock.advance(2000);
			assert.equal(await isSignedIn(browser), false);
		});

		const enders = [
			["sign-out, even with the old cookie", async (browser) => {
				const old = browser.cookies.get(session);
				await browser.submit("/", {}, { action: "/accounts/logout" });
				browser.cookies.set(session, old);
			}],
			["a change of the password", () => server.cli(["user", "passwd", "eve"], `${password}\n`)],
			["disabling the account", () => server.cli(["user", "disable", "eve"])],
			["removing the account", () => server.cli(["user", "remove", "eve", "--yes"])],
		];
		it("end at sign-out, change of password, disabling and removal [ASVS 7.4]", async () => {
			for (const [name, end] of enders) {
				await server.cli(["user", "add", "eve"], `${password}\n`);
				await server.cli(["user", "enable", "eve"]);
				const browser = new Browser(server);
				await browser.signIn("eve", password);
				assert.equal(await isSignedIn(browser), true, name);
				await end(browser);
				assert.equal(await isSignedIn(browser), false, name);
				server.clock.advance(1000);
			}
		});

		it("are stored as hashes alone", async () => {
			const browser = new Browser(server);
			await browser.signIn("ada", password);
			const bytes = await server.store.bytes();
			assert.equal(bytes.includes(browser.cookies.get(session)), false);
			const log = await wholeLog(server);
			for (const secret of [browser.cookies.get(session), password]) assert.equal(log.includes(secret), false);
		});
	});

	describe("forms", () => {
		const enter = async (browser, change, headers) => {
			const { action, fields } = formFields((await browser.get("/o/device")).html, "/o/device");
			return browser.postForm(action, { ...fields, user_code: "BBBB-BBBB", ...change }, headers);
		};
		const signedIn = async () => {
			const browser = new Browser(server);
			await browser.signIn("ada", password);
			return browser;
		};

		const refused = [
			["a missing form token", { csrf_token: "" }],
			["a wrong form token", { csrf_token: "A".repeat(22) }],
			["a foreign Origin", {}, { origin: "https://evil.example" }],
			["an Origin on another port", {}, { origin: "http://127.0.0.1:1" }],
			["Sec-Fetch-Site: cross-site", {}, { "sec-fetch-site": "cross-site" }],
			["Sec-Fetch-Site: same-site", {}, { "sec-fetch-site": "same-site" }],
		];
		for (const [name, change, headers] of refused)
			it(`with ${name} are refused with 403 [RFC6749#10.12]`, async () => {
				const response = await enter(await signedIn(), change, headers);
				assert.equal(response.status, 403);
			});

		it("with another session's token are refused", async () => {
			const [one, two] = [await signedIn(), await signedIn()];
			const { fields } = formFields((await two.get("/o/device")).html, "/o/device");
			assert.equal((await enter(one, { csrf_token: fields.csrf_token })).status, 403);
		});

		it("with our own origin, by either loopback name, are taken", async () => {
			for (const origin of [server.base, server.base.replace("127.0.0.1", "localhost"), "null"])
				assert.equal((await enter(await signedIn(), {}, { origin })).status, 400, origin); // a wrong code, but ours
			server.clock.advance(3600);
		});

		it("before sign-in are tied to a cookie of ours; one that we did not issue is never adopted", async () => {
			const browser = new Browser(server);
			const page = await browser.get("/accounts/login/");
			const issued = browser.cookies.get("doorcode_anonymous");
			assert.ok(issued);
			const { action, fields } = formFields(page.html);
			browser.cookies.set("doorcode_anonymous", "A".repeat(issued.length));
			assert.equal((await browser.postForm(action, { ...fields, username: "ada", password })).status, 403);
			await browser.get("/accounts/login/");
			assert.notEqual(browser.cookies.get("doorcode_anonymous"), "A".repeat(issued.length));
		});

		it("from before a sign-in are stale after it", async () => {
			const browser = new Browser(server);
			const { action, fields } = formFields((await browser.get("/accounts/login/")).html);
			await browser.signIn("ada", password);
			assert.equal((await browser.postForm(action, { ...fields, username: "ada", password })).status, 403);
		});

		it("change nothing by GET: sign-out is POST alone", async () => {
			const browser = await signedIn();
			assert.equal((await browser.request("/accounts/logout/")).status, 405);
			assert.equal((await browser.request("/o/applications/")).status, 200);
		});
	});

	describe("headers", () => {
		const pages = ["/", "/accounts/login/", "/o/device", "/o/applications/", "/o/applications/register/", "/o/authorized_tokens/", "/nothing", "/healthz", "/o/device-confirm/x"];
		it("protect every page, errors too [ASVS 3.4]", async () => {
			const browser = new Browser(server);
			await browser.signIn("ada", password);
			for (const path of pages) {
				const { headers } = await browser.request(path);
				assert.equal(
					headers.get("content-security-policy"),
					"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
					path,
				);
				assert.equal(headers.get("x-frame-options"), "DENY", path);
				assert.equal(headers.get("x-content-type-options"), "nosniff", path);
				assert.equal(headers.get("referrer-policy"), "no-referrer", path);
				// those on the way to an application may be in a window that it opened
				const opener = path === "/accounts/login/" ? null : "same-origin";
				assert.equal(headers.get("cross-origin-opener-policy"), opener, path);
				assert.equal(headers.get("access-control-allow-origin"), null, path);
				assert.match(headers.get("cache-control"), /no-store/, path);
				assert.equal(headers.get("strict-transport-security"), null, path);
			}
		});

		it("hold nothing inline: no script, no style", async () => {
			const browser = new Browser(server);
			await browser.signIn("ada", password);
			for (const path of pages) {
				const { html } = await browser.get(path);
				assert.doesNotMatch(html, /<script|<style|\sstyle=|\son\w+=|javascript:/i, path);
			}
		});

		it("say Secure, __Host- and HSTS when the base URL is https", async () => {
			const tls = await startServer({ flags: { base_url: "https://id.example", trusted_proxies: "127.0.0.1" } });
			try {
				const response = await fetch(`${tls.origin}/accounts/login/`, { headers: { "x-forwarded-proto": "https" } });
				assert.match(response.headers.get("set-cookie"), /^__Host-doorcode_anonymous=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
				assert.equal(response.headers.get("strict-transport-security"), "max-age=31536000");
			} finally {
				await tls.close();
			}
		});
	});

	it("a page that is not there, a method that is not taken, HEAD and OPTIONS", async () => {
		assert.equal((await fetch(`${server.base}/nothing`)).status, 404);
		assert.equal((await fetch(`${server.base}/`, { method: "PUT" })).status, 405);
		const head = await fetch(`${server.base}/accounts/login/`, { method: "HEAD" });
		assert.equal(head.status, 200);
		assert.equal(await head.text(), "");
		const options = await fetch(`${server.base}/accounts/login`, { method: "OPTIONS" });
		assert.equal(options.status, 204);
		assert.equal(options.headers.get("allow"), "GET, HEAD, POST, OPTIONS");
	});

	it("answers on localhost too, and builds no URL from the Host header", async () => {
		const page = await fetch(`${server.base}/o/device-authorization/`, {
			method: "POST",
			headers: { host: "evil.example", "content-type": "application/x-www-form-urlencoded" },
			body: `client_id=${(await server.addClient()).client_id}`,
		});
		assert.ok((await page.json()).verification_uri.startsWith(server.base));
	});
});
