// SPDX-License-Identifier: Apache-2.0
//
// The authorization code at the token endpoint: what it gives, to whom, how often; and what is done about those who should not
// have it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";

import { addApp, allow, arrival, begin, callback, consentPage, redeem, tokensBy } from "./support/authorize.mjs";
import { Browser } from "./support/browser.mjs";
import { assertError, basic, post, refresh } from "./support/device.mjs";
import { password, startServer } from "./support/server.mjs";
import { ProofKey, halfHash, verified } from "./support/tokens.mjs";

const spaUri = "https://spa.example/cb";

describe("the authorization code grant", () => {
	let server, web, spa, person;

	before(async () => {
		server = await startServer({ moved: true, flags: { session_idle: "89d", session_absolute: "90d" } });
		await server.addUser("ada");
		await server.addUser("bob");
		web = await addApp(server, { flags: ["--skip-authorization", "yes"] });
		spa = await addApp(server, { type: "public", uris: [spaUri], flags: ["--skip-authorization", "yes"] });
		person = new Browser(server);
		await person.signIn("ada", password);
	});
	after(() => server.close());

	async function fresh(client, fields = {}) {
		const request = begin(client, client === spa ? { redirect_uri: spaUri, ...fields } : fields);
		const { params } = await allow(person, request.path);
		assert.ok(params.code, JSON.stringify(params));
		return { request, code: params.code };
	}

	const userinfo = (token) => fetch(`${server.origin}/o/userinfo/`, { headers: { authorization: `Bearer ${token}`, connection: "close" } });

	describe("gives", () => {
		it("access token, ID token and refresh token [RFC6749#4.1.4, RFC6749#5.1, OIDC#3.1.3.3]", async () => {
			const { request, code } = await fresh(web, { scope: "openid profile", nonce: "n-0S6_WzA2Mj %22" });
			const answer = await redeem(server, web, request, code);
			assert.equal(answer.status, 200, answer.text);
			assert.equal(answer.headers.get("cache-control"), "no-store");
			const { access_token, refresh_token, id_token, ...rest } = answer.json;
			assert.deepEqual(rest, { expires_in: 36000, token_type: "Bearer", scope: "openid profile" });
			assert.match(access_token, /^dca_/);
			assert.match(refresh_token, /^dcr_/);
			const { payload } = await verified(server, id_token, { audience: web.client_id });
			assert.equal(payload.nonce, "n-0S6_WzA2Mj %22");
			assert.equal(payload.at_hash, halfHash(access_token));
			assert.equal(typeof payload.auth_time, "number");
			assert.equal((await (await userinfo(access_token)).json()).sub, payload.sub);
		});

		it("no ID token without openid [OIDC#3.1.2.1]", async () => {
			const tokens = await tokensBy(server, person, web, { scope: "email" });
			assert.equal(tokens.id_token, undefined);
		});

		it("a refresh token with and without offline_access", async () => {
			for (const scope of ["email", "openid offline_access"]) {
				const tokens = await tokensBy(server, person, web, { scope });
				assert.equal((await refresh(server, web, tokens.refresh_token)).status, 200, scope);
			}
		});

		it("auth_time is of the sign-in, not of the request [OIDC#2]", async () => {
			const browser = new Browser(server);
			await browser.signIn("ada", password);
			const times = [];
			for (let i = 0; i < 2; i++) {
				const tokens = await tokensBy(server, browser, web);
				times.push((await verified(server, tokens.id_token)).payload.auth_time);
				server.clock.advance(100);
			}
			assert.equal(times[0], times[1]);
		});

		it("the person whom an id_token_hint means, or nobody [OIDC#3.1.2.1]", async () => {
			const browser = new Browser(server);
			await browser.signIn("ada", password);
			const hers = (await tokensBy(server, browser, web)).id_token;
			await browser.submit("/accounts/login/?mode=add&next=/", { username: "bob", password }, { action: "/accounts/login" });
			const his = (await tokensBy(server, browser, web)).id_token;
			const subOf = async (token) => (await verified(server, token)).payload.sub;
			assert.notEqual(await subOf(hers), await subOf(his));
			const again = await tokensBy(server, browser, web, { id_token_hint: hers, prompt: "none" });
			assert.equal(await subOf(again.id_token), await subOf(hers));
			const alone = new Browser(server);
			await alone.signIn("ada", password);
			const { params } = arrival(await alone.request(begin(web, { id_token_hint: his, prompt: "none" }).path));
			assert.equal(params.error, "login_required");
		});

		it("claims by name, once the person has seen what they are of [OIDC#5.5, OIDC#3.1.2.4]", async () => {
			await server.cli(["user", "set", "ada", "email=ada@example.com"]);
			const app = await addApp(server);
			const claims = JSON.stringify({ userinfo: { email: { essential: true } }, id_token: { nickname: null } });
			await tokensBy(server, person, app);
			assert.equal(arrival(await person.request(begin(app, { claims, prompt: "none" }).path)).params.error, "consent_required");
			const { html } = await consentPage(person, begin(app, { claims }).path);
			assert.match(html, /<code>email<\/code>/);
			assert.match(html, /<code>profile<\/code>/);
			const tokens = await tokensBy(server, person, app, { claims });
			assert.equal(tokens.scope, "openid");
			assert.equal((await (await userinfo(tokens.access_token)).json()).email, "ada@example.com");
			assert.ok(arrival(await person.request(begin(app, { claims, prompt: "none" }).path)).params.code, "remembered");
			const narrow = await addApp(server, { flags: ["--scope", "openid"] });
			const few = await tokensBy(server, person, narrow, { claims });
			assert.equal((await (await userinfo(few.access_token)).json()).email, undefined);
		});

		it("one entry in the list of what has access, which can be taken back [ASVS#10.4.9]", async () => {
			const browser = new Browser(server);
			await browser.signIn("bob", password);
			const app = await addApp(server, { name: "Listed once", flags: ["--skip-authorization", "yes"] });
			const tokens = await tokensBy(server, browser, app);
			const { html } = await browser.get("/o/authorized_tokens/");
			assert.equal(html.split("<bdi>Listed once</bdi></h2>").length, 2);
			const entry = html.slice(html.indexOf("<bdi>Listed once</bdi></h2>"));
			const authorization = /name="authorization" value="([^"]+)"/.exec(entry)[1];
			const csrf_token = /name="csrf_token" value="([^"]+)"/.exec(entry)[1];
			assert.equal((await browser.postForm("/o/authorized_tokens/", { csrf_token, authorization })).status, 303);
			assert.equal((await userinfo(tokens.access_token)).status, 401);
			assertError(await refresh(server, app, tokens.refresh_token), 400, "invalid_grant");
		});
	});

	describe("is good once", () => {
		it("a second time ends what it gave [RFC6749#4.1.2, RFC6749#10.5]", async () => {
			const { request, code } = await fresh(spa, { scope: "openid" });
			const first = await redeem(server, spa, request, code);
			assert.equal((await userinfo(first.json.access_token)).status, 200);
			server.clock.advance(16); // a lost answer is kept for ten seconds, and for as long as a database may be away
			assertError(await redeem(server, spa, request, code), 400, "invalid_grant");
			assert.equal((await userinfo(first.json.access_token)).status, 401);
			assertError(await refresh(server, spa, first.json.refresh_token), 400, "invalid_grant");
		});

		it("a lost answer is given again, byte by byte, to who proves the same", async () => {
			for (const client of [web, spa]) {
				const { request, code } = await fresh(client);
				const first = await redeem(server, client, request, code);
				const again = await redeem(server, client, request, code);
				assert.equal(again.text, first.text);
				assert.equal((await refresh(server, client, first.json.refresh_token)).status, 200);
			}
		});

		it("who has the code alone gets no lost answer, and spoils what was given", async () => {
			const { request, code } = await fresh(spa);
			const first = await redeem(server, spa, request, code);
			assertError(await redeem(server, spa, request, code, { code_verifier: randomBytes(32).toString("base64url") }), 400, "invalid_grant");
			assertError(await refresh(server, spa, first.json.refresh_token), 400, "invalid_grant");
		});

		it("a secret gets no lost answer where the verifier is another's, or where there was none [RFC7636#4.6, RFC9700#4.5]", async () => {
			const planted = await fresh(web);
			const first = await redeem(server, web, planted.request, planted.code);
			const own = begin(web);
			assertError(await redeem(server, web, own, planted.code), 400, "invalid_grant");
			assertError(await refresh(server, web, first.json.refresh_token), 400, "invalid_grant");
			const bare = await fresh(web, { code_challenge: undefined, code_challenge_method: undefined });
			const again = () => redeem(server, web, bare.request, bare.code, { code_verifier: undefined });
			assert.equal((await again()).status, 200);
			assertError(await again(), 400, "invalid_grant");
		});

		it("of many at once all get the same", async () => {
			const { request, code } = await fresh(spa);
			const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(server, spa, request, code)));
			assert.deepEqual(new Set(answers.map((answer) => answer.text)).size, 1);
			assert.equal(answers[0].status, 200);
		});

		it("for a minute [RFC6749#4.1.2]", async () => {
			await server.clock.still(async () => {
				const early = await fresh(web);
				const late = await fresh(web);
				server.clock.advance(59);
				assert.equal((await redeem(server, web, early.request, early.code)).status, 200);
				server.clock.advance(1);
				assertError(await redeem(server, web, late.request, late.code), 400, "invalid_grant");
			});
		});
	});

	describe("is refused", () => {
		const table = [
			["without a code", "invalid_request", { code: undefined }],
			["with an empty code", "invalid_request", { code: "" }],
			["with an invented code", "invalid_grant", { code: "SplxlOBeZQQYbYS6WxSbIA" }],
			["with a code of ten thousand bytes", "invalid_grant", { code: "d".repeat(10000) }],
			["with a device code", "invalid_grant", { code: `dcd_${"0".repeat(58)}` }],
		];
		for (const [name, error, fields] of table)
			it(`${name}, and the code stays good`, async () => {
				const { request, code } = await fresh(web);
				assertError(await redeem(server, web, request, code, fields), 400, error);
				assert.equal((await redeem(server, web, request, code)).status, 200);
			});

		it("with a character changed", async () => {
			const { request, code } = await fresh(web);
			const forged = code.slice(0, -1) + (code.endsWith("0") ? "1" : "0");
			assertError(await redeem(server, web, request, forged), 400, "invalid_grant");
		});

		const burning = [
			["another verifier [RFC7636#4.6]", { code_verifier: "w".repeat(43) }],
			["no verifier [RFC7636#4.6, RFC9700#2.1.1]", { code_verifier: undefined }],
			["a verifier that is too short [RFC7636#4.1]", { code_verifier: "w".repeat(42) }],
			["the challenge for a verifier", { code_verifier: undefined }, (request) => ({ code_verifier: request.fields.code_challenge })],
			["another redirect URI [RFC6749#4.1.3]", { redirect_uri: `${callback}/` }],
			["no redirect URI [RFC6749#4.1.3]", { redirect_uri: undefined }],
		];
		for (const [name, fields, more = () => ({})] of burning)
			it(`with ${name}, and the code is void`, async () => {
				for (const client of [web, spa]) {
					const { request, code } = await fresh(client);
					assertError(await redeem(server, client, request, code, { ...fields, ...more(request) }), 400, "invalid_grant");
					assertError(await redeem(server, client, request, code), 400, "invalid_grant");
				}
			});

		it("with a verifier where there was no challenge: somebody took it out [RFC9700#2.1.1, RFC9700#4.8.2]", async () => {
			const { request, code } = await fresh(web, { code_challenge: undefined, code_challenge_method: undefined });
			assertError(await redeem(server, web, request, code), 400, "invalid_grant");
			const plain = await fresh(web, { code_challenge: undefined, code_challenge_method: undefined });
			assert.equal((await redeem(server, web, plain.request, plain.code, { code_verifier: undefined })).status, 200);
		});

		it("to another client, and the code stays good for its own [RFC6749#5.2]", async () => {
			const { request, code } = await fresh(web);
			assertError(await redeem(server, spa, request, code), 400, "invalid_grant");
			assertError(await redeem(server, { ...web, client_secret: "dcs_wrong" }, request, code), 401, "invalid_client");
			assertError(await redeem(server, { client_id: web.client_id }, request, code), 401, "invalid_client");
			assert.equal((await redeem(server, web, request, code)).status, 200);
		});

		it("to a client without the grant", async () => {
			const tv = await server.addClient();
			const { request, code } = await fresh(web);
			assertError(await redeem(server, tv, request, code), 400, "unauthorized_client");
		});

		it("for a person who was disabled, and for one whose client was", async () => {
			await server.addUser("cyd");
			const browser = new Browser(server);
			await browser.signIn("cyd", password);
			const request = begin(web);
			const { params } = await allow(browser, request.path);
			await server.cli(["user", "disable", "cyd"]);
			assertError(await redeem(server, web, request, params.code), 400, "invalid_grant");
		});

		it("with a repeated parameter [RFC6749#3.2]", async () => {
			const { request, code } = await fresh(web);
			assertError(await post(server, "/o/token/", `grant_type=authorization_code&code=${code}&code=${code}`, basic(web.client_id, web.client_secret)), 400, "invalid_request");
			assert.equal((await redeem(server, web, request, code)).status, 200);
		});
	});

	it("the redirect URI may be left out at both ends [RFC6749#4.1.3]", async () => {
		const { request, code } = await fresh(web, { redirect_uri: undefined, scope: "email" });
		assert.equal((await redeem(server, web, request, code)).status, 200);
		const named = await fresh(web, { redirect_uri: undefined, scope: "email" });
		assert.equal((await redeem(server, web, named.request, named.code, { redirect_uri: callback })).status, 200);
		const wrong = await fresh(web, { redirect_uri: undefined, scope: "email" });
		assertError(await redeem(server, web, wrong.request, wrong.code, { redirect_uri: `${callback}/x` }), 400, "invalid_grant");
	});

	it("resources can be fewer at the token endpoint, and not others [RFC8707#2.2]", async () => {
		for (const name of ["api", "files"]) await server.cli(["resource", "add", `https://${name}.example/`, "--name", name]);
		server.clock.advance(6);
		const app = await addApp(server, { flags: ["--skip-authorization", "yes"] });
		const both = new URLSearchParams(begin(app).fields);
		both.append("resource", "https://api.example/");
		both.append("resource", "https://files.example/");
		const request = begin(app);
		for (const [name, value] of Object.entries(request.fields)) both.set(name, value);
		const { params } = await allow(person, `/o/authorize/?${both}`);
		assertError(await redeem(server, app, request, params.code, { resource: "https://other.example/" }), 400, "invalid_target");
		assert.equal((await redeem(server, app, request, params.code, { resource: "https://api.example/" })).status, 200);
		const bare = await fresh(app);
		assert.equal((await redeem(server, app, bare.request, bare.code, { resource: "" })).status, 200, "without a value it is as if it were not there");
		const { html } = await person.get("/o/authorized_tokens/");
		assert.ok(html.includes("Photo album"));
	});

	describe("with DPoP", () => {
		it("tokens are bound to the key of the proof [RFC9449#5]", async () => {
			const key = await ProofKey.make(server);
			const { request, code } = await fresh(spa);
			const answer = await redeem(server, spa, request, code, {}, await key.header("/o/token/"));
			assert.equal(answer.json.token_type, "DPoP", answer.text);
			// a lost answer needs the key again
			const again = await redeem(server, spa, request, code, {}, await key.header("/o/token/"));
			assert.equal(again.text, answer.text);
			const other = await ProofKey.make(server);
			assertError(await redeem(server, spa, request, code, {}, await other.header("/o/token/")), 400, "invalid_grant");
		});

		it("dpop_jkt binds the code [RFC9449#10]", async () => {
			const [key, other] = [await ProofKey.make(server), await ProofKey.make(server)];
			const { request, code } = await fresh(web, { dpop_jkt: key.thumbprint });
			assertError(await redeem(server, web, request, code), 400, "invalid_dpop_proof");
			assertError(await redeem(server, web, request, code, {}, await other.header("/o/token/")), 400, "invalid_grant");
			const answer = await redeem(server, web, request, code, {}, await key.header("/o/token/"));
			assert.equal(answer.json.token_type, "DPoP", answer.text);
		});
	});
});
