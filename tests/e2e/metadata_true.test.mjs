// SPDX-License-Identifier: Apache-2.0
//
// The metadata against the server: each value that it lists is tried by a client that read nothing else and registered itself, and
// what is like them but not listed is refused (RFC8414#2, DISCOVERY#3, RFC7591#2).
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import * as jose from "jose";

import { allow, arrival, begin, callback, redeem, selfPosting } from "./support/authorize.mjs";
import { ClientKey, assertionType } from "./support/assertions.mjs";
import { Browser } from "./support/browser.mjs";
import { jwtPart } from "./support/clients.mjs";
import { assertError, authorizeDevice, basic, deviceGrant, freshConnection, poll, post } from "./support/device.mjs";
import { register, registered } from "./support/registration.mjs";
import { password, startServer } from "./support/server.mjs";
import { nowOf, ProofKey, verified } from "./support/tokens.mjs";

const deviceOnly = { grant_types: [deviceGrant], token_endpoint_auth_method: "none" };
const codeClient = { redirect_uris: [callback], token_endpoint_auth_method: "client_secret_post" };

describe("what the metadata lists", () => {
	let server, document, person;

	before(async () => {
		server = await startServer({
			moved: true,
			flags: { registration: "open", hybrid_response_types: "yes", sign_up: "open", cap_exempt: "127.0.0.0/8", session_idle: "89d", session_absolute: "90d" },
		});
		await server.addUser("ada");
		await server.cli(["user", "set", "ada", "email=ada@app.example", "name=Ada"]);
		person = new Browser(server);
		await person.signIn("ada", password);
		document = await (await fetch(`${server.base}/o/.well-known/openid-configuration`, { headers: freshConnection(server) })).json();
	});
	after(() => server.close());

	const at = (name) => new URL(document[name]).pathname;
	const client = (metadata) => {
		server.clock.advance(61); // twenty registrations a minute
		return registered(server, metadata);
	};
	const isRefused = async (metadata) => {
		server.clock.advance(61);
		assertError(await register(server, metadata), 400, "invalid_client_metadata");
	};

	/** Codes for a device with these credentials, approved, redeemed. */
	async function device(app, fields = {}, credentials = {}, header) {
		const grant = await authorizeDevice(server, { client_id: app.client_id, scope: "openid email", ...credentials, ...fields });
		assert.equal(grant.status, 200, grant.text);
		await person.decide(grant.json.user_code);
		const answer = await poll(server, { client_id: app.client_id }, grant.json.device_code, credentials, header);
		assert.equal(answer.status, 200, answer.text);
		return answer.json;
	}

	it("endpoints: each is there, and takes what it is for", async () => {
		const names = Object.keys(document).filter((name) => name.endsWith("_endpoint") || name === "jwks_uri");
		assert.equal(names.length, 10);
		for (const name of names) {
			const answer = await fetch(document[name], { method: "OPTIONS", headers: freshConnection(server) });
			assert.equal(answer.status, 204, name);
			const method = ["authorization_endpoint", "jwks_uri", "end_session_endpoint"].includes(name) ? "GET" : "POST";
			assert.ok(answer.headers.get("allow").split(", ").includes(method), name);
		}
	});

	it("grants: each is known at the token endpoint, others are not [RFC6749#5.2]", async () => {
		const app = await client(deviceOnly);
		// RFC7591#2.1: implicit is of the authorization endpoint alone
		for (const grant_type of document.grant_types_supported.filter((name) => name !== "implicit")) {
			const { json } = await post(server, at("token_endpoint"), { grant_type, client_id: app.client_id });
			assert.match(json.error, /^(invalid_request|unauthorized_client)$/, grant_type);
		}
		for (const grant_type of ["password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:openid:params:grant-type:ciba", "device_code"]) {
			assert.equal(document.grant_types_supported.includes(grant_type), grant_type === "implicit", grant_type);
			const { json } = await post(server, at("token_endpoint"), { grant_type, client_id: app.client_id });
			assert.match(json.error, /^(unsupported_grant_type|unauthorized_client)$/, grant_type);
		}
	});

	describe("client authentication", () => {
		const methods = {
			client_secret_basic: { proof: (app) => [{}, basic(app.client_id, app.client_secret)] },
			client_secret_post: { proof: (app) => [{ client_id: app.client_id, client_secret: app.client_secret }, {}] },
			client_secret_jwt: { proof: async (app) => [await ClientKey.ofSecret(app.client_secret).parameters(server, app), {}] },
			private_key_jwt: { key: true, proof: async (app, key) => [await key.parameters(server, app), {}] },
			none: { proof: (app) => [{ client_id: app.client_id }, {}] },
		};

		it("methods: each can be registered, and works where it is listed [RFC8414#2]", async () => {
			assert.deepEqual([...document.token_endpoint_auth_methods_supported].sort(), Object.keys(methods).sort());
			for (const [method, { key, proof }] of Object.entries(methods)) {
				const own = key && (await ClientKey.make());
				const app = await client({ ...codeClient, grant_types: ["authorization_code", deviceGrant], token_endpoint_auth_method: method, ...(own && { jwks: own.set }) });
				assert.equal(app.token_endpoint_auth_method, method);
				const send = async (path, fields) => {
					const [form, header] = await proof(app, own);
					return post(server, path, { ...fields, ...form }, header);
				};
				assert.equal((await send(at("revocation_endpoint"), { token: "x" })).status, 200, method);
				assertError(await send(at("token_endpoint"), { grant_type: deviceGrant, device_code: "x" }), 400, "invalid_grant");
				assert.equal((await send(at("device_authorization_endpoint"), {})).status, 200, method);
				assert.equal((await send(at("pushed_authorization_request_endpoint"), begin(app).fields)).status, 201, method);
				const told = document.introspection_endpoint_auth_methods_supported.includes(method);
				const answer = await send(at("introspection_endpoint"), { token: "x" });
				assert.equal(answer.status, told ? 200 : 401, `${method} at introspection`);
			}
		});

		it("methods that are not listed cannot be registered", async () => {
			const jwks = (await ClientKey.make()).set;
			for (const method of ["tls_client_auth", "self_signed_tls_client_auth", "attest_jwt_client_auth", "client_secret"]) {
				assert.ok(!document.token_endpoint_auth_methods_supported.includes(method), method);
				await isRefused({ ...codeClient, token_endpoint_auth_method: method, ...(method.startsWith("tls") ? { tls_client_auth_san_dns: "app.example" } : { jwks }) });
			}
		});

		it("bindings to certificates cannot be registered where that is said [RFC8705#3.3]", async () => {
			assert.equal(document.tls_client_certificate_bound_access_tokens, false);
			await isRefused({ ...codeClient, tls_client_certificate_bound_access_tokens: true });
		});

		it("algorithms of assertions: each is taken, of a key or of a secret", async () => {
			const key = (alg) => ClientKey.make(alg);
			for (const alg of document.token_endpoint_auth_signing_alg_values_supported) {
				const own = alg.startsWith("HS") ? undefined : await key(alg);
				const method = own ? "private_key_jwt" : "client_secret_jwt";
				const app = await client({ ...codeClient, token_endpoint_auth_method: method, token_endpoint_auth_signing_alg: alg, ...(own && { jwks: own.set }) });
				const parameters = await (own ?? ClientKey.ofSecret(app.client_secret, alg)).parameters(server, app);
				assert.equal((await post(server, at("revocation_endpoint"), { token: "x", ...parameters })).status, 200, alg);
			}
			await isRefused({ ...codeClient, token_endpoint_auth_method: "private_key_jwt", token_endpoint_auth_signing_alg: "none", jwks: (await key("ES256")).set });
			const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.`;
			assertError(await post(server, at("revocation_endpoint"), { token: "x", client_assertion_type: assertionType, client_assertion: unsigned }), 401, "invalid_client");
		});
	});

	describe("tokens", () => {
		it("algorithms of ID tokens: each signs them, others cannot be registered [OIDC#3.1.3.7]", async () => {
			for (const alg of document.id_token_signing_alg_values_supported) {
				const app = await client({ ...deviceOnly, id_token_signed_response_alg: alg });
				const { protectedHeader } = await verified(server, (await device(app)).id_token, { audience: app.client_id });
				assert.equal(protectedHeader.alg, alg);
			}
			for (const alg of ["none", "HS256", "EdDSA", "ES512"]) await isRefused({ ...deviceOnly, id_token_signed_response_alg: alg });
		});

		it("encryption of ID tokens: each pair of algorithms opens with the client's key [OIDC#10.2]", async () => {
			for (const alg of document.id_token_encryption_alg_values_supported)
				for (const enc of document.id_token_encryption_enc_values_supported) {
					const pair = await jose.generateKeyPair(alg);
					const jwks = { keys: [{ ...(await jose.exportJWK(pair.publicKey)), use: "enc", alg, kid: "k" }] };
					const app = await client({ ...deviceOnly, jwks, id_token_encrypted_response_alg: alg, id_token_encrypted_response_enc: enc });
					const opened = await jose.compactDecrypt((await device(app)).id_token, pair.privateKey);
					assert.deepEqual([opened.protectedHeader.alg, opened.protectedHeader.enc, opened.protectedHeader.cty], [alg, enc, "JWT"]);
					await verified(server, new TextDecoder().decode(opened.plaintext), { audience: app.client_id });
				}
		});

		it("algorithms of UserInfo and of introspection: each signs the answer [OIDC#5.3.2, RFC9701#6]", async () => {
			const userinfo = async (token) => (await fetch(document.userinfo_endpoint, { headers: { authorization: `Bearer ${token}`, ...freshConnection(server) } })).text();
			for (const alg of document.userinfo_signing_alg_values_supported) {
				const app = await client({ ...deviceOnly, userinfo_signed_response_alg: alg });
				const { payload, protectedHeader } = await verified(server, await userinfo((await device(app)).access_token), { audience: app.client_id });
				assert.equal(protectedHeader.alg, alg);
				assert.equal(payload.email, "ada@app.example");
			}
			for (const alg of document.introspection_signing_alg_values_supported) {
				const app = await client({ ...codeClient, introspection_signed_response_alg: alg });
				const { text } = await post(server, at("introspection_endpoint"), { token: "x", client_id: app.client_id, client_secret: app.client_secret });
				const { payload, protectedHeader } = await verified(server, text, { audience: app.client_id });
				assert.equal(protectedHeader.alg, alg);
				assert.deepEqual(payload.token_introspection, { active: false });
			}
		});

		it("algorithms of DPoP proofs: each binds, others do not [RFC9449#5]", async () => {
			const app = await client(deviceOnly);
			for (const alg of document.dpop_signing_alg_values_supported) {
				const key = await ProofKey.make(server, alg);
				const answer = await device(app, {}, {}, await key.header(at("token_endpoint")));
				assert.equal(answer.token_type, "DPoP", alg);
			}
			const other = await ProofKey.make(server, "EdDSA");
			const { device_code, user_code } = (await authorizeDevice(server, { client_id: app.client_id })).json;
			await person.decide(user_code);
			assertError(await poll(server, { client_id: app.client_id }, device_code, {}, await other.header(at("token_endpoint"))), 400, "invalid_dpop_proof");
		});

		it("subject types: public is the same for all, pairwise is not [OIDC#8.1]", async () => {
			const subs = {};
			for (const subject_type of document.subject_types_supported)
				subs[subject_type] = await Promise.all([1, 2].map(async () => jwtPart((await device(await client({ ...deviceOnly, subject_type }))).id_token, 1).sub));
			assert.deepEqual(Object.keys(subs), ["public", "pairwise"]);
			assert.equal(subs.public[0], subs.public[1]);
			assert.notEqual(subs.pairwise[0], subs.pairwise[1]);
			await isRefused({ ...deviceOnly, subject_type: "ephemeral" });
		});

		it("scopes: each can be had, others cannot [RFC8628#3.1]", async () => {
			const app = await client(deviceOnly);
			const answer = await device(app, { scope: document.scopes_supported.join(" ") });
			assert.equal(answer.scope, document.scopes_supported.join(" "));
			assertError(await authorizeDevice(server, { client_id: app.client_id, scope: "openid photos" }), 400, "invalid_scope");
		});

		it("claims: of what is known of a person and of the sign-in, nothing comes that is not listed [DISCOVERY#3]", async () => {
			const app = await client({ ...codeClient, response_types: ["code"] });
			const request = begin(app, { scope: document.scopes_supported.join(" "), nonce: "n" });
			const { params } = await allow(person, request.path);
			const { id_token, access_token } = (await redeem(server, app, request, params.code)).json;
			const userinfo = await (await fetch(document.userinfo_endpoint, { headers: { authorization: `Bearer ${access_token}`, ...freshConnection(server) } })).json();
			const technical = ["jti", "at_hash", "c_hash"];
			const told = [...Object.keys(jwtPart(id_token, 1)).filter((name) => !technical.includes(name)), ...Object.keys(userinfo)];
			for (const name of told) assert.ok(document.claims_supported.includes(name), name);
			assert.ok(told.includes("email") && told.includes("nonce") && told.includes("sid"));
		});
	});

	describe("authorization requests", () => {
		let app;
		before(async () => {
			app = await client({ ...codeClient, response_types: document.response_types_supported });
			await allow(person, begin(app).path); // remembered from here on
		});
		const silent = (fields) => person.request(begin(app, { prompt: "none", nonce: "n", ...fields }).path);

		it("response types: each is answered with what its name says [OIDC#3.3.2.5]", async () => {
			for (const response_type of document.response_types_supported) {
				const { params } = arrival(await silent({ response_type }));
				for (const part of response_type.split(" ")) assert.ok(params[part], `${response_type}: ${JSON.stringify(params)}`);
			}
			const implicit = await client({ ...codeClient, grant_types: ["implicit"], response_types: ["id_token"] }); // RFC7591#2.1
			assert.deepEqual([implicit.response_types, implicit.grant_types], [["id_token"], ["implicit"]]);
			const both = await client({ ...codeClient, grant_types: ["authorization_code"], response_types: ["code id_token"] });
			assert.deepEqual(both.grant_types, ["authorization_code", "refresh_token", "implicit"]);
			for (const response_type of ["token", "id_token token", "code token", "code id_token token", "none"]) {
				assert.ok(!document.response_types_supported.includes(response_type), response_type);
				assert.equal(arrival(await silent({ response_type })).params.error, "unsupported_response_type", response_type);
			}
		});

		it("response modes: each is kept to, others are refused", async () => {
			for (const response_mode of document.response_modes_supported) {
				const response_type = response_mode === "fragment" ? "code id_token" : "code";
				const response = await silent({ response_type, response_mode });
				if (response_mode === "form_post") assert.ok(selfPosting(await response.text()).fields.code);
				else assert.equal(arrival(response).mode, response_mode);
			}
			for (const response_mode of ["jwt", "query.jwt", "form_post.jwt", "web_message", "QUERY"])
				assert.equal(arrival(await silent({ response_mode })).params.error, "invalid_request", response_mode);
		});

		it("prompts: each is known, alone", async () => {
			for (const prompt of document.prompt_values_supported) {
				const response = await person.request(begin(app, { prompt }).path);
				if (prompt === "none") assert.ok(arrival(response).params.code);
				else assert.equal(response.status, 200, prompt);
			}
			for (const prompt of ["dance", "NONE", "login,consent"]) assert.equal(arrival(await person.request(begin(app, { prompt }).path)).params.error, "invalid_request", prompt);
		});

		it("PKCE: S256 alone [RFC7636#4.3]", async () => {
			assert.deepEqual(document.code_challenge_methods_supported, ["S256"]);
			assert.equal(arrival(await silent({ code_challenge_method: "plain" })).params.error, "invalid_request");
		});

		it("algorithms of signed requests: each is taken [RFC9101#5]", async () => {
			assert.equal(document.request_parameter_supported, true);
			for (const alg of document.request_object_signing_alg_values_supported) {
				const key = await ClientKey.make(alg);
				const signer = await client({ ...codeClient, jwks: key.set, request_object_signing_alg: alg });
				const { fields } = begin(signer, { prompt: "none" });
				const now = Math.floor(nowOf(server).getTime() / 1000);
				const request = new jose.SignJWT({ ...fields, iss: signer.client_id, aud: document.issuer, exp: now + 60 });
				request.setProtectedHeader({ alg, kid: key.kid, typ: "oauth-authz-req+jwt" });
				const path = `${at("authorization_endpoint")}?${new URLSearchParams({ client_id: signer.client_id, request: await request.sign(key.secret) })}`;
				assert.equal(arrival(await person.request(path)).params.error, "consent_required", alg);
			}
		});

		it("request_uri and registration are refused, as is said or meant [OIDC#6.2, OIDC#7.2.1]", async () => {
			assert.equal(document.request_uri_parameter_supported, false);
			assert.equal(arrival(await silent({ request_uri: "https://app.example/r" })).params.error, "request_uri_not_supported");
			assert.equal(arrival(await silent({ registration: "{}" })).params.error, "registration_not_supported");
		});

		it("iss comes with each answer, whatever the mode [RFC9207#2]", async () => {
			assert.equal(document.authorization_response_iss_parameter_supported, true);
			for (const fields of [{}, { scope: "magic" }, { response_type: "id_token" }, { response_type: "id_token", scope: "openid magic" }])
				assert.equal(arrival(await silent(fields)).params.iss, document.issuer);
			for (const fields of [{}, { scope: "magic" }])
				assert.equal(selfPosting(await (await silent({ response_mode: "form_post", ...fields })).text()).fields.iss, document.issuer);
		});

		it("languages: the pages are in one that is listed, whatever was asked for [OIDC#3.1.2.1]", async () => {
			const html = await (await person.request(begin(app, { prompt: "consent", ui_locales: "de-CH fr" }).path)).text();
			assert.ok(document.ui_locales_supported.includes(/<html lang="([^"]+)"/.exec(html)[1]));
		});
	});
});
