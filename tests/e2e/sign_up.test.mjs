// SPDX-License-Identifier: Apache-2.0
//
// Making an account in the browser: switched off, with an invitation, open to everybody.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Browser, formFields } from "./support/browser.mjs";
import { password, startServer } from "./support/server.mjs";

const acting = (html) => /Signed in as <\/span><bdi>([^<]*)<\/bdi>/.exec(html)?.[1];
const path = "/accounts/sign-up/";

async function tryIt(browser, values, query = "") {
	const page = await browser.get(path + query);
	const { action, fields } = formFields(page.html, path);
	const response = await browser.postForm(action, { ...fields, ...values });
	return { response, status: response.status, html: await response.text(), location: response.headers.get("location") };
}

describe("sign-up, switched off", () => {
	let server;
	before(async () => (server = await startServer()));
	after(() => server.close());

	it("is not there, and nothing leads to it", async () => {
		const browser = new Browser(server);
		assert.equal((await browser.get(path)).status, 404);
		const { fields } = formFields((await browser.get("/accounts/login/")).html);
		const response = await browser.postForm(path, { csrf_token: fields.csrf_token, username: "zoe", password });
		assert.equal(response.status, 404);
		for (const page of ["/", "/accounts/login/"]) assert.doesNotMatch((await browser.get(page)).html, /sign-up/);
		assert.match((await browser.signIn("zoe", password)).html, /do not fit together/);
	});
});

describe("sign-up, open to everybody", () => {
	let server;
	before(async () => {
		server = await startServer({ moved: true, flags: { sign_up: "open" } });
		await server.addUser("ada");
	});
	after(() => server.close());

	it("makes the account, signs in, and goes on to where one wanted", async () => {
		const browser = new Browser(server);
		assert.match((await browser.get("/accounts/login/?next=/o/device")).html, /href="\/accounts\/sign-up\/\?next=%2Fo%2Fdevice"/);
		const made = await tryIt(browser, { username: "Zoë", password }, "?next=/o/device");
		assert.equal(made.status, 303);
		assert.equal(made.location, "/o/device");
		assert.equal(acting((await browser.get("/")).html), "Zoë");
		assert.equal(acting((await new Browser(server).signIn("zoë", password)).html), "Zoë");
		assert.doesNotMatch(made.response.headers.get("set-cookie"), /Secure/);
	});

	it("leads nowhere but to this site [RFC6749#10.15]", async () => {
		const made = await tryIt(new Browser(server), { username: "una", password, next: "https://evil.example/" });
		assert.equal(made.location, "/");
	});

	it("is no administrator", async () => {
		const users = await server.cliJson(["user", "list"]);
		for (const user of users.users ?? users) assert.equal(user.admin, false, user.name);
	});

	const refusals = [
		["a name that is taken, in any case", { username: "ADA", password }, /id="username-error">This name is taken\./],
		["no name", { username: "", password }, /id="username-error"/],
		["a name with a blank", { username: "a b", password }, /id="username-error"/],
		["a name that could be markup", { username: "<b>", password }, /id="username-error"/],
		["a short password", { username: "ida", password: "short" }, /id="password-error"/],
		["a common password", { username: "ida", password: "password1" }, /id="password-error"/],
		["the name as password", { username: "idaidaida", password: "idaidaida" }, /id="password-error"/],
		["no password", { username: "ida", password: "" }, /id="password-error"/],
	];
	for (const [what, values, words] of refusals)
		it(`refuses ${what}, beside the field, and keeps what was typed`, async () => {
			const browser = new Browser(server);
			const made = await tryIt(browser, values, "?next=/o/device");
			assert.equal(made.status, 400);
			assert.match(made.html, words);
			const { fields } = formFields(made.html, path);
			assert.equal(fields.username, values.username);
			assert.equal(fields.password, "");
			assert.equal(fields.next, "/o/device");
			assert.equal(acting((await browser.get("/")).html), undefined);
		});

	it("takes the form token [RFC6749#10.12]", async () => {
		const browser = new Browser(server);
		await browser.get(path);
		assert.equal((await browser.postForm(path, { username: "eva", password })).status, 403);
		assert.match((await browser.signIn("eva", password)).html, /do not fit together/);
	});

	it("one of two who want a name at the same time gets it", async () => {
		const all = await Promise.all([1, 2, 3, 4].map(() => tryIt(new Browser(server), { username: "olga", password })));
		assert.deepEqual(all.map((made) => made.status).sort(), [303, 400, 400, 400]);
	});

	it("of somebody who is signed in keeps him signed in", async () => {
		const browser = new Browser(server);
		await browser.signIn("ada", password);
		await tryIt(browser, { username: "kim", password });
		const page = await browser.get("/accounts/select/");
		assert.equal(acting(page.html), "kim");
		assert.match(page.html, /<bdi>ada<\/bdi><\/button>/);
	});

	it("is held back per address, whatever becomes of it, before anything is hashed [ASVS 6.3.8]", async () => {
		let made;
		for (let i = 0; i < 80 && made?.status !== 429; i++) made = await tryIt(new Browser(server), { username: "ada", password });
		assert.equal(made.status, 429);
		assert.ok(Number(made.response.headers.get("retry-after")) > 0);
		assert.match(made.html, /There were too many attempts; you can try again in/);
		assert.equal((await tryIt(new Browser(server), { username: "fresh", password })).status, 429);
		server.clock.advance(3700);
		assert.equal((await tryIt(new Browser(server), { username: "fresh", password })).status, 303);
	});
});

describe("sign-up by invitation", () => {
	let server;
	before(async () => {
		server = await startServer({ moved: true, flags: { sign_up: "invite" } });
		await server.addUser("ada");
	});
	after(() => server.close());

	const invite = async (...flags) => {
		const made = await server.cliJson(["ticket", "add", "sign-up", ...flags]);
		return made.ticket;
	};

	it("takes one use of the invitation, with the account", async () => {
		const invitation = await invite();
		const browser = new Browser(server);
		const page = await browser.get(`${path}?invitation=${invitation}`);
		assert.equal(formFields(page.html, path).fields.invitation, invitation);
		// a mistake costs nothing
		assert.equal((await tryIt(browser, { invitation, username: "ada", password })).status, 400);
		assert.equal((await tryIt(browser, { invitation, username: "zoe", password: "short" })).status, 400);
		assert.equal((await tryIt(browser, { invitation: ` ${invitation} `, username: "zoe", password })).status, 303);
		assert.equal(acting((await browser.get("/")).html), "zoe");
		const again = await tryIt(new Browser(server), { invitation, username: "una", password });
		assert.equal(again.status, 400);
		assert.match(again.html, /This invitation is not valid, or it has been used\./);
	});

	it("without an invitation tells nothing of names [ASVS 6.3.8]", async () => {
		const registration = (await server.cliJson(["ticket", "add", "registration"])).ticket;
		for (const invitation of ["", "dct_nonsense", registration, `dct_${"0".repeat(43)}`])
			for (const username of ["ada", "nobody"]) {
				const made = await tryIt(new Browser(server), { invitation, username, password });
				assert.equal(made.status, 400);
				assert.match(made.html, /id="invitation-error"/);
				assert.doesNotMatch(made.html, /taken/);
			}
	});

	it("expires", async () => {
		const invitation = await invite();
		server.clock.advance(366 * 86400);
		assert.equal((await tryIt(new Browser(server), { invitation, username: "late", password })).status, 400);
	});

	it("for one makes one account, however many try at once", async () => {
		const invitation = await invite();
		const all = await Promise.all([1, 2, 3, 4, 5].map((i) => tryIt(new Browser(server), { invitation, username: `rival${i}`, password })));
		assert.deepEqual(all.map((made) => made.status).sort(), [303, 400, 400, 400, 400]);
	});
});
