// SPDX-License-Identifier: Apache-2.0
//
// Clients whose client_id is the https URL of a document about them (draft-ietf-oauth-client-id-metadata-document): fetched when they
// are needed, kept for a while, and believed no further than they may be.
import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { after, before, beforeEach, describe, it } from "node:test";

import { ClientKey } from "./support/assertions.mjs";
import { Browser } from "./support/browser.mjs";
import { assertError, deviceGrant, newGrant, poll, post } from "./support/device.mjs";
import { Server, password } from "./support/server.mjs";
import { Authority } from "./support/tls.mjs";
import { until } from "./support/until.mjs";
import { authorizePath, visit } from "./support/web_app.mjs";

const callback = "https://app.example/callback";

/** A host of documents: {path: {status, type, cache, body}}. */
class Host {
	async start(authority) {
		this.documents = new Map();
		this.asked = new Map();
		this.server = createServer({ key: readFileSync(authority.file("web.key")), cert: readFileSync(authority.file("web.pem")) }, (request, response) => this.answer(request, response));
		this.server.listen(0, "127.0.0.1");
		await once(this.server, "listening");
		this.base = `https://localhost:${this.server.address().port}`;
		return this;
	}

	answer(request, response) {
		this.asked.set(request.url, this.count(request.url) + 1);
		const { status = 200, type = "application/json", cache, body, location } = this.documents.get(request.url) ?? { status: 404, body: "{}" };
		response.statusCode = status;
		response.setHeader("content-type", type);
		if (cache) response.setHeader("cache-control", cache);
		if (location) response.setHeader("location", location);
		response.end(typeof body === "string" ? body : JSON.stringify(body));
	}

	count(path) {
		return this.asked.get(path) ?? 0;
	}

	/** Publishes a client at `path`: {client_id}. */
	publish(path, members = {}, answer = {}) {
		const client_id = this.base + path;
		this.documents.set(path, { body: { client_id, client_name: "Photo album", redirect_uris: [callback], token_endpoint_auth_method: "none", ...members }, ...answer });
		return { client_id, callback };
	}

	close() {
		this.server.closeAllConnections();
		this.server.close();
	}
}

async function hangUp(server, outcome) {
	const before = server.lines.length;
	server.child.kill("SIGHUP");
	await until(() => server.lines.slice(before).some((line) => outcome.test(line)), String(outcome));
}

describe("client metadata documents", () => {
	let authority, host, server, person;

	before(async () => {
		authority = new Authority();
		await authority.selfSigned("ca");
		await authority.signed("web");
		host = await new Host().start(authority);
		const flags = { client_metadata_documents: "yes", fetch_allow: ["127.0.0.0/8", "::1"], fetch_ca: authority.file("ca.pem"), cap_exempt: "127.0.0.0/8", session_idle: "89d", session_absolute: "90d" };
		server = new Server({ moved: true, flags });
		await server.start();
		await server.addUser("ada");
		person = new Browser(server);
		await person.signIn("ada", password);
	});
	after(async () => {
		await server.close();
		host.close();
		authority.remove();
	});
	// so many new ones a minute from one address
	beforeEach(() => server.clock.advance(61));

	const ask = (client, fields = {}) => post(server, "/o/device-authorization/", { client_id: client.client_id, ...fields });
	const authorize = (client) => person.request(authorizePath(client));

	it("the code grant, whole: the document is read, and the person is told whose it is", async () => {
		const client = host.publish("/album/client.json", { client_uri: "https://album.example/" });
		const page = await authorize(client);
		const html = await page.text();
		assert.equal(page.status, 200, html);
		assert.match(html, /Photo album/);
		assert.match(html, /was not reviewed/);
		assert.ok(html.includes(new URL(host.base).host), "its host is shown");
		const { claims } = await visit(server, person, client);
		assert.equal(claims.aud, client.client_id);
		assert.equal(host.count("/album/client.json"), 1, "asked for once");
		const row = await server.cliJson(["app", "show", client.client_id]);
		assert.deepEqual([row.reviewed, row.owner, row.client_type, row.settings.source], [false, null, "public", "metadata_document"]);
	});

	it("the device grant, where the document asks for it", async () => {
		const client = host.publish("/tv", { grant_types: [deviceGrant] });
		const grant = await newGrant(server, client);
		const confirm = await person.enterCode(grant.user_code);
		assert.ok(confirm.html.includes(new URL(host.base).host));
		await person.decide(grant.user_code);
		assert.equal((await poll(server, client, grant.device_code)).status, 200);
		const web = host.publish("/web");
		assertError(await ask(web), 400, "unauthorized_client");
	});

	it("a key in the document is its proof", async () => {
		const key = await ClientKey.make();
		const client = host.publish("/service", { token_endpoint_auth_method: "private_key_jwt", jwks: key.set, grant_types: [deviceGrant] });
		const proved = await post(server, "/o/device-authorization/", await key.parameters(server, client));
		assert.equal(proved.status, 200, proved.text);
		assertError(await ask(client), 401, "invalid_client");
		const other = await ClientKey.make();
		assertError(await post(server, "/o/device-authorization/", await other.parameters(server, client)), 401, "invalid_client");
	});

	it("is kept as long as it says, five minutes at least and a day at most", async () => {
		for (const [path, cache, kept] of [
			["/c1", undefined, 3600],
			["/c2", "max-age=7200", 7200],
			["/c3", "max-age=1", 300],
			["/c4", "no-store", 300],
			["/c5", "max-age=31536000", 86400],
		]) {
			const client = host.publish(path, { grant_types: [deviceGrant] }, { cache });
			await server.clock.still(async () => {
				await ask(client);
				server.clock.advance(kept - 10);
				await ask(client);
				assert.equal(host.count(path), 1, `${cache} before`);
				server.clock.advance(20);
				assert.equal((await ask(client)).status, 200);
				assert.equal(host.count(path), 2, `${cache} after`);
			});
		}
	});

	it("what has changed counts when it is read again, and asks for a new review", async () => {
		const client = host.publish("/changing", { grant_types: [deviceGrant] });
		await ask(client);
		await server.cliJson(["app", "set", client.client_id, "--reviewed", "yes"]);
		server.clock.advance(3601);
		await ask(client);
		const row = () => server.cliJson(["app", "show", client.client_id]);
		assert.equal((await row()).reviewed, true, "the same as before");
		host.publish("/changing", { grant_types: [deviceGrant], client_name: "Bank" });
		server.clock.advance(3601);
		await ask(client);
		assert.deepEqual([(await row()).name, (await row()).reviewed], ["Bank", false]);
		host.publish("/changing");
		server.clock.advance(3601);
		assertError(await ask(client), 400, "unauthorized_client");
	});

	it("what an administrator has said of it stays, but for what was trust in what it was [RFC7591#5]", async () => {
		assert.equal((await server.cli(["resource", "add", "https://api.example/", "--name", "API"])).code, 0);
		const client = host.publish("/narrow", { grant_types: [deviceGrant] });
		await ask(client);
		await server.cliJson(["app", "set", client.client_id, "--reviewed", "yes", "--resources", "https://api.example/", "--skip-authorization", "yes"]);
		const said = async () => {
			const { reviewed, settings } = await server.cliJson(["app", "show", client.client_id]);
			return [reviewed, settings.resources, settings.skip_authorization];
		};
		server.clock.advance(3601);
		await ask(client);
		assert.deepEqual(await said(), [true, "https://api.example/", "true"], "the same as before");
		host.publish("/narrow", { grant_types: [deviceGrant], client_name: "Bank" });
		server.clock.advance(3601);
		await ask(client);
		assert.deepEqual(await said(), [false, "https://api.example/", undefined]);
	});

	it("it does not learn by what it was given what people are called elsewhere [OIDC#8.1, OIDC#12.2]", async () => {
		const client = host.publish("/moving", { subject_type: "pairwise" });
		assert.equal((await authorize(client)).status, 200);
		const shop = { redirect_uris: ["https://shop.example/cb"], subject_type: "pairwise" };
		host.publish("/moving", shop);
		server.clock.advance(3601);
		assert.equal((await authorize({ ...client, callback: shop.redirect_uris[0] })).status, 400);
		assert.ok(server.lines.some((line) => line.includes("pairwise subjects would be others")));
	});

	const unusable = (name, path, prepare) =>
		it(`${name}: the client is not known`, async () => {
			const client = host.publish(path, { grant_types: [deviceGrant] });
			prepare(host.documents.get(path));
			assertError(await ask(client), 401, "invalid_client");
			const page = await authorize(client);
			assert.equal(page.status, 400);
			assert.equal(page.headers.get("location"), null);
			assert.equal(host.count(path), 1, "a minute passes before it is asked for again");
			host.publish(path, { grant_types: [deviceGrant] });
			server.clock.advance(61);
			assert.equal((await ask(client)).status, 200);
		});
	unusable("another client_id", "/u1", (answer) => (answer.body.client_id = "https://other.example/c"));
	unusable("no client_id", "/u2", (answer) => delete answer.body.client_id);
	unusable("a secret", "/u3", (answer) => (answer.body.client_secret = "x"));
	unusable("a method with a secret", "/u4", (answer) => (answer.body.token_endpoint_auth_method = "client_secret_basic"));
	unusable("no redirect_uris", "/u5", (answer) => delete answer.body.redirect_uris);
	unusable("a bad redirect URI", "/u6", (answer) => (answer.body.redirect_uris = ["http://app.example/"]));
	unusable("no JSON", "/u7", (answer) => (answer.body = "<html>"));
	unusable("another type", "/u8", (answer) => (answer.type = "text/html"));
	unusable("too large", "/u9", (answer) => (answer.body.x = "y".repeat(17000)));
	unusable("not there", "/u10", (answer) => (answer.status = 404));
	unusable("an error", "/u11", (answer) => (answer.status = 500));
	unusable("a redirect, which is not followed", "/u12", (answer) => Object.assign(answer, { status: 302, location: "/tv" }));

	it("what is no such address is asked nothing", async () => {
		for (const client_id of [`${host.base}/a/../tv`, `${host.base}/tv?x`, `${host.base}/tv#x`, host.base, `${host.base}/`, host.base.replace("https", "http") + "/tv2", `https://u:p@${new URL(host.base).host}/tv`]) assertError(await ask({ client_id }), 401, "invalid_client");
		assert.equal(host.count("/tv2") + host.count("/") + host.count("/tv?x"), 0);
	});

	it("a place that is away stops nobody whose document is known, for a day", async () => {
		const client = host.publish("/lasting", { grant_types: [deviceGrant] });
		await ask(client);
		host.documents.get("/lasting").status = 503;
		server.clock.advance(3601);
		for (let i = 0; i < 3; i++) assert.equal((await ask(client)).status, 200);
		assert.equal(host.count("/lasting"), 2, "and it is left alone for a minute");
		server.clock.advance(86400);
		assertError(await ask(client), 401, "invalid_client");
	});

	it("one that has been taken down is no client any more, at sign-out neither [RPLOGOUT#3]", async () => {
		const bye = "https://app.example/bye";
		const client = host.publish("/gone", { grant_types: [deviceGrant], post_logout_redirect_uris: [bye] });
		const leave = async () => {
			const path = `/o/logout/?${new URLSearchParams({ client_id: client.client_id, post_logout_redirect_uri: bye })}`;
			const { status, headers } = await new Browser(server).request(path);
			return [status, headers.get("location")];
		};
		assert.deepEqual(await leave(), [400, null], "it is not asked for");
		assert.equal(host.count("/gone"), 0);
		await ask(client);
		assert.deepEqual(await leave(), [303, bye]);
		host.documents.get("/gone").status = 410;
		server.clock.advance(3601);
		assert.deepEqual(await leave(), [400, null]);
		for (let i = 0; i < 3; i++) assertError(await ask(client), 401, "invalid_client");
		host.documents.get("/gone").status = 503;
		server.clock.advance(61);
		assertError(await ask(client), 401, "invalid_client");
		assert.equal(host.count("/gone"), 3, "and it is asked for once a minute");
		host.documents.get("/gone").status = 200;
		server.clock.advance(61);
		assert.equal((await ask(client)).status, 200);
	});

	it("an administrator can shut one out", async () => {
		const client = host.publish("/bad", { grant_types: [deviceGrant] });
		await ask(client);
		await server.cliJson(["app", "set", client.client_id, "--enabled", "no"]);
		server.clock.advance(4000);
		assertError(await ask(client), 401, "invalid_client");
		assert.equal(host.count("/bad"), 1, "it is not even read");
	});

	it("twenty new ones a minute from one address [RFC7591#5]", async () => {
		const answers = [];
		await server.clock.still(async () => {
			for (let i = 0; i < 22; i++) answers.push((await ask(host.publish(`/many/${i}`, { grant_types: [deviceGrant] }))).status);
		});
		assert.deepEqual(answers, [...Array(20).fill(200), 503, 503]);
	});

	it("many at once read it, and there is one client", async () => {
		const client = host.publish("/rush", { grant_types: [deviceGrant] });
		const answers = await Promise.all(Array.from({ length: 4 }, () => ask(client)));
		assert.ok(answers.every((answer) => answer.status === 200), answers.map((answer) => answer.text).join("\n"));
		assert.equal((await server.cliJson(["app", "list"])).filter((row) => row.client_id === client.client_id).length, 1);
	});

	it("an address of ours that is not allowed is not connected to", async () => {
		const inside = new Server({ flags: { client_metadata_documents: "yes", fetch_ca: authority.file("ca.pem") } });
		await inside.start();
		try {
			const client = host.publish("/inside", { grant_types: [deviceGrant] });
			assertError(await post(inside, "/o/device-authorization/", { client_id: client.client_id }), 401, "invalid_client");
			assert.equal(host.count("/inside"), 0);
		} finally {
			await inside.close();
		}
	});

	it("authorities are read anew at SIGHUP", async () => {
		await authority.selfSigned("other");
		const file = authority.file("trusted.pem");
		copyFileSync(authority.file("other.pem"), file);
		const anew = new Server({ flags: { client_metadata_documents: "yes", fetch_allow: ["127.0.0.0/8", "::1"], fetch_ca: file } });
		await anew.start();
		try {
			const knows = (path) => post(anew, "/o/device-authorization/", { client_id: host.publish(path, { grant_types: [deviceGrant] }).client_id });
			assertError(await knows("/before"), 401, "invalid_client");
			copyFileSync(authority.file("ca.pem"), file);
			assertError(await knows("/between"), 401, "invalid_client");
			await hangUp(anew, /reloaded/);
			assert.equal((await knows("/after")).status, 200);
			rmSync(file);
			await hangUp(anew, /cannot be read/);
			assert.equal((await knows("/as-before")).status, 200);
		} finally {
			await anew.close();
		}
	});

	it("where it is switched off, such clients are unknown, also those that were known", async () => {
		const client = host.publish("/off", { grant_types: [deviceGrant] });
		await ask(client);
		await server.stop();
		server.options.flags.client_metadata_documents = "no";
		await server.start();
		assertError(await ask(client), 401, "invalid_client");
		assert.equal(host.count("/off"), 1);
	});
});
