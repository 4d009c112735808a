// SPDX-License-Identifier: Apache-2.0
//
// The token endpoint with the device grant (RFC8628#3.4, RFC8628#3.5) and the refresh grant (RFC6749#6), and revocation.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Browser } from "./support/browser.mjs";
import { onPostgres } from "./support/database.mjs";
import { assertError, basic, deviceGrant, newGrant, poll, post, refresh } from "./support/device.mjs";
import { password, startServer } from "./support/server.mjs";

describe("token endpoint", () => {
	let server, tv, radio, vault, coder, person;

	before(async () => {
		server = await startServer({ moved: true, flags: { cap_exempt: "127.0.0.0/8", session_idle: "89d", session_absolute: "90d" } });
		await server.addUser("ada");
		tv = await server.addClient();
		radio = await server.addClient({ name: "Radio" });
		vault = await server.addClient({ name: "Vault", type: "confidential" });
		coder = await server.addClient({ name: "Web", grants: ["authorization-code"], flags: ["--redirect-uri", "https://web.example/cb"] });
		person = new Browser(server);
		await person.signIn("ada", password);
	});
	after(() => server.close());

	const approved = async (client, fields) => {
		const grant = await newGrant(server, client, fields);
		const page = await person.decide(grant.user_code);
		assert.match(page.html, /Device Authorized/);
		return grant;
	};
	const tokens = async (client, fields) => {
		const grant = await approved(client, fields);
		const answer = await poll(server, client, grant.device_code);
		assert.equal(answer.status, 200, answer.text);
		return answer.json;
	};

	describe("polling", () => {
		it("pending is 400 authorization_pending, without a challenge [RFC8628#3.5]", async () => {
			const grant = await newGrant(server, tv);
			const answer = await poll(server, tv, grant.device_code);
			assertError(answer, 400, "authorization_pending");
			assert.deepEqual(answer.json, { error: "authorization_pending", error_description: "The request has not been decided yet." });
		});

		it("the first poll is free, early ones get slow_down and five seconds more, and the last accepted time stays [RFC8628#3.5]", async () => {
			const grant = await newGrant(server, tv);
			const ask = async (seconds) => {
				server.clock.advance(seconds);
				return (await poll(server, tv, grant.device_code)).json;
			};
			await server.clock.still(async () => {
				assert.equal((await ask(0)).error, "authorization_pending");
				const slow = await ask(1);
				assert.deepEqual([slow.error, slow.interval], ["slow_down", 10]);
				assert.equal((await ask(5)).error, "slow_down"); // 6 s after the accepted one, 10 are asked for
				assert.equal((await ask(9)).error, "authorization_pending"); // 15 s
				assert.equal((await ask(15)).error, "authorization_pending");
			});
		});

		it("a steady client at the interval is never slowed", async () => {
			const grant = await newGrant(server, tv);
			for (let i = 0; i < 20; i++) {
				assertError(await poll(server, tv, grant.device_code), 400, "authorization_pending");
				server.clock.advance(5);
			}
		});

		it("the twin that a common library sends at once gets the same answer and moves nothing", async () => {
			const grant = await newGrant(server, tv);
			await server.clock.still(async () => {
				for (let i = 0; i < 12; i++) {
					const first = await poll(server, tv, grant.device_code, {}, basic(tv.client_id));
					server.clock.advance(0.4);
					const second = await poll(server, tv, grant.device_code);
					assert.deepEqual([first.json.error, second.json.error], ["authorization_pending", "authorization_pending"], `round ${i}`);
					server.clock.advance(4.6);
				}
			});
		});

		it("the interval is capped at sixty seconds", async () => {
			const grant = await newGrant(server, tv);
			await server.clock.still(async () => {
				let last;
				for (let i = 0; i < 40; i++) last = await poll(server, tv, grant.device_code);
				assert.equal(last.json.interval, 60);
				server.clock.advance(60);
				assertError(await poll(server, tv, grant.device_code), 400, "authorization_pending");
			});
		});

		it("a decided code is never held back", async () => {
			const grant = await newGrant(server, tv);
			for (let i = 0; i < 10; i++) await poll(server, tv, grant.device_code);
			await person.decide(grant.user_code);
			assert.equal((await poll(server, tv, grant.device_code)).status, 200);
		});

		it("denied is access_denied, for ever [RFC8628#3.5]", async () => {
			const grant = await newGrant(server, tv);
			assert.match((await person.decide(grant.user_code, "deny")).html, /Device Denied/);
			for (let i = 0; i < 3; i++) assertError(await poll(server, tv, grant.device_code), 400, "access_denied");
		});

		it("past expiry is expired_token, pending and approved alike [RFC8628#3.5]", async () => {
			const pending = await newGrant(server, tv);
			const done = await approved(tv);
			server.clock.advance(1801);
			assertError(await poll(server, tv, pending.device_code), 400, "expired_token");
			assertError(await poll(server, tv, done.device_code), 400, "expired_token");
		});

		it("approved a second before the end is redeemable then, and not a second later", async () => {
			await server.clock.still(async () => {
				const early = await newGrant(server, tv);
				const late = await newGrant(server, tv);
				server.clock.advance(1799);
				await person.decide(early.user_code);
				await person.decide(late.user_code);
				assert.equal((await poll(server, tv, early.device_code)).status, 200);
				server.clock.advance(2);
				assertError(await poll(server, tv, late.device_code), 400, "expired_token");
			});
		});
	});

	describe("redemption", () => {
		it("gives the members, types and fixed values of the tutorial [RFC6749#5.1]", async () => {
			const grant = await approved(tv);
			const answer = await poll(server, tv, grant.device_code);
			assert.equal(answer.status, 200);
			assert.match(answer.headers.get("content-type"), /^application\/json/);
			assert.equal(answer.headers.get("cache-control"), "no-store");
			assert.equal(answer.headers.get("pragma"), "no-cache");
			assert.deepEqual(Object.keys(answer.json), ["access_token", "expires_in", "token_type", "scope", "refresh_token", "id_token"]);
			assert.match(answer.json.access_token, /^dca_[0-9A-Za-z]{58}$/);
			assert.match(answer.json.refresh_token, /^dcr_[0-9A-Za-z]{58}$/);
			assert.deepEqual([answer.json.expires_in, answer.json.token_type, answer.json.scope], [36000, "Bearer", "openid"]);
		});

		it("happens once: a used code is invalid_grant [RFC8628#3.5, RFC10027#6.1.3]", async () => {
			const grant = await approved(tv);
			assert.equal((await poll(server, tv, grant.device_code)).status, 200);
			for (let i = 0; i < 3; i++) assertError(await poll(server, tv, grant.device_code), 400, "invalid_grant");
		});

		it("a late poll with a used code takes nothing away from the device", async () => {
			const grant = await approved(tv);
			const { refresh_token } = (await poll(server, tv, grant.device_code)).json;
			await poll(server, tv, grant.device_code);
			assert.equal((await refresh(server, tv, refresh_token)).status, 200);
		});

		it("is given to one of many polls at once [RFC8628#3.5]", async () => {
			const grant = await approved(tv);
			const answers = await Promise.all(Array.from({ length: 40 }, () => poll(server, tv, grant.device_code)));
			assert.equal(answers.filter((a) => a.status === 200).length, 1);
			for (const answer of answers.filter((a) => a.status !== 200)) assertError(answer, 400, "invalid_grant");
		});

		it("the requested scope is granted, in the order asked for", async () => {
			assert.equal((await tokens(tv, { scope: "profile openid offline_access" })).scope, "profile openid offline_access");
		});

		it("a code is bound to its client, before and after approval, and the owner goes on undisturbed [RFC8628#3.4]", async () => {
			const grant = await newGrant(server, tv);
			assertError(await poll(server, radio, grant.device_code), 400, "invalid_grant");
			await person.decide(grant.user_code);
			assertError(await poll(server, radio, grant.device_code), 400, "invalid_grant");
			assert.equal((await poll(server, tv, grant.device_code)).status, 200);
		});

		it("a lost answer is given again to the same confidential client within ten seconds and the database's wait, byte by byte", async () => {
			const grant = await approved(vault);
			await server.clock.still(async () => {
				const first = await poll(server, vault, grant.device_code);
				const again = await poll(server, vault, grant.device_code);
				assert.equal(first.status, 200);
				assert.equal(again.text, first.text);
				if (onPostgres) {
					// who was told 503 after database_wait comes back that much later
					server.clock.advance(12);
					assert.equal((await poll(server, vault, grant.device_code)).text, first.text);
					server.clock.advance(4);
				} else server.clock.advance(11);
				assertError(await poll(server, vault, grant.device_code), 400, "invalid_grant");
			});
		});

		it("a person disabled after approving gives no tokens; a client likewise", async () => {
			await server.addUser("bea");
			const other = new Browser(server);
			await other.signIn("bea", password);
			const grant = await newGrant(server, radio);
			await other.decide(grant.user_code);
			await server.cli(["user", "disable", "bea"]);
			assertError(await poll(server, radio, grant.device_code), 400, "invalid_grant");

			const second = await approved(radio);
			await server.cli(["app", "set", radio.client_id, "--enabled", "no"]);
			const answer = await poll(server, radio, second.device_code);
			assert.ok(["invalid_grant", "invalid_client"].includes(answer.json.error), answer.text);
			await server.cli(["app", "set", radio.client_id, "--enabled", "yes"]);
		});
	});

	describe("refusals", () => {
		const mangled = (code) => code.slice(0, -1) + (code.endsWith("0") ? "1" : "0");
		const table = [
			["no grant_type [RFC6749#5.2]", 400, "invalid_request", (g) => ({ client_id: tv.client_id, device_code: g.device_code })],
			["an unknown grant_type [RFC6749#5.2]", 400, "unsupported_grant_type", (g) => ({ client_id: tv.client_id, device_code: g.device_code, grant_type: "device_code" })],
			["the password grant [RFC9700#2.4]", 400, "unsupported_grant_type", () => ({ client_id: tv.client_id, grant_type: "password", username: "ada", password })],
			["a grant the client does not have [RFC6749#5.2, ASVS#10.4.4]", 400, "unauthorized_client", (g) => ({ client_id: coder.client_id, grant_type: deviceGrant, device_code: g.device_code })],
			["no device_code [RFC8628#3.4]", 400, "invalid_request", () => ({ client_id: tv.client_id, grant_type: deviceGrant })],
			["an empty device_code", 400, "invalid_request", () => ({ client_id: tv.client_id, grant_type: deviceGrant, device_code: "" })],
			["an invented device_code [RFC6749#5.2]", 400, "invalid_grant", () => ({ client_id: tv.client_id, grant_type: deviceGrant, device_code: "G30j94v0kNfipD4KmGLTWeL4eZnKHm" })],
			["a device_code with one character changed", 400, "invalid_grant", (g) => ({ client_id: tv.client_id, grant_type: deviceGrant, device_code: mangled(g.device_code) })],
			["a device_code of ten thousand bytes", 400, "invalid_grant", () => ({ client_id: tv.client_id, grant_type: deviceGrant, device_code: "d".repeat(10000) })],
			["a NUL in the device_code", 400, "invalid_request", (g) => `client_id=${tv.client_id}&grant_type=${encodeURIComponent(deviceGrant)}&device_code=${g.device_code}%00`],
			["no client, before anything is said of the code", 400, "invalid_request", (g) => ({ grant_type: deviceGrant, device_code: g.device_code })],
			["an unknown client, before anything is said of the code", 401, "invalid_client", (g) => ({ client_id: "nobody", grant_type: deviceGrant, device_code: g.device_code })],
			["a confidential client without its secret", 401, "invalid_client", (g) => ({ client_id: vault.client_id, grant_type: deviceGrant, device_code: g.device_code })],
			["a repeated device_code [RFC6749#3.2]", 400, "invalid_request", (g) => `client_id=${tv.client_id}&grant_type=${encodeURIComponent(deviceGrant)}&device_code=${g.device_code}&device_code=${g.device_code}`],
			["no refresh_token", 400, "invalid_request", () => ({ client_id: tv.client_id, grant_type: "refresh_token" })],
			["an access token as a device code", 400, "invalid_grant", () => ({ client_id: tv.client_id, grant_type: deviceGrant, device_code: "dca_" + "0".repeat(58) })],
		];
		for (const [name, status, error, fields] of table)
			it(`refuses ${name}`, async () => {
				const grant = await newGrant(server, tv);
				assertError(await post(server, "/o/token/", fields(grant)), status, error);
				assertError(await poll(server, tv, grant.device_code), 400, "authorization_pending");
			});

		it("refuses JSON and GET", async () => {
			assertError(await post(server, "/o/token", "{}", { "content-type": "application/json" }), 400, "invalid_request");
			assert.equal((await fetch(`${server.base}/o/token/`)).status, 405);
		});

		it("counts wrong secrets by client and address, and still never answers a device poll with 429", async () => {
			const safe = await server.addClient({ name: "Safe", type: "confidential" });
			const grant = await newGrant(server, safe);
			let answer;
			for (let i = 0; i < 30; i++)
				answer = await post(server, "/o/device-authorization", { client_id: safe.client_id, client_secret: `dcs_${i}` });
			assert.equal(answer.status, 429);
			assert.ok(Number(answer.headers.get("retry-after")) > 0);
			assertError(await poll(server, safe, grant.device_code), 400, "authorization_pending");
			server.clock.advance(3600);
			assert.equal((await post(server, "/o/device-authorization", safe)).status, 200);
		});
	});

	describe("refresh", () => {
		it("rotates: a new pair, and the old one is spent [RFC6749#6]", async () => {
			const first = await tokens(tv);
			const second = (await refresh(server, tv, first.refresh_token)).json;
			assert.deepEqual(Object.keys(second), ["access_token", "expires_in", "token_type", "scope", "refresh_token", "id_token"]);
			assert.notEqual(second.refresh_token, first.refresh_token);
			assert.notEqual(second.access_token, first.access_token);
			assert.equal((await refresh(server, tv, second.refresh_token)).status, 200);
		});

		it("a spent one that comes again revokes the authorization with all that hangs on it [RFC9700#4.14.2]", async () => {
			const first = await tokens(tv);
			const second = (await refresh(server, tv, first.refresh_token)).json;
			assertError(await refresh(server, tv, first.refresh_token), 400, "invalid_grant");
			assertError(await refresh(server, tv, second.refresh_token), 400, "invalid_grant");
		});

		it("a lost answer is given again to a confidential client, and revokes nothing", async () => {
			const first = await tokens(vault);
			const second = await refresh(server, vault, first.refresh_token);
			assert.equal((await refresh(server, vault, first.refresh_token)).text, second.text);
			assert.equal((await refresh(server, vault, second.json.refresh_token)).status, 200);
		});

		it("is given to one of many at once; the others are reuse", async () => {
			const first = await tokens(tv);
			const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(server, tv, first.refresh_token)));
			assert.ok(answers.filter((a) => a.status === 200).length <= 1);
			for (const answer of answers.filter((a) => a.status !== 200)) assertError(answer, 400, "invalid_grant");
		});

		it("a narrower scope narrows the access token alone [RFC6749#6]", async () => {
			const first = await tokens(tv, { scope: "openid profile" });
			const narrow = (await refresh(server, tv, first.refresh_token, { scope: "profile" })).json;
			assert.equal(narrow.scope, "profile");
			assert.equal((await refresh(server, tv, narrow.refresh_token)).json.scope, "openid profile");
		});

		it("a wider scope is invalid_scope and spends nothing [RFC6749#6]", async () => {
			const first = await tokens(tv, { scope: "openid" });
			assertError(await refresh(server, tv, first.refresh_token, { scope: "openid email" }), 400, "invalid_scope");
			assert.equal((await refresh(server, tv, first.refresh_token)).status, 200);
		});

		it("another client's token is invalid_grant and stays good for its own [RFC6749#6]", async () => {
			const first = await tokens(tv);
			assertError(await refresh(server, radio, first.refresh_token), 400, "invalid_grant");
			assert.equal((await refresh(server, tv, first.refresh_token)).status, 200);
		});

		it("an idle one ends after thirty days; one in use goes on", async () => {
			const used = await tokens(tv);
			const idle = await tokens(tv);
			server.clock.advance(29 * 86400);
			const next = (await refresh(server, tv, used.refresh_token)).json;
			server.clock.advance(2 * 86400);
			assertError(await refresh(server, tv, idle.refresh_token), 400, "invalid_grant");
			assert.equal((await refresh(server, tv, next.refresh_token)).status, 200);
		});

		it("a disabled person's tokens are not refreshed", async () => {
			await server.addUser("cyd");
			const other = new Browser(server);
			await other.signIn("cyd", password);
			const grant = await newGrant(server, tv);
			await other.decide(grant.user_code);
			const { refresh_token } = (await poll(server, tv, grant.device_code)).json;
			await server.cli(["user", "disable", "cyd"]);
			assertError(await refresh(server, tv, refresh_token), 400, "invalid_grant");
		});
	});

	describe("revocation", () => {
		const revoke = (fields, headers) => post(server, "/o/revoke_token/", fields, headers);

		it("of a refresh token by a public client ends the authorization [RFC7009#2.1]", async () => {
			const first = await tokens(tv);
			assert.equal((await revoke({ client_id: tv.client_id, token: first.refresh_token, token_type_hint: "access_token" })).status, 200);
			assertError(await refresh(server, tv, first.refresh_token), 400, "invalid_grant");
		});

		it("of an access token ends it as well, whatever the hint [RFC7009#2.1]", async () => {
			const first = await tokens(tv);
			assert.equal((await revoke({ client_id: tv.client_id, token: first.access_token, token_type_hint: "nonsense" })).status, 200);
			assertError(await refresh(server, tv, first.refresh_token), 400, "invalid_grant");
		});

		it("of a foreign token answers 200 and changes nothing [RFC7009#2.1]", async () => {
			const first = await tokens(tv);
			assert.equal((await revoke({ client_id: radio.client_id, token: first.refresh_token })).status, 200);
			assert.equal((await refresh(server, tv, first.refresh_token)).status, 200);
		});

		it("of nonsense answers 200; without a token or a client it is an error [RFC7009#2.2]", async () => {
			assert.equal((await revoke({ client_id: tv.client_id, token: "nonsense" })).status, 200);
			assertError(await revoke({ client_id: tv.client_id }), 400, "invalid_request");
			assertError(await revoke({ token: "x" }), 400, "invalid_request");
			assertError(await revoke({ client_id: vault.client_id, token: "x" }), 401, "invalid_client");
		});
	});
});
