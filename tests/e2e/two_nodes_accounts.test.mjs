// SPDX-License-Identifier: Apache-2.0
//
// Accounts, consent and sign-out on two nodes: each request of a browser reaches the other one.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Browser, formFields } from "./support/browser.mjs";
import { postgresOnly } from "./support/database.mjs";
import { startNodes } from "./support/nodes.mjs";
import { password } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { Listener, addWebApp, mayFetchHere, visit } from "./support/web_app.mjs";

const acting = (html) => /Signed in as <\/span><bdi>([^<]*)<\/bdi>/.exec(html)?.[1];

/** The nodes in turn, as a load balancer without a memory would choose them. */
class InTurn {
	constructor(nodes) {
		Object.assign(this, { nodes, turn: 0, base: nodes[0].base });
	}
	get origin() {
		return this.nodes[this.turn++ % this.nodes.length].origin;
	}
}

describe("accounts on two nodes", postgresOnly, () => {
	let all, first, server, listener;

	before(async () => {
		[all, listener] = await Promise.all([startNodes(2, { moved: true, flags: { ...mayFetchHere, sign_up: "invite", cap_exempt: "127.0.0.0/8" } }), Listener.start()]);
		[first] = all.nodes;
		server = new InTurn(all.nodes);
		for (const name of ["ada", "bob"]) await first.addUser(name);
	});
	after(async () => {
		await all.close();
		await listener.close();
	});

	const wanting = (place) =>
		addWebApp(first, { name: place, settings: { backchannel_logout_uri: `${listener.base}/${place}` }, flags: ["--post-logout-redirect-uri", "https://app.example/bye"] });
	const heardAt = (place) => listener.heard.filter((heard) => heard.url === `/${place}`);
	async function signedIn(name = "ada") {
		const browser = new Browser(server);
		await browser.signIn(name, password);
		return browser;
	}

	it("somebody is added here, chosen there, and all are signed out everywhere", async () => {
		const browser = await signedIn();
		await browser.submit("/accounts/login/?mode=add", { username: "bob", password }, { action: "/accounts/login" });
		for (let i = 0; i < 2; i++) assert.equal(acting((await browser.get("/")).html), "bob");
		const page = await browser.get("/accounts/select/");
		const user = /name="user" value="([^"]+)"><bdi>ada</.exec(page.html)[1];
		const { action, fields } = formFields(page.html, "/accounts/select/");
		await browser.postForm(action, { ...fields, user });
		for (let i = 0; i < 2; i++) assert.equal(acting((await browser.get("/")).html), "ada");
		await browser.submit("/", {}, { action: "/accounts/logout" });
		for (let i = 0; i < 2; i++) assert.equal(acting((await browser.get("/")).html), undefined);
	});

	it("an invitation for one makes one account, though both are asked at once", async () => {
		const { ticket } = await first.cliJson(["ticket", "add", "sign-up"]);
		const rivals = await Promise.all(
			Array.from({ length: 6 }, async (_, i) => {
				const browser = new Browser(all.nodes[i % 2]);
				const { action, fields } = formFields((await browser.get("/accounts/sign-up/")).html, "/accounts/sign-up/");
				return (await browser.postForm(action, { ...fields, username: `rival${i}`, password, invitation: ticket })).status;
			}),
		);
		assert.deepEqual(rivals.sort(), [303, 400, 400, 400, 400, 400]);
	});

	it("what was allowed through one is used through the other, and a logout that was posted to one is answered by the other", async () => {
		const app = await wanting("posted");
		const browser = await signedIn();
		const { tokens } = await visit(server, browser, app);
		const fields = { id_token_hint: tokens.id_token, post_logout_redirect_uri: "https://app.example/bye" };
		const { headers } = await new Browser(server).postForm("/o/logout/", fields, { "sec-fetch-site": "cross-site" });
		const location = headers.get("location");
		assert.equal((await browser.request(location)).headers.get("location"), "https://app.example/bye");
		assert.equal((await browser.request(location)).status, 400, "it was for one logout, whoever is asked");
		await until(() => heardAt("posted").length === 1, "the logout token");
	});

	it("each logout token is sent once, by whichever node", async () => {
		const places = Array.from({ length: 8 }, (_, i) => `once${i}`);
		for (const place of places) {
			const browser = await signedIn();
			await visit(server, browser, await wanting(place));
			await browser.submit("/", {}, { action: "/accounts/logout" });
		}
		await until(() => places.every((place) => heardAt(place).length > 0), "all logout tokens");
		await until(async () => (await all.sql("SELECT count(*) FROM job")).trim() === "0", "the end of all jobs");
		for (const place of places) assert.equal(heardAt(place).length, 1, place);
	});

	it("what a node that died had left is delivered by the other", async () => {
		const [, second] = all.nodes;
		let open = false;
		listener.behave = (heard) => (heard.url === "/left" && !open ? 503 : 200);
		const browser = new Browser(second);
		await browser.signIn("ada", password);
		await visit(second, browser, await wanting("left"));
		await browser.submit("/", {}, { action: "/accounts/logout" });
		await until(() => heardAt("left").length > 0, "the first try");
		await second.kill();
		const tries = heardAt("left").length;
		open = true;
		// Where it died before it wrote the first try down, its claim has to run out. Another sign-out makes the other node look.
		first.clock.advance(31);
		const bell = new Browser(first);
		await bell.signIn("ada", password);
		await visit(first, bell, await wanting("bell"));
		await bell.submit("/", {}, { action: "/accounts/logout" });
		await until(() => heardAt("left").length > tries, "the next try");
		second.clock.advance(31);
		await second.start();
	});
});
