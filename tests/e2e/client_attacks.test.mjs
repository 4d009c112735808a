// SPDX-License-Identifier: Apache-2.0
//
// What a hostile client, or somebody who plays one, sends to the endpoints where clients authenticate: forged, foreign, confused and
// oversized proofs. The plain refusals are in client_assertion.test.mjs, dpop.test.mjs, par.test.mjs and the tests of each endpoint.
import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { after, before, describe, it } from "node:test";

import * as jose from "jose";

import { assertionType, ClientKey, Publisher } from "./support/assertions.mjs";
import { Browser } from "./support/browser.mjs";
import { deviceTokens, introspected, ok, postAs, tokenOf } from "./support/clients.mjs";
import { assertError, basic, post, refresh } from "./support/device.mjs";
import { wholeLog } from "./support/log.mjs";
import { password, startServer } from "./support/server.mjs";
import { nowOf, ProofKey } from "./support/tokens.mjs";

const endpoints = ["/o/token/", "/o/device-authorization/", "/o/revoke_token/", "/o/introspect/", "/o/par/"];
const clientCredentials = { grant_type: "client_credentials" };
const encode = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

let place = 0;
/** Another address for each try, so that no budget of failures is used up. */
const elsewhere = () => ({ "x-forwarded-for": `198.51.${++place % 250}.1` });

describe("assertions of a hostile client", () => {
	let server, own, victims, mallory, victim, publisher;

	before(async () => {
		server = await startServer({ flags: { cap_exempt: "0.0.0.0/0", trusted_proxies: "127.0.0.1", fetch_allow: "127.0.0.0/8", fetch_http: "yes" } });
		[own, victims] = await Promise.all([ClientKey.make(), ClientKey.make("RS256")]);
		publisher = await new Publisher(own.set).start();
		const client = (name, key) => server.addClient({ name, type: "confidential", grants: ["client-credentials"], flags: ["--token-endpoint-auth-method", "private_key_jwt", "--jwks", JSON.stringify(key.set)] });
		mallory = await client("Mallory", own);
		victim = await client("Victim", victims);
	});
	after(async () => {
		await server.close();
		publisher.close();
	});

	const seconds = () => Math.floor(nowOf(server).getTime() / 1000);
	const claimsOf = (client, more = {}) => ({ iss: client.client_id, sub: client.client_id, aud: `${server.base}/o`, iat: seconds(), exp: seconds() + 60, jti: `${Math.random()}`, ...more });
	/** Signed by `key` as it stands, however wrong it is. */
	async function forge(payload, key = own, header = {}) {
		const text = typeof payload === "string" ? payload : JSON.stringify(payload);
		return new jose.CompactSign(Buffer.from(text)).setProtectedHeader({ alg: key.alg, typ: "JWT", ...(key.kid && { kid: key.kid }), ...header }).sign(key.secret);
	}
	const send = (client_assertion, path = "/o/token/", more = {}) => post(server, path, { ...clientCredentials, token: "x", client_assertion_type: assertionType, client_assertion, ...more }, elsewhere());

	it("a good one is good, so that the rest is refused for what it is", async () => {
		await ok(send(await forge(claimsOf(mallory))));
		await ok(send(await forge(claimsOf(victim), victims)));
	});

	const long = (length) => "j".repeat(length);
	const own_claims = [
		["made an hour from now", () => ({ iat: seconds() + 3600 })],
		["good from the next hour on", () => ({ nbf: seconds() + 3600, exp: seconds() + 3500 })],
		["with a jti of 257 characters", () => ({ jti: long(257) })],
		["with a jti of ten thousand characters", () => ({ jti: long(10000) })],
		["with a jti that is a number", () => ({ jti: 7 })],
		["with an empty jti", () => ({ jti: "" })],
		["for an audience that is a number", () => ({ aud: 1 })],
		["for an audience that is an object", () => ({ aud: { [`${server.base}/o`]: true } })],
		["for an audience in an audience", () => ({ aud: [[`${server.base}/o`]] })],
		["for no audience in a list", () => ({ aud: [] })],
		["for the endpoint that is called", () => ({ aud: `${server.base}/o/token/` })],
		["for another endpoint", () => ({ aud: `${server.base}/o/introspect/` })],
		["that ends at a text", () => ({ exp: `${seconds() + 60}` })],
		["that ends at no time that there is", () => ({ exp: 1e300 })],
		["about a name that only begins like the client", () => ({ sub: `${mallory.client_id}\u0000x` })],
		["about another client", () => ({ sub: victim.client_id })],
		["by another client about this one", () => ({ iss: victim.client_id })],
		["about a list of clients", () => ({ sub: [mallory.client_id] })],
	];
	for (const [name, claims] of own_claims)
		it(`one ${name} is refused [RFC7523#3]`, async () => assertError(await send(await forge(claimsOf(mallory, claims()))), 401, "invalid_client"));

	const forgeries = [
		["with a claim twice", async () => forge(JSON.stringify(claimsOf(mallory)).replace("{", `{"sub":"${victim.client_id}",`))],
		["for another client", async () => forge(claimsOf(victim))],
		["for another client under the id of its key", async () => forge(claimsOf(victim), own, { kid: victims.kid })],
		["for another client, which brings its key along", async () => forge(claimsOf(victim), own, { kid: undefined, jwk: own.jwk })],
		["for another client, which says where its key is", async () => forge(claimsOf(victim), own, { kid: undefined, jku: publisher.url, x5u: publisher.url })],
		["whose key has an id that is a path", async () => forge(claimsOf(victim), own, { kid: "../../etc/passwd" })],
		["for another client under the secret of its public key, as PEM", async () => forge(claimsOf(victim), ClientKey.ofSecret(createPublicKey({ key: victims.jwk, format: "jwk" }).export({ type: "spki", format: "pem" })))],
		["for another client under the secret of its public key, as DER", async () => forge(claimsOf(victim), ClientKey.ofSecret(createPublicKey({ key: victims.jwk, format: "jwk" }).export({ type: "spki", format: "der" })))],
		["for another client under the secret of its public key, as JSON, with its id", async () => forge(claimsOf(victim), ClientKey.ofSecret(JSON.stringify(victims.jwk)), { kid: victims.kid })],
		["for another client under the empty secret", async () => `${encode({ alg: "HS256" })}.${encode(claimsOf(victim))}.`],
		["for another client that is not signed", async () => `${encode({ alg: "none" })}.${encode(claimsOf(victim))}.`],
		["for another client that is not signed, in capitals", async () => `${encode({ alg: "NONE" })}.${encode(claimsOf(victim))}.AA`],
		["with its algorithm twice", async () => (await forge(claimsOf(mallory))).replace(/^[^.]*/, encode(`{"alg":"none","alg":"ES256","kid":"${own.kid}"}`))],
		["that is a request object [RFC8725#3.11]", async () => forge(claimsOf(mallory), own, { typ: "oauth-authz-req+jwt" })],
		["that is a proof [RFC8725#3.11]", async () => forge(claimsOf(mallory), own, { typ: "dpop+jwt" })],
		["with a signature of nothing", async () => (await forge(claimsOf(mallory))).replace(/[^.]*$/, "")],
		["with a signature of zeros", async () => (await forge(claimsOf(mallory))).replace(/[^.]*$/, Buffer.alloc(64).toString("base64url"))],
		["in JSON", async () => {
			const [protected_, payload, signature] = (await forge(claimsOf(mallory))).split(".");
			return JSON.stringify({ protected: protected_, payload, signature });
		}],
	];
	for (const [name, make] of forgeries)
		it(`one ${name} is refused [RFC7523#3]`, async () => assertError(await send(await make()), 401, "invalid_client"));

	it("no key was fetched because an assertion said where it is", () => assert.equal(publisher.asked, 0));

	for (const path of endpoints)
		it(`${path} takes none of another client, and none that it has seen elsewhere [RFC7521#4.2]`, async () => {
			assertError(await send(await forge(claimsOf(victim)), path), 401, "invalid_client");
			const once = await forge(claimsOf(mallory));
			await ok(send(once));
			assertError(await send(once, path), 401, "invalid_client");
			assertError(await send(await forge(claimsOf(mallory)), path, { client_id: victim.client_id }), 401, "invalid_client");
			assertError(await send(await forge(claimsOf(mallory)), path, { client_id: mallory.client_id, client_secret: "x" }), 400, "invalid_request");
			assertError(await post(server, path, { token: "x", client_id: victim.client_id }, elsewhere()), 401, "invalid_client");
		});

	it("two of them, or one in the address, are no proof [RFC6749#2.3]", async () => {
		const two = new URLSearchParams({ ...clientCredentials, client_assertion_type: assertionType });
		for (let i = 0; i < 2; i++) two.append("client_assertion", await forge(claimsOf(mallory)));
		assertError(await post(server, "/o/token/", two.toString(), elsewhere()), 400, "invalid_request");
		const query = new URLSearchParams({ client_assertion_type: assertionType, client_assertion: await forge(claimsOf(mallory)) });
		assertError(await post(server, `/o/token/?${query}`, clientCredentials, elsewhere()), 400, "invalid_request");
	});
});

describe("secrets of a hostile client", () => {
	let server, vault, shop, tv, person;

	before(async () => {
		server = await startServer({ flags: { cap_exempt: "0.0.0.0/0", trusted_proxies: "127.0.0.1" } });
		await server.addUser("ada");
		[vault, shop] = await Promise.all(["Vault", "Shop"].map((name) => server.addClient({ name, type: "confidential", grants: ["client-credentials", "device-code"] })));
		tv = await server.addClient();
		person = new Browser(server);
		await person.signIn("ada", password);
	});
	after(() => server.close());

	const escapeAll = (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
	const raw = (pair) => ({ authorization: `Basic ${Buffer.from(pair).toString("base64")}`, ...elsewhere() });

	it("a pair is decoded, each part once [RFC6749#2.3.1]", async () => {
		await ok(post(server, "/o/token/", clientCredentials, raw(`${escapeAll(vault.client_id)}:${escapeAll(vault.client_secret)}`)));
		assertError(await post(server, "/o/token/", clientCredentials, raw(`${escapeAll(vault.client_id)}:${escapeAll(escapeAll(vault.client_secret))}`)), 401, "invalid_client");
	});

	for (const path of endpoints)
		it(`${path} refuses pairs that are none, and secrets of others`, async () => {
			for (const pair of [`${vault.client_id}:${vault.client_secret}%00`, `${vault.client_id}:`, `${vault.client_id}:%`, `${vault.client_id}%00:${vault.client_secret}`, `${vault.client_id}:${shop.client_secret}`, `:${vault.client_secret}`, vault.client_id, `${tv.client_id}:x`, `${vault.client_id}:${"s".repeat(5000)}`]) {
				const answer = await post(server, path, { ...clientCredentials, token: "x" }, raw(pair));
				assert.ok(["invalid_client", "invalid_request"].includes(answer.json.error), `${pair}: ${answer.text}`);
				assert.ok([400, 401].includes(answer.status), `${pair}: ${answer.status}`);
			}
			for (const fields of [{ client_secret: "" }, { client_secret: shop.client_secret }, { client_secret: `${vault.client_secret} ` }])
				assertError(await post(server, path, { token: "x", client_id: vault.client_id, ...fields }, elsewhere()), 401, "invalid_client");
			assertError(await post(server, path, { token: "x", client_id: shop.client_id, client_secret: shop.client_secret }, { ...basic(vault.client_id, vault.client_secret), ...elsewhere() }), 400, "invalid_request");
			assertError(await post(server, path, { token: "x", client_id: shop.client_id }, { ...basic(vault.client_id, vault.client_secret), ...elsewhere() }), 400, "invalid_request");
		});

	it("what belongs to another client is neither told nor ended [RFC7662#4] [RFC7009#2.1]", async () => {
		const given = await deviceTokens(server, person, shop, { scope: "openid offline_access" });
		for (const token of [given.access_token, given.refresh_token, given.id_token]) {
			assert.deepEqual(await introspected(server, vault, token), { active: false });
			for (const client of [vault, tv]) {
				const answer = await postAs(server, client, "/o/revoke_token/", { token });
				assert.equal(answer.status, 200, answer.text);
				assert.equal(answer.text, "{}", "as for a token that is not there");
			}
		}
		for (const token of [given.access_token, given.refresh_token]) assert.equal((await introspected(server, shop, token)).active, true);
		assertError(await refresh(server, vault, given.refresh_token), 400, "invalid_grant");
		assertError(await refresh(server, tv, given.refresh_token), 400, "invalid_grant");
		assert.equal((await refresh(server, shop, given.refresh_token)).status, 200, "still good for its own");
	});

	it("an ID token revokes nothing, and a token of the other kind is not one of this", async () => {
		const given = await deviceTokens(server, person, shop);
		assert.equal((await postAs(server, shop, "/o/revoke_token/", { token: given.id_token })).status, 200);
		assertError(await refresh(server, shop, given.access_token), 400, "invalid_grant");
		assertError(await refresh(server, shop, given.id_token), 400, "invalid_grant");
		assert.equal((await introspected(server, shop, given.access_token)).active, true);
		const { status } = await fetch(`${server.base}/o/userinfo/`, { headers: { authorization: `Bearer ${given.refresh_token}` } });
		assert.equal(status, 401);
	});

	it("pages of no origin, and of others, share no answer", async () => {
		const spa = await server.addClient({ name: "Spa", type: "confidential", grants: ["client-credentials"], flags: ["--allowed-origin", "https://spa.example"] });
		const sharedWith = async (origin) => (await postAs(server, spa, "/o/token/", clientCredentials, { origin })).headers.get("access-control-allow-origin");
		assert.equal(await sharedWith("https://spa.example"), "https://spa.example");
		for (const origin of ["null", "https://spa.example.evil.example", "https://spa.example:8443", "http://spa.example", "https://SPA.example/", "https://spa.example, null", "*"]) assert.equal(await sharedWith(origin), null, origin);
	});
});

describe("proofs of a hostile client", () => {
	let server, other, key, vault, tv, person;

	before(async () => {
		const flags = { dpop_nonce: "yes", cap_exempt: "0.0.0.0/0" };
		[server, other] = await Promise.all([startServer({ flags }), startServer({ flags, fresh: true })]);
		await server.addUser("ada");
		key = await ProofKey.make(server);
		vault = await server.addClient({ name: "Vault", type: "confidential", grants: ["client-credentials"] });
		tv = await server.addClient();
		person = new Browser(server);
		await person.signIn("ada", password);
	});
	after(() => Promise.all([server.close(), other.close()]));

	const ask = async (headers) => postAs(server, vault, "/o/token/", clientCredentials, headers);
	const nonceOf = async (at, client) => (await postAs(at, client, "/o/token/", clientCredentials, await key.header("/o/token/"))).headers.get("dpop-nonce");

	it("a nonce of a server with other keys, an invented one and one of its kind are refused [RFC9449#8]", async () => {
		const nonce = await nonceOf(server, vault);
		await ok(ask(await key.header("/o/token/", { nonce })));
		const stranger = await other.addClient({ name: "Vault", type: "confidential", grants: ["client-credentials"] });
		for (const bad of [await nonceOf(other, stranger), "x", `${nonce}x`, nonce.slice(1), "", [nonce], 1]) assertError(await ask(await key.header("/o/token/", { nonce: bad })), 400, "use_dpop_nonce");
	});

	for (const [name, claims] of [
		["for another port", () => ({ htu: `${server.base.replace(/:\d+$/, ":1")}/o/token/` })],
		["for a user at this server", () => ({ htu: `${server.base.replace("//", "//a@")}/o/token/` })],
		["for a path that is only in the query", () => ({ htu: `${server.base}/?/o/token/` })],
		["for another endpoint", () => ({ htu: `${server.base}/o/userinfo/` })],
		["for a list of addresses", () => ({ htu: [`${server.base}/o/token/`] })],
		["for another method", () => ({ htm: "GET" })],
		["for the method in small letters", () => ({ htm: "post" })],
		["with a jti of ten thousand characters", () => ({ jti: "j".repeat(10000) })],
		["with an empty jti", () => ({ jti: "" })],
		["of a time that is text", () => ({ iat: `${Math.floor(Date.now() / 1000)}` })],
	])
		it(`one ${name} is refused [RFC9449#4.3]`, async () => {
			const nonce = await nonceOf(server, vault);
			const answer = await ask(await key.header("/o/token/", { nonce, ...claims() }));
			if (answer.status !== 431) assertError(answer, 400, "invalid_dpop_proof");
		});

	it("what was invented leaves no trace of the proof that came with it", async () => {
		const plain = await startServer({ flags: { cap_exempt: "0.0.0.0/0" } });
		try {
			await plain.addUser("ada");
			const radio = await plain.addClient();
			const browser = new Browser(plain);
			await browser.signIn("ada", password);
			const mine = await ProofKey.make(plain);
			const given = await deviceTokens(plain, browser, radio);
			const header = await mine.header("/o/token/");
			const send = (refresh_token) => postAs(plain, radio, "/o/token/", { grant_type: "refresh_token", refresh_token }, header);
			assertError(await send("dcr_invented"), 400, "invalid_grant");
			assertError(await postAs(plain, radio, "/o/token/", { grant_type: "authorization_code", code: "dcc_invented" }, header), 400, "unauthorized_client");
			assert.equal((await send(given.refresh_token)).status, 200);
			assertError(await send("dcr_invented"), 400, "invalid_grant");
			assertError(await send(given.refresh_token), 400, "invalid_dpop_proof");
		} finally {
			await plain.close();
		}
	});

	it("a bound token is good with a proof for it, and with no other [RFC9449#7.1]", async () => {
		const given = await deviceTokensBound();
		const look = async (claims, by = key) => fetch(`${server.base}/o/userinfo/`, { headers: { authorization: `DPoP ${given.access_token}`, ...(await by.header("/o/userinfo/", { method: "GET", ...claims })) } });
		const nonce = (await look({ token: given.access_token })).headers.get("dpop-nonce");
		assert.equal((await look({ token: given.access_token, nonce })).status, 200);
		const thief = await ProofKey.make(server);
		for (const [claims, by] of [[{ nonce }, key], [{ nonce, token: `${given.access_token}x` }, key], [{ nonce, token: given.access_token }, thief], [{ nonce, token: given.access_token, method: "POST" }, key]]) assert.equal((await look(claims, by)).status, 401);
		const bare = await fetch(`${server.base}/o/userinfo/`, { headers: { authorization: `Bearer ${given.access_token}` } });
		assert.equal(bare.status, 401);
	});

	async function deviceTokensBound() {
		const grant = (await post(server, "/o/device-authorization/", { client_id: tv.client_id, scope: "openid" })).json;
		await person.decide(grant.user_code);
		const nonce = await nonceOf(server, vault);
		return ok(postAs(server, tv, "/o/token/", { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: grant.device_code }, await key.header("/o/token/", { nonce })));
	}
});

describe("registrations of a hostile client", () => {
	let server;

	before(async () => {
		server = await startServer({ flags: { registration: "open", trusted_proxies: "127.0.0.1" } });
	});
	after(() => server.close());

	async function register(metadata) {
		const response = await fetch(`${server.base}/o/register/`, { method: "POST", headers: { "content-type": "application/json", ...elsewhere() }, body: typeof metadata === "string" ? metadata : JSON.stringify(metadata) });
		const text = await response.text();
		return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
	}
	const cb = "https://app.example/cb";

	for (const uri of ["JavaScript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "vbscript:x", "blob:https://app.example/x", "file:///etc/passwd", "about:blank", "view-source:https://app.example/", "https://app.example\\@evil.example/", "https:app.example", "https:///cb", "//app.example/cb", "http://127.0.0.1@evil.example/", "http://localhost.evil.example/", "http://[::ffff:127.0.0.1]/", "https://app.example/\u202e", "https://user@app.example/cb", "https://app.example/cb#", "https://app.example:99999/"])
		it(`may not be sent to ${JSON.stringify(uri)} [RFC7591#3.2.2]`, async () => assertError(await register({ redirect_uris: [uri] }), 400, "invalid_redirect_uri"));

	it("keys that are secret are refused, and not said again [RFC7591#2]", async () => {
		for (const alg of ["ES256", "RS256"]) {
			const secret = await jose.exportJWK((await jose.generateKeyPair(alg, { extractable: true })).privateKey);
			const answer = await register({ redirect_uris: [cb], token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [secret] } });
			assertError(answer, 400, "invalid_client_metadata");
			assert.ok(!answer.text.includes(secret.d));
			assert.ok(!(await wholeLog(server)).includes(secret.d));
		}
	});

	it("what is deep, long or of many parts is refused, and nothing falls over", async () => {
		const deep = `{"redirect_uris":["${cb}"],"x":${"[".repeat(20000)}${"]".repeat(20000)}}`;
		for (const metadata of [deep, { redirect_uris: [`${cb}\u0000`] }, { redirect_uris: [cb], client_name: "n".repeat(50000) }, { redirect_uris: Array.from({ length: 1000 }, (_, i) => `${cb}/${i}`) }, { redirect_uris: [`${cb}?${"q".repeat(50000)}`] }, { redirect_uris: [cb], jwks: { keys: Array.from({ length: 300 }, () => ({ kty: "EC", crv: "P-256", x: "A", y: "A" })) } }, { redirect_uris: [cb], contacts: Array.from({ length: 2000 }, (_, i) => `a${i}@b.example`) }]) {
			const answer = await register(metadata);
			assert.equal(answer.status, 400, answer.text.slice(0, 200));
			assert.match(answer.json.error, /^invalid_(client_metadata|redirect_uri)$/);
		}
		assert.equal((await register({ redirect_uris: [cb] })).status, 201);
	});

	it("a client does not choose what is for an administrator", async () => {
		const wishes = { client_id: "chosen", client_secret: "chosen", skip_authorization: true, request_object_expiry: "any", assertion_audience: "token_endpoint", access_token_format: "jwt", resources: "https://api.example/", registration_access_token: "x", source: "manual", admin: true };
		const answer = await register({ redirect_uris: [cb], ...wishes });
		assert.equal(answer.status, 201, answer.text);
		for (const [name, value] of Object.entries(wishes)) assert.notDeepEqual(answer.json[name], value, name);
		const shown = await server.cliJson(["app", "show", answer.json.client_id]);
		assert.ok(!JSON.stringify(shown).includes("chosen"));
		for (const name of ["skip_authorization", "request_object_expiry", "assertion_audience"]) assert.ok([undefined, false, "hour", "issuer"].includes(shown[name]), `${name}: ${shown[name]}`);
	});

	it("a page of no origin may read no registration", async () => {
		const response = await fetch(`${server.base}/o/register/`, { method: "POST", headers: { "content-type": "application/json", origin: "null", ...elsewhere() }, body: JSON.stringify({ redirect_uris: [cb] }) });
		assert.equal(response.headers.get("access-control-allow-origin"), null);
	});
});
