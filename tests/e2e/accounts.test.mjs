// SPDX-License-Identifier: Apache-2.0
//
// Several people in one browser: adding one, choosing who acts, showing once more who one is, signing out.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Browser, formFields } from "./support/browser.mjs";
import { password, startServer } from "./support/server.mjs";

const session = "doorcode_session";
const acting = (html) => /Signed in as <\/span><bdi>([^<]*)<\/bdi>/.exec(html)?.[1];
const names = (html) => [...html.matchAll(/name="user" value="[^"]+"><bdi>([^<]*)<\/bdi>/g)].map(([, name]) => name);

describe("several people in one browser", () => {
	let server;

	before(async () => {
		server = await startServer({ moved: true });
		for (const name of ["ada", "bob", "eve"]) await server.addUser(name);
	});
	after(() => server.close());

	const add = (browser, username, next = "/") =>
		browser.submit(`/accounts/login/?mode=add&next=${encodeURIComponent(next)}`, { username, password }, { action: "/accounts/login" });

	async function adaAndBob() {
		const browser = new Browser(server);
		await browser.signIn("ada", password);
		await add(browser, "bob");
		return browser;
	}

	/** Sends the chooser's form of this person. */
	async function choose(browser, name, next = "/") {
		const page = await browser.get(`/accounts/select/?next=${encodeURIComponent(next)}`);
		const user = new RegExp(`name="user" value="([^"]+)"><bdi>${name}<`).exec(page.html)?.[1];
		const { action, fields } = formFields(page.html, "/accounts/select/");
		return { user, response: await browser.postForm(action, { ...fields, user }) };
	}

	it("a plain sign-in page leads whoever is signed in on; in the way that adds there is a form", async () => {
		const browser = new Browser(server);
		await browser.signIn("ada", password);
		assert.equal((await browser.request("/accounts/login/?next=/o/device")).headers.get("location"), "/o/device");
		const page = await browser.get("/accounts/login/?mode=add&next=/o/device");
		assert.match(page.html, /You stay signed in as <bdi>ada<\/bdi>/);
		assert.deepEqual(
			{ ...formFields(page.html, "/accounts/login/").fields, csrf_token: "" },
			{ csrf_token: "", next: "/o/device", mode: "add", username: "", password: "" },
		);
	});

	it("who is added acts, and the other stays; the cookie has a new value", async () => {
		const browser = new Browser(server);
		await browser.signIn("ada", password);
		const old = browser.cookies.get(session);
		const page = await add(browser, "bob", "/o/authorized_tokens/");
		assert.equal(page.path, "/o/authorized_tokens/");
		assert.equal(acting(page.html), "bob");
		assert.match(page.html, /<a href="\/accounts\/select\/">Change<\/a>/);
		assert.notEqual(browser.cookies.get(session), old);
		assert.deepEqual(names((await browser.get("/accounts/select/")).html), ["bob", "ada"]);
		const ghost = new Browser(server);
		ghost.cookies.set(session, old);
		assert.equal(acting((await ghost.get("/")).html), undefined, "the old cookie is dead");
	});

	it("a wrong password while adding changes nothing, and is forgotten by nobody", async () => {
		const browser = new Browser(server);
		await browser.signIn("ada", password);
		const page = await browser.submit("/accounts/login/?mode=add&next=/o/device", { username: "bob", password: "wrong" }, { action: "/accounts/login" });
		assert.equal(page.status, 400);
		const { action, fields } = formFields(page.html, "/accounts/login/");
		assert.equal(fields.mode, "add");
		assert.equal(fields.next, "/o/device");
		assert.equal(fields.username, "bob");
		assert.equal(acting((await browser.get("/")).html), "ada");
		const right = await browser.follow(action, await browser.postForm(action, { ...fields, password }));
		assert.equal(right.path, "/o/device");
		assert.deepEqual(names((await browser.get("/accounts/select/")).html), ["bob", "ada"]);
	});

	it("a sign-in that does not add ends the sign-ins of the others", async () => {
		const browser = await adaAndBob();
		const { action, fields } = formFields((await browser.get("/accounts/login/?mode=add")).html, "/accounts/login/");
		await browser.postForm(action, { ...fields, mode: "", username: "eve", password });
		assert.deepEqual(names((await browser.get("/accounts/select/")).html), ["eve"]);
	});

	it("choosing makes somebody act, goes on to next, and to nowhere else", async () => {
		const browser = await adaAndBob();
		const { response } = await choose(browser, "ada", "/o/device");
		assert.equal(response.status, 303);
		assert.equal(response.headers.get("location"), "/o/device");
		assert.equal(acting((await browser.get("/")).html), "ada");
		const evil = await choose(browser, "bob", "https://evil.example/");
		assert.equal(evil.response.headers.get("location"), "/");
		assert.equal(acting((await browser.get("/")).html), "bob");
	});

	it("nobody becomes somebody who is not signed in in this browser", async () => {
		const [browser, other] = [await adaAndBob(), new Browser(server)];
		await other.signIn("eve", password);
		const page = await other.get("/accounts/select/");
		const { user } = await choose(browser, "ada");
		const { action, fields } = formFields(page.html, "/accounts/select/");
		const response = await other.postForm(action, { ...fields, user });
		assert.match(response.headers.get("location"), /^\/accounts\/login\/\?mode=add&next=/);
		assert.equal(acting((await other.get("/")).html), "eve");
		assert.equal((await other.postForm(action, { ...fields, user: "nonsense" })).status, 400);
	});

	it("choosing takes the form token, and a POST", async () => {
		const browser = await adaAndBob();
		const { user } = await choose(browser, "bob");
		const { fields } = formFields((await browser.get("/accounts/select/")).html, "/accounts/select/");
		const id = /name="user" value="([^"]+)"><bdi>ada</.exec((await browser.get("/accounts/select/")).html)[1];
		assert.notEqual(id, user);
		assert.equal((await browser.postForm("/accounts/select/", { user: id, next: "/" })).status, 403);
		assert.equal((await browser.postForm("/accounts/select/", { ...fields, user: id }, { "sec-fetch-site": "cross-site" })).status, 403);
		await browser.get(`/accounts/select/?user=${id}`);
		assert.equal(acting((await browser.get("/")).html), "bob");
	});

	it("without anybody signed in the chooser leads to the sign-in page", async () => {
		const response = await new Browser(server).request("/accounts/select/?next=/o/device");
		assert.equal(response.headers.get("location"), "/accounts/login/?next=%2Fo%2Fdevice");
	});

	it("showing once more who one is asks for nobody else, and leaves the others", async () => {
		const browser = await adaAndBob();
		const page = await browser.get("/accounts/login/?mode=again&next=/o/device");
		assert.match(page.html, /Is it you, <bdi>bob<\/bdi>\?/);
		const { action, fields } = formFields(page.html, "/accounts/login/");
		assert.equal(fields.username, "bob");
		const wrong = await browser.postForm(action, { ...fields, password: "wrong" });
		assert.equal(wrong.status, 400);
		assert.match(await wrong.text(), /Is it you, <bdi>bob<\/bdi>\?/);
		const response = await browser.postForm(action, { ...fields, password });
		assert.equal(response.headers.get("location"), "/o/device");
		assert.deepEqual(names((await browser.get("/accounts/select/")).html), ["bob", "ada"]);
	});

	it("signing out signs out everybody, and says so", async () => {
		const browser = await adaAndBob();
		const page = await browser.get("/");
		assert.match(page.html, />Sign out all</);
		await browser.submit("/", {}, { action: "/accounts/logout" });
		for (const name of ["ada", "bob"]) assert.doesNotMatch((await browser.get("/")).html, new RegExp(`<bdi>${name}<`));
		assert.equal((await browser.request("/accounts/select/")).status, 303);
	});

	it("a disabled account is not among them any more", async () => {
		await server.addUser("dan");
		const browser = new Browser(server);
		await browser.signIn("ada", password);
		await add(browser, "dan");
		await server.cli(["user", "disable", "dan"]);
		assert.equal(acting((await browser.get("/")).html), "ada");
		assert.deepEqual(names((await browser.get("/accounts/select/")).html), ["ada"]);
	});

	it("each sign-in grows old by itself [ASVS 7.3.2]", async () => {
		const browser = new Browser(server);
		await browser.signIn("ada", password);
		for (let i = 0; i < 14; i++) {
			server.clock.advance(3300);
			if (i === 6) await add(browser, "bob");
			else await browser.get("/");
		}
		const page = await browser.get("/accounts/select/");
		assert.deepEqual(names(page.html), ["bob"]);
		assert.equal(acting((await browser.get("/")).html), "bob");
	});
});
