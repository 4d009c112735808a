// SPDX-License-Identifier: Apache-2.0
//
// What all endpoints of the protocol have in common: which methods each takes, which bodies, what a parameter may look like, and who
// may read the answer in a browser. The table is of all of them, so that none is forgotten.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { addApp, begin } from "./support/authorize.mjs";
import { assertError, basic, post } from "./support/device.mjs";
import { startServer } from "./support/server.mjs";

// cors: "public", "client" or undefined for pages
const endpoints = [
	{ path: "/o/token/", allow: "POST, OPTIONS", form: true, cors: "client" },
	{ path: "/o/par/", allow: "POST, OPTIONS", form: true, cors: "client" },
	{ path: "/o/device-authorization/", allow: "POST, OPTIONS", form: true, cors: "client" },
	{ path: "/o/revoke_token/", allow: "POST, OPTIONS", form: true, cors: "client" },
	{ path: "/o/introspect/", allow: "POST, OPTIONS", form: true, cors: "client" },
	{ path: "/o/userinfo/", allow: "GET, HEAD, POST, OPTIONS", cors: "client" },
	{ path: "/o/register/", allow: "POST, OPTIONS", cors: "client" },
	{ path: "/o/register/4AYfFrFNCQ5U77iNr9D8ZS/", allow: "GET, HEAD, PUT, DELETE, OPTIONS", cors: "client" },
	{ path: "/o/.well-known/jwks.json", allow: "GET, HEAD, OPTIONS", cors: "public" },
	{ path: "/o/.well-known/openid-configuration", allow: "GET, HEAD, OPTIONS", cors: "public" },
	{ path: "/o/.well-known/oauth-authorization-server", allow: "GET, HEAD, OPTIONS", cors: "public" },
	{ path: "/.well-known/openid-configuration/o", allow: "GET, HEAD, OPTIONS", cors: "public" },
	{ path: "/.well-known/oauth-authorization-server/o", allow: "GET, HEAD, OPTIONS", cors: "public" },
	{ path: "/.well-known/oauth-protected-resource/o/userinfo", allow: "GET, HEAD, OPTIONS", cors: "public" },
	{ path: "/o/authorize/", allow: "GET, HEAD, POST, OPTIONS" },
	{ path: "/o/logout/", allow: "GET, HEAD, POST, OPTIONS" },
	{ path: "/o/authorize/decide/", allow: "POST, OPTIONS" },
	{ path: "/o/logout/decide/", allow: "POST, OPTIONS" },
	{ path: "/accounts/logout/", allow: "POST, OPTIONS" },
	...["/accounts/login/", "/accounts/select/", "/accounts/sign-up/", "/device", "/o/device", "/o/device-confirm/x", "/o/authorized_tokens/"].map((path) => ({ path, allow: "GET, HEAD, POST, OPTIONS" })),
	...["/o/applications/register/", "/o/applications/x/update/", "/o/applications/x/delete/"].map((path) => ({ path, allow: "GET, HEAD, POST, OPTIONS" })),
	...["/", "/healthz", "/readyz", "/o/device-grant-status/x", "/o/applications/", "/o/applications/x/", "/static/doorcode.css"].map((path) => ({ path, allow: "GET, HEAD, OPTIONS" })),
];
const origin = "https://page.example";
const header = (response, name) => response.headers.get(name);

describe("each endpoint", () => {
	let server, web, tv;

	before(async () => {
		server = await startServer({ flags: { registration: "open", cap_exempt: "127.0.0.0/8" } });
		web = await addApp(server, { flags: ["--allowed-origin", origin] });
		tv = await server.addClient();
	});
	after(() => server.close());

	const call = (path, method, headers = {}) => fetch(`${server.base}${path}`, { method, headers, redirect: "manual" });

	for (const { path, allow, cors } of endpoints) {
		it(`${path} takes ${allow}, and says so to all other methods [RFC9110#15.5.6]`, async () => {
			for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "QUERY"]) {
				const response = await call(path, method);
				const text = await response.text();
				if (allow.split(", ").includes(method)) {
					assert.notEqual(response.status, 405, method);
					assert.ok(response.status < 500, `${method}: ${response.status}`);
					continue;
				}
				assert.equal(response.status, 405, method);
				assert.equal(header(response, "allow"), allow, method);
				assert.equal(header(response, "cache-control"), "no-store", method);
				assert.equal(header(response, "location"), null, method);
				if (method === "HEAD") assert.equal(text, "");
				else if (cors) assert.deepEqual(JSON.parse(text), { error: "invalid_request", error_description: "This address does not take such a request: Allow says which it takes." }, method);
				else assert.match(text, /<html[^]*This address does not take such a request\./, method);
			}
			const options = await call(path, "OPTIONS");
			assert.equal(options.status, 204);
			assert.equal(header(options, "allow"), allow);
			assert.equal(header(options, "access-control-allow-origin"), null, "nobody asked");
		});

		it(`${path} tells a preflight ${cors ?? "nothing"} [RFC9700#2.6]`, async () => {
			const response = await call(path, "OPTIONS", { origin, "access-control-request-method": allow.split(", ")[0], "access-control-request-headers": "authorization,dpop" });
			assert.equal(response.status, 204);
			assert.equal(header(response, "access-control-allow-origin"), { public: "*", client: origin }[cors] ?? null);
			assert.equal(header(response, "access-control-allow-credentials"), null);
			if (cors) assert.equal(header(response, "access-control-allow-methods"), allow);
			if (cors === "client") {
				assert.match(header(response, "access-control-allow-headers"), /Authorization.*DPoP/);
				assert.equal(header(response, "vary"), "Origin");
			}
		});
	}

	for (const { path } of endpoints.filter(({ form }) => form)) {
		const whole = () => ({ grant_type: "refresh_token", refresh_token: "x", token: "x", client_id: web.client_id, client_secret: web.client_secret });
		const send = (fields, headers) => post(server, path, fields, headers);
		const tries = (fields) => new URLSearchParams(fields).toString();

		it(`${path} reads forms alone, by whatever name in letters and with whatever charset [RFC6749#3.2]`, async () => {
			for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded-x", ""])
				assertError(await send(tries(whole()), { "content-type": type }), 400, "invalid_request");
			const usual = await send(whole());
			for (const type of ["application/x-www-form-urlencoded; charset=UTF-8", "Application/X-WWW-Form-Urlencoded", "application/x-www-form-urlencoded;charset=iso-8859-1"]) {
				const answer = await send(tries(whole()), { "content-type": type });
				assert.deepEqual([answer.status, answer.json?.error], [usual.status, usual.json?.error], type);
			}
		});

		it(`${path} takes no parameter twice, be it empty or not known [RFC6749#3.2]`, async () => {
			for (const more of [`client_id=${web.client_id}`, "client_id=", "token=y&token=", "foo=1&foo=2", "scope=openid&scope=openid"])
				assertError(await send(`${tries(whole())}&${more}`), 400, "invalid_request");
		});

		it(`${path} takes an empty parameter for none, and minds none that it does not know [RFC6749#3.1]`, async () => {
			const usual = await send(whole());
			const answer = await send({ ...whole(), foo: "bar", nonce: "", client_assertion: "", client_assertion_type: "", dpop_jkt: "" });
			assert.deepEqual([answer.status, answer.json?.error], [usual.status, usual.json?.error]);
			assertError(await send({ client_id: "", client_secret: "", token: "", grant_type: "" }), 400, "invalid_request");
			assertError(await send(""), 400, "invalid_request");
		});

		it(`${path} refuses what is malformed, too much or too long, and lives [RFC6749#5.2]`, async () => {
			for (const body of ["token=%00", "token=%ff", "token=%zz", `${tries(whole())}&${Array.from({ length: 200 }, (_, i) => `f${i}=1`).join("&")}`])
				assertError(await send(body), 400, "invalid_request");
			assertError(await send({ ...whole(), x: "a".repeat(300_000) }), 413, "invalid_request");
			assert.ok((await send({ ...whole(), token: "a".repeat(30_000), refresh_token: "a".repeat(30_000) })).status < 500);
		});

		it(`${path} reads nothing out of its address [RFC6749#2.3.1]`, async () => {
			const answer = await post(server, `${path}?${tries({ client_id: web.client_id, client_secret: web.client_secret })}`, { token: "x", grant_type: "refresh_token", refresh_token: "x" });
			assertError(answer, 400, "invalid_request");
		});

		it(`${path} refuses two ways to prove oneself, and a header that is none [RFC6749#2.3, RFC6749#5.2]`, async () => {
			const proof = basic(web.client_id, web.client_secret);
			assertError(await send({ token: "x", client_secret: web.client_secret }, proof), 400, "invalid_request");
			assertError(await send({ token: "x", client_id: tv.client_id }, proof), 400, "invalid_request");
			for (const authorization of ["Basic !!!", "Basic", `Basic ${Buffer.from("nobody").toString("base64")}`, basic(web.client_id, "wrong").authorization]) {
				const answer = await send({ token: "x", grant_type: "refresh_token", refresh_token: "x" }, { authorization });
				assertError(answer, 401, "invalid_client");
				assert.match(header(answer, "www-authenticate"), /^Basic realm="[^"]+"$/);
			}
		});

		it(`${path} shares its answer with the origins of the client, and no other [RFC9700#2.6]`, async () => {
			const shared = async (from) => header(await send({ ...begin(web).fields, ...whole() }, { origin: from }), "access-control-allow-origin");
			assert.equal(await shared(origin), origin);
			for (const from of ["https://evil.example", "null", `${origin}.evil.example`, "http://page.example"]) assert.equal(await shared(from), null, from);
		});
	}
});
