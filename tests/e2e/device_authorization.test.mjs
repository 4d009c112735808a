// SPDX-License-Identifier: Apache-2.0
//
// The device authorization endpoint: RFC8628#3.1, RFC8628#3.2, and how clients really talk to it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { assertError, authorizeDevice, basic, newGrant, poll, post } from "./support/device.mjs";
import { wholeLog } from "./support/log.mjs";
import { startServer } from "./support/server.mjs";
import { until } from "./support/until.mjs";

describe("device authorization", () => {
	let server, tv, secretive, coder;

	before(async () => {
		server = await startServer({ flags: { cap_exempt: "127.0.0.0/8" } });
		tv = await server.addClient();
		secretive = await server.addClient({ name: "Back room", type: "confidential", flags: ["--scope", "openid profile"] });
		coder = await server.addClient({ name: "Web", grants: ["authorization-code"], flags: ["--redirect-uri", "https://web.example/cb"] });
	});
	after(() => server.close());

	it("answers with the members, types and fixed values of the tutorial, and ours [RFC8628#3.2]", async () => {
		const answer = await authorizeDevice(server, { client_id: tv.client_id });
		assert.equal(answer.status, 200);
		assert.match(answer.headers.get("content-type"), /^application\/json/);
		assert.equal(answer.headers.get("cache-control"), "no-store");
		const { json } = answer;
		assert.deepEqual(Object.keys(json), ["verification_uri", "expires_in", "user_code", "device_code", "interval", "verification_uri_complete"]);
		assert.equal(json.verification_uri, `${server.base}/o/device`);
		assert.equal(json.expires_in, 1800);
		assert.equal(json.interval, 5);
		assert.match(json.user_code, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
		assert.match(json.device_code, /^dcd_[0-9A-Za-z]{58}$/);
		// RFC8628#6.2: beside the code that is typed, not in its place
		assert.equal(json.verification_uri_complete, `${server.base}/o/device?user_code=${json.user_code}`);
		assert.ok(json.verification_uri.length <= 40 && !json.verification_uri.includes(json.user_code));
	});

	it("answers with and without its trailing slash, without a redirect", async () => {
		for (const path of ["/o/device-authorization", "/o/device-authorization/"])
			assert.equal((await post(server, path, { client_id: tv.client_id })).status, 200);
	});

	it("makes every code once [RFC8628#5.2]", async () => {
		const seen = new Set();
		for (let i = 0; i < 200; i++) {
			const { device_code, user_code } = await newGrant(server, tv);
			seen.add(device_code).add(user_code);
		}
		assert.equal(seen.size, 400);
	});

	const accepted = [
		["an empty scope counts as omitted [RFC8628#3.1]", () => ({ client_id: tv.client_id, scope: "" })],
		["unknown parameters are ignored [RFC8628#3.1]", () => ({ client_id: tv.client_id, foo: "bar", grant_type: "device_authorization", dpop_jkt: "x", nonce: "n" })],
		["an empty client_secret counts as omitted", () => ({ client_id: tv.client_id, client_secret: "" })],
		["raw blanks between scopes, as a common client sends them", () => `client_id=${tv.client_id}&scope=openid offline_access`],
		["a charset behind the content type", () => ({ client_id: tv.client_id }), { "content-type": "application/x-www-form-urlencoded; charset=utf-8" }],
		["a content type in capitals", () => ({ client_id: tv.client_id }), { "content-type": "APPLICATION/X-WWW-FORM-URLENCODED" }],
		["Basic with an empty password for a public client", () => ({ scope: "openid" }), () => basic(tv.client_id)],
		["Basic beside the same client_id in the body", () => ({ client_id: tv.client_id }), () => basic(tv.client_id)],
		["a secret in the header", () => ({}), () => basic(secretive.client_id, secretive.client_secret)],
		["a secret in the body", () => ({ client_id: secretive.client_id, client_secret: secretive.client_secret })],
		["Basic with escapes that need not be there [RFC6749#2.3.1]", () => ({}), () => ({
			authorization: `Basic ${Buffer.from([...secretive.client_id].map((c) => `%${c.charCodeAt(0).toString(16)}`).join("") + ":" + secretive.client_secret.replace("_", "%5F")).toString("base64")}`,
		})],
		["the scheme's name in lower case", () => ({}), () => ({ authorization: basic(tv.client_id).authorization.replace("Basic", "basic") })],
	];
	for (const [name, fields, headers] of accepted)
		it(`accepts ${name}`, async () => {
			const answer = await authorizeDevice(server, fields(), typeof headers === "function" ? headers() : headers);
			assert.equal(answer.status, 200, answer.text);
		});

	const refused = [
		["no client at all [RFC8628#3.1]", 400, "invalid_request", () => ({})],
		["an empty client_id [RFC8628#3.1]", 400, "invalid_request", () => ({ client_id: "" })],
		["an unknown client [RFC6749#5.2]", 401, "invalid_client", () => ({ client_id: "nobody" })],
		["a client_id of ten thousand bytes", 401, "invalid_client", () => ({ client_id: "x".repeat(10000) })],
		["a repeated client_id [RFC8628#3.1]", 400, "invalid_request", () => `client_id=${tv.client_id}&client_id=${tv.client_id}`],
		["a repeated scope [RFC8628#3.1]", 400, "invalid_request", () => `client_id=${tv.client_id}&scope=openid&scope=openid`],
		["a repeated unknown parameter [RFC6749#3.2]", 400, "invalid_request", () => `client_id=${tv.client_id}&a=1&a=2`],
		["a NUL in a value", 400, "invalid_request", () => `client_id=${tv.client_id}&scope=%00`],
		["a broken escape", 400, "invalid_request", () => `client_id=${tv.client_id}&scope=%zz`],
		["an unknown scope, at once [RFC6749#3.3]", 400, "invalid_scope", () => ({ client_id: tv.client_id, scope: "openid nonsense" })],
		["a scope with characters it cannot have [RFC6749#3.3]", 400, "invalid_scope", () => ({ client_id: tv.client_id, scope: 'a"b' })],
		["a scope that this client may not have", 400, "invalid_scope", () => ({ client_id: secretive.client_id, client_secret: secretive.client_secret, scope: "email" })],
		["a client without this grant, at once [RFC6749#5.2]", 400, "unauthorized_client", () => ({ client_id: coder.client_id })],
		["a confidential client without its secret [RFC6749#3.2.1]", 401, "invalid_client", () => ({ client_id: secretive.client_id })],
		["a confidential client with a wrong secret [RFC6749#3.2.1]", 401, "invalid_client", () => ({ client_id: secretive.client_id, client_secret: "dcs_wrong" })],
		["a public client with a secret", 401, "invalid_client", () => ({ client_id: tv.client_id, client_secret: "guess" })],
		["two methods at once [RFC6749#2.3]", 400, "invalid_request", () => ({ client_secret: secretive.client_secret }), () => basic(secretive.client_id, secretive.client_secret)],
		["two different clients", 400, "invalid_request", () => ({ client_id: tv.client_id }), () => basic(secretive.client_id, secretive.client_secret)],
		["another scheme", 401, "invalid_client", () => ({ client_id: tv.client_id }), { authorization: "Bearer abc" }],
		["Basic that is not base64", 401, "invalid_client", () => ({}), { authorization: "Basic %%%" }],
		["Basic without a colon", 401, "invalid_client", () => ({}), { authorization: `Basic ${Buffer.from("abc").toString("base64")}` }],
		["JSON", 400, "invalid_request", () => '{"client_id":"x"}', { "content-type": "application/json" }],
		["multipart", 400, "invalid_request", () => "--x--", { "content-type": "multipart/form-data; boundary=x" }],
	];
	for (const [name, status, error, fields, headers] of refused)
		it(`refuses ${name}`, async () => {
			const answer = await authorizeDevice(server, fields(), typeof headers === "function" ? headers() : headers);
			assertError(answer, status, error);
			if (status === 401) assert.match(answer.headers.get("www-authenticate"), /^Basic realm="/);
		});

	it("does not read parameters from the query [RFC6749#2.3.1]", async () => {
		assertError(await post(server, `/o/device-authorization/?client_id=${tv.client_id}`, {}), 400, "invalid_request");
	});

	it("refuses other methods with Allow, and answers OPTIONS", async () => {
		for (const method of ["GET", "PUT", "DELETE"]) {
			const response = await fetch(`${server.base}/o/device-authorization/`, { method });
			assert.equal(response.status, 405);
			assert.match(response.headers.get("allow"), /POST/);
		}
		const options = await fetch(`${server.base}/o/device-authorization/`, { method: "OPTIONS" });
		assert.equal(options.status, 204);
		assert.match(options.headers.get("allow"), /POST, OPTIONS/);
	});

	it("gives the defaults of the client, frozen in the grant", async () => {
		const gadget = await server.addClient({ name: "Gadget", flags: ["--scope", "profile email", "--default-scope", "email"] });
		assert.equal((await authorizeDevice(server, { client_id: gadget.client_id })).status, 200);
	});

	it("keeps no code in clear: neither in the database nor in the log [RFC8628#5.2]", async () => {
		const grant = await newGrant(server, tv);
		const [bytes, log] = [await server.store.bytes(), await wholeLog(server)];
		for (const secret of [grant.device_code, grant.user_code, grant.user_code.replace("-", "")]) {
			assert.equal(bytes.includes(secret), false);
			assert.equal(log.includes(secret), false);
		}
	});
});

describe("caps on device codes", () => {
	it("refuses an address over its minute with 429 and Retry-After [RFC8628#3.1]", async () => {
		const server = await startServer({ moved: true, flags: { issue_per_minute: 5 } });
		try {
			const tv = await server.addClient();
			const answers = [];
			await server.clock.still(async () => {
				for (let i = 0; i < 8; i++) answers.push(await authorizeDevice(server, { client_id: tv.client_id }));
			});
			assert.deepEqual(answers.map((a) => a.status), [200, 200, 200, 200, 200, 429, 429, 429]);
			assert.ok(Number(answers[7].headers.get("retry-after")) > 0);
			assert.equal(answers[7].json.error, "temporarily_unavailable");
		} finally {
			await server.close();
		}
	});

	it("caps live codes of one address, also after a restart, and lets go of them when they expire", async () => {
		const server = await startServer({ moved: true, flags: { issue_live: 3, issue_per_minute: 1000, device_code_lifetime: 600 } });
		try {
			const tv = await server.addClient();
			const statuses = async (count) => {
				const result = [];
				for (let i = 0; i < count; i++) result.push((await authorizeDevice(server, { client_id: tv.client_id })).status);
				return result;
			};
			await server.clock.still(async () => assert.deepEqual(await statuses(4), [200, 200, 200, 429]));
			await server.stop();
			await server.start();
			await until(async () => (await statuses(1))[0] === 429, "the warmed table counts the live codes");
			server.clock.advance(601);
			await until(async () => (await statuses(1))[0] === 200, "expired codes give their places back");
		} finally {
			await server.close();
		}
	});

	it("refuses everybody with 503 while the server holds as many as it may, and never a poll", async () => {
		const server = await startServer({ moved: true, flags: { pending_max: 1000, cap_exempt: "127.0.0.0/8" } });
		try {
			const tv = await server.addClient();
			const first = await newGrant(server, tv);
			let last;
			for (let i = 0; i < 1000; i++) last = await authorizeDevice(server, { client_id: tv.client_id });
			assert.equal(last.status, 503);
			assert.ok(Number(last.headers.get("retry-after")) > 0);
			assert.equal(last.json.error, "temporarily_unavailable");
			assertError(await poll(server, tv, first.device_code), 400, "authorization_pending");
		} finally {
			await server.close();
		}
	});

	it("exempts the networks named", async () => {
		const server = await startServer({ flags: { issue_per_minute: 1, cap_exempt: "127.0.0.0/8" } });
		try {
			const tv = await server.addClient();
			for (let i = 0; i < 5; i++) assert.equal((await authorizeDevice(server, { client_id: tv.client_id })).status, 200);
		} finally {
			await server.close();
		}
	});
});
