// SPDX-License-Identifier: Apache-2.0
//
// Clients that register themselves (RFC 7591): who may, what is taken, what comes of it, and what is refused.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { ClientKey } from "./support/assertions.mjs";
import { Browser } from "./support/browser.mjs";
import { postAs } from "./support/clients.mjs";
import { assertError, deviceGrant, newGrant, poll } from "./support/device.mjs";
import { wholeLog } from "./support/log.mjs";
import { register, registered } from "./support/registration.mjs";
import { password, startServer } from "./support/server.mjs";

const cb = "https://app.example/cb";
const code = "authorization_code";
const keys = { keys: [{ kty: "EC", crv: "P-256", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }] };

describe("open registration", () => {
	let server, key;

	before(async () => {
		key = await ClientKey.make();
		server = await startServer({ moved: true, flags: { registration: "open", cap_exempt: "127.0.0.0/8" } });
		await server.addUser("ada");
	});
	after(() => server.close());
	// so many a minute from one address
	const fresh = () => server.clock.advance(61);

	it("registers with the defaults, and says so [RFC7591#2] [RFC7591#3.2.1]", async () => {
		const before = Math.floor(Date.now() / 1000);
		const { client_id, client_secret, client_id_issued_at, registration_access_token, ...rest } = await registered(server, { redirect_uris: [cb] });
		assert.match(client_id, /^[0-9A-Za-z]{22}$/);
		assert.match(client_secret, /^dcs_[0-9A-Za-z]{43}$/);
		assert.match(registration_access_token, /^dcg_[0-9A-Za-z]{43}$/);
		assert.ok(client_id_issued_at >= before && client_id_issued_at < before + 100);
		assert.deepEqual(rest, {
			client_secret_expires_at: 0,
			registration_client_uri: `${server.base}/o/register/${client_id}/`,
			client_name: "Unnamed application",
			redirect_uris: [cb],
			grant_types: [code, "refresh_token"],
			response_types: ["code"],
			token_endpoint_auth_method: "client_secret_basic",
			id_token_signed_response_alg: "RS256",
			application_type: "web",
			subject_type: "public",
		});
	});

	it("echoes everything that is registered, and nothing else [RFC7591#3.2.1]", async () => {
		const said = {
			client_name: "Photos <b>& more</b>",
			redirect_uris: [cb, "https://app.example/other?x=1"],
			post_logout_redirect_uris: ["https://app.example/out"],
			grant_types: [code, "refresh_token", deviceGrant],
			response_types: ["code"],
			scope: "openid email",
			token_endpoint_auth_method: "private_key_jwt",
			token_endpoint_auth_signing_alg: "ES256",
			jwks: key.set,
			id_token_signed_response_alg: "ES256",
			application_type: "native",
			client_uri: "https://app.example/",
			logo_uri: "https://169.254.169.254/logo.png",
			policy_uri: "https://app.example/policy",
			tos_uri: "https://app.example/tos",
			contacts: ["a@app.example", "b@app.example"],
			default_max_age: 3600,
			require_auth_time: true,
			dpop_bound_access_tokens: true,
			backchannel_logout_uri: "https://app.example/bye",
			backchannel_logout_session_required: true,
			software_id: "photos",
			software_version: "1.2",
		};
		const { client_id, client_id_issued_at, registration_access_token, registration_client_uri, ...got } = await registered(server, { ...said, x_foo: 1, client_id: "mine", skip_authorization: true, source: "manual", frontchannel_logout_uri: null });
		assert.notEqual(client_id, "mine", "nobody chooses how he is called [RFC9700#4.15]");
		assert.deepEqual(got, { ...said, subject_type: "public", grant_types: [deviceGrant, code, "refresh_token"] });
		const row = await server.cliJson(["app", "show", client_id]);
		assert.equal(row.reviewed, false);
		assert.equal(row.owner, null);
		assert.equal(row.settings.source, "registration");
		assert.ok(!("skip_authorization" in row.settings));
	});

	it("a device needs no redirect URI, and works at once [RFC7591#2]", async () => {
		const tv = await registered(server, { client_name: "TV", grant_types: [deviceGrant], token_endpoint_auth_method: "none", scope: "openid offline_access" });
		assert.ok(!("client_secret" in tv) && !("client_secret_expires_at" in tv) && !("response_types" in tv) && !("redirect_uris" in tv));
		const person = new Browser(server);
		await person.signIn("ada", password);
		const grant = await newGrant(server, tv, { scope: "openid offline_access" });
		const page = await person.enterCode(grant.user_code);
		assert.match(page.html, /not (been )?reviewed|nobody has reviewed|unreviewed/i);
		await person.decide(grant.user_code);
		assert.equal((await poll(server, tv, grant.device_code)).status, 200);
		const other = await postAs(server, tv, "/o/device-authorization/", { scope: "email" });
		assertError(other, 400, "invalid_scope");
	});

	it("loopback and private-use URIs are taken of web applications as well, as oidc-agent sends them", async () => {
		const redirect_uris = ["http://localhost:4242", "http://localhost:8080", "http://localhost:43985", "edu.kit.data.oidc-agent:/redirect"];
		const agent = await registered(server, { client_name: "oidc-agent:x", redirect_uris, application_type: "web", grant_types: ["refresh_token", deviceGrant, code, "password"], response_types: ["code"], scope: "openid profile offline_access unknown" });
		assert.deepEqual(agent.redirect_uris, redirect_uris);
		assert.deepEqual(agent.grant_types, [deviceGrant, code, "refresh_token"], "what is not offered is left out");
		assert.equal(agent.scope, "openid profile offline_access");
		fresh();
	});

	const refused = (metadata, error, words) =>
		it(`refuses ${JSON.stringify(metadata).slice(0, 110)}`, async () => {
			fresh();
			const answer = await register(server, metadata);
			assertError(answer, 400, error);
			if (words) assert.match(answer.json.error_description, words);
		});

	describe("redirect URIs [RFC7591#3.2.2]", () => {
		for (const uri of ["http://app.example/cb", "https://app.example/cb#x", "javascript:alert(1)", "data:text/html,x", "/cb", "https://*.example/cb", "https://u:p@app.example/", "myapp:/cb", "", "https://app.example/ https://evil.example/", "https://app.example/\n", "https://app.example/\u00e9"]) refused({ redirect_uris: [cb, uri] }, "invalid_redirect_uri");
		refused({ client_name: "X" }, "invalid_redirect_uri", /needs a redirect URI/);
		refused({ redirect_uris: [] }, "invalid_redirect_uri");
		refused({ redirect_uris: Array(65).fill(cb) }, "invalid_client_metadata");
		refused({ redirect_uris: [cb], post_logout_redirect_uris: ["javascript:x"] }, "invalid_redirect_uri");
	});

	describe("what does not go together [RFC7591#2]", () => {
		for (const [metadata, words] of [
			[{ jwks: keys, jwks_uri: "https://app.example/k" }, /jwks or jwks_uri, not both/],
			[{ token_endpoint_auth_method: "private_key_jwt" }, /needs keys/],
			[{ jwks: keys, id_token_encrypted_response_alg: "RSA-OAEP-256", id_token_encrypted_response_enc: "A128GCM" }, /No key .* can be encrypted to/],
			[{ token_endpoint_auth_method: "none", grant_types: ["client_credentials"] }, /grant_types/],
			[{ grant_types: ["password"] }, /grant_types/],
			[{ grant_types: [] }, /grant_types/],
			[{ response_types: ["token"] }, /response type code/],
			[{ response_types: ["code id_token"], grant_types: [code] }, /response type code/],
			[{ token_endpoint_auth_method: "bearer" }, /token_endpoint_auth_method is one of/],
			[{ token_endpoint_auth_method: "tls_client_auth" }, /tls_client_auth needs/],
			[{ id_token_signed_response_alg: "none" }, /signed/],
			[{ id_token_signed_response_alg: "HS256" }, /HS256/],
			[{ subject_type: "pairwise", sector_identifier_uri: "https://other.example/uris.json" }, /sector_identifier_uri/],
			[{ subject_type: "pairwise", grant_types: [code, deviceGrant] }, /pairwise/],
			[{ dpop_bound_access_tokens: true, tls_client_certificate_bound_access_tokens: true }, /not by both/],
			[{ scope: "gold" }, /scopes is known/],
			[{ client_name: "a\nb" }, /cannot be shown/],
			[{ client_name: "x".repeat(201) }, /too long/],
			[{ client_uri: "javascript:alert(1)" }, /./],
			[{ logo_uri: "http://app.example/logo" }, /./],
			[{ default_max_age: -1 }, /default_max_age/],
		])
			refused({ redirect_uris: [cb], ...metadata }, "invalid_client_metadata", words);
	});

	describe("what is of the wrong type", () => {
		for (const member of [{ client_name: 1 }, { redirect_uris: {} }, { redirect_uris: [1] }, { redirect_uris: cb }, { grant_types: "authorization_code" }, { contacts: "ops@app.example" }, { scope: ["openid"] }, { contacts: 5 }, { jwks: "{}" }, { default_max_age: "1" }, { require_auth_time: "true" }, { dpop_bound_access_tokens: 1 }]) refused({ redirect_uris: [cb], ...member }, "invalid_client_metadata", /has the wrong type/);
		for (const body of ["", "{", "[]", '"x"', '{"redirect_uris":["https://app.example/"],"redirect_uris":[]}', "null"]) refused(body, "invalid_client_metadata", /not a JSON object/);
		refused({ redirect_uris: [cb], software_statement: "a.b.c" }, "invalid_software_statement");
		refused({ redirect_uris: [cb], jwks: { keys: [{ kty: "oct", k: "c2VjcmV0" }] } }, "invalid_client_metadata");
	});

	it("takes JSON alone, by POST alone, 64 KiB at most", async () => {
		fresh();
		assertError(await register(server, "redirect_uris=x", undefined, { "content-type": "application/x-www-form-urlencoded" }), 400, "invalid_request");
		assertError(await register(server, "{}", undefined, { "content-type": "text/plain" }), 400, "invalid_request");
		const get = await fetch(`${server.base}/o/register/`);
		assert.equal(get.status, 405);
		assert.equal(get.headers.get("allow"), "POST, OPTIONS");
		assert.equal((await register(server, { redirect_uris: [cb], x: "y".repeat(70000) })).status, 413);
		assert.equal((await register(server, { redirect_uris: [cb], x: "y".repeat(60000) }, undefined, { "content-type": "Application/JSON; charset=utf-8" })).status, 201);
	});

	it("a wrong token is refused, although none would do", async () => {
		fresh();
		for (const token of ["dct_x", `dct_${"0".repeat(43)}`, "x"]) {
			const answer = await register(server, { redirect_uris: [cb] }, token);
			assert.equal(answer.status, 401);
			assert.equal(answer.json.error, "invalid_token");
			assert.match(answer.headers.get("www-authenticate"), /^Bearer .*error="invalid_token"/);
		}
	});

	it("twenty a minute from one address, and no more [RFC7591#5]", async () => {
		fresh();
		const statuses = [];
		let last;
		await server.clock.still(async () => {
			for (let i = 0; i < 21; i++) statuses.push((last = await register(server, i % 2 ? { redirect_uris: [cb] } : {})).status);
		});
		assert.deepEqual([...new Set(statuses.slice(0, 20))].sort(), [201, 400]);
		assertError(last, 429, "temporarily_unavailable");
		assert.ok(Number(last.headers.get("retry-after")) <= 60);
		fresh();
		assert.equal((await register(server, { redirect_uris: [cb] })).status, 201);
	});

	it("a page of the client's own origin may read the answer, another may not", async () => {
		fresh();
		for (const [origin, allowed] of [["https://app.example", "https://app.example"], ["https://evil.example", null]]) {
			const answer = await register(server, { redirect_uris: [cb], token_endpoint_auth_method: "none" }, undefined, { origin });
			assert.equal(answer.status, 201);
			assert.equal(answer.headers.get("access-control-allow-origin"), allowed);
			const token = await postAs(server, answer.json, "/o/token/", { grant_type: "refresh_token", refresh_token: "x" }, { origin });
			assert.equal(token.headers.get("access-control-allow-origin"), allowed, "at the token endpoint as well");
		}
	});

	it("every attempt is recorded, and no secret is", async () => {
		fresh();
		const client = await registered(server, { redirect_uris: [cb] });
		const bytes = await server.store.bytes();
		for (const secret of [client.client_secret, client.registration_access_token]) {
			assert.ok(!bytes.includes(secret));
			assert.ok(!(await wholeLog(server)).includes(secret));
		}
	});
});

describe("registration with a ticket", () => {
	let server;
	before(async () => (server = await startServer({ moved: true, flags: { registration: "token" } })));
	after(() => server.close());
	const ticket = async (...flags) => (await server.cliJson(["ticket", "add", "registration", ...flags])).ticket;

	it("without one there is none [RFC7591#3]", async () => {
		const answer = await register(server, { redirect_uris: [cb] });
		assert.equal(answer.status, 401);
		// RFC6750#3.1: nothing was sent, so nothing was wrong with it
		assert.equal(answer.headers.get("www-authenticate"), 'Bearer realm="doorcode"');
	});

	it("a ticket is good for its uses, and a mistake costs none", async () => {
		const token = await ticket("--uses", "2");
		assertError(await register(server, { redirect_uris: ["x"] }, token), 400, "invalid_redirect_uri");
		await registered(server, { redirect_uris: [cb] }, token);
		await registered(server, { redirect_uris: [cb] }, token);
		assert.equal((await register(server, { redirect_uris: [cb] }, token)).status, 401);
	});

	it("the last use goes to one of many", async () => {
		const token = await ticket();
		const answers = await Promise.all(Array.from({ length: 8 }, () => register(server, { redirect_uris: [cb] }, token)));
		assert.equal(answers.filter((answer) => answer.status === 201).length, 1);
		assert.equal(answers.filter((answer) => answer.status === 401).length, 7);
	});

	it("an expired one, one that was removed, and one for something else are none", async () => {
		const late = await ticket("--expires", "1m");
		server.clock.advance(61);
		const made = await server.cliJson(["ticket", "add", "registration"]);
		await server.cliJson(["ticket", "remove", made.ticket_id]);
		const other = (await server.cliJson(["ticket", "add", "sign-up"])).ticket;
		for (const token of [late, made.ticket, other]) assert.equal((await register(server, { redirect_uris: [cb] }, token)).status, 401);
		assert.equal((await server.cliJson(["ticket", "list"])).find((row) => row.kind === "sign-up").uses, 1, "it was not used up");
	});

	it("with one, a client may act for itself; more is for an administrator", async () => {
		const token = await ticket("--uses", "9");
		const batch = await registered(server, { grant_types: ["client_credentials"], client_name: "Batch" }, token);
		assert.deepEqual(batch.grant_types, ["client_credentials"]);
		assert.equal((await postAs(server, batch, "/o/token/", { grant_type: "client_credentials" })).status, 200);
		for (const grant of ["urn:ietf:params:oauth:grant-type:token-exchange", "urn:ietf:params:oauth:grant-type:jwt-bearer"]) assertError(await register(server, { grant_types: [grant] }, token), 400, "invalid_client_metadata");
	});
});

describe("no registration", () => {
	it("is what a server does unless it is told otherwise", async () => {
		const server = await startServer();
		try {
			const answer = await register(server, { redirect_uris: [cb] });
			assert.equal(answer.status, 404);
			assert.equal(answer.json.error, "invalid_request");
			const { ticket } = await server.cliJson(["ticket", "add", "registration"]);
			assert.equal((await register(server, { redirect_uris: [cb] }, ticket)).status, 404);
		} finally {
			await server.close();
		}
	});

	it("open registration lets nobody act for himself", async () => {
		const server = await startServer({ flags: { registration: "open" } });
		try {
			assertError(await register(server, { grant_types: ["client_credentials"] }), 400, "invalid_client_metadata");
			const mixed = await registered(server, { grant_types: ["client_credentials", code], redirect_uris: [cb] });
			assert.deepEqual(mixed.grant_types, [code, "refresh_token"]);
		} finally {
			await server.close();
		}
	});
});
