// SPDX-License-Identifier: Apache-2.0
//
// Introspection (RFC 7662, RFC 9701): who learns what of which token, and who learns nothing.
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { after, before, describe, it } from "node:test";

import { Browser } from "./support/browser.mjs";
import { assertError, basic, post, refresh } from "./support/device.mjs";
import { password, startServer } from "./support/server.mjs";
import { deviceTokens, introspect, introspected, jwtPart, ok, postAs, tokenOf } from "./support/clients.mjs";

const api = "https://api.example/";
const inactive = { active: false };

describe("introspection", () => {
	let server, tv, vault, rs, other, person, tokens;

	before(async () => {
		server = await startServer({ moved: true, flags: { cap_exempt: "127.0.0.0/8" } });
		await server.addUser("ada");
		tv = await server.addClient();
		vault = await server.addClient({ name: "Vault", type: "confidential", grants: ["device-code", "client-credentials"] });
		rs = await server.addClient({ name: "Photo API", type: "confidential", grants: ["client-credentials"] });
		other = await server.addClient({ name: "Other API", type: "confidential", grants: ["client-credentials"] });
		await server.cliJson(["scope", "add", "photos", "--description", "See your photos"]);
		await server.cliJson(["resource", "add", api, "--name", "Photos", "--client", rs.client_id]);
		await server.cliJson(["resource", "add", "https://other.example/", "--name", "Other", "--client", other.client_id]);
		person = new Browser(server);
		await person.signIn("ada", password);
		tokens = await deviceTokens(server, person, vault, { scope: "openid photos" });
	});
	after(() => server.close());

	it("tells a client of its own access token [RFC7662#2.2]", async () => {
		const answer = await introspect(server, vault, tokens.access_token);
		assert.equal(answer.status, 200);
		assert.match(answer.headers.get("content-type"), /^application\/json/);
		// RFC7662#4
		assert.match(answer.headers.get("cache-control"), /no-store/);
		const { exp, iat, sub, auth_time, ...rest } = answer.json;
		assert.deepEqual(rest, { active: true, scope: "openid photos", client_id: vault.client_id, token_type: "Bearer", aud: `${server.base}/o`, iss: `${server.base}/o`, username: "ada" });
		assert.equal(exp - iat, 36000);
		assert.ok(Number.isInteger(auth_time) && auth_time <= iat);
		assert.equal(sub, jwtPart(tokens.id_token, 1).sub, "the same name as in the ID token");
	});

	it("a hint is only a hint [RFC7662#2.1]", async () => {
		for (const token_type_hint of ["access_token", "refresh_token", "nonsense"]) assert.equal((await introspected(server, vault, tokens.access_token, { token_type_hint })).active, true);
	});

	it("tells a client of its own refresh token, and nobody else", async () => {
		const answer = await introspected(server, vault, tokens.refresh_token);
		assert.equal(answer.active, true);
		assert.equal(answer.username, "ada");
		assert.ok(!("aud" in answer) && !("token_type" in answer), "it is no token for a resource");
		assert.deepEqual(await introspected(server, rs, tokens.refresh_token), inactive);
		const next = await ok(refresh(server, vault, tokens.refresh_token));
		assert.deepEqual(await introspected(server, vault, tokens.refresh_token), inactive, "it is spent");
		assert.equal((await introspected(server, vault, next.refresh_token)).active, true);
		tokens = next;
	});

	it("tells a resource server of tokens that are for it, and of no others [RFC7662#4]", async () => {
		const token = (await tokenOf(server, vault, { resource: api, scope: "photos" })).access_token;
		const answer = await introspected(server, rs, token);
		assert.equal(answer.active, true);
		assert.equal(answer.aud, api);
		assert.equal(answer.client_id, vault.client_id);
		assert.equal(answer.sub, `client:${vault.client_id}`);
		for (const name of ["username", "auth_time"]) assert.ok(!(name in answer), name);
		assert.deepEqual(await introspected(server, other, token), inactive);
		// for this server itself, which is nobody's resource
		assert.deepEqual(await introspected(server, rs, tokens.access_token), inactive);
		const both = (await tokenOf(server, vault, { resource: [api, "https://other.example/"] })).access_token;
		for (const each of [rs, other]) assert.deepEqual((await introspected(server, each, both)).aud, [api, "https://other.example/"]);
	});

	it("JWT access tokens too, while their row is there [RFC9068#4]", async () => {
		await server.cliJson(["resource", "set", api, "--format", "jwt"]);
		server.clock.advance(6);
		const token = (await tokenOf(server, vault, { resource: api, scope: "photos" })).access_token;
		await server.cliJson(["resource", "set", api, "--format", "default"]);
		server.clock.advance(6);
		const answer = await introspected(server, rs, token);
		assert.equal(answer.active, true);
		assert.equal(answer.jti, jwtPart(token, 1).jti);
		for (const name of ["exp", "iat", "sub", "aud", "iss", "client_id", "scope"]) assert.deepEqual(answer[name], jwtPart(token, 1)[name], name);
		const [header, claims, signature] = token.split(".");
		const forged = Buffer.from(JSON.stringify({ ...jwtPart(token, 1), scope: "photos openid" })).toString("base64url");
		for (const bad of [`${header}.${forged}.${signature}`, `${header}.${claims}.`, `${header}.${claims}.${signature}x`]) assert.deepEqual(await introspected(server, rs, bad), inactive);
		// RFC7009#2.1: a JWT can be revoked as well
		assert.equal((await postAs(server, vault, "/o/revoke_token/", { token })).status, 200);
		assert.deepEqual(await introspected(server, rs, token), inactive);
	});

	it("whatever is the matter with a token, the answer is the same [RFC7662#2.2]", async () => {
		const revoked = await tokenOf(server, vault, { resource: api });
		await postAs(server, vault, "/o/revoke_token/", { token: revoked.access_token });
		const late = await tokenOf(server, vault, { resource: api });
		const code = tokens.access_token.replace("dca_", "dcd_");
		server.clock.advance(36001);
		const seen = new Set();
		for (const token of [revoked.access_token, late.access_token, code, "x", "a.b.c", "dca_", "dcr_x", tokens.id_token ?? "..", "é", "x".repeat(5000)]) {
			const answer = await introspect(server, vault, token);
			assert.equal(answer.status, 200, token);
			seen.add(answer.text);
		}
		assert.deepEqual([...seen], ['{"active":false}']);
		await person.signIn("ada", password);
		tokens = await deviceTokens(server, person, vault, { scope: "openid photos" });
	});

	it("who does not prove who it is learns nothing, also of a token of its own [RFC7662#2.1]", async () => {
		const own = await deviceTokens(server, person, tv);
		const { access_token: token } = own;
		assertError(await introspect(server, tv, token), 401, "invalid_client");
		assertError(await post(server, "/o/introspect/", { token, client_id: vault.client_id }), 401, "invalid_client");
		assertError(await post(server, "/o/introspect/", { token }, basic(vault.client_id, "wrong")), 401, "invalid_client");
		assertError(await post(server, "/o/introspect/", { token }), 400, "invalid_request");
		assertError(await introspect(server, vault, ""), 400, "invalid_request");
		assertError(await postAs(server, vault, "/o/introspect/", { token: ["a", "b"] }), 400, "invalid_request");
		assert.equal((await fetch(`${server.base}/o/introspect/?token=${token}`)).status, 405);
	});

	it("a client may ask by a token of its own that has the scope introspection [RFC7662#2.1]", async () => {
		await server.cliJson(["scope", "add", "introspection", "--description", "Look at tokens"]);
		server.clock.advance(6);
		const subject = (await tokenOf(server, vault, { resource: api, scope: "photos" })).access_token;
		const own = await tokenOf(server, rs, { scope: "introspection" });
		const by = (token, form = { token: subject }) => post(server, "/o/introspect/", form, { authorization: `Bearer ${token}` });
		assert.equal((await ok(by(own.access_token))).client_id, vault.client_id);
		const another = await tokenOf(server, other, { scope: "introspection" });
		assert.deepEqual(await ok(by(another.access_token)), inactive, "it is no more than its client");
		assertError(await by(own.access_token, {}), 400, "invalid_request");
		const persons = await deviceTokens(server, person, vault, { scope: "openid introspection" });
		const bound = await tokenOf(server, rs, { scope: "introspection", resource: api });
		const plain = await tokenOf(server, rs, { scope: "photos" });
		for (const token of [persons.access_token, bound.access_token, plain.access_token, own.access_token.slice(0, -1), ""]) {
			const answer = await by(token);
			assert.equal(answer.status, 401);
			assert.match(answer.headers.get("www-authenticate"), /^Bearer realm="doorcode"/);
		}
		await postAs(server, rs, "/o/revoke_token/", { token: own.access_token });
		assert.equal((await by(own.access_token)).status, 401);
	});

	it("a person or a client that is disabled ends it at once", async () => {
		assert.equal((await introspected(server, vault, tokens.access_token)).active, true);
		await server.cliJson(["user", "disable", "ada"]);
		for (const token of [tokens.access_token, tokens.refresh_token]) assert.deepEqual(await introspected(server, vault, token), inactive);
		await server.cliJson(["user", "enable", "ada"]);
	});

	describe("signed answers [RFC9701#5]", () => {
		const media = "application/token-introspection+jwt";
		let keys;
		before(async () => (keys = (await (await fetch(`${server.base}/o/.well-known/jwks.json`)).json()).keys));

		const checked = (jwt, alg) => {
			const header = jwtPart(jwt, 0);
			assert.equal(header.typ, "token-introspection+jwt");
			assert.equal(header.alg, alg);
			const jwk = keys.find((key) => key.kid === header.kid);
			const [head, body, signature] = jwt.split(".");
			const key = createPublicKey({ key: jwk, format: "jwk" });
			assert.ok(verify("sha256", Buffer.from(`${head}.${body}`), alg.startsWith("E") ? { key, dsaEncoding: "ieee-p1363" } : key, Buffer.from(signature, "base64url")));
			return jwtPart(jwt, 1);
		};

		it("by Accept, for who asks [RFC9701#4]", async () => {
			const token = (await tokenOf(server, vault, { resource: api })).access_token;
			const answer = await introspect(server, rs, token, {}, { accept: `${media}, application/json;q=0.5` });
			assert.equal(answer.status, 200, answer.text);
			assert.equal(answer.headers.get("content-type"), media);
			assert.match(answer.headers.get("cache-control"), /no-store/);
			const { iss, aud, iat, token_introspection, ...rest } = checked(answer.text, "RS256");
			assert.deepEqual(rest, {}, "no sub and no exp: it is no access token");
			assert.equal(iss, `${server.base}/o`);
			assert.equal(aud, rs.client_id);
			assert.ok(Number.isInteger(iat));
			assert.deepEqual(token_introspection, await introspected(server, rs, token));
			for (const accept of [media, `application/json, ${media}`, `*/*;q=0.1, ${media.toUpperCase()}; q=0.2`, `application/json;q=0, ${media};q=0.001`]) {
				const none = await introspect(server, rs, "x", {}, { accept });
				assert.deepEqual(checked(none.text, "RS256").token_introspection, inactive, accept);
			}
		});

		it("by registration, with the algorithm that is registered [RFC9701#6]", async () => {
			await server.cliJson(["app", "set", other.client_id, "--introspection-signed-response-alg", "ES256"]);
			server.clock.advance(6);
			const answer = await introspect(server, other, "x");
			assert.equal(answer.headers.get("content-type"), media);
			checked(answer.text, "ES256");
		});

		it("plain JSON for everybody else", async () => {
			const unwanted = [`${media};q=0`, `application/json, ${media};q=0.000`, `${media};q=0.4, application/json;q=0.5`, `${media};q=0, */*`]; // RFC9110#12.5.1
			for (const accept of ["*/*", "application/*", "application/json", "application/jwt", ...unwanted]) assert.equal((await introspect(server, rs, "x", {}, { accept })).text, '{"active":false}');
		});
	});
});
