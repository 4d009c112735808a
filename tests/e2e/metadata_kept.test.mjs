// SPDX-License-Identifier: Apache-2.0
//
// What the metadata names is there: each endpoint, grant, algorithm, method, scope and prompt is tried out of the document itself
// (RFC8414#2), so that nothing is named that does not work.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";

import * as jose from "jose";

import { ClientKey } from "./support/assertions.mjs";
import { jwtPart, ok, postAs, tokenOf } from "./support/clients.mjs";
import { assertError, post } from "./support/device.mjs";
import { startServer } from "./support/server.mjs";
import { ProofKey } from "./support/tokens.mjs";

const cb = "https://app.example/cb";
const flags = { registration: "open", hybrid_response_types: "yes", sign_up: "open", assertion_issuers: "https://idp.example=https://idp.example/jwks.json", cap_exempt: "127.0.0.0/8" };

// Read before the tests are made: they are made of it.
const server = await startServer({ flags });
const metadata = await (await fetch(`${server.base}/o/.well-known/openid-configuration`)).json();

describe("what is offered", () => {
	let vault, keys;
	before(async () => {
		vault = await server.addClient({ name: "Vault", type: "confidential", grants: ["client-credentials", "device-code", "authorization-code"], flags: ["--redirect-uri", cb, "--response-types", "code", "--response-types", "code id_token", "--response-types", "id_token"] });
		keys = (await (await fetch(metadata.jwks_uri)).json()).keys;
	});
	after(() => server.close());

	const challenge = createHash("sha256").update("v".repeat(43)).digest("base64url");
	const wish = (fields = {}) => ({ response_type: "code", redirect_uri: cb, scope: "openid", nonce: "n", code_challenge: challenge, code_challenge_method: "S256", ...fields });
	const push = (client, fields, headers) => postAs(server, client, "/o/par/", fields, headers);

	for (const [name, url] of Object.entries(metadata).filter(([key]) => key.endsWith("_endpoint") || key === "jwks_uri"))
		it(`${name} answers`, async () => {
			const reads = ["authorization_endpoint", "userinfo_endpoint", "end_session_endpoint", "jwks_uri"].includes(name);
			const response = await fetch(url, { method: reads ? "GET" : "POST", redirect: "manual" });
			assert.ok(![404, 405].includes(response.status) && response.status < 500, `${response.status}`);
			await response.text();
		});

	// implicit is kept where the response types are: it never comes here, as the next test says
	for (const grant_type of metadata.grant_types_supported.filter((one) => one !== "implicit"))
		it(`grant type ${grant_type.split(":").pop()}`, async () => {
			const answer = await postAs(server, vault, "/o/token/", { grant_type });
			assert.notEqual(answer.json.error, "unsupported_grant_type");
		});
	it("and no other grant type", async () => {
		for (const grant_type of ["password", "implicit", "urn:openid:params:grant-type:ciba"]) assertError(await postAs(server, vault, "/o/token/", { grant_type }), 400, "unsupported_grant_type");
	});

	for (const scope of metadata.scopes_supported) it(`scope ${scope}`, async () => ok(postAs(server, vault, "/o/device-authorization/", { scope })));

	for (const response_type of metadata.response_types_supported)
		for (const response_mode of metadata.response_modes_supported)
			it(`response type ${response_type}, mode ${response_mode}`, async () => {
				const answer = await push(vault, wish({ response_type, response_mode }));
				// a query is no place for an ID token, and a fragment none for a code alone
				const fits = response_mode === "form_post" || (response_type === "code") === (response_mode === "query");
				assert.equal(answer.status, fits ? 201 : 400, answer.text);
			});

	for (const prompt of metadata.prompt_values_supported) it(`prompt ${prompt}`, async () => assert.equal((await push(vault, wish({ prompt }))).status, 201));

	for (const alg of metadata.token_endpoint_auth_signing_alg_values_supported)
		it(`client assertions by ${alg}`, async () => {
			const shared = alg.startsWith("HS");
			const key = shared ? null : await ClientKey.make(alg);
			const proof = shared ? ["--token-endpoint-auth-method", "client_secret_jwt"] : ["--token-endpoint-auth-method", "private_key_jwt", "--jwks", JSON.stringify(key.set)];
			const client = await server.addClient({ name: alg, type: "confidential", grants: ["device-code"], flags: [...proof, "--token-endpoint-auth-signing-alg", alg] });
			const signer = key ?? ClientKey.ofSecret(client.client_secret, alg);
			for (const path of ["/o/revoke_token/", "/o/introspect/"]) await ok(post(server, path, { token: "x", ...(await signer.parameters(server, client)) }));
		});

	for (const alg of metadata.dpop_signing_alg_values_supported)
		it(`DPoP proofs by ${alg}`, async () => {
			const key = await ProofKey.make(server, alg);
			const answer = await ok(postAs(server, vault, "/o/token/", { grant_type: "client_credentials" }, await key.header("/o/token/")));
			assert.equal(answer.token_type, "DPoP");
		});

	for (const alg of metadata.request_object_signing_alg_values_supported)
		it(`request objects by ${alg}`, async () => {
			const key = await ClientKey.make(alg);
			const client = await server.addClient({ name: alg, type: "confidential", grants: ["authorization-code"], flags: ["--redirect-uri", cb, "--jwks", JSON.stringify(key.set), "--request-object-signing-alg", alg] });
			const claims = { iss: client.client_id, aud: metadata.issuer, client_id: client.client_id, exp: Math.floor(Date.now() / 1000) + 60, ...wish() };
			const request = await new jose.SignJWT(claims).setProtectedHeader({ alg, typ: "oauth-authz-req+jwt", kid: key.kid }).sign(key.secret);
			const answer = await push(client, { request });
			assert.equal(answer.status, 201, answer.text);
		});

	for (const alg of metadata.introspection_signing_alg_values_supported)
		it(`introspection by ${alg}`, async () => {
			const client = await server.addClient({ name: alg, type: "confidential", grants: ["client-credentials"], flags: ["--introspection-signed-response-alg", alg] });
			const { text } = await postAs(server, client, "/o/introspect/", { token: (await tokenOf(server, client)).access_token });
			assert.equal(jwtPart(text, 0).alg, alg);
		});

	for (const alg of new Set([...metadata.id_token_signing_alg_values_supported, ...metadata.userinfo_signing_alg_values_supported])) it(`a key for ${alg}`, () => assert.ok(keys.some((key) => key.alg === alg && key.use === "sig")));

	it("what may be registered of it", async () => {
		const key = await jose.exportJWK((await jose.generateKeyPair("ECDH-ES", { crv: "P-256" })).publicKey);
		const said = [
			...metadata.token_endpoint_auth_methods_supported.filter((method) => method !== "private_key_jwt").map((token_endpoint_auth_method) => ({ token_endpoint_auth_method })),
			...metadata.subject_types_supported.map((subject_type) => ({ subject_type })),
			...metadata.id_token_signing_alg_values_supported.map((id_token_signed_response_alg) => ({ id_token_signed_response_alg })),
			...metadata.userinfo_signing_alg_values_supported.map((userinfo_signed_response_alg) => ({ userinfo_signed_response_alg })),
			...metadata.id_token_encryption_enc_values_supported.map((id_token_encrypted_response_enc) => ({ id_token_encrypted_response_alg: "ECDH-ES", id_token_encrypted_response_enc, jwks: { keys: [{ ...key, use: "enc", alg: "ECDH-ES" }] } })),
		];
		for (const members of said) {
			const response = await fetch(metadata.registration_endpoint, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ redirect_uris: [cb], ...members }) });
			const answer = await response.json();
			assert.equal(response.status, 201, JSON.stringify([members, answer]));
			for (const [name, value] of Object.entries(members)) if (name !== "jwks") assert.equal(answer[name], value);
		}
	});
});
