// SPDX-License-Identifier: Apache-2.0
//
// What scripts of other origins may read: preflights, answers to the client's own origins, and never a page.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { assertError, authorizeDevice, basic, post } from "./support/device.mjs";
import { startServer } from "./support/server.mjs";

const own = "https://app.example";
const foreign = "https://evil.example";
const shared = (answer) => answer.headers.get("access-control-allow-origin");

describe("other origins", () => {
	let server, spa, plain, vault;

	before(async () => {
		server = await startServer({ flags: { cap_exempt: "127.0.0.0/8" } });
		spa = await server.addClient({ name: "SPA", flags: ["--allowed-origin", own, "--allowed-origin", "http://localhost:3000"] });
		plain = await server.addClient();
		vault = await server.addClient({ name: "Vault", type: "confidential", flags: ["--allowed-origin", own] });
	});
	after(() => server.close());

	const preflight = (path, origin, method = "POST") =>
		fetch(`${server.base}${path}`, {
			method: "OPTIONS",
			headers: { origin, "access-control-request-method": method, "access-control-request-headers": "content-type, dpop" },
		});

	for (const path of ["/o/token/", "/o/device-authorization/", "/o/revoke_token/"])
		it(`${path} answers a preflight of anybody, without credentials`, async () => {
			const answer = await preflight(path, foreign);
			assert.equal(answer.status, 204);
			assert.equal(shared(answer), foreign);
			assert.equal(answer.headers.get("vary"), "Origin");
			assert.match(answer.headers.get("access-control-allow-headers"), /Content-Type, DPoP/);
			assert.match(answer.headers.get("access-control-allow-methods"), /POST/);
			assert.equal(answer.headers.get("access-control-allow-credentials"), null);
		});

	it("the answer is for the client's own origins alone", async () => {
		for (const origin of [own, "http://localhost:3000"]) {
			const answer = await authorizeDevice(server, { client_id: spa.client_id }, { origin });
			assert.equal(answer.status, 200, answer.text);
			assert.equal(shared(answer), origin);
			assert.equal(answer.headers.get("vary"), "Origin");
			assert.match(answer.headers.get("access-control-expose-headers"), /WWW-Authenticate, DPoP-Nonce, Retry-After/);
		}
		for (const [client, origin] of [[spa, foreign], [spa, "null"], [plain, own]]) {
			const answer = await authorizeDevice(server, { client_id: client.client_id }, { origin });
			assert.equal(answer.status, 200, "it is the reading that is refused");
			assert.equal(shared(answer), null);
		}
	});

	it("errors of a grant are shared too, on the loop and from a worker", async () => {
		const fields = { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: "nothing", client_id: spa.client_id };
		for (let i = 0; i < 2; i++) {
			const answer = await post(server, "/o/token/", fields, { origin: own });
			assertError(answer, 400, "invalid_grant");
			assert.equal(shared(answer), own);
		}
	});

	it("who does not authenticate shares nothing", async () => {
		const wrong = await post(server, "/o/token/", { grant_type: "refresh_token", refresh_token: "x" }, { origin: own, ...basic(vault.client_id, "wrong") });
		assertError(wrong, 401, "invalid_client");
		assert.equal(shared(wrong), null);
		const nobody = await post(server, "/o/token/", {}, { origin: own });
		assertError(nobody, 400, "invalid_request");
		assert.equal(shared(nobody), null);
	});

	it("pages are shared with nobody [RFC9700#2.6]", async () => {
		for (const path of ["/", "/accounts/login/", "/o/device", "/o/applications/", "/nowhere"]) {
			const answer = await fetch(`${server.base}${path}`, { redirect: "manual", headers: { origin: own } });
			assert.equal(shared(answer), null, path);
			const asked = await preflight(path, own);
			assert.equal(shared(asked), null, path);
		}
	});
});
