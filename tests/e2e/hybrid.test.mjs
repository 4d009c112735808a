// SPDX-License-Identifier: Apache-2.0
//
// ID tokens by way of the browser, where the server offers them: OIDC Core sections 3.2 and 3.3.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { addApp, allow, arrival, begin, callback, redeem, selfPosting } from "./support/authorize.mjs";
import { Browser } from "./support/browser.mjs";
import { password, startServer } from "./support/server.mjs";
import { halfHash, verified } from "./support/tokens.mjs";

describe("response types with an ID token", () => {
	let server, web, person;
	const types = ["--response-types", "code,id_token,code id_token", "--skip-authorization", "yes"];

	before(async () => {
		server = await startServer({ flags: { hybrid_response_types: "yes" } });
		await server.addUser("ada");
		web = await addApp(server, { flags: types });
		person = new Browser(server);
		await person.signIn("ada", password);
	});
	after(() => server.close());

	for (const response_type of ["code id_token", "id_token code"])
		it(`${response_type} gives both, in a fragment [OIDC#3.3.2.5, OIDC#3.3.2.11]`, async () => {
			const request = begin(web, { response_type, nonce: "n 1" });
			const { where, params, mode } = arrival(await person.request(request.path));
			assert.equal(where, callback);
			assert.equal(mode, "fragment");
			assert.deepEqual(Object.keys(params), ["code", "id_token", "state", "iss"]);
			const { payload } = await verified(server, params.id_token, { audience: web.client_id });
			assert.equal(payload.nonce, "n 1");
			assert.equal(payload.c_hash, halfHash(params.code));
			assert.equal(payload.at_hash, undefined);
			const answer = await redeem(server, web, request, params.code);
			assert.equal(answer.status, 200, answer.text);
			const later = (await verified(server, answer.json.id_token)).payload;
			// OIDC#3.3.3.6: of the same person, for the same request
			assert.deepEqual([later.sub, later.iss, later.nonce, later.auth_time], [payload.sub, payload.iss, payload.nonce, payload.auth_time]);
		});

	it("id_token gives that alone, with what its scope says [OIDC#3.2.2.5, OIDC#5.4]", async () => {
		const { params } = arrival(await person.request(begin(web, { response_type: "id_token", nonce: "n", scope: "openid profile offline_access" }).path));
		assert.deepEqual(Object.keys(params), ["id_token", "state", "iss"]);
		const { payload } = await verified(server, params.id_token);
		assert.equal(payload.preferred_username, "ada");
		assert.equal(payload.c_hash, undefined);
	});

	it("form_post keeps them out of the address", async () => {
		const response = await person.request(begin(web, { response_type: "code id_token", nonce: "n", response_mode: "form_post" }).path);
		assert.equal(response.status, 200);
		const { action, fields } = selfPosting(await response.text());
		assert.equal(action, callback);
		assert.deepEqual(Object.keys(fields), ["code", "id_token", "state", "iss"]);
	});

	const refusals = [
		["without a nonce [OIDC#3.2.2.1]", "invalid_request", { nonce: undefined }],
		["without openid", "invalid_scope", { scope: "email" }],
		["in a query", "invalid_request", { response_mode: "query" }],
		["with an access token [RFC9700#2.1.2]", "unsupported_response_type", { response_type: "code id_token token" }],
	];
	for (const [name, error, fields] of refusals)
		it(`are refused ${name}, in a fragment`, async () => {
			const { params, mode } = arrival(await person.request(begin(web, { response_type: "code id_token", nonce: "n", ...fields }).path));
			assert.equal(params.error, error, params.error_description);
			assert.equal(mode, "fragment");
			assert.ok(params.iss);
		});

	it("are for clients that registered them", async () => {
		const app = await addApp(server);
		const { params } = arrival(await person.request(begin(app, { response_type: "code id_token", nonce: "n" }).path));
		assert.equal(params.error, "unauthorized_client");
		assert.ok((await allow(person, begin(app).path)).params.code);
	});

	it("are denied as others are", async () => {
		const app = await addApp(server, { flags: types.slice(0, 2) });
		const { params, mode } = arrival(await person.request(begin(app, { response_type: "id_token", nonce: "n", prompt: "none" }).path));
		assert.equal(params.error, "consent_required");
		assert.equal(mode, "fragment");
	});
});
