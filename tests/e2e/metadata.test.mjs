// SPDX-License-Identifier: Apache-2.0
//
// What the server says of itself: both well-known documents in both places (RFC8414#3, DISCOVERY#4), that of UserInfo (RFC9728#3),
// and what changes when something is switched on.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { startServer } from "./support/server.mjs";

const places = [
	"/o/.well-known/openid-configuration",
	"/o/.well-known/oauth-authorization-server",
	"/.well-known/openid-configuration/o",
	"/.well-known/oauth-authorization-server/o",
];
const read = async (server, path = places[0]) => (await fetch(`${server.base}${path}`)).json();

describe("metadata", () => {
	let server, document;

	before(async () => {
		server = await startServer();
		document = await read(server);
	});
	after(() => server.close());

	for (const path of places.flatMap((place) => [place, `${place}/`]))
		it(`${path} is the document [RFC8414#3] [DISCOVERY#4]`, async () => {
			const response = await fetch(`${server.base}${path}`);
			assert.equal(response.status, 200);
			assert.match(response.headers.get("content-type"), /^application\/json/);
			assert.match(response.headers.get("cache-control"), /public, max-age=300/);
			assert.equal(response.headers.get("access-control-allow-origin"), "*");
			assert.equal(response.headers.get("pragma"), null);
			// RFC8414#5: whatever a client reads, it learns the same
			assert.deepEqual(await response.json(), document);
		});

	it("the issuer is the one that was asked, and everything else is below it [RFC8414#3.3] [DISCOVERY#4.3]", () => {
		assert.equal(document.issuer, `${server.base}/o`);
		for (const [name, value] of Object.entries(document))
			if (name.endsWith("_endpoint") || name === "jwks_uri") assert.ok(value.startsWith(`${server.base}/o/`), `${name}: ${value}`);
	});

	it("names the endpoint where a device begins, and its grant [RFC8628#4]", () => {
		assert.equal(document.device_authorization_endpoint, `${server.base}/o/device-authorization/`);
		assert.ok(document.grant_types_supported.includes("urn:ietf:params:oauth:grant-type:device_code"));
	});

	it("holds what it must, no list of nothing, and nothing twice [RFC8414#2] [RFC8414#3.2] [DISCOVERY#3]", () => {
		for (const name of ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported", "scopes_supported"])
			assert.ok(document[name], name);
		for (const [name, value] of Object.entries(document)) {
			assert.notEqual(value, null, name);
			if (!Array.isArray(value)) continue;
			assert.ok(value.length > 0, `${name} is empty`);
			assert.equal(new Set(value).size, value.length, `${name} repeats itself`);
		}
		assert.ok(document.id_token_signing_alg_values_supported.includes("RS256"));
		// RFC8414#2: "none" is no algorithm of anything that is to be trusted
		for (const [name, value] of Object.entries(document)) if (/_alg/.test(name)) assert.ok(!value.includes("none"), name);
		for (const endpoint of ["token", "revocation", "introspection"]) assert.ok(document[`${endpoint}_endpoint_auth_signing_alg_values_supported`], endpoint);
		assert.ok(document.scopes_supported.includes("openid"));
		assert.equal(document.request_uri_parameter_supported, false);
		assert.deepEqual(document.code_challenge_methods_supported, ["S256"]);
		assert.deepEqual(document.response_types_supported, ["code"]);
	});

	it("what is not switched on is not told", () => {
		for (const name of ["registration_endpoint", "mtls_endpoint_aliases", "client_id_metadata_document_supported"]) assert.ok(!(name in document), name);
		assert.equal(document.require_pushed_authorization_requests, false);
		assert.equal(document.tls_client_certificate_bound_access_tokens, false);
		assert.ok(!document.token_endpoint_auth_methods_supported.includes("tls_client_auth"));
		assert.ok(!document.grant_types_supported.includes("urn:ietf:params:oauth:grant-type:jwt-bearer"));
		assert.ok(!document.grant_types_supported.includes("implicit"));
		assert.ok(!document.prompt_values_supported.includes("create"));
	});

	it("nothing is said of acr, which no sign-in has [DISCOVERY#3]", () => {
		assert.ok(!("acr_values_supported" in document));
		assert.ok(document.claims_supported.includes("amr"));
		assert.ok(!document.claims_supported.includes("acr"));
	});

	it("is asked for again by its ETag", async () => {
		const first = await fetch(`${server.base}${places[0]}`);
		const etag = first.headers.get("etag");
		await first.text();
		assert.match(etag, /^"[0-9a-f]{32}"$/);
		for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
			const again = await fetch(`${server.base}${places[0]}`, { headers: { "if-none-match": known } });
			assert.equal(again.status, 304, known);
			assert.equal(await again.text(), "");
			assert.equal(again.headers.get("etag"), etag);
		}
		assert.equal((await fetch(`${server.base}${places[0]}`, { headers: { "if-none-match": '"other"' } })).status, 200);
	});

	it("takes GET and HEAD alone", async () => {
		const head = await fetch(`${server.base}${places[1]}`, { method: "HEAD" });
		assert.equal(head.status, 200);
		assert.equal(await head.text(), "");
		const post = await fetch(`${server.base}${places[1]}`, { method: "POST", body: "" });
		assert.equal(post.status, 405);
		assert.equal(post.headers.get("allow"), "GET, HEAD, OPTIONS");
	});

	it("other tenants and other documents are not there", async () => {
		for (const path of ["/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/other", "/.well-known/openid-configuration/o/x", "/o/.well-known/nothing"])
			assert.equal((await fetch(`${server.base}${path}`)).status, 404, path);
	});

	it("UserInfo says which server gives tokens for it [RFC9728#2] [RFC9728#3]", async () => {
		for (const slash of ["", "/"]) {
			const response = await fetch(`${server.base}/.well-known/oauth-protected-resource/o/userinfo${slash}`);
			assert.equal(response.status, 200);
			assert.match(response.headers.get("content-type"), /^application\/json/);
			assert.equal(response.headers.get("access-control-allow-origin"), "*");
			const about = await response.json();
			// RFC9728#3.3: the very URL that clients use
			assert.equal(about.resource, document.userinfo_endpoint);
			assert.deepEqual(about.authorization_servers, [document.issuer]);
			assert.ok(about.bearer_methods_supported.includes("header"));
			assert.ok(!about.bearer_methods_supported.includes("query"));
			assert.deepEqual(about.dpop_signing_alg_values_supported, document.dpop_signing_alg_values_supported);
			assert.ok(about.scopes_supported.includes("openid") && !about.scopes_supported.includes("offline_access"));
		}
	});
});

describe("metadata that changes", () => {
	it("a new scope is told within five seconds, and the ETag is another", async () => {
		const server = await startServer({ moved: true });
		try {
			const before = await fetch(`${server.base}${places[0]}`, { headers: { connection: "close" } });
			assert.ok(!(await before.json()).scopes_supported.includes("photos"));
			await server.cliJson(["scope", "add", "photos", "--description", "See your photos"]);
			server.clock.advance(6);
			const after = await fetch(`${server.base}${places[0]}`, { headers: { connection: "close" } });
			assert.ok((await after.json()).scopes_supported.includes("photos"));
			assert.notEqual(after.headers.get("etag"), before.headers.get("etag"));
		} finally {
			await server.close();
		}
	});

	it("what is switched on is told", async () => {
		const flags = {
			registration: "open",
			client_metadata_documents: "yes",
			require_pushed_requests: "yes",
			hybrid_response_types: "yes",
			sign_up: "open",
			assertion_issuers: "https://idp.example=https://idp.example/jwks.json",
			mtls_base_url: "https://mtls.example",
			trusted_proxies: "127.0.0.1",
			client_certificate_header: "X-Client-Cert",
		};
		const server = await startServer({ flags });
		try {
			const document = await read(server);
			assert.equal(document.registration_endpoint, `${server.base}/o/register/`);
			assert.equal(document.client_id_metadata_document_supported, true);
			assert.equal(document.require_pushed_authorization_requests, true);
			assert.deepEqual(document.response_types_supported, ["code", "id_token", "code id_token"]);
			assert.ok(document.grant_types_supported.includes("implicit")); // DISCOVERY#3, RFC7591#2.1
			assert.ok(document.prompt_values_supported.includes("create"));
			assert.ok(document.grant_types_supported.includes("urn:ietf:params:oauth:grant-type:jwt-bearer"));
			assert.equal(document.tls_client_certificate_bound_access_tokens, true);
			for (const method of ["tls_client_auth", "self_signed_tls_client_auth"]) assert.ok(document.token_endpoint_auth_methods_supported.includes(method), method);
			// RFC8705#5: the same endpoints where a certificate is asked for
			for (const [name, value] of Object.entries(document.mtls_endpoint_aliases)) assert.equal(value, document[name].replace(server.base, "https://mtls.example"), name);
			assert.ok(document.mtls_endpoint_aliases.token_endpoint);
		} finally {
			await server.close();
		}
	});
});
