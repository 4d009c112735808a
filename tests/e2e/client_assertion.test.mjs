// SPDX-License-Identifier: Apache-2.0
//
// Clients that authenticate by assertion, at every endpoint where clients do: RFC 7521, RFC 7523, OIDC#9. Each claim wrong in turn
// is tried in tests/flow/test_client_method_private_key_jwt.c.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { assertionType, ClientKey, Publisher } from "./support/assertions.mjs";
import { Browser } from "./support/browser.mjs";
import { postgresOnly } from "./support/database.mjs";
import { assertError, basic, deviceGrant, post } from "./support/device.mjs";
import { wholeLog } from "./support/log.mjs";
import { startNodes } from "./support/nodes.mjs";
import { password, startServer } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const outward = { fetch_allow: "127.0.0.0/8", fetch_http: "yes" };
const byKey = (key) => ["--token-endpoint-auth-method", "private_key_jwt", "--jwks", JSON.stringify(key.set)];
const byUrl = (publisher) => ["--token-endpoint-auth-method", "private_key_jwt", "--jwks-uri", publisher.url];

function addClient(server, flags) {
	return server.addClient({ name: "Service", type: "confidential", flags });
}

/** What a client is told when it asks for codes: 200 when it has proved itself. */
async function prove(server, parameters) {
	const answer = await post(server, "/o/device-authorization/", parameters);
	return answer;
}

describe("private_key_jwt", () => {
	let server, key, client;

	before(async () => {
		server = await startServer({ moved: true, flags: { cap_exempt: "127.0.0.0/8", trusted_proxies: "127.0.0.1" } });
		await server.addUser("ada");
		key = await ClientKey.make();
		client = await addClient(server, byKey(key));
	});
	after(() => server.close());

	it("a client has no secret [RFC7591#2]", () => assert.equal(client.client_secret, undefined));

	it("is good at every endpoint, each time with a new assertion [RFC7523#2.2, RFC8628#3.1]", async () => {
		const person = new Browser(server);
		await person.signIn("ada", password);
		const send = async (path, fields) => post(server, path, { ...fields, ...(await key.parameters(server, client)) });
		const grant = (await send("/o/device-authorization/", {})).json;
		assert.match((await person.decide(grant.user_code)).html, /Device Authorized/);
		const given = await send("/o/token/", { grant_type: deviceGrant, device_code: grant.device_code });
		assert.equal(given.status, 200, given.text);
		const next = await send("/o/token/", { grant_type: "refresh_token", refresh_token: given.json.refresh_token });
		assert.equal(next.status, 200, next.text);
		assert.equal((await send("/o/revoke_token/", { token: next.json.access_token })).status, 200);
		const gone = await send("/o/token/", { grant_type: "refresh_token", refresh_token: next.json.refresh_token });
		assertError(gone, 400, "invalid_grant");
	});

	it("a pending poll is pending [RFC8628#3.5]", async () => {
		const grant = (await prove(server, await key.parameters(server, client))).json;
		const poll = async () => post(server, "/o/token/", { grant_type: deviceGrant, device_code: grant.device_code, ...(await key.parameters(server, client)) });
		await server.clock.still(async () => {
			assertError(await poll(), 400, "authorization_pending");
			assertError(await poll(), 400, "authorization_pending"); // the twin that is allowed
			assertError(await poll(), 400, "slow_down");
		});
	});

	it("client_id may come along, and must be the same [RFC7521#4.2]", async () => {
		const same = { client_id: client.client_id, ...(await key.parameters(server, client)) };
		assert.equal((await prove(server, same)).status, 200);
		assertError(await prove(server, { client_id: "another", ...(await key.parameters(server, client)) }), 401, "invalid_client");
	});

	it("once and not again, at whatever endpoint [OIDC#9]", async () => {
		const parameters = await key.parameters(server, client);
		assert.equal((await prove(server, parameters)).status, 200);
		assertError(await prove(server, parameters), 401, "invalid_client");
		assertError(await post(server, "/o/revoke_token/", { token: "x", ...parameters }), 401, "invalid_client");
	});

	it("of a hundred at once one is taken [OIDC#9]", async () => {
		const parameters = await key.parameters(server, client);
		const others = (i) => ({ "x-forwarded-for": `192.0.${i}.1` }); // or they would soon be over their budget
		const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => post(server, "/o/device-authorization/", parameters, others(i))));
		assert.equal(answers.filter((answer) => answer.status === 200).length, 1);
		assert.equal(answers.filter((answer) => answer.status === 401).length, 99);
	});

	const refusals = [
		["expired", async () => key.parameters(server, client, { exp: Math.floor(Date.now() / 1000) - 61 })],
		["without an end", async () => key.parameters(server, client, { exp: undefined })],
		["good for a day", async () => key.parameters(server, client, { exp: Math.floor(Date.now() / 1000) + 86400 })],
		["for the token endpoint, by a client that was not told so", async () => key.parameters(server, client, { aud: `${server.base}/o/token/` })],
		["for us and for another", async () => key.parameters(server, client, { aud: [`${server.base}/o`, "https://other.example"] })],
		["without a jti", async () => key.parameters(server, client, { jti: undefined })],
		["of another issuer", async () => key.parameters(server, client, { iss: "https://idp.example" })],
		["about another subject", async () => key.parameters(server, client, { sub: "ada" })],
		["of another type", async () => key.parameters(server, client, { header: { typ: "at+jwt" } })],
		["by the key of another", async () => (await ClientKey.make()).parameters(server, client)],
		["by another key that says it is this one", async () => (await ClientKey.make()).parameters(server, client, { header: { kid: key.kid } })],
		["unsigned", async () => ({ client_assertion_type: assertionType, client_assertion: `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.` })],
		["under the public key as a secret", async () => ClientKey.ofSecret(JSON.stringify(key.jwk)).parameters(server, client)],
		["of another kind", async () => ({ ...(await key.parameters(server, client)), client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:saml2-bearer" })],
		["that is none", async () => ({ client_assertion_type: assertionType, client_assertion: "x" })],
	];
	for (const [index, [name, parameters]] of refusals.entries())
		it(`an assertion ${name} is refused [RFC7523#3, RFC7523#3.2, ASVS#10.4.16]`, async () => {
			const answer = await post(server, "/o/device-authorization/", await parameters(), { "x-forwarded-for": `198.51.${index}.1` });
			assertError(answer, 401, "invalid_client");
			assert.match(answer.headers.get("www-authenticate"), /^Basic /);
		});

	it("two ways in one request are refused [RFC6749#2.3]", async () => {
		const parameters = await key.parameters(server, client);
		assertError(await post(server, "/o/device-authorization/", parameters, basic(client.client_id, "x")), 400, "invalid_request");
		assertError(await prove(server, { ...parameters, client_id: client.client_id, client_secret: "x" }), 400, "invalid_request");
		assert.equal((await prove(server, { ...parameters, client_secret: "" })).status, 200, "what was refused has spent nothing");
	});

	it("nothing of an assertion is in the log", async () => assert.doesNotMatch(await wholeLog(server), /eyJ[\w-]{30}/));

	it("the endpoint is an audience for a client that was told so [OIDC#9]", async () => {
		const old = await addClient(server, [...byKey(key), "--assertion-audience", "token_endpoint"]);
		for (const aud of [`${server.base}/o/token/`, `${server.base}/o/token`, `${server.base}/o`, [`${server.base}/o`, `${server.base}/o/token/`], `${server.base}/o/device-authorization/`]) {
			const answer = await prove(server, await key.parameters(server, old, { aud }));
			assert.equal(answer.status, 200, `${aud}: ${answer.text}`);
		}
		assertError(await prove(server, await key.parameters(server, old, { aud: "https://other.example/o/token/" })), 401, "invalid_client");
	});

	for (const alg of ["RS256", "PS256", "ES384", "ES512", "PS512"])
		it(`signed with ${alg}`, async () => {
			const own = await ClientKey.make(alg);
			const signer = await addClient(server, byKey(own));
			assert.equal((await prove(server, await own.parameters(server, signer))).status, 200);
		});
});

describe("keys that are fetched", () => {
	let server, key, publisher, client;

	before(async () => {
		key = await ClientKey.make();
		publisher = await new Publisher(key.set).start();
		server = await startServer({ moved: true, flags: { cap_exempt: "127.0.0.0/8", ...outward } });
		client = await addClient(server, byUrl(publisher));
	});
	after(async () => {
		await server.close();
		publisher.close();
	});

	it("are fetched when they are needed, and once", async () => {
		assert.equal(publisher.asked, 0);
		for (let i = 0; i < 3; i++) assert.equal((await prove(server, await key.parameters(server, client))).status, 200);
		assert.equal(publisher.asked, 1);
	});

	it("a new key is found, a minute later at the latest [OIDC#10.1.1]", async () => {
		const next = await ClientKey.make();
		publisher.document = { keys: [key.jwk, next.jwk] };
		assertError(await prove(server, await next.parameters(server, client)), 401, "invalid_client");
		assert.equal(publisher.asked, 1, "nobody can make us ask again at once");
		server.clock.advance(60);
		assert.equal((await prove(server, await next.parameters(server, client))).status, 200);
		assert.equal(publisher.asked, 2);
	});

	it("stay while they cannot be had, and end when their owner has taken them away", async () => {
		publisher.failing = true;
		server.clock.advance(3600);
		assert.equal((await prove(server, await key.parameters(server, client))).status, 200);
		assert.equal(publisher.asked, 3);
		publisher.failing = false;
		publisher.document = (await ClientKey.make()).set;
		server.clock.advance(60);
		assertError(await prove(server, await key.parameters(server, client)), 401, "invalid_client");
	});
});

describe("keys at a place that is not allowed", () => {
	let server, key, publisher;

	before(async () => {
		key = await ClientKey.make();
		publisher = await new Publisher(key.set).start();
		server = await startServer();
	});
	after(async () => {
		await server.close();
		publisher.close();
	});

	for (const host of ["127.0.0.1", "localhost", "[::1]"])
		it(`nobody is asked at ${host}`, async () => {
			const url = new URL(publisher.url);
			const flags = ["--token-endpoint-auth-method", "private_key_jwt", "--jwks-uri", `https://${host}:${url.port}/keys`];
			const client = await addClient(server, flags);
			const before = server.lines.length;
			assertError(await prove(server, await key.parameters(server, client)), 401, "invalid_client");
			assert.equal(publisher.asked, 0);
			await until(() => server.lines.slice(before).some((line) => /fault=address/.test(line)), "the reason in the log");
		});
});

describe("client_secret_jwt", () => {
	let server, client;

	before(async () => {
		server = await startServer({ flags: { cap_exempt: "127.0.0.0/8" } });
		client = await addClient(server, ["--token-endpoint-auth-method", "client_secret_jwt"]);
	});
	after(() => server.close());

	for (const alg of ["HS256", "HS384", "HS512"])
		it(`signed with ${alg} [OIDC#9]`, async () => {
			const answer = await prove(server, await ClientKey.ofSecret(client.client_secret, alg).parameters(server, client));
			assert.equal(answer.status, 200, answer.text);
		});

	it("another secret is refused, and so is the secret itself [RFC6749#2.3]", async () => {
		assertError(await prove(server, await ClientKey.ofSecret(`${client.client_secret}x`).parameters(server, client)), 401, "invalid_client");
		assertError(await prove(server, { client_id: client.client_id, client_secret: client.client_secret }), 401, "invalid_client");
	});

	it("a secret that the server does not know signs nothing", async () => {
		const plain = await addClient(server, []);
		assertError(await prove(server, await ClientKey.ofSecret(plain.client_secret).parameters(server, plain)), 401, "invalid_client");
	});

	it("the secret is not in the log", async () => assert.ok(!(await wholeLog(server)).includes(client.client_secret)));
});

describe("two nodes", postgresOnly, () => {
	let all, client, key;

	before(async () => {
		all = await startNodes(2, { flags: { cap_exempt: "127.0.0.0/8" } });
		key = await ClientKey.make();
		client = await addClient(all.nodes[0], byKey(key));
	});
	after(() => all.close());

	it("what one has taken the other refuses [OIDC#9]", async () => {
		const [first, second] = all.nodes;
		const base = { base: first.base };
		const parameters = await key.parameters(base, client);
		assert.equal((await prove(first, parameters)).status, 200);
		assertError(await prove(second, parameters), 401, "invalid_client");
		assert.equal((await prove(second, await key.parameters(base, client))).status, 200);
	});
});
