// SPDX-License-Identifier: Apache-2.0
//
// What a client has registered about its tokens holds wherever a token is given, and not only at the first place: pairwise names,
// encrypted ID tokens, signed UserInfo, the age of a sign-in.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import * as jose from "jose";

import { allow, arrival, begin, callback, consentPage, redeem } from "./support/authorize.mjs";
import { Browser } from "./support/browser.mjs";
import { jwtPart } from "./support/clients.mjs";
import { assertError, deviceGrant, freshConnection, newGrant, poll, post, refresh } from "./support/device.mjs";
import { registered } from "./support/registration.mjs";
import { password, startServer } from "./support/server.mjs";
import { halfHash, verified } from "./support/tokens.mjs";

describe("what a client registered", () => {
	let server, person;

	before(async () => {
		server = await startServer({ moved: true, flags: { registration: "open", hybrid_response_types: "yes", cap_exempt: "127.0.0.0/8", session_idle: "89d", session_absolute: "90d" } });
		for (const name of ["ada", "bob"]) await server.addUser(name);
		person = new Browser(server);
		await person.signIn("ada", password);
	});
	after(() => server.close());

	const client = (metadata) => {
		server.clock.advance(61); // twenty registrations a minute
		return registered(server, { redirect_uris: [callback], token_endpoint_auth_method: "client_secret_post", ...metadata });
	};
	async function tokensOf(app, fields) {
		const request = begin(app, { nonce: "n", ...fields });
		const { params } = await allow(person, request.path);
		const answer = await redeem(server, app, request, params.code);
		assert.equal(answer.status, 200, answer.text);
		return { params, tokens: answer.json };
	}
	const userinfo = async (token) => {
		const response = await fetch(`${server.base}/o/userinfo/`, { headers: { authorization: `Bearer ${token}`, accept: "application/json", ...freshConnection(server) } });
		assert.equal(response.status, 200);
		return response;
	};
	const silently = async (app, fields) => arrival(await person.request(begin(app, { prompt: "none", ...fields }).path)).params;

	it("a pairwise name is the same in every token and answer, and is what hints and claims mean [OIDC#8.1, OIDC#5.3.2]", async () => {
		const plain = await client({});
		const app = await client({ subject_type: "pairwise", userinfo_signed_response_alg: "ES256" });
		const known = jwtPart((await tokensOf(plain)).tokens.id_token, 1).sub;
		const { tokens } = await tokensOf(app);
		const { sub } = jwtPart(tokens.id_token, 1);
		assert.notEqual(sub, known);
		const again = (await refresh(server, app, tokens.refresh_token)).json;
		assert.equal(jwtPart(again.id_token, 1).sub, sub);
		for (const token of [again.access_token, again.refresh_token])
			assert.equal((await post(server, "/o/introspect/", { token, client_id: app.client_id, client_secret: app.client_secret })).json.sub, sub);
		const response = await userinfo(again.access_token);
		assert.match(response.headers.get("content-type"), /^application\/jwt/);
		assert.equal((await verified(server, await response.text(), { audience: app.client_id })).payload.sub, sub);
		assert.ok((await silently(app, { id_token_hint: tokens.id_token })).code);
		const named = (value) => JSON.stringify({ id_token: { sub: { value } } });
		assert.ok((await silently(app, { claims: named(sub) })).code);
		assert.equal((await silently(app, { claims: named(known) })).error, "login_required", "a name that it cannot know");
	});

	for (const [alg, options] of [["RSA-OAEP-256"], ["ECDH-ES", { crv: "P-256" }], ["ECDH-ES", { crv: "P-384" }], ["ECDH-ES", { crv: "P-521" }]])
		it(`ID tokens are encrypted with ${alg}${options ? ` on ${options.crv}` : ""} in the address, at the token endpoint and at a refresh [OIDC#10.2]`, async () => {
			const pair = await jose.generateKeyPair(alg, options);
			const jwks = { keys: [{ ...(await jose.exportJWK(pair.publicKey)), use: "enc", kid: "k" }] };
			const app = await client({ response_types: ["code id_token"], jwks, id_token_encrypted_response_alg: alg, id_token_encrypted_response_enc: "A256GCM" });
			const open = async (token) => {
				const { plaintext, protectedHeader } = await jose.compactDecrypt(token, pair.privateKey);
				assert.deepEqual([protectedHeader.alg, protectedHeader.enc, protectedHeader.kid, protectedHeader.cty], [alg, "A256GCM", "k", "JWT"]);
				const inner = new TextDecoder().decode(plaintext);
				return { inner, claims: (await verified(server, inner, { audience: app.client_id })).payload };
			};
			const { params, tokens } = await tokensOf(app, { response_type: "code id_token" });
			const front = await open(params.id_token);
			assert.equal(front.claims.c_hash, halfHash(params.code)); // OIDC#3.3.2.11
			assert.equal(front.claims.nonce, "n");
			const back = await open(tokens.id_token);
			assert.equal(back.claims.at_hash, halfHash(tokens.access_token));
			assert.equal(back.claims.sub, front.claims.sub);
			await open((await refresh(server, app, tokens.refresh_token)).json.id_token);
			// OIDC#3.1.2.1: what is in it is the hint; nobody here can open what was encrypted to the client
			const hinted = async (hint) => new URLSearchParams((await person.request(begin(app, { response_type: "code id_token", nonce: "n", prompt: "none", id_token_hint: hint }).path)).headers.get("location").split("#")[1]);
			assert.ok((await hinted(back.inner)).get("code"));
			assert.equal((await hinted(tokens.id_token)).get("error"), "invalid_request");
		});

	it("default_max_age holds where the request says nothing, and auth_time is of the new sign-in [OIDC#3.1.2.1]", async () => {
		const app = await client({ default_max_age: 30 });
		person = new Browser(server);
		await person.signIn("ada", password);
		await tokensOf(app);
		server.clock.advance(31);
		assert.equal((await silently(app)).error, "login_required");
		assert.ok((await silently(app, { max_age: "600" })).code, "what the request says comes first");
		assert.equal((await silently(app, { max_age: "0" })).error, "login_required");
	});

	it("a login_hint that no name can be is passed over [OIDC#15.1]", async () => {
		const app = await client({});
		for (const login_hint of ["x".repeat(2000), "a\nb", "eyJhbGciOiJub25lIn0.".repeat(20)]) {
			const response = await new Browser(server).request(begin(app, { login_hint }).path);
			const html = await response.text();
			assert.equal(response.status, 200, html);
			assert.doesNotMatch(html, /<input [^>]*name="username"[^>]* value="[^"]/);
		}
	});

	it("login_hint stands in the form of whoever has to sign in, as text [OIDC#3.1.2.1, RFC6749#10.14]", async () => {
		const app = await client({});
		const html = await (await new Browser(server).request(begin(app, { login_hint: 'b"o<b>' }).path)).text();
		assert.match(html, /<input [^>]*name="username"[^>]* value="b&quot;o&lt;b&gt;"/);
	});

	it("scope, nonce and redirect URI of the token request change nothing of what was allowed [RFC6749#4.1.3]", async () => {
		const app = await client({});
		const request = begin(app, { scope: "openid", nonce: "mine" });
		const page = await consentPage(person, request.path).catch(() => undefined);
		const { params } = page ? arrival(await page.allow()) : await allow(person, request.path);
		const answer = await redeem(server, app, request, params.code, { scope: "openid email offline_access", nonce: "other", state: "x" });
		assert.equal(answer.json.scope, "openid");
		assert.equal(jwtPart(answer.json.id_token, 1).nonce, "mine");
	});

	it("a device that gets no answer for its key is told at registration, not after the person has approved", async () => {
		const pair = await jose.generateKeyPair("ECDH-ES");
		const wish = { token_endpoint_auth_method: "none", redirect_uris: undefined, grant_types: [deviceGrant], jwks: { keys: [{ ...(await jose.exportJWK(pair.publicKey)), use: "enc" }] }, id_token_encrypted_response_enc: "A128GCM" };
		await assert.rejects(client({ ...wish, id_token_encrypted_response_alg: "RSA-OAEP-256" }), /can be encrypted to/);
		const app = await client({ ...wish, id_token_encrypted_response_alg: "ECDH-ES" });
		const grant = await newGrant(server, app, { scope: "openid" });
		assertError(await poll(server, app, grant.device_code), 400, "authorization_pending");
		await person.decide(grant.user_code);
		const { id_token } = (await poll(server, app, grant.device_code)).json;
		await jose.compactDecrypt(id_token, pair.privateKey);
	});
});
