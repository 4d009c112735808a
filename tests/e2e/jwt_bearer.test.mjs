// SPDX-License-Identifier: Apache-2.0
//
// The JWT bearer grant (RFC7523#2.1): whose assertions are taken, about whom, and that each counts once. The claims one by one are in
// tests/domain/test_grant_assertion.c.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { ClientKey, Publisher } from "./support/assertions.mjs";
import { introspected, jwtPart, ok, postAs } from "./support/clients.mjs";
import { assertError } from "./support/device.mjs";
import { startServer } from "./support/server.mjs";
import { nowOf } from "./support/tokens.mjs";

const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const idp = "https://idp.example";
const staff = "https://staff.example"; // which calls people by the names of their accounts

describe("JWT bearer", () => {
	let server, key, stranger, publisher, portal, ada;

	before(async () => {
		key = await ClientKey.make();
		stranger = await ClientKey.make();
		publisher = await new Publisher(key.set).start();
		const flags = { fetch_allow: "127.0.0.0/8", fetch_http: "yes", assertion_issuers: [`${idp}=${publisher.url}`, `${staff}=${publisher.url}`, `https://dead.example=http://127.0.0.1:9/keys`], assertion_name_issuers: staff };
		server = await startServer({ moved: true, flags });
		await server.addUser("ada");
		await server.addUser("eve");
		await server.cliJson(["scope", "add", "photos", "--description", "See your photos"]);
		await server.cliJson(["resource", "add", "https://api.example/", "--name", "API", "--format", "jwt"]);
		portal = await server.addClient({ name: "Portal", type: "confidential", grants: ["jwt-bearer"], flags: ["--scope", "openid", "--scope", "photos", "--scope", "offline_access"] });
		ada = (await server.cliJson(["user", "list"])).find((user) => user.name === "ada");
	});
	after(async () => {
		await server.close();
		publisher.close();
	});

	const assertion = async (claims = {}, by = key) => (await by.parameters(server, { client_id: "unused" }, { iss: idp, sub: ada.id, ...claims })).client_assertion;
	const ask = async (claims, fields = {}, by = key) => postAs(server, portal, "/o/token/", { grant_type, assertion: await assertion(claims, by), scope: "openid photos", ...fields });

	it("gives an access token of that person, and no refresh token [RFC7521#4.1]", async () => {
		const answer = await ok(ask({}, { scope: "openid photos offline_access" }));
		assert.deepEqual(Object.keys(answer).sort(), ["access_token", "expires_in", "scope", "token_type"]);
		assert.equal(answer.scope, "openid photos", "of offline_access nothing could come");
		const about = await introspected(server, portal, answer.access_token);
		assert.equal(about.username, "ada");
		assert.ok(!("auth_time" in about), "nobody has signed in here");
	});

	it("names an account by its id alone, since whoever makes an account chooses its name", async () => {
		for (const sub of ["ada", "ADA", ada.id.slice(1), `${ada.id} `]) assertError(await ask({ sub }), 400, "invalid_grant");
	});

	it("names it by its name, in any case, where the operator says that this issuer does, and by nothing else", async () => {
		for (const sub of ["ada", "ADA"]) assert.equal((await introspected(server, portal, (await ok(ask({ iss: staff, sub }))).access_token)).username, "ada", sub);
		for (const sub of [ada.id, "ad"]) assertError(await ask({ iss: staff, sub }), 400, "invalid_grant");
	});

	it("this server is no issuer that it trusts, nor is one that nearly has a trusted name", async () => {
		for (const iss of [`${server.base}/o`, server.base, `${idp}:443`, idp.toUpperCase(), [idp], ""]) assertError(await ask({ iss }), 400, "invalid_grant");
	});

	it("is for the issuer or the token endpoint [RFC7523#3]", async () => {
		for (const aud of [`${server.base}/o`, `${server.base}/o/token/`, ["https://other.example", `${server.base}/o`]]) await ok(ask({ aud }));
		for (const aud of [server.base, "https://other.example", [], undefined, { a: 1 }]) assertError(await ask({ aud }), 400, "invalid_grant");
	});

	it("for a resource, within the client's scope", async () => {
		const answer = await ok(ask({}, { resource: "https://api.example/", scope: "photos" }));
		assert.equal(jwtPart(answer.access_token, 1).aud, "https://api.example/");
		assertError(await ask({}, { scope: "email" }), 400, "invalid_scope");
		assertError(await ask({}, { resource: "https://nowhere.example/" }), 400, "invalid_target");
	});

	it("an assertion counts once, with a jti and without [RFC7523#3]", async () => {
		for (const jti of ["one", undefined]) {
			const once = await assertion({ jti });
			const send = () => postAs(server, portal, "/o/token/", { grant_type, assertion: once, scope: "photos" });
			const answers = await Promise.all([send(), send(), send(), send()]);
			assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 400, 400, 400]);
			for (const answer of answers.filter((each) => each.status === 400)) assertError(answer, 400, "invalid_grant");
			assertError(await send(), 400, "invalid_grant");
		}
	});

	// With (r, s) of ECDSA (r, n - s) is right too, which anybody can compute.
	it("the other signature that can be made of it makes no second assertion of it", async () => {
		const once = await assertion({ jti: undefined });
		const [header, claims, signature] = once.split(".");
		const raw = Buffer.from(signature, "base64url");
		const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
		const s = (order - BigInt(`0x${raw.subarray(32).toString("hex")}`)).toString(16).padStart(64, "0");
		const twin = [header, claims, Buffer.concat([raw.subarray(0, 32), Buffer.from(s, "hex")]).toString("base64url")].join(".");
		const send = (text) => postAs(server, portal, "/o/token/", { grant_type, assertion: text, scope: "photos" });
		assert.equal((await send(twin)).status, 200, "it is a good signature");
		for (const text of [once, twin]) assertError(await send(text), 400, "invalid_grant");
	});

	it("what is refused for another reason has not been used", async () => {
		const once = await assertion();
		const send = (scope) => postAs(server, portal, "/o/token/", { grant_type, assertion: once, scope });
		assertError(await send("gold"), 400, "invalid_scope");
		assert.equal((await send("photos")).status, 200);
	});

	it("of another issuer, with another key, altered or not signed it is nothing [RFC7523#3] [RFC7523#3.1]", async () => {
		const words = new Set();
		for (const answer of [await ask({ iss: "https://other.example" }), await ask({}, {}, stranger), await ask({ iss: undefined }), await ask({ iss: `${idp}/` })]) {
			assertError(answer, 400, "invalid_grant");
			words.add(answer.json.error_description);
		}
		assert.equal(words.size, 1);
		const good = await assertion();
		const [header, claims, signature] = good.split(".");
		const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
		const other = Buffer.from(JSON.stringify({ ...jwtPart(good, 1), sub: "eve" })).toString("base64url");
		for (const bad of ["x", `${header}.${other}.${signature}`, `${none}.${claims}.`, `${header}.${claims}`, "a.b.c", good + "A"])
			assertError(await postAs(server, portal, "/o/token/", { grant_type, assertion: bad, scope: "photos" }), 400, "invalid_grant");
		const asSecret = ClientKey.ofSecret(JSON.stringify(key.jwk));
		assertError(await ask({}, {}, asSecret), 400, "invalid_grant");
		assert.equal((await ask({})).status, 200);
	});

	it("expired, unending, too long, or not good yet", async () => {
		const now = Math.floor(nowOf(server).getTime() / 1000);
		for (const claims of [{ exp: now - 60 }, { exp: undefined }, { exp: now + 7200 }, { exp: "soon" }, { nbf: now + 120 }, { iat: now + 120 }, { nbf: "later" }, { nbf: 1e22 }, { iat: null }]) assertError(await ask(claims), 400, "invalid_grant");
	});

	it("about nobody, somebody who is not here, or somebody who is disabled", async () => {
		const eve = (await server.cliJson(["user", "list"])).find((user) => user.name === "eve");
		await ok(ask({ sub: eve.id }));
		await server.cliJson(["user", "disable", "eve"]);
		assertError(await ask({ iss: staff, sub: "eve" }), 400, "invalid_grant");
		for (const sub of [eve.id, "mallory", "", undefined, "00000000000000000000000000"]) assertError(await ask({ sub }), 400, "invalid_grant");
	});

	it("an assertion is needed, and a client that may use it", async () => {
		assertError(await postAs(server, portal, "/o/token/", { grant_type }), 400, "invalid_request");
		const vault = await server.addClient({ name: "Vault", type: "confidential" });
		assertError(await postAs(server, vault, "/o/token/", { grant_type, assertion: await assertion() }), 400, "unauthorized_client");
	});

	it("keys that cannot be had now are no refusal for ever", async () => {
		const answer = await ask({ iss: "https://dead.example" });
		assertError(answer, 503, "temporarily_unavailable");
		assert.ok(Number(answer.headers.get("retry-after")) > 0);
	});

	it("new keys of the issuer are found [OIDC#10.1.1]", async () => {
		const next = await ClientKey.make("RS256");
		publisher.document = { keys: [next.jwk] };
		server.clock.advance(120);
		assert.equal((await ask({}, {}, next)).status, 200);
	});

	it("where nobody is trusted there is no such grant", async () => {
		const plain = await startServer();
		try {
			const client = await plain.addClient({ name: "Portal", type: "confidential", grants: ["jwt-bearer"] });
			assertError(await postAs(plain, client, "/o/token/", { grant_type, assertion: await assertion() }), 400, "unsupported_grant_type");
		} finally {
			await plain.close();
		}
	});
});
