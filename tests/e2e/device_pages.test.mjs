// SPDX-License-Identifier: Apache-2.0
//
// The person's side of the device grant: RFC8628#3.3, RFC8628#5.1, RFC8628#5.4, RFC8628#6.1.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Browser, formFields } from "./support/browser.mjs";
import { assertError, newGrant, poll } from "./support/device.mjs";
import { password, startServer } from "./support/server.mjs";
import { until } from "./support/until.mjs";

describe("device pages", () => {
	let server, tv, ada, bea;

	before(async () => {
		server = await startServer({ moved: true, flags: { cap_exempt: "127.0.0.0/8", session_idle: 40000 } });
		for (const name of ["ada", "bea"]) await server.addUser(name);
		tv = await server.addClient({ name: "Living <b>room</b> TV" });
		[ada, bea] = [new Browser(server), new Browser(server, { "user-agent": "bea" })];
		await ada.signIn("ada", password);
		await bea.signIn("bea", password);
	});
	after(() => server.close());

	describe("code entry", () => {
		const spellings = [
			["as shown", (code) => code],
			["in lower case", (code) => code.toLowerCase()],
			["without the dash", (code) => code.replace("-", "")],
			["with blanks", (code) => ` ${code.toLowerCase().replace("-", " ")} `],
			["with an underscore", (code) => code.replace("-", "_")],
			["with an en dash", (code) => code.replace("-", "\u2013")],
			["with a zero-width blank and a line end", (code) => `${code.slice(0, 2)}\u200b${code.slice(2)}\n`],
			["letter by letter", (code) => [...code.replace("-", "")].join("-")],
		];
		for (const [name, spell] of spellings)
			it(`takes the code ${name} [RFC8628#6.1]`, async () => {
				const grant = await newGrant(server, tv);
				const page = await ada.enterCode(spell(grant.user_code));
				assert.match(page.path, /^\/o\/device-confirm\/[0-9A-Za-z]{22}$/);
			});

		it("needs a sign-in first, before the code is looked at [RFC8628#3.3]", async () => {
			const grant = await newGrant(server, tv);
			const stranger = new Browser(server);
			const response = await stranger.postForm("/o/device", { user_code: grant.user_code });
			assert.equal(response.status, 303);
			assert.match(response.headers.get("location"), /^\/accounts\/login\//);
		});

		it("says the same of unknown, expired, decided and nonsense codes [RFC8628#5.1]", async () => {
			const used = await newGrant(server, tv);
			await ada.decide(used.user_code);
			const denied = await newGrant(server, tv);
			await ada.decide(denied.user_code, "deny");
			const expired = await newGrant(server, tv);
			server.clock.advance(1801);
			const plain = (page, code) => page.html.replaceAll(code, "").replace(/value="[^"]*"/g, "").replace(/[0-9A-Za-z]{22}/g, "");
			const answers = [];
			for (const code of ["BBBB-BBBB", used.user_code, denied.user_code, expired.user_code]) {
				const page = await ada.enterCode(code);
				assert.equal(page.status, 400);
				answers.push(plain(page, code));
				server.clock.advance(700);
			}
			assert.equal(new Set(answers).size, 1);
			assert.equal((await ada.enterCode("x")).status, 400);
			assert.equal((await ada.enterCode("")).status, 400);
			server.clock.advance(700);
		});

		it("budgets wrong codes per session, account and address: 429, Retry-After, and the right code does not help [RFC8628#5.1]", async () => {
			await server.addUser("guess");
			const guesser = new Browser(server);
			await guesser.signIn("guess", password);
			let page;
			for (let i = 0; i < 7; i++) page = await guesser.enterCode("BBBB-BBBB");
			assert.equal(page.status, 429);
			assert.ok(Number(page.response.headers.get("retry-after")) > 0);
			assert.match(page.html, /Too many wrong codes/);
			const grant = await newGrant(server, tv);
			assert.equal((await guesser.enterCode(grant.user_code)).status, 429);
			// a new cookie jar is a new session, but the same account
			const again = new Browser(server);
			await again.signIn("guess", password);
			for (let i = 0; i < 8; i++) page = await again.enterCode("BBBB-BBBB");
			assert.equal(page.status, 429);
			server.clock.advance(3600);
			assert.match((await again.enterCode((await newGrant(server, tv)).user_code)).path, /device-confirm/);
		});

		it("right codes cost nothing of the budget", async () => {
			for (let i = 0; i < 15; i++) {
				const grant = await newGrant(server, tv);
				assert.match((await ada.enterCode(grant.user_code)).path, /device-confirm/);
			}
		});

		it("a link fills the code in and changes nothing, however often it is fetched [RFC8628#3.3.1] [RFC8628#5.4]", async () => {
			const grant = await newGrant(server, tv);
			const link = grant.verification_uri_complete.slice(server.base.length);
			for (const method of ["GET", "HEAD", "GET"]) assert.equal((await ada.request(link, { method })).status, 200);
			const { html } = await ada.get(link);
			assert.equal(formFields(html, "/o/device").fields.user_code, grant.user_code);
			assertError(await poll(server, tv, grant.device_code), 400, "authorization_pending");
		});

		it("shows hostile input as text [RFC6749#10.14]", async () => {
			const { html } = await ada.get(`/o/device?user_code=${encodeURIComponent('"><script>alert(1)</script>')}`);
			assert.doesNotMatch(html, /<script/);
		});

		it("answers at the short address too", async () => {
			for (const path of ["/device", "/device/", "/o/device/"]) assert.equal((await ada.request(path)).status, 200);
		});
	});

	describe("confirm page", () => {
		it("tells who, what, from where, how old, shows the code to compare, and warns [RFC8628#5.4] [RFC8628#3.3.1] [RFC10027#6.1.1]", async () => {
			const grant = await newGrant(server, tv, { scope: "openid email" });
			server.clock.advance(130);
			const { html } = await ada.enterCode(grant.user_code);
			assert.match(html, /Living &lt;b&gt;room&lt;\/b&gt; TV/);
			assert.match(html, new RegExp(grant.user_code));
			assert.match(html, /127\.0\.0\.1/);
			assert.match(html, /The same network that you are on/);
			assert.match(html, /2 minutes ago/);
			assert.match(html, /ada/);
			assert.match(html, /did not start/i);
			assert.match(html, /device/i);
			assert.ok(html.indexOf('value="deny"') < html.indexOf('value="accept"'), "deny comes first");
		});

		it("asks for the second device as for the first: what was allowed once allows nothing [RFC8628#5.6]", async () => {
			const first = await newGrant(server, tv);
			await ada.submit((await ada.enterCode(first.user_code)).path, { action: "accept" }, { action: "/o/device-confirm/" });
			assert.equal((await poll(server, tv, first.device_code)).status, 200);
			const second = await newGrant(server, tv);
			const page = await ada.enterCode(second.user_code);
			assert.match(page.html, /value="accept"/);
			assertError(await poll(server, tv, second.device_code), 400, "authorization_pending");
		});

		it("has neither code nor device code in its address [RFC8628#3.3]", async () => {
			const grant = await newGrant(server, tv);
			const page = await ada.enterCode(grant.user_code);
			assert.doesNotMatch(page.path, new RegExp(grant.user_code.replace("-", "-?")));
			assert.doesNotMatch(page.html, new RegExp(grant.device_code));
		});

		it("is for this session alone, and for ten minutes", async () => {
			const grant = await newGrant(server, tv);
			const { path } = await ada.enterCode(grant.user_code);
			assert.equal((await bea.request(path)).status, 404);
			assert.equal((await bea.request(path.replace("confirm", "grant-status"))).status, 404);
			server.clock.advance(601);
			assert.equal((await ada.request(path)).status, 404);
		});

		it("two people may look at one request; the first decision is final, and each sees what became of it [RFC8628#5.5]", async () => {
			const grant = await newGrant(server, tv);
			const [mine, hers] = [await ada.enterCode(grant.user_code), await bea.enterCode(grant.user_code)];
			const hit = async (browser, page, action) =>
				browser.follow(page.path, await browser.postForm(page.path, { ...formFields(page.html, "/o/device-confirm/").fields, action }));
			assert.match((await hit(bea, hers, "deny")).html, /Device Denied/);
			assert.match((await hit(ada, mine, "accept")).html, /Device Denied/);
			assertError(await poll(server, tv, grant.device_code), 400, "access_denied");
		});

		it("deny, back, approve: still denied", async () => {
			const grant = await newGrant(server, tv);
			const page = await ada.enterCode(grant.user_code);
			const { fields } = formFields(page.html, "/o/device-confirm/");
			await ada.postForm(page.path, { ...fields, action: "deny" });
			const after = await ada.follow(page.path, await ada.postForm(page.path, { ...fields, action: "accept" }));
			assert.match(after.html, /Device Denied/);
			assertError(await poll(server, tv, grant.device_code), 400, "access_denied");
		});

		it("accept and deny at once: one of them, every time", async () => {
			for (let round = 0; round < 20; round++) {
				const grant = await newGrant(server, tv);
				const page = await ada.enterCode(grant.user_code);
				const { fields } = formFields(page.html, "/o/device-confirm/");
				await Promise.all(["accept", "deny", "accept", "deny"].map((action) => ada.postForm(page.path, { ...fields, action })));
				const status = await ada.get(page.path.replace("confirm", "grant-status"));
				const answer = await poll(server, tv, grant.device_code);
				const isApproved = /Device Authorized/.test(status.html);
				assert.equal(answer.status, isApproved ? 200 : 400);
				if (!isApproved) assert.equal(answer.json.error, "access_denied");
			}
		});

		it("neither another action nor a GET decides; a missing form token is 403 [RFC6749#10.12]", async () => {
			const grant = await newGrant(server, tv);
			const page = await ada.enterCode(grant.user_code);
			const { fields } = formFields(page.html, "/o/device-confirm/");
			assert.equal((await ada.postForm(page.path, { ...fields, action: "maybe" })).status, 400);
			assert.equal((await ada.postForm(page.path, fields)).status, 400);
			assert.equal((await ada.postForm(page.path, { action: "accept" })).status, 403);
			assert.equal((await ada.request(`${page.path}?action=accept`)).status, 200);
			assertError(await poll(server, tv, grant.device_code), 400, "authorization_pending");
		});

		it("an expired request cannot be approved: the page says expired, the poll expired_token", async () => {
			const short = await newGrant(server, tv);
			server.clock.advance(1500);
			const page = await ada.enterCode(short.user_code);
			server.clock.advance(400);
			const { fields } = formFields(page.html, "/o/device-confirm/");
			const after = await ada.follow(page.path, await ada.postForm(page.path, { ...fields, action: "accept" }));
			assert.match(after.html, /Device Expired/);
			assertError(await poll(server, tv, short.device_code), 400, "expired_token");
		});

		it("a client removed meanwhile: nothing to approve, and no 500", async () => {
			const gone = await server.addClient({ name: "Gone" });
			const grant = await newGrant(server, gone);
			const page = await ada.enterCode(grant.user_code);
			const { fields } = formFields(page.html, "/o/device-confirm/");
			await server.cli(["app", "remove", gone.client_id, "--yes"]);
			const response = await ada.postForm(page.path, { ...fields, action: "accept" });
			assert.ok([303, 404].includes(response.status), `${response.status}`);
		});
	});

	describe("status page", () => {
		it("tells the person to go back to the device, approved or denied [RFC8628#3.3]", async () => {
			for (const [action, words] of [["accept", /Device Authorized/], ["deny", /Device Denied/]]) {
				const grant = await newGrant(server, tv);
				const page = await ada.decide(grant.user_code, action);
				assert.match(page.path, /^\/o\/device-grant-status\//);
				assert.match(page.html, words);
				assert.match(page.html, /device/i);
			}
		});
	});

	describe("authorised applications", () => {
		it("lists one entry per authorization and revokes it; never somebody else's [RFC10027#6.1.6]", async () => {
			const grant = await newGrant(server, tv);
			await bea.decide(grant.user_code);
			const { refresh_token } = (await poll(server, tv, grant.device_code)).json;
			const page = await bea.get("/o/authorized_tokens/");
			assert.match(page.html, /Living &lt;b&gt;room/);
			const { fields } = formFields(page.html, "/o/authorized_tokens");
			assert.ok(fields.authorization);
			const mine = formFields((await ada.get("/o/authorized_tokens/")).html, "/o/authorized_tokens").fields;
			assert.equal((await ada.postForm("/o/authorized_tokens/", { ...mine, authorization: fields.authorization })).status, 404);
			assert.equal((await bea.postForm("/o/authorized_tokens/", fields)).status, 303);
			const { refresh } = await import("./support/device.mjs");
			assertError(await refresh(server, tv, refresh_token), 400, "invalid_grant");
			assert.doesNotMatch((await bea.get("/o/authorized_tokens/")).html, /Living &lt;b&gt;room/);
		});
	});

	describe("under attack", () => {
		it("new codes grow by two letters when the whole server is guessed at", async () => {
			const noisy = await startServer({ moved: true, flags: { cap_exempt: "127.0.0.0/8", trusted_proxies: "127.0.0.1" } });
			try {
				const client = await noisy.addClient();
				await noisy.addUser("ada");
				assert.match((await newGrant(noisy, client)).user_code, /^.{4}-.{4}$/);
				await noisy.clock.still(() => flood(noisy));
				let code;
				await until(async () => (code = (await newGrant(noisy, client)).user_code).replaceAll("-", "").length === 10, "a code of ten letters");
				const person = new Browser(noisy);
				await person.signIn("ada", password);
				assert.match((await person.enterCode(code)).path, /device-confirm/);
			} finally {
				await noisy.close();
			}
		});

		// 610 wrong codes within a minute, from many accounts and addresses (which a trusted proxy names).
		async function flood(noisy) {
			const count = 65;
			for (let i = 0; i < count; i++) await noisy.addUser(`guesser${i}`);
			for (let i = 0; i < count; i++) {
				const headers = { "x-forwarded-for": `198.51.${i}.7` };
				for (let session = 0; session < 2; session++) {
					const browser = new Browser(noisy, headers);
					await browser.signIn(`guesser${i}`, password);
					const { action, fields } = formFields((await browser.get("/o/device")).html, "/o/device");
					for (let n = 0; n < 5; n++) await browser.postForm(action, { ...fields, user_code: "BBBB-BBBB" });
				}
			}
		}
	});
});
