// SPDX-License-Identifier: Apache-2.0
//
// ID tokens of the device grant and of the refresh grant, verified with an independent library: OIDC#2, OIDC#3.1.3.6, OIDC#12.2.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import * as jose from "jose";

import { Browser } from "./support/browser.mjs";
import { newGrant, poll, refresh } from "./support/device.mjs";
import { password, startServer } from "./support/server.mjs";
import { halfHash, tokensFor, verified } from "./support/tokens.mjs";

describe("ID tokens", () => {
	let server, tv, vault, person;

	before(async () => {
		server = await startServer({ moved: true, flags: { cap_exempt: "127.0.0.0/8", session_idle: "89d", session_absolute: "90d" } });
		await server.addUser("ada");
		await server.addUser("bob");
		tv = await server.addClient();
		vault = await server.addClient({ name: "Vault", type: "confidential" });
		person = new Browser(server);
		await person.signIn("ada", password);
	});
	after(() => server.close());

	const tokens = (client, fields, options) => tokensFor(server, person, client, fields, options);

	it("say who has approved, to whom, and when [OIDC#2]", async () => {
		const before = Math.floor(Date.now() / 1000) - 1;
		const answer = await tokens(tv, { scope: "openid profile" });
		const { payload, protectedHeader } = await verified(server, answer.id_token, { audience: tv.client_id, typ: "JWT" });
		const { iss, sub, aud, exp, iat, jti, auth_time, amr, azp, sid, at_hash, ...more } = payload;
		assert.equal(protectedHeader.alg, "RS256"); // OIDC#15.1: of a client that chose none
		assert.equal(iss, `${server.base}/o`);
		assert.match(sub, /^[0-9A-Za-z]{22}$/);
		assert.equal(sub, (await server.cliJson(["user", "show", "ada"])).id);
		assert.deepEqual([aud, azp], [tv.client_id, tv.client_id]);
		assert.equal(exp - iat, 3600);
		assert.ok(iat >= before && auth_time >= before - 60 && auth_time <= iat);
		assert.deepEqual(amr, ["pwd"]);
		assert.match(sid, /^[0-9A-Za-z]{22}$/);
		assert.match(jti, /^[0-9A-Za-z]{22}$/);
		assert.equal(at_hash, halfHash(answer.access_token)); // OIDC#3.1.3.6
		assert.deepEqual(more, {}, "no nonce, as none was sent; claims of scopes are UserInfo's (OIDC#5.4)");
	});

	it("come with openid alone [OIDC#3.1.2.1]", async () => {
		assert.equal((await tokens(tv, { scope: "profile email" })).id_token, undefined);
	});

	it("are signed as the client chose, each algorithm with a key of its own [RFC8725#3.5]", async () => {
		const kids = new Set();
		for (const alg of ["RS256", "ES256", "PS256"]) {
			const client = await server.addClient({ name: alg, flags: ["--algorithm", alg] });
			const { id_token } = await tokens(client);
			const { protectedHeader } = await verified(server, id_token, { audience: client.client_id, algorithms: [alg] });
			kids.add(protectedHeader.kid);
		}
		assert.equal(kids.size, 3);
	});

	it("of a refresh say the same of the person, and nothing of a nonce [OIDC#12.2]", async () => {
		const first = await tokens(tv, { scope: "openid email" });
		server.clock.advance(120);
		const second = (await refresh(server, tv, first.refresh_token)).json;
		const [one, two] = await Promise.all([first, second].map(async ({ id_token }) => (await verified(server, id_token, { audience: tv.client_id })).payload));
		for (const name of ["iss", "sub", "aud", "auth_time", "azp", "sid"]) assert.deepEqual(two[name], one[name], name);
		assert.ok(two.iat >= one.iat + 120);
		assert.notEqual(two.jti, one.jti);
		assert.equal(two.at_hash, halfHash(second.access_token));
		assert.equal(two.nonce, undefined);
		const narrow = (await refresh(server, tv, second.refresh_token, { scope: "email" })).json;
		assert.deepEqual([narrow.scope, narrow.id_token], ["email", undefined]);
	});

	it("of a lost answer are the same, byte by byte", async () => {
		const grant = await newGrant(server, vault);
		await person.decide(grant.user_code);
		const [first, second] = [await poll(server, vault, grant.device_code), await poll(server, vault, grant.device_code)];
		assert.ok(first.json.id_token);
		assert.equal(second.text, first.text);
	});

	it("have a key in the JWKS for as long as they last", async () => {
		await server.clock.still(async () => {
			const { id_token } = await tokens(tv);
			server.clock.advance(3590);
			await verified(server, id_token, { audience: tv.client_id });
			server.clock.advance(20);
			await assert.rejects(verified(server, id_token, { audience: tv.client_id }), { code: "ERR_JWT_EXPIRED" });
		});
	});

	describe("pairwise [OIDC#8.1]", () => {
		const pairwise = (name, redirect, ...more) =>
			server.addClient({
				name,
				grants: ["device-code", ...(redirect.length > 0 ? ["authorization-code"] : [])],
				flags: ["--subject-type", "pairwise", ...redirect.flatMap((uri) => ["--redirect-uri", uri]), ...more],
			});
		const subject = async (client, who = person) => {
			const { id_token } = await tokensFor(server, who, client);
			return (await verified(server, id_token, { audience: client.client_id })).payload.sub;
		};

		it("subjects differ from sector to sector, and from person to person, and stay", async () => {
			const [one, two, other] = [
				await pairwise("One", ["https://shop.example/cb", "https://shop.example:8443/cb2"]),
				await pairwise("Two", ["https://shop.example/two"]),
				await pairwise("Other", ["https://shop.example.org/cb"]),
			];
			const sub = await subject(one);
			assert.match(sub, /^[0-9A-Za-z]{22}$/);
			assert.notEqual(sub, await subject(tv));
			assert.equal(await subject(one), sub);
			assert.equal(await subject(two), sub, "one host, one sector");
			assert.notEqual(await subject(other), sub);
			const bob = new Browser(server);
			await bob.signIn("bob", password);
			assert.notEqual(await subject(one, bob), sub);
		});

		it("a device without an address is a sector by itself", async () => {
			const [radio, clock] = [await pairwise("Radio", []), await pairwise("Clock", [])];
			assert.notEqual(await subject(radio), await subject(clock));
		});
	});

	describe("encrypted [OIDC#10.2]", () => {
		for (const [alg, enc, keyAlg] of [
			["RSA-OAEP-256", "A256GCM", "RSA-OAEP-256"],
			["ECDH-ES", "A128GCM", "ECDH-ES"],
		]) {
			it(`with ${alg} and ${enc}, a signed token inside`, async () => {
				const pair = await jose.generateKeyPair(keyAlg, { crv: "P-256" });
				const jwk = { ...(await jose.exportJWK(pair.publicKey)), use: "enc", kid: "mine" };
				const client = await server.addClient({
					name: alg,
					flags: ["--jwks", JSON.stringify({ keys: [jwk] }), "--id-token-encrypted-response-alg", alg, "--id-token-encrypted-response-enc", enc],
				});
				const { id_token } = await tokens(client);
				const { plaintext, protectedHeader } = await jose.compactDecrypt(id_token, pair.privateKey);
				assert.deepEqual([protectedHeader.alg, protectedHeader.enc, protectedHeader.cty, protectedHeader.kid], [alg, enc, "JWT", "mine"]);
				const { payload } = await verified(server, new TextDecoder().decode(plaintext), { audience: client.client_id });
				assert.match(payload.sub, /^[0-9A-Za-z]{22}$/);
			});
		}
	});

	it("are no access tokens [RFC9068#4]", async () => {
		const { id_token } = await tokens(tv);
		const answer = await fetch(`${server.origin}/o/userinfo/`, { headers: { authorization: `Bearer ${id_token}`, connection: "close" } });
		assert.equal(answer.status, 401);
		assert.match(answer.headers.get("www-authenticate"), /error="invalid_token"/);
	});
});
