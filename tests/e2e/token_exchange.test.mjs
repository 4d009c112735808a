// SPDX-License-Identifier: Apache-2.0
//
// Token exchange (RFC 8693): who may exchange whose token for what, and that nothing ever gets longer or wider.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Browser } from "./support/browser.mjs";
import { assertError } from "./support/device.mjs";
import { password, startServer } from "./support/server.mjs";
import { deviceTokens, introspected, jwtPart, ok, postAs, tokenOf } from "./support/clients.mjs";

const grant_type = "urn:ietf:params:oauth:grant-type:token-exchange";
const access = "urn:ietf:params:oauth:token-type:access_token";
const jwt = "urn:ietf:params:oauth:token-type:jwt";
const front = "https://front.example/";
const back = "https://back.example/";

describe("token exchange", () => {
	let server, shop, rs, stranger, person, tokens, issued;

	before(async () => {
		server = await startServer({ moved: true, flags: { cap_exempt: "127.0.0.0/8" } });
		await server.addUser("ada");
		for (const scope of ["photos", "films"]) await server.cliJson(["scope", "add", scope, "--description", `See your ${scope}`]);
		const grants = ["device-code", "client-credentials", "token-exchange"];
		shop = await server.addClient({ name: "Shop", type: "confidential", grants });
		rs = await server.addClient({ name: "Front API", type: "confidential", grants: ["token-exchange"], flags: ["--scope", "photos", "--resources", back] });
		stranger = await server.addClient({ name: "Stranger", type: "confidential", grants });
		await server.cliJson(["resource", "add", front, "--name", "Front", "--client", rs.client_id]);
		await server.cliJson(["resource", "add", back, "--name", "Back"]);
		person = new Browser(server);
		await person.signIn("ada", password);
		tokens = await deviceTokens(server, person, shop, { scope: "openid photos films offline_access" });
		issued = server.clock.now;
	});
	after(() => server.close());

	const exchange = (client, subject_token, fields = {}) => postAs(server, client, "/o/token/", { grant_type, subject_token, subject_token_type: access, ...fields });
	const exchanged = (...words) => ok(exchange(...words));

	it("gives a token of the same person, and no refresh token [RFC8693#2.2.1]", async () => {
		const answer = await exchanged(shop, tokens.access_token);
		assert.deepEqual(Object.keys(answer).sort(), ["access_token", "expires_in", "issued_token_type", "scope", "token_type"]);
		assert.equal(answer.issued_token_type, access);
		assert.equal(answer.scope, "openid photos films", "without offline_access, of which nothing could come");
		const about = await introspected(server, shop, answer.access_token);
		assert.equal(about.username, "ada");
		assert.equal(about.sub, (await introspected(server, shop, tokens.access_token)).sub);
	});

	it("of a part of the scope, and never of more [RFC8693#2.1]", async () => {
		assert.equal((await exchanged(shop, tokens.access_token, { scope: "photos" })).scope, "photos");
		assertError(await exchange(shop, tokens.access_token, { scope: "photos email" }), 400, "invalid_scope");
		const narrow = await exchanged(shop, tokens.access_token, { scope: "photos" });
		assertError(await exchange(shop, narrow.access_token, { scope: "films" }), 400, "invalid_scope");
	});

	it("for a resource, named as resource or as audience [RFC8693#2.1] [RFC8707#2]", async () => {
		for (const name of ["resource", "audience"]) {
			const answer = await exchanged(shop, tokens.access_token, { [name]: back, scope: "photos" });
			assert.equal((await introspected(server, shop, answer.access_token)).aud, back, name);
			// RFC8693#2.2.2
			assertError(await exchange(shop, tokens.access_token, { [name]: "https://nowhere.example/" }), 400, "invalid_target");
		}
		const both = await exchanged(shop, tokens.access_token, { resource: front, audience: back });
		assert.deepEqual((await introspected(server, shop, both.access_token)).aud, [front, back]);
	});

	it("in the form that is asked for [RFC8693#2.1]", async () => {
		const answer = await exchanged(shop, tokens.access_token, { requested_token_type: jwt, resource: back, scope: "photos" });
		assert.equal(answer.issued_token_type, jwt);
		assert.equal(jwtPart(answer.access_token, 0).typ, "at+jwt");
		assert.equal(jwtPart(answer.access_token, 1).aud, back);
		assert.match((await exchanged(shop, tokens.access_token, { requested_token_type: access })).access_token, /^dca_/);
		// and a JWT is taken, under both names
		for (const subject_token_type of [jwt, access]) assert.equal((await exchanged(shop, answer.access_token, { subject_token_type })).scope, "photos");
	});

	it("by a resource server for the next one, as far as it may itself [RFC8693#1.1]", async () => {
		const given = await exchanged(shop, tokens.access_token, { resource: front });
		const answer = await exchanged(rs, given.access_token, { resource: back });
		assert.equal(answer.scope, "photos", "it may have nothing else");
		const about = await introspected(server, rs, answer.access_token);
		assert.deepEqual([about.client_id, about.aud, about.username], [rs.client_id, back, "ada"]);
		assertError(await exchange(rs, given.access_token, { resource: back, scope: "films" }), 400, "invalid_scope");
		assertError(await exchange(rs, given.access_token, { resource: front }), 400, "invalid_target");
	});

	it("a token that is not the asker's business is as good as none, and the words are the same [RFC8693#2.2.2]", async () => {
		const given = await exchanged(shop, tokens.access_token, { resource: back });
		const words = new Set();
		for (const [client, token] of [[stranger, tokens.access_token], [rs, tokens.access_token], [rs, given.access_token], [shop, "x"], [shop, tokens.refresh_token], [shop, tokens.id_token]]) {
			const answer = await exchange(client, token);
			assertError(answer, 400, "invalid_request");
			words.add(answer.text);
		}
		assert.equal(words.size, 1, [...words].join("\n"));
	});

	it("what is missing, or not known, is named [RFC8693#2.1]", async () => {
		const token = tokens.access_token;
		for (const [fields, words] of [
			[{ subject_token: "" }, /subject_token parameter/],
			[{ subject_token_type: "" }, /subject_token_type parameter/],
			[{ subject_token_type: "urn:ietf:params:oauth:token-type:refresh_token" }, /subject_token_type is not taken/],
			[{ subject_token_type: "access_token" }, /subject_token_type is not taken/],
			[{ subject_token_type: jwt }, /not of its subject_token_type/],
			[{ requested_token_type: "urn:ietf:params:oauth:token-type:id_token" }, /not issued/],
			[{ actor_token: token, actor_token_type: access }, /Actor tokens/],
			[{ actor_token_type: access }, /Actor tokens/],
		]) {
			const answer = await exchange(shop, token, fields);
			assertError(answer, 400, "invalid_request");
			assert.match(answer.json.error_description, words);
		}
	});

	it("only clients that were registered for it, and prove who they are", async () => {
		const tv = await server.addClient();
		assertError(await exchange(tv, tokens.access_token), 400, "unauthorized_client");
		await assert.rejects(() => server.addClient({ grants: ["token-exchange"] }), /confidential clients/);
	});

	it("a token of a client itself stays one", async () => {
		const own = await tokenOf(server, shop, { scope: "photos films" });
		const about = await introspected(server, shop, (await exchanged(shop, own.access_token, { scope: "films" })).access_token);
		assert.equal(about.sub, `client:${shop.client_id}`);
		assert.ok(!("username" in about));
	});

	it("never outlives the token that was exchanged", async () => {
		server.clock.advance((issued - server.clock.now) / 1000 + 35000);
		const late = await exchanged(shop, tokens.access_token);
		assert.ok(late.expires_in <= 1000 && late.expires_in > 900, `${late.expires_in}`);
		const later = await exchanged(shop, late.access_token);
		assert.ok(later.expires_in <= late.expires_in);
		server.clock.advance(1001);
		for (const token of [tokens.access_token, late.access_token, later.access_token]) assertError(await exchange(shop, token), 400, "invalid_request");
	});

	it("ends with what it was made of, along the whole chain", async () => {
		await person.signIn("ada", password);
		const first = await deviceTokens(server, person, shop, { scope: "openid photos" });
		const second = await exchanged(shop, first.access_token, { resource: front });
		const third = await exchanged(rs, second.access_token, { resource: back });
		assert.equal((await introspected(server, rs, third.access_token)).active, true);
		await postAs(server, shop, "/o/revoke_token/", { token: first.refresh_token });
		for (const [client, token] of [[shop, second.access_token], [rs, third.access_token]]) assert.deepEqual(await introspected(server, client, token), { active: false });
	});

	it("and with every token of the chain that is revoked, wherever it is shown", async () => {
		const first = await deviceTokens(server, person, shop, { scope: "openid photos" });
		const second = await exchanged(shop, first.access_token, { scope: "openid photos" });
		const third = await exchanged(shop, second.access_token);
		const fourth = await exchanged(shop, third.access_token, { requested_token_type: jwt });
		const info = (token) => fetch(`${server.origin}/o/userinfo/`, { headers: { authorization: `Bearer ${token}`, connection: "close" } });
		assert.equal((await info(fourth.access_token)).status, 200);
		await postAs(server, shop, "/o/revoke_token/", { token: second.access_token });
		for (const { access_token: token } of [second, third, fourth]) {
			assert.deepEqual(await introspected(server, shop, token), { active: false });
			assert.equal((await info(token)).status, 401);
			assertError(await exchange(shop, token), 400, "invalid_request");
		}
		assert.equal((await introspected(server, shop, first.access_token)).active, true, "what is above goes on");
	});

	it("of eight links at most", async () => {
		let { access_token: token } = await deviceTokens(server, person, shop, { scope: "openid photos" });
		for (let link = 1; link < 8; link++) token = (await exchanged(shop, token)).access_token;
		assert.equal((await introspected(server, shop, token)).active, true);
		assertError(await exchange(shop, token), 400, "invalid_request");
	});

	it("the person's list shows what was approved, not what was made of it", async () => {
		const page = await person.get("/o/authorized_tokens/");
		assert.ok(!page.html.includes("Front API"), "nobody has approved that");
		const rows = await server.cliJson(["token", "list", "--user", "ada", "--all"]);
		assert.ok(rows.some((row) => row.grant_type === grant_type), "the operator sees all of it");
	});
});
