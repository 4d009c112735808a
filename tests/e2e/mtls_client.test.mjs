// SPDX-License-Identifier: Apache-2.0
//
// Clients that authenticate by certificate, over our own TLS and through a proxy that passes it on in a header: RFC8705#2. Each name
// wrong in turn is tried in tests/flow/test_client_method_tls.c.
import assert from "node:assert/strict";
import { createHash, createPublicKey, X509Certificate } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";

import { Browser } from "./support/browser.mjs";
import { deviceGrant, post } from "./support/device.mjs";
import { exchange, formRequest } from "./support/raw.mjs";
import { password, startServer } from "./support/server.mjs";
import { ask, Authority, tlsServer } from "./support/tls.mjs";
import { until } from "./support/until.mjs";

const authority = new Authority();
const text = (name) => readFileSync(authority.file(name), "utf8");
const certificateOf = (name) => new X509Certificate(text(`${name}.pem`));
const thumbprint = (name) => createHash("sha256").update(certificateOf(name).raw).digest("base64url");
const pairOf = (name) => ({ key: text(`${name}.key`), cert: text(`${name}.pem`) });
const setOf = (...names) => JSON.stringify({ keys: names.map((name) => createPublicKey(text(`${name}.pem`)).export({ format: "jwk" })) });

const byName = (kind, value) => ["--token-endpoint-auth-method", "tls_client_auth", `--tls-client-auth-${kind}`, value];
const byKey = (...names) => ["--token-endpoint-auth-method", "self_signed_tls_client_auth", "--jwks", setOf(...names)];
const names = "DNS:app.example.com,URI:https://app.example.com/id,IP:192.0.2.7,email:app@example.com";

const addClient = (server, flags) => server.addClient({ name: "Service", type: "confidential", flags });

before(async () => {
	await authority.selfSigned("ca");
	await authority.signed("tls");
	await authority.signed("app", "ec", names);
	await authority.signed("other", "rsa", "DNS:other.example.com");
	await authority.selfSigned("own");
	await authority.selfSigned("stranger", "rsa");
	copyFileSync(authority.file("ca.pem"), authority.file("client-ca.pem"));
});
after(() => authority.remove());

describe("certificates over our own TLS", () => {
	let server, app, own;

	before(async () => {
		server = await tlsServer(authority, { tls_client_ca: authority.file("client-ca.pem"), cap_exempt: "127.0.0.0/8" });
		await server.start();
		await server.addUser("ada");
		app = await addClient(server, byName("san-dns", "app.example.com"));
		own = await addClient(server, byKey("own"));
	});
	after(() => server.close());

	/** A form, over a connection that shows the certificate of that name. */
	async function send(path, fields, name, port = server.mtlsPort) {
		const answer = await ask(port, path, {
			method: "POST",
			body: new URLSearchParams(fields).toString(),
			headers: { "content-type": "application/x-www-form-urlencoded" },
			rejectUnauthorized: false,
			...(name && pairOf(name)),
		});
		return { ...answer, json: JSON.parse(answer.text || "null") };
	}
	const prove = (client, name, fields = {}, port) => send("/o/device-authorization/", { client_id: client.client_id, ...fields }, name, port);

	it("no secret is given out", () => assert.equal(app.client_secret ?? own.client_secret, undefined));

	it("a certificate of our authority with the registered name [RFC8705#2.1]", async () => {
		const answer = await prove(app, "app");
		assert.equal(answer.status, 200, answer.text);
	});

	for (const [kind, value] of [
		["subject-dn", "CN=app"],
		["san-uri", "https://app.example.com/id"],
		["san-ip", "192.0.2.7"],
		["san-email", "app@example.com"],
	])
		it(`by its ${kind} [RFC8705#2.1.2]`, async () => {
			const client = await addClient(server, byName(kind, value));
			assert.equal((await prove(client, "app")).status, 200);
			assert.equal((await prove(client, "other")).status, 401);
		});

	it("a certificate of its own, whose key is registered [RFC8705#2.2]", async () => {
		assert.equal((await prove(own, "own")).status, 200);
	});

	for (const [name, client, certificate] of [
		["without a certificate", () => app, null],
		["with another name", () => app, "other"],
		["of an authority that is not ours", () => app, "stranger"],
		["of its own, where an authority is asked for", () => app, "own"],
		["with a key that is not registered", () => own, "app"],
	])
		it(`is refused ${name} [RFC8705#2]`, async () => {
			const answer = await prove(client(), certificate);
			assert.deepEqual([answer.status, answer.json.error], [401, "invalid_client"], answer.text);
		});

	it("is refused where nobody asks for certificates", async () => {
		assert.equal((await prove(app, "app", {}, server.httpsPort)).status, 401);
	});

	it("a secret or an assertion beside it is another method [RFC6749#2.3]", async () => {
		assert.equal((await prove(app, "app", { client_secret: "x" })).status, 401);
	});

	it("a header counts for nothing from whom nobody trusts", async () => {
		const header = { "x-client-cert": encodeURIComponent(text("app.pem")) };
		const answer = await post(server, "/o/device-authorization/", { client_id: app.client_id }, header);
		assert.equal(answer.status, 401);
	});

	it("goes all the way, and the token is bound [RFC8705#3]", async () => {
		const jwt = await addClient(server, [...byName("san-dns", "app.example.com"), "--access-token-format=jwt"]);
		const browser = new Browser(server);
		await browser.signIn("ada", password);
		const grant = (await prove(jwt, "app")).json;
		assert.match((await browser.decide(grant.user_code)).html, /Device Authorized/);
		const fields = { grant_type: deviceGrant, device_code: grant.device_code, client_id: jwt.client_id };
		assert.equal((await send("/o/token/", fields, "other")).status, 401);
		const given = await send("/o/token/", fields, "app");
		assert.equal(given.status, 200, given.text);
		const [, payload] = given.json.access_token.split(".");
		assert.deepEqual(JSON.parse(Buffer.from(payload, "base64url")).cnf, { "x5t#S256": thumbprint("app") });
		const next = await send("/o/token/", { grant_type: "refresh_token", refresh_token: given.json.refresh_token, client_id: jwt.client_id }, "app");
		assert.equal(next.status, 200, next.text);
		assert.equal((await send("/o/revoke_token/", { token: next.json.refresh_token, client_id: jwt.client_id }, "app")).status, 200);
	});

	describe("tokens of a public client that shows a certificate [RFC8705#3]", () => {
		let phone, tokens;
		before(async () => {
			phone = await server.addClient({ name: "Phone" });
			const browser = new Browser(server);
			await browser.signIn("ada", password);
			const grant = (await send("/o/device-authorization/", { client_id: phone.client_id }, "own")).json;
			await browser.decide(grant.user_code);
			const answer = await send("/o/token/", { grant_type: deviceGrant, device_code: grant.device_code, client_id: phone.client_id }, "own");
			assert.deepEqual([answer.status, answer.json.token_type], [200, "Bearer"], answer.text);
			tokens = answer.json;
		});
		const userinfo = (name) =>
			ask(server.mtlsPort, "/o/userinfo/", { headers: { authorization: `Bearer ${tokens.access_token}` }, rejectUnauthorized: false, ...(name && pairOf(name)) });
		const refresh = (name) => send("/o/token/", { grant_type: "refresh_token", refresh_token: tokens.refresh_token, client_id: phone.client_id }, name);

		it("are good with it, and with no other, and not without", async () => {
			assert.equal((await userinfo("own")).status, 200);
			for (const name of ["other", null]) {
				const answer = await userinfo(name);
				assert.equal(answer.status, 401);
				assert.match(answer.headers["www-authenticate"], /^Bearer .*error="invalid_token"/);
			}
		});

		it("are refreshed with it alone [RFC8705#7.1]", async () => {
			for (const name of ["other", null]) {
				const answer = await refresh(name);
				assert.deepEqual([answer.status, answer.json.error], [400, "invalid_grant"]);
			}
			assert.equal((await refresh("own")).status, 200);
		});
	});

	it("authorities are read anew at SIGHUP", async () => {
		const client = await addClient(server, byName("subject-dn", "CN=stranger"));
		assert.equal((await prove(client, "stranger")).status, 401);
		const swap = async (name) => {
			const before = server.lines.length;
			copyFileSync(authority.file(`${name}.pem`), authority.file("client-ca.pem"));
			server.child.kill("SIGHUP");
			await until(() => server.lines.slice(before).some((line) => /reloaded/.test(line)), "a reload");
		};
		await swap("stranger");
		assert.equal((await prove(client, "stranger")).status, 200);
		assert.equal((await prove(app, "app")).status, 401);
		await swap("ca");
		assert.equal((await prove(app, "app")).status, 200);
	});
});

describe("certificates through a proxy", () => {
	let server, app;
	const escaped = () => encodeURIComponent(text("app.pem"));
	const bare = () => certificateOf("app").raw.toString("base64");

	before(async () => {
		server = await startServer({
			flags: {
				trusted_proxies: "127.0.0.1",
				client_certificate_header: "X-Client-Cert",
				tls_client_ca: authority.file("ca.pem"),
				cap_exempt: "0.0.0.0/0",
			},
		});
		app = await addClient(server, byName("san-dns", "app.example.com"));
	});
	after(() => server.close());

	let visitor = 0;
	const prove = (headers, fields = {}) =>
		post(server, "/o/device-authorization/", { client_id: app.client_id, ...fields }, { "x-forwarded-for": `192.0.${visitor++}.1`, ...headers });

	for (const [name, value] of [
		["percent-encoded PEM (nginx)", escaped],
		["base64 of the DER (HAProxy)", bare],
		["as in RFC 9440", () => `:${bare()}:`],
		["PEM with blanks (Apache)", () => text("app.pem").replaceAll("\n", " ").trim()],
	])
		it(`is read from its header: ${name} [RFC8705#2]`, async () => {
			const answer = await prove({ "x-client-cert": value() });
			assert.equal(answer.status, 200, answer.text);
		});

	for (const [name, headers] of [
		["no header", () => ({})],
		["an empty header", () => ({ "x-client-cert": "" })],
		["what Apache writes for nothing", () => ({ "x-client-cert": "(null)" })],
		["garbage", () => ({ "x-client-cert": "MIIB" })],
		["another certificate", () => ({ "x-client-cert": encodeURIComponent(text("other.pem")) })],
		["another header", () => ({ "x-ssl-cert": escaped() })],
	])
		it(`is refused with ${name}`, async () => {
			const answer = await prove(headers());
			assert.deepEqual([answer.status, answer.json.error], [401, "invalid_client"], answer.text);
		});

	it("a header that comes twice is refused", async () => {
		const body = new URLSearchParams({ client_id: app.client_id }).toString();
		const headers = [`Content-Length: ${body.length}`, "Connection: close", `X-Client-Cert: ${escaped()}`, `x-client-cert: ${escaped()}`];
		const answer = await exchange(server, formRequest("/o/device-authorization/", body, ...headers));
		assert.equal(answer.status, 400);
		assert.match(answer.text, /invalid_request/);
	});
});

describe("a proxy that nobody trusts", () => {
	it("is not believed", async () => {
		const server = await startServer({ flags: { trusted_proxies: "192.0.2.1", client_certificate_header: "X-Client-Cert", tls_client_ca: authority.file("ca.pem") } });
		try {
			const app = await addClient(server, byName("san-dns", "app.example.com"));
			const header = { "x-client-cert": encodeURIComponent(text("app.pem")) };
			assert.equal((await post(server, "/o/device-authorization/", { client_id: app.client_id }, header)).status, 401);
		} finally {
			await server.close();
		}
	});
});
