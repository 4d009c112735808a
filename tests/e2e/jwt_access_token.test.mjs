// SPDX-License-Identifier: Apache-2.0
//
// Access tokens as JWTs (RFC 9068), for the resources that a client names (RFC 8707), bound to its key (RFC 9449).
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Browser } from "./support/browser.mjs";
import { assertError, authorizeDevice, newGrant, poll, post, refresh } from "./support/device.mjs";
import { password, startServer } from "./support/server.mjs";
import { ProofKey, tokensFor, verified } from "./support/tokens.mjs";

const files = "https://files.example/";
const mail = "https://mail.example/api";
const open = "urn:example:open";

describe("access tokens", () => {
	let server, tv, jwt, vault, person, ada;

	before(async () => {
		server = await startServer({ moved: true, flags: { cap_exempt: "127.0.0.0/8", session_idle: "89d", session_absolute: "90d" } });
		await server.addUser("ada");
		ada = await server.cliJson(["user", "show", "ada"]);
		for (const scope of ["read", "write", "send"]) await server.cliJson(["scope", "add", scope, "--description", `May ${scope}`]);
		await server.cliJson(["resource", "add", files, "--name", "Files", "--scope", "read", "--scope", "write", "--format", "jwt", "--lifetime", "600"]);
		await server.cliJson(["resource", "add", mail, "--name", "Mail", "--scope", "send", "--format", "opaque", "--lifetime", "300"]);
		await server.cliJson(["resource", "add", open, "--name", "Open"]);
		tv = await server.addClient();
		jwt = await server.addClient({ name: "JWT", flags: ["--access-token-format", "jwt"] });
		vault = await server.addClient({ name: "Vault", type: "confidential" });
		person = new Browser(server);
		await person.signIn("ada", password);
	});
	after(() => server.close());

	const tokens = (client, fields, options) => tokensFor(server, person, client, fields, options);
	const userinfo = (token, headers = { authorization: `Bearer ${token}` }) => fetch(`${server.origin}/o/userinfo/`, { headers: { connection: "close", ...headers } });
	const accessToken = (token, audience, more = {}) => verified(server, token, { audience, typ: "at+jwt", ...more });

	describe("as JWTs [RFC9068#2]", () => {
		it("say what a resource server must know, signed by the algorithm that we recommend", async () => {
			const answer = await tokens(jwt, { scope: "openid read" });
			const { payload, protectedHeader } = await accessToken(answer.access_token, `${server.base}/o`);
			const { iat, exp, jti, auth_time, ...said } = payload;
			assert.deepEqual([protectedHeader.alg, protectedHeader.typ], ["ES256", "at+jwt"]); // RFC9068#2.1
			assert.deepEqual(said, {
				iss: `${server.base}/o`,
				sub: ada.id,
				aud: `${server.base}/o`, // RFC9068#3: no resource was named
				client_id: jwt.client_id,
				scope: "openid read", // RFC9068#2.2.3
				amr: ["pwd"], // RFC9068#2.2.1
			});
			assert.equal(exp - iat, 36000);
			assert.ok(auth_time <= iat);
			assert.match(jti, /^[0-9A-Za-z]{22}\.[0-9A-Za-z]{22}$/);
			assert.equal(answer.token_type, "Bearer");
		});

		it("are signed by RS256 for a client that chose it [RFC9068#2.1]", async () => {
			const client = await server.addClient({ name: "RS", flags: ["--access-token-format", "jwt", "--algorithm", "RS256"] });
			const { access_token } = await tokens(client);
			await accessToken(access_token, `${server.base}/o`, { algorithms: ["RS256"] });
		});

		it("are never the same twice, and keep the sign-in's time at a refresh [RFC9068#2.2.1]", async () => {
			const first = await tokens(jwt);
			server.clock.advance(30);
			const second = (await refresh(server, jwt, first.refresh_token)).json;
			const [one, two] = [(await accessToken(first.access_token)).payload, (await accessToken(second.access_token)).payload];
			assert.notEqual(one.jti, two.jti);
			assert.equal(one.auth_time, two.auth_time);
			assert.ok(two.exp >= one.exp + 30);
		});

		it("open UserInfo until they are revoked, as any other [RFC7009#2.1]", async () => {
			const { access_token } = await tokens(jwt);
			assert.equal((await (await userinfo(access_token)).json()).sub, ada.id);
			assert.equal((await post(server, "/o/revoke_token/", { client_id: tv.client_id, token: access_token })).status, 200);
			assert.equal((await userinfo(access_token)).status, 200, "a stranger takes nothing away");
			assert.equal((await post(server, "/o/revoke_token/", { client_id: jwt.client_id, token: access_token })).status, 200);
			assert.equal((await userinfo(access_token)).status, 401);
		});

		it("are no good when anything in them was changed", async () => {
			const { access_token } = await tokens(jwt);
			const [header, payload, signature] = access_token.split(".");
			const claims = JSON.parse(Buffer.from(payload, "base64url"));
			const forged = Buffer.from(JSON.stringify({ ...claims, scope: "openid write" })).toString("base64url");
			for (const wrong of [`${header}.${forged}.${signature}`, `${header}.${payload}.`, `${header}.${payload}.${signature.slice(0, -4)}AAAA`, `${header}.${payload}`])
				assert.equal((await userinfo(wrong)).status, 401, wrong);
		});

		it("stand in the database as a hash alone", async () => {
			const { access_token } = await tokens(jwt);
			const bytes = await server.store.bytes();
			assert.equal(bytes.includes(access_token.split(".")[2]), false);
		});

		it("of a lost answer are the same, byte by byte", async () => {
			const client = await server.addClient({ name: "JWT vault", type: "confidential", flags: ["--access-token-format", "jwt"] });
			const grant = await newGrant(server, client);
			await person.decide(grant.user_code);
			const first = await poll(server, client, grant.device_code);
			assert.equal((await poll(server, client, grant.device_code)).text, first.text);
		});
	});

	describe("for resources [RFC8707#2]", () => {
		it("one: its audience, its scopes, its lifetime and its format [RFC9068#3]", async () => {
			const answer = await tokens(tv, { scope: "openid read send", resource: files });
			const { payload } = await accessToken(answer.access_token, files);
			assert.deepEqual([payload.aud, payload.scope, payload.exp - payload.iat], [files, "read", 600]);
			assert.deepEqual([answer.scope, answer.expires_in], ["read", 600]); // RFC6749#5.1
			assert.ok(answer.id_token, "which was granted, too");
		});

		it("two: both as audience, the shorter of their lifetimes", async () => {
			const grant = await authorizeDevice(server, `client_id=${tv.client_id}&scope=read+send&resource=${encodeURIComponent(files)}&resource=${encodeURIComponent(mail)}`);
			assert.equal(grant.status, 200, grant.text);
			await person.decide(grant.json.user_code);
			const { access_token, expires_in } = (await poll(server, tv, grant.json.device_code)).json;
			const { payload } = await accessToken(access_token);
			assert.deepEqual([payload.aud, payload.scope, expires_in], [[files, mail], "read send", 300]);
		});

		it("that want opaque ones get those", async () => {
			const answer = await tokens(jwt, { scope: "send", resource: mail });
			assert.match(answer.access_token, /^dca_/);
			assert.equal(answer.expires_in, 300);
		});

		it("that leave it to the client", async () => {
			const { payload } = await accessToken((await tokens(jwt, { scope: "read", resource: open })).access_token, open);
			assert.deepEqual([payload.scope, payload.exp - payload.iat], ["read", 36000]);
			assert.match((await tokens(tv, { scope: "read", resource: open })).access_token, /^dca_/);
		});

		it("an empty parameter counts as none [RFC6749#3.2]", async () => {
			assert.equal((await authorizeDevice(server, { client_id: tv.client_id, resource: "" })).status, 200);
		});

		for (const [name, fields] of [
			["unknown", { resource: "https://other.example/" }],
			["with a fragment [RFC8707#2]", { resource: `${files}#x` }],
			["relative", { resource: "/files" }],
			["without its slash", { resource: files.slice(0, -1) }],
			["two in one parameter", { resource: `${files} ${mail}` }],
		])
			it(`is refused at the start when it is ${name}`, async () => {
				assertError(await authorizeDevice(server, { client_id: tv.client_id, ...fields }), 400, "invalid_target");
			});

		it("is refused to a client that may not name it", async () => {
			const client = await server.addClient({ name: "Mailer", flags: ["--resources", mail] });
			assert.equal((await authorizeDevice(server, { client_id: client.client_id, resource: mail })).status, 200);
			assertError(await authorizeDevice(server, { client_id: client.client_id, resource: files }), 400, "invalid_target");
		});

		it("too many are refused", async () => {
			const many = Array.from({ length: 9 }, () => `resource=${encodeURIComponent(files)}`).join("&");
			assertError(await authorizeDevice(server, `client_id=${tv.client_id}&${many}`), 400, "invalid_target");
		});

		it("may be narrowed when the code is redeemed, and at each refresh, and nothing is lost by asking for more [RFC8707#2.2]", async () => {
			const grant = await authorizeDevice(server, `client_id=${tv.client_id}&scope=read+send&resource=${encodeURIComponent(files)}&resource=${encodeURIComponent(mail)}`);
			await person.decide(grant.json.user_code);
			assertError(await poll(server, tv, grant.json.device_code, { resource: open }), 400, "invalid_target");
			const first = (await poll(server, tv, grant.json.device_code, { resource: files })).json;
			assert.equal((await accessToken(first.access_token)).payload.aud, files);
			assertError(await refresh(server, tv, first.refresh_token, { resource: open }), 400, "invalid_target");
			const second = (await refresh(server, tv, first.refresh_token, { resource: mail })).json;
			assert.deepEqual([second.scope, second.access_token.slice(0, 4)], ["send", "dca_"]);
			const third = (await refresh(server, tv, second.refresh_token)).json;
			assert.deepEqual((await accessToken(third.access_token)).payload.aud, [files, mail]);
		});

		it("cannot be named later when none was at the start", async () => {
			const { refresh_token } = await tokens(tv, { scope: "read" });
			assertError(await refresh(server, tv, refresh_token, { resource: files }), 400, "invalid_target");
			assert.equal((await refresh(server, tv, refresh_token)).status, 200);
		});
	});

	describe("bound to a key [RFC9449#5]", () => {
		let key, other;
		before(async () => {
			[key, other] = [await ProofKey.make(server), await ProofKey.make(server, "RS256")];
		});
		const proof = (proofs = key) => proofs.header("/o/token/");
		const bound = (client, fields) => tokens(client, fields, { headers: () => proof() });
		const refreshWith = (client, token, headers) =>
			post(
				server,
				"/o/token/",
				{ grant_type: "refresh_token", refresh_token: token, client_id: client.client_id, ...(client.client_secret && { client_secret: client.client_secret }) },
				headers,
			);

		it("say so, in their type and in cnf [RFC9449#6.1]", async () => {
			const answer = await bound(jwt);
			assert.equal(answer.token_type, "DPoP");
			const { payload } = await accessToken(answer.access_token);
			assert.deepEqual(payload.cnf, { jkt: key.thumbprint });
		});

		it("a public client's refresh token is bound as well", async () => {
			const { refresh_token } = await bound(tv);
			assertError(await refreshWith(tv, refresh_token, {}), 400, "invalid_dpop_proof");
			assertError(await refreshWith(tv, refresh_token, await proof(other)), 400, "invalid_grant");
			const next = await refreshWith(tv, refresh_token, await proof());
			assert.deepEqual([next.status, next.json.token_type], [200, "DPoP"], "what was refused has spent nothing");
			// a spent one in other hands than those of the key's owner ends nothing; in his it does [RFC9700#4.14.2]
			assertError(await refreshWith(tv, refresh_token, await proof(other)), 400, "invalid_grant");
			const again = await refreshWith(tv, next.json.refresh_token, await proof());
			assert.equal(again.status, 200);
		});

		it("a confidential client's refresh token is not", async () => {
			const { refresh_token } = await bound(vault);
			const next = await refreshWith(vault, refresh_token, await proof(other));
			assert.deepEqual([next.status, next.json.token_type], [200, "DPoP"]);
			const unbound = await refreshWith(vault, next.json.refresh_token, {});
			assert.deepEqual([unbound.status, unbound.json.token_type], [200, "Bearer"]);
		});

		it("a lost answer is given again to the holder of the key, and to nobody else", async () => {
			const grant = await newGrant(server, tv);
			await person.decide(grant.user_code);
			const first = await poll(server, tv, grant.device_code, {}, await proof());
			assert.equal(first.status, 200);
			assertError(await poll(server, tv, grant.device_code, {}, await proof(other)), 400, "invalid_grant");
			assertError(await poll(server, tv, grant.device_code), 400, "invalid_grant");
			assert.equal((await poll(server, tv, grant.device_code, {}, await proof())).text, first.text);
		});

		it("a proof that is no good spends nothing [RFC9449#5]", async () => {
			const grant = await newGrant(server, tv);
			await person.decide(grant.user_code);
			for (const headers of [{ dpop: "x" }, await key.header("/o/par/"), await key.header("/o/token/", { method: "GET" })])
				assertError(await poll(server, tv, grant.device_code, {}, headers), 400, "invalid_dpop_proof");
			assert.equal((await poll(server, tv, grant.device_code, {}, await proof())).json.token_type, "DPoP");
		});

		it("a client that must show proofs gets nothing without one [RFC9449#5.2, ASVS#10.4.14]", async () => {
			const strict = await server.addClient({ name: "Strict", flags: ["--dpop-bound-access-tokens", "yes"] });
			const grant = await newGrant(server, strict);
			assertError(await poll(server, strict, grant.device_code), 400, "authorization_pending");
			await person.decide(grant.user_code);
			assertError(await poll(server, strict, grant.device_code), 400, "invalid_dpop_proof");
			assert.equal((await poll(server, strict, grant.device_code, {}, await proof())).json.token_type, "DPoP");
		});

		it("a client whose tokens are bound to its certificate gets none without it [RFC8705#3.4]", async () => {
			const strict = await server.addClient({ name: "Certified", flags: ["--tls-client-certificate-bound-access-tokens", "yes"] });
			const grant = await newGrant(server, strict);
			await person.decide(grant.user_code);
			assertError(await poll(server, strict, grant.device_code), 400, "invalid_request");
		});
	});
});

describe("nonces in proofs [RFC9449#8]", () => {
	it("are asked for, told, and taken, at the token endpoint and at UserInfo", async (t) => {
		const server = await startServer({ flags: { dpop_nonce: "yes" } });
		t.after(() => server.close());
		await server.addUser("ada");
		const tv = await server.addClient();
		const person = new Browser(server);
		await person.signIn("ada", password);
		const key = await ProofKey.make(server);
		const grant = await newGrant(server, tv);
		assertError(await poll(server, tv, grant.device_code, {}, await key.header("/o/token/")), 400, "authorization_pending");
		await person.decide(grant.user_code);
		const asked = await poll(server, tv, grant.device_code, {}, await key.header("/o/token/"));
		assertError(asked, 400, "use_dpop_nonce");
		const nonce = asked.headers.get("dpop-nonce");
		assert.ok(nonce);
		assertError(await poll(server, tv, grant.device_code, {}, await key.header("/o/token/", { nonce: "made up" })), 400, "use_dpop_nonce");
		const given = await poll(server, tv, grant.device_code, {}, await key.header("/o/token/", { nonce }));
		assert.equal(given.json.token_type, "DPoP", given.text);
		const token = given.json.access_token;
		const ask = async (claims) =>
			fetch(`${server.origin}/o/userinfo/`, {
				headers: { authorization: `DPoP ${token}`, ...(await key.header("/o/userinfo/", { method: "GET", token, ...claims })) },
			});
		const refused = await ask({});
		assert.equal(refused.status, 401); // RFC9449#9
		assert.match(refused.headers.get("www-authenticate"), /^DPoP .*error="use_dpop_nonce"/);
		assert.equal((await ask({ nonce: refused.headers.get("dpop-nonce") })).status, 200);
	});
});
