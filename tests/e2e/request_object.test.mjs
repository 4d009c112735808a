// SPDX-License-Identifier: Apache-2.0
//
// Signed authorization requests, made with an independent library: RFC 9101, OIDC Core section 6.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import * as jose from "jose";

import { addApp, arrival, begin, callback, consentPage, push, pushedPath, redeem, signInHere } from "./support/authorize.mjs";
import { Browser } from "./support/browser.mjs";
import { assertError } from "./support/device.mjs";
import { password, startServer } from "./support/server.mjs";
import { nowOf } from "./support/tokens.mjs";

describe("signed authorization requests", () => {
	let server, person, keys, web;

	before(async () => {
		server = await startServer({ moved: true });
		await server.addUser("ada");
		keys = Object.fromEntries(await Promise.all(["ES256", "RS256", "PS512"].map(async (alg) => [alg, await jose.generateKeyPair(alg)])));
		web = await appWith(["--skip-authorization", "yes"]);
		person = new Browser(server);
		await person.signIn("ada", password);
	});
	after(() => server.close());

	async function appWith(flags = []) {
		const set = await Promise.all(Object.entries(keys).map(async ([alg, pair]) => ({ ...(await jose.exportJWK(pair.publicKey)), alg, kid: alg, use: "sig" })));
		return addApp(server, { flags: ["--jwks", JSON.stringify({ keys: set }), ...flags] });
	}

	const seconds = () => Math.floor(nowOf(server).getTime() / 1000);

	function sign(client, fields, { alg = "ES256", kid = alg, typ = "oauth-authz-req+jwt", key = keys[alg].privateKey, ...claims } = {}) {
		const now = seconds();
		const payload = { ...fields, iss: client.client_id, aud: `${server.base}/o`, client_id: client.client_id, iat: now, exp: now + 60, nbf: now, ...claims };
		return new jose.SignJWT(JSON.parse(JSON.stringify(payload))).setProtectedHeader({ alg, kid, typ }).sign(key);
	}

	const pathOf = (client, request, more = {}) => `/o/authorize/?${new URLSearchParams({ client_id: client.client_id, request, ...more })}`;

	for (const alg of ["ES256", "RS256", "PS512"])
		it(`by ${alg} are taken, and lead to a code [RFC9101#6.2]`, async () => {
			const request = begin(web);
			const { params } = arrival(await person.request(pathOf(web, await sign(web, request.fields, { alg }))));
			assert.equal(params.state, request.state);
			assert.equal((await redeem(server, web, request, params.code)).status, 200);
		});

	it("may have the type of any JWT, and an audience among others", async () => {
		const request = await sign(web, begin(web).fields, { typ: "JWT", aud: ["https://other.example", `${server.base}/o`] });
		assert.ok(arrival(await person.request(pathOf(web, request))).params.code);
	});

	it("nothing beside them counts [RFC9101#6.3]", async () => {
		const request = begin(web, { state: "inside" });
		const path = pathOf(web, await sign(web, request.fields), { state: "outside", scope: "magic", redirect_uri: "https://evil.example/", response_type: "token" });
		const { where, params } = arrival(await person.request(path));
		assert.equal(where, callback);
		assert.equal(params.state, "inside");
	});

	it("claims are an object in them, max_age a number [OIDC#6.1]", async () => {
		const claims = { id_token: { acr: { essential: true, values: ["gold"] } } };
		assert.equal(arrival(await person.request(pathOf(web, await sign(web, { ...begin(web).fields, claims })))).params.error, "unmet_authentication_requirements");
		server.clock.advance(30);
		assert.equal((await person.request(pathOf(web, await sign(web, { ...begin(web).fields, max_age: 10 })))).status, 200);
	});

	it("may be shown again until they expire, as a reload does", async () => {
		const path = pathOf(web, await sign(web, begin(web).fields, { jti: "one" }), { redirect_uri: callback });
		const codes = [];
		for (let i = 0; i < 2; i++) codes.push(arrival(await person.request(path)).params.code);
		assert.ok(codes[0] && codes[1] && codes[0] !== codes[1]);
		server.clock.advance(100);
		assert.equal(arrival(await person.request(path)).params.error, "invalid_request_object");
	});

	it("are good for whoever needs longer to sign in than they live", async () => {
		const slow = new Browser(server);
		const request = begin(web);
		const page = await slow.request(pathOf(web, await sign(web, request.fields)));
		server.clock.advance(300);
		const { params } = arrival(await signInHere(slow, page, "ada"));
		assert.equal(params.state, request.state);
		assert.equal((await redeem(server, web, request, params.code)).status, 200);
	});

	it("of a client that is let off exp may have none, or a distant one", async () => {
		const app = await appWith(["--skip-authorization", "yes", "--request-object-expiry", "any"]);
		for (const exp of [undefined, 4102444800]) assert.ok(arrival(await person.request(pathOf(app, await sign(app, begin(app).fields, { exp })))).params.code);
	});

	describe("are refused", () => {
		const table = [
			["of another client", { iss: "other" }],
			["to another server", { aud: "https://other.example" }],
			["to this server without the path of its issuer", () => ({ aud: server.base })],
			["with another client_id [RFC9101#5]", { client_id: "other" }],
			["without a client_id", { client_id: undefined }],
			["that are client assertions [RFC9101#10.8]", () => ({ sub: web.client_id })],
			["that have expired", { exp: 1 }],
			["that never expire", { exp: undefined }],
			["that are good for more than an hour", () => ({ exp: seconds() + 3700 })],
			["that were made in the future", () => ({ iat: seconds() + 60 })],
			["that are not valid yet", { nbf: 4102444800 }],
			["with a request in them [RFC9101#4]", { request: "x" }],
			["of another type [RFC9101#10.8]", { typ: "at+jwt" }],
			["by a key that is not the client's", async () => ({ key: (await jose.generateKeyPair("ES256")).privateKey })],
			["with a kid of another algorithm", { kid: "RS256" }],
		];
		for (const [name, options] of table)
			it(name, async () => {
				const request = await sign(web, begin(web).fields, typeof options === "function" ? await options() : options);
				const { where, params } = arrival(await person.request(pathOf(web, request, { redirect_uri: callback, state: "outside" })));
				assert.equal(where, callback);
				assert.equal(params.error, "invalid_request_object", params.error_description);
				assert.equal(params.state, "outside");
			});

		it("that are not signed, or by the client's secret [RFC9101#10.2]", async () => {
			const unsecured = new jose.UnsecuredJWT({ ...begin(web).fields, iss: web.client_id, aud: `${server.base}/o` }).encode();
			const secret = await sign(web, begin(web).fields, { alg: "HS256", key: new TextEncoder().encode(web.client_secret) });
			for (const request of [unsecured, secret, "x", "a.b.c.d.e"])
				assert.equal(arrival(await person.request(pathOf(web, request, { redirect_uri: callback }))).params.error, "invalid_request_object");
		});

		it("where the client is kept to another algorithm", async () => {
			const app = await appWith(["--request-object-signing-alg", "PS512"]);
			const path = async (alg) => pathOf(app, await sign(app, begin(app).fields, { alg }), { redirect_uri: callback });
			assert.equal(arrival(await person.request(await path("ES256"))).params.error, "invalid_request_object");
			await consentPage(person, await path("PS512"));
		});
	});

	it("are demanded of a client that says so, pushed or not [RFC9101#10.5]", async () => {
		const app = await appWith(["--require-signed-request-object", "yes"]);
		assert.equal(arrival(await person.request(begin(app).path)).params.error, "invalid_request");
		assertError(await push(server, app, begin(app).fields), 400, "invalid_request");
		const request = await sign(app, begin(app).fields);
		await consentPage(person, pathOf(app, request));
		const answer = await push(server, app, { request });
		assert.equal(answer.status, 201, answer.text);
		await consentPage(person, pushedPath(app, answer));
	});

	it("can be pushed: what they say is what counts [RFC9126#3]", async () => {
		const request = begin(web);
		const answer = await push(server, web, { request: await sign(web, request.fields), scope: "magic" });
		assert.equal(answer.status, 201, answer.text);
		const { params } = arrival(await person.request(pushedPath(web, answer)));
		assert.equal(params.state, request.state);
		assert.equal((await redeem(server, web, request, params.code)).status, 200);
		const other = await addApp(server);
		assertError(await push(server, other, { request: await sign(web, begin(web).fields) }), 400, "invalid_request_object");
	});
});
