// SPDX-License-Identifier: Apache-2.0
//
// UserInfo (OIDC#5.3), and how a token is presented to a resource of ours: RFC 6750, RFC9449#7.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { readAnswer } from "./support/answer.mjs";
import { Browser } from "./support/browser.mjs";
import { poll, post } from "./support/device.mjs";
import { wholeLog } from "./support/log.mjs";
import { password, startServer } from "./support/server.mjs";
import { ProofKey, nowOf, tokensFor, verified } from "./support/tokens.mjs";

const claims = [
	"name=Ada Lovelace",
	"given_name=Ada",
	"birthdate=1815-12-10",
	"locale=en-GB",
	"email=ada@mail.example",
	"email_verified=true",
	"phone_number=+44 20 7946 0000",
	"phone_number_verified=false",
	"address.formatted=12 St James's Square\nLondon",
	"address.country=UK",
];
const everything = "openid profile email address phone";

describe("UserInfo", () => {
	let server, tv, person, ada;

	before(async () => {
		server = await startServer({ moved: true, flags: { cap_exempt: "127.0.0.0/8", session_idle: "89d", session_absolute: "90d" } });
		await server.addUser("ada");
		await server.addUser("bob");
		ada = await server.cliJson(["user", "set", "ada", ...claims]);
		tv = await server.addClient();
		person = new Browser(server);
		await person.signIn("ada", password);
	});
	after(() => server.close());

	async function ask({ method = "GET", headers = {}, body, path = "/o/userinfo/" } = {}) {
		const response = await fetch(server.origin + path, { method, body, headers: { connection: "close", ...headers } });
		return readAnswer(response);
	}
	const bearer = (token) => ({ authorization: `Bearer ${token}` });
	const tokens = (client, scope, options) => tokensFor(server, person, client, scope ? { scope } : {}, options);

	// RFC6750#3: a scheme, attributes once each, and no character that an attribute may not have
	function challengesOf(answer) {
		const found = {};
		for (const [, scheme, rest] of (answer.headers.get("www-authenticate") ?? "").matchAll(/(Bearer|DPoP) ((?:[a-z_]+="[^"]*"(?:, (?!Bearer |DPoP ))?)+)/g)) {
			assert.equal(found[scheme], undefined, "one challenge of a scheme");
			found[scheme] = {};
			for (const [, name, value] of rest.matchAll(/([a-z_]+)="([^"]*)"/g)) {
				assert.equal(found[scheme][name], undefined, `${name} comes once`);
				assert.match(value, /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/);
				found[scheme][name] = value;
			}
		}
		return found;
	}

	function assertRefused(answer, status, error, scheme = "Bearer") {
		assert.equal(answer.status, status, answer.text);
		assert.equal(answer.json.error, error);
		const challenge = challengesOf(answer)[scheme];
		assert.ok(challenge, answer.headers.get("www-authenticate"));
		assert.equal(challenge.error, error);
		assert.equal(challenge.realm, "doorcode");
		assert.match(answer.headers.get("cache-control"), /no-store/);
		return challenge;
	}

	describe("what it says", () => {
		it("is what the scopes of the token ask for, each in its type [OIDC#5.1, OIDC#5.4]", async () => {
			const { access_token } = await tokens(tv, everything);
			const answer = await ask({ headers: bearer(access_token) });
			assert.equal(answer.status, 200);
			assert.match(answer.headers.get("content-type"), /^application\/json/);
			assert.match(answer.headers.get("cache-control"), /no-store/);
			const { updated_at, ...said } = answer.json;
			assert.deepEqual(said, {
				sub: ada.id,
				name: "Ada Lovelace",
				given_name: "Ada",
				preferred_username: "ada", // the name of the account, as none was set
				birthdate: "1815-12-10",
				locale: "en-GB",
				email: "ada@mail.example",
				email_verified: true,
				phone_number: "+44 20 7946 0000",
				phone_number_verified: false,
				address: { formatted: "12 St James's Square\nLondon", country: "UK" }, // OIDC#5.1.1
			});
			assert.ok(Number.isInteger(updated_at) && Math.abs(updated_at - nowOf(server) / 1000) < 86400);
		});

		for (const [scope, names] of [
			["openid", ["sub"]],
			["openid email", ["sub", "email", "email_verified"]],
			["openid phone", ["sub", "phone_number", "phone_number_verified"]],
			["openid address", ["sub", "address"]],
		])
			it(`with ${scope}: ${names.join(", ")} [OIDC#5.4]`, async () => {
				const { access_token } = await tokens(tv, scope);
				const { json } = await ask({ headers: bearer(access_token) });
				assert.deepEqual(Object.keys(json).sort(), [...names].sort());
			});

		it("leaves out what is not known, of a person without any claim [OIDC#5.3.2]", async () => {
			const bob = new Browser(server);
			await bob.signIn("bob", password);
			const { access_token } = await tokensFor(server, bob, tv, { scope: everything });
			const { json } = await ask({ headers: bearer(access_token) });
			assert.deepEqual(Object.keys(json).sort(), ["preferred_username", "sub", "updated_at"]);
			assert.equal(json.preferred_username, "bob");
		});

		it("has the sub of the ID token, also where that is pairwise [OIDC#5.3.2]", async () => {
			const client = await server.addClient({ name: "Pairwise", flags: ["--subject-type", "pairwise"] });
			const { access_token, id_token } = await tokens(client);
			const { payload } = await verified(server, id_token, { audience: client.client_id });
			const { json } = await ask({ headers: bearer(access_token) });
			assert.equal(json.sub, payload.sub);
			assert.notEqual(json.sub, ada.id);
		});

		it("follows the account: what is set or taken away is so at once", async () => {
			const { access_token } = await tokens(tv, "openid profile");
			await server.cliJson(["user", "set", "ada", "nickname=Countess", "preferred_username=ada.l"]);
			const { json } = await ask({ headers: bearer(access_token) });
			assert.deepEqual([json.nickname, json.preferred_username], ["Countess", "ada.l"]);
			await server.cliJson(["user", "set", "ada", "nickname=", "preferred_username="]);
			const later = (await ask({ headers: bearer(access_token) })).json;
			assert.deepEqual([later.nickname, later.preferred_username], [undefined, "ada"]);
		});

		it("is a signed JWT for a client that asked for that, and no ID token [OIDC#5.3.2]", async () => {
			const client = await server.addClient({ name: "Signed", flags: ["--userinfo-signed-response-alg", "ES256"] });
			const { access_token } = await tokens(client, "openid email");
			const answer = await ask({ headers: bearer(access_token) });
			assert.match(answer.headers.get("content-type"), /^application\/jwt/);
			const { payload, protectedHeader } = await verified(server, answer.text, { audience: client.client_id, algorithms: ["ES256"] });
			assert.deepEqual([payload.sub, payload.email, payload.email_verified], [ada.id, "ada@mail.example", true]);
			assert.equal(protectedHeader.typ, undefined);
		});
	});

	describe("a token is presented", () => {
		let token;
		before(async () => ({ access_token: token } = await tokens(tv)));

		const form = { "content-type": "application/x-www-form-urlencoded" };
		for (const [name, request] of [
			["in the Authorization header [RFC6750#2.1]", () => ({ headers: bearer(token) })],
			["without the slash at the end", () => ({ headers: bearer(token), path: "/o/userinfo" })],
			["with the scheme in other letters [RFC9110#11.1]", () => ({ headers: { authorization: `bEARER ${token}` } })],
			["in the header of a POST without a body [OIDC#5.3.1]", () => ({ method: "POST", headers: bearer(token) })],
			["in the header of a POST with an empty form", () => ({ method: "POST", headers: { ...bearer(token), ...form }, body: "" })],
			["in the header of a POST with JSON, which is not looked at [RFC6750#2.2]", () => ({ method: "POST", headers: { ...bearer(token), "content-type": "application/json" }, body: JSON.stringify({ access_token: "other" }) })],
			["in the header of a POST with nothing of some type", () => ({ method: "POST", headers: { ...bearer(token), "content-type": "application/json; charset=utf-8" }, body: "" })],
			["in the header of a POST with a type that is none", () => ({ method: "POST", headers: { ...bearer(token), "content-type": "x" }, body: "access_token=other" })],
			["in the form of a POST [RFC6750#2.2]", () => ({ method: "POST", headers: form, body: `access_token=${token}` })],
		])
			it(name, async () => {
				const answer = await ask(request());
				assert.equal(answer.status, 200, answer.text);
				assert.equal(answer.json.sub, ada.id);
			});

		it("by HEAD: the same without a body", async () => {
			const answer = await ask({ method: "HEAD", headers: bearer(token) });
			assert.deepEqual([answer.status, answer.text], [200, ""]);
		});

		for (const [name, request, status, error] of [
			["in the address [RFC6750#2.3]", () => ({ path: `/o/userinfo/?access_token=${token}` }), 400, "invalid_request"],
			["in the address and the header", () => ({ path: `/o/userinfo/?access_token=${token}`, headers: bearer(token) }), 400, "invalid_request"],
			["in two ways [RFC6750#2]", () => ({ method: "POST", headers: { ...form, ...bearer(token) }, body: `access_token=${token}` }), 400, "invalid_request"],
			["twice in a form [RFC6749#3.2]", () => ({ method: "POST", headers: form, body: `access_token=${token}&access_token=${token}` }), 400, "invalid_request"],
			["as JSON [RFC6750#2.2]", () => ({ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ access_token: token }) }), 401, undefined],
			["in a form of another type [RFC6750#2.2]", () => ({ method: "POST", headers: { "content-type": "text/plain" }, body: `access_token=${token}` }), 401, undefined],
			["with something behind it", () => ({ headers: { authorization: `Bearer ${token} x` } }), 400, "invalid_request"],
			["as nothing behind its scheme", () => ({ headers: { authorization: "Bearer" } }), 400, "invalid_request"],
		])
			it(`not ${name}`, async () => {
				const answer = await ask(request());
				assert.deepEqual([answer.status, answer.json.error], [status, error], answer.text);
			});

		for (const [name, headers] of [
			["nothing at all", {}],
			["another scheme", { authorization: "Basic YTpi" }],
			["an empty header", { authorization: "" }],
		])
			it(`${name}: both schemes are offered, and no error is named [RFC6750#3.1, RFC9449#7.1]`, async () => {
				const answer = await ask({ headers });
				assert.equal(answer.status, 401);
				const { Bearer, DPoP } = challengesOf(answer);
				assert.deepEqual([Bearer.realm, Bearer.error, Bearer.scope], ["doorcode", undefined, "openid"]);
				assert.deepEqual([DPoP.realm, DPoP.error], ["doorcode", undefined]);
				assert.match(DPoP.algs, /\bES256\b/);
				assert.equal(answer.json.error, undefined);
				// RFC9728#5.1
				const about = await (await fetch(Bearer.resource_metadata)).json();
				assert.deepEqual(about.authorization_servers, [`${server.base}/o`]);
			});

		it("other methods are 405 [RFC9110#15.5.6]", async () => {
			const answer = await ask({ method: "DELETE", headers: bearer(token) });
			assert.deepEqual([answer.status, answer.headers.get("allow")], [405, "GET, HEAD, POST, OPTIONS"]);
		});
	});

	describe("a token that is no good", () => {
		for (const [name, wrong] of [
			["is made up", () => "dca_" + "A".repeat(58)],
			["is cut", (token) => token.slice(0, -1)],
			["has another letter", (token) => token.slice(0, -1) + (token.endsWith("A") ? "B" : "A")],
			["is a refresh token", (token, all) => all.refresh_token],
			["is an ID token [RFC9068#4]", (token, all) => all.id_token],
			["is an unsigned JWT", () => "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.e30."],
			["has dots alone", () => ".."],
			["is of ten thousand letters", () => "A".repeat(10000)],
		])
			it(`${name}: invalid_token [RFC6750#3.1]`, async () => {
				const all = await tokens(tv);
				assertRefused(await ask({ headers: bearer(wrong(all.access_token, all)) }), 401, "invalid_token");
			});

		it("has expired", async () => {
			const { access_token } = await tokens(tv);
			server.clock.advance(36000);
			assertRefused(await ask({ headers: bearer(access_token) }), 401, "invalid_token");
		});

		it("was revoked", async () => {
			const { access_token, refresh_token } = await tokens(tv);
			assert.equal((await post(server, "/o/revoke_token/", { client_id: tv.client_id, token: refresh_token })).status, 200);
			assertRefused(await ask({ headers: bearer(access_token) }), 401, "invalid_token");
		});

		for (const [name, off, on] of [
			["whose person was disabled", ["user", "disable", "ada"], ["user", "enable", "ada"]],
			["whose client was disabled", () => ["app", "set", tv.client_id, "--enabled", "no"], () => ["app", "set", tv.client_id, "--enabled", "yes"]],
		])
			it(name, async () => {
				const { access_token } = await tokens(tv);
				const words = (w) => (typeof w === "function" ? w() : w);
				await server.cliJson(words(off));
				assertRefused(await ask({ headers: bearer(access_token) }), 401, "invalid_token");
				await server.cliJson(words(on));
				person = new Browser(server); // whoever was disabled is signed out
				await person.signIn("ada", password);
			});

		it("has not the scope: 403 insufficient_scope, which is named [RFC6750#3.1, ASVS#10.3.2]", async () => {
			const { access_token } = await tokens(tv, "profile email");
			assert.equal(assertRefused(await ask({ headers: bearer(access_token) }), 403, "insufficient_scope").scope, "openid");
		});

		it("is for another resource [RFC9068#4, ASVS#10.3.1]", async () => {
			await server.cliJson(["resource", "add", "https://api.example/", "--name", "API"]);
			server.clock.advance(6); // a running server knows resources as they were five seconds ago
			const { access_token } = await tokensFor(server, person, tv, { scope: "openid", resource: "https://api.example/" });
			assertRefused(await ask({ headers: bearer(access_token) }), 401, "invalid_token");
		});
	});

	describe("a token that is bound to a key [RFC9449#7]", () => {
		let key, other, token;
		before(async () => {
			[key, other] = [await ProofKey.make(server), await ProofKey.make(server)];
			const answer = await tokens(tv, undefined, { headers: () => key.header("/o/token/") });
			assert.equal(answer.token_type, "DPoP");
			token = answer.access_token;
		});
		const dpop = async (proofs, more = {}) => ({
			authorization: `DPoP ${token}`,
			...(await proofs.header("/o/userinfo/", { method: "GET", token, ...more })),
		});

		it("is good with a proof for it", async () => {
			const answer = await ask({ headers: await dpop(key) });
			assert.equal(answer.status, 200, answer.text);
			assert.equal(answer.json.sub, ada.id);
		});

		it("and by POST, with the scheme in other letters", async () => {
			const headers = { authorization: `dpop ${token}`, ...(await key.header("/o/userinfo/", { token })) };
			assert.equal((await ask({ method: "POST", headers })).status, 200);
		});

		for (const [name, headers, error] of [
			["without a proof", async () => ({ authorization: `DPoP ${token}` }), "invalid_dpop_proof"],
			["as if it were a bearer token [RFC9449#7.2, ASVS#10.3.5]", async () => bearer(token), "invalid_token"],
			["as if it were a bearer token, with a proof", async () => ({ ...(await dpop(key)), ...bearer(token) }), "invalid_token"],
			["with the proof of another key", () => dpop(other), "invalid_token"],
			["without ath", () => dpop(key, { token: undefined }), "invalid_dpop_proof"],
			["with the ath of another token", () => dpop(key, { token: "dca_x" }), "invalid_dpop_proof"],
			["with a proof for another method", () => dpop(key, { method: "POST" }), "invalid_dpop_proof"],
			["with a proof for another place", () => dpop(key, { htu: `${server.base}/o/token/` }), "invalid_dpop_proof"],
			["with a proof of yesterday", () => dpop(key, { iat: Math.floor(nowOf(server) / 1000) - 86400 }), "invalid_dpop_proof"],
			["with a proof that is none", async () => ({ authorization: `DPoP ${token}`, dpop: "x" }), "invalid_dpop_proof"],
		])
			it(`is no good ${name}`, async () => {
				const challenge = assertRefused(await ask({ headers: await headers() }), 401, error, "DPoP");
				assert.match(challenge.algs, /\bES256\b/);
			});

		it("a proof is good once [RFC9449#11.1]", async () => {
			const headers = await dpop(key);
			assert.equal((await ask({ headers })).status, 200);
			assertRefused(await ask({ headers }), 401, "invalid_dpop_proof", "DPoP");
		});

		it("one that is not bound does not go with the scheme [RFC9449#7.1]", async () => {
			const { access_token } = await tokens(tv);
			const headers = { authorization: `DPoP ${access_token}`, ...(await key.header("/o/userinfo/", { method: "GET", token: access_token })) };
			assertRefused(await ask({ headers }), 401, "invalid_token", "DPoP");
		});
	});

	it("scripts of the client's own origins may read it, and others not", async () => {
		const client = await server.addClient({ name: "SPA", flags: ["--allowed-origin", "https://spa.example"] });
		const { access_token } = await tokens(client);
		const of = async (origin) => (await ask({ headers: { ...bearer(access_token), origin } })).headers.get("access-control-allow-origin");
		assert.equal(await of("https://spa.example"), "https://spa.example");
		assert.equal(await of("https://evil.example"), null);
		const preflight = await ask({ method: "OPTIONS", headers: { origin: "https://spa.example", "access-control-request-method": "GET" } });
		assert.equal(preflight.headers.get("access-control-allow-origin"), "https://spa.example");
		assert.match(preflight.headers.get("access-control-allow-headers"), /Authorization/i);
	});

	it("tokens stand in no log line", async () => {
		const { access_token } = await tokens(tv);
		await ask({ headers: bearer(access_token) });
		await ask({ path: `/o/userinfo/?access_token=${access_token}` });
		assert.equal((await wholeLog(server)).includes(access_token.slice(5)), false);
	});

	it("a poll of a device is not affected by a proof while nobody has decided [RFC9449#5]", async () => {
		const key = await ProofKey.make(server);
		const { device_code } = (await post(server, "/o/device-authorization/", { client_id: tv.client_id })).json;
		const headers = await key.header("/o/token/");
		for (let i = 0; i < 2; i++) {
			server.clock.advance(6);
			assert.equal((await poll(server, tv, device_code, {}, headers)).json.error, "authorization_pending");
		}
	});
});
