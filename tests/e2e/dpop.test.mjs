// SPDX-License-Identifier: Apache-2.0
//
// DPoP proofs at the token endpoint: RFC9449#4.3, #5, #8, #11.1. Each part wrong in turn is tried in tests/flow/test_dpop.c; at a
// resource in userinfo.test.mjs; what tokens look like in jwt_access_token.test.mjs.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";

import * as jose from "jose";

import { Browser } from "./support/browser.mjs";
import { postgresOnly } from "./support/database.mjs";
import { assertError, newGrant, poll } from "./support/device.mjs";
import { wholeLog } from "./support/log.mjs";
import { startNodes } from "./support/nodes.mjs";
import { exchange, formRequest } from "./support/raw.mjs";
import { password, startServer } from "./support/server.mjs";
import { ProofKey } from "./support/tokens.mjs";
import { until } from "./support/until.mjs";

const token = "/o/token/";

describe("DPoP at the token endpoint", () => {
	let server, tv, person, key;

	before(async () => {
		server = await startServer({ flags: { cap_exempt: "127.0.0.0/8" } });
		await server.addUser("ada");
		tv = await server.addClient();
		person = new Browser(server);
		await person.signIn("ada", password);
		key = await ProofKey.make(server);
	});
	after(() => server.close());

	async function approved() {
		const grant = await newGrant(server, tv);
		assert.match((await person.decide(grant.user_code)).html, /Device Authorized/);
		return grant.device_code;
	}

	for (const alg of ["ES256", "ES384", "ES512", "RS256", "PS256", "PS384", "RS512"])
		it(`a proof with ${alg}`, async () => {
			const own = await ProofKey.make(server, alg);
			const answer = await poll(server, tv, await approved(), {}, await own.header(token));
			assert.deepEqual([answer.status, answer.json.token_type], [200, "DPoP"], answer.text);
		});

	for (const [name, claims] of [
		["without the slash", () => ({ htu: `${server.base}/o/token` })],
		["with a query", () => ({ htu: `${server.base}/o/token/?a=b` })],
		["with capitals in its host", () => ({ htu: `${server.base.replace("http", "HTTP")}/o/token/` })],
		["two minutes old", () => ({ iat: Math.floor(Date.now() / 1000) - 120 })],
		["by a clock half a minute ahead", () => ({ iat: Math.floor(Date.now() / 1000) + 30 })],
	])
		it(`a proof ${name} is good [RFC9449#4.3]`, async () => {
			const answer = await poll(server, tv, await approved(), {}, await key.header(token, claims()));
			assert.equal(answer.json.token_type, "DPoP", answer.text);
		});

	async function sign(header, payload = {}) {
		const good = { jti: randomUUID(), htm: "POST", htu: `${server.base}${token}`, iat: Math.floor(Date.now() / 1000), ...payload };
		return new jose.SignJWT(JSON.parse(JSON.stringify(good))).setProtectedHeader({ typ: "dpop+jwt", alg: "ES256", jwk: key.jwk, ...header }).sign(key.pair.privateKey);
	}
	const refusals = [
		["of an hour ago", () => sign({}, { iat: Math.floor(Date.now() / 1000) - 3600 })],
		["of the next hour", () => sign({}, { iat: Math.floor(Date.now() / 1000) + 3600 })],
		["for another server", () => sign({}, { htu: "https://other.example/o/token/" })],
		["without a jti", () => sign({}, { jti: undefined })],
		["of another type", () => sign({ typ: "JWT" })],
		["without a key", () => sign({ jwk: undefined })],
		["by another key than it shows", async () => sign({ jwk: (await ProofKey.make(server)).jwk })],
		["that shows a private key", async () => {
			const pair = await jose.generateKeyPair("ES256", { extractable: true });
			const jwk = await jose.exportJWK(pair.privateKey);
			const payload = { jti: "p", htm: "POST", htu: `${server.base}${token}`, iat: Math.floor(Date.now() / 1000) };
			return new jose.SignJWT(payload).setProtectedHeader({ typ: "dpop+jwt", alg: "ES256", jwk }).sign(pair.privateKey);
		}],
		["under a secret", async () => {
			const jwk = { kty: "oct", k: Buffer.alloc(32).toString("base64url") };
			return new jose.SignJWT({ jti: "s" }).setProtectedHeader({ typ: "dpop+jwt", alg: "HS256", jwk }).sign(Buffer.alloc(32));
		}],
		["that is unsigned", () => `${Buffer.from(JSON.stringify({ typ: "dpop+jwt", alg: "none", jwk: key.jwk })).toString("base64url")}.e30.`],
		["twice in one header", async () => `${await sign({})}, ${await sign({})}`],
		["that is empty", () => ""],
	];
	for (const [name, proof] of refusals)
		it(`a proof ${name} is refused, and the code stays good [RFC9449#4.3]`, async () => {
			const code = await approved();
			assertError(await poll(server, tv, code, {}, { dpop: await proof() }), 400, "invalid_dpop_proof");
			assert.equal((await poll(server, tv, code, {}, await key.header(token))).json.token_type, "DPoP");
		});

	it("two headers are refused [RFC9449#4.3]", async () => {
		const body = new URLSearchParams({ client_id: tv.client_id }).toString();
		const headers = [`Content-Length: ${body.length}`, `DPoP: ${await sign({})}`, `DPoP: ${await sign({})}`];
		assert.equal((await exchange(server, formRequest(token, body, ...headers))).status, 400);
	});

	it("the same proof is not taken twice, not even of many at once [RFC9449#11.1]", async () => {
		const codes = await Promise.all([approved(), approved(), approved(), approved()]);
		const proof = await key.header(token);
		const answers = await Promise.all(codes.map((code) => poll(server, tv, code, {}, proof)));
		assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 400, 400, 400]);
		for (const answer of answers.filter(({ status }) => status === 400)) assertError(answer, 400, "invalid_dpop_proof");
	});

	it("nothing of a proof is in the log", async () => assert.doesNotMatch(await wholeLog(server), /eyJ[\w-]{30}/));
});

describe("two nodes", postgresOnly, () => {
	let all, tv;

	before(async () => {
		all = await startNodes(2, { flags: { cap_exempt: "127.0.0.0/8", dpop_nonce: "yes" } });
		await all.nodes[0].addUser("ada");
		tv = await all.nodes[0].addClient();
	});
	after(() => all.close());

	it("a nonce of one is good on the other, and a proof is good on one of them [RFC9449#8, RFC9449#11.1]", async () => {
		const [first, second] = all.nodes;
		const person = new Browser(first);
		await person.signIn("ada", password);
		const codes = [];
		for (let i = 0; i < 2; i++) {
			const grant = await newGrant(first, tv);
			assert.match((await person.decide(grant.user_code)).html, /Device Authorized/);
			codes.push(grant.device_code);
		}
		const key = await ProofKey.make(first);
		const eventually = async (node, code, header) => {
			let answer;
			await until(async () => !/authorization_pending|slow_down/.test((answer = await poll(node, tv, code, {}, header)).text), "the decision");
			return answer;
		};
		const asked = await eventually(first, codes[0], await key.header(token));
		assertError(asked, 400, "use_dpop_nonce");
		const proof = await key.header(token, { nonce: asked.headers.get("dpop-nonce") });
		assert.equal((await eventually(second, codes[0], proof)).json.token_type, "DPoP");
		assertError(await eventually(first, codes[1], proof), 400, "invalid_dpop_proof");
	});
});
