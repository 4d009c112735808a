// SPDX-License-Identifier: Apache-2.0
//
// What a client may do with its registration afterwards (RFC 7592): look at it, replace it, remove it, each by its token alone.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { introspected, ok, postAs } from "./support/clients.mjs";
import { assertError, basic, deviceGrant, newGrant, post } from "./support/device.mjs";
import { manage, registered, send } from "./support/registration.mjs";
import { startServer } from "./support/server.mjs";

const cb = "https://app.example/cb";
const code = "authorization_code";

describe("client configuration", () => {
	let server, ticket;
	before(async () => {
		server = await startServer({ flags: { registration: "token", cap_exempt: "127.0.0.0/8" } });
		ticket = (await server.cliJson(["ticket", "add", "registration", "--uses", "100"])).ticket;
	});
	after(() => server.close());

	const fresh = (metadata = {}) => registered(server, { redirect_uris: [cb], ...metadata }, ticket);
	/** What may be sent back of an answer. */
	const again = ({ registration_access_token, registration_client_uri, client_secret_expires_at, client_id_issued_at, client_secret, ...metadata }) => metadata;

	it("is read as it was registered, without the secret that nobody knows any more [RFC7592#2.1] [RFC7592#3]", async () => {
		const client = await fresh({ client_name: "Photos", scope: "openid" });
		const answer = await manage(server, client, "GET");
		assert.equal(answer.status, 200, answer.text);
		assert.match(answer.headers.get("cache-control"), /no-store/);
		const { client_secret, ...rest } = client;
		assert.deepEqual(answer.json, rest);
	});

	it("is replaced whole: what is not sent is no more [RFC7592#2.2]", async () => {
		const client = await fresh({ client_name: "Photos", scope: "openid", client_uri: "https://app.example/", grant_types: [code, deviceGrant] });
		const put = await manage(server, client, "PUT", { client_id: client.client_id, client_name: "Pictures", redirect_uris: ["https://app.example/new"] });
		assert.equal(put.status, 200, put.text);
		assert.equal(put.json.client_name, "Pictures");
		assert.deepEqual(put.json.redirect_uris, ["https://app.example/new"]);
		assert.deepEqual(put.json.grant_types, [code, "refresh_token"]);
		for (const name of ["scope", "client_uri", "client_secret"]) assert.ok(!(name in put.json), name);
		assert.deepEqual((await manage(server, client, "GET")).json, put.json);
		// the secret stays, and works
		assertError(await post(server, "/o/token/", { grant_type: "refresh_token", refresh_token: "x" }, basic(client.client_id, client.client_secret)), 400, "invalid_grant");
	});

	it("what was read can be sent back, with its secret if that is the right one", async () => {
		const client = await fresh({ client_name: "Photos" });
		const same = await manage(server, client, "PUT", { ...again(client), client_secret: client.client_secret });
		assert.equal(same.status, 200, same.text);
		const { client_secret, ...rest } = client;
		assert.deepEqual(same.json, rest);
		assertError(await manage(server, client, "PUT", { ...again(client), client_secret: "mine" }), 400, "invalid_client_metadata");
	});

	it("a client that comes to need a secret gets one, and one that needs none has none", async () => {
		const client = await fresh({ token_endpoint_auth_method: "none" });
		assert.ok(!("client_secret" in client));
		const put = await manage(server, client, "PUT", { ...again(client), token_endpoint_auth_method: "client_secret_post" });
		assert.match(put.json.client_secret, /^dcs_/);
		assert.equal(put.json.client_secret_expires_at, 0);
		const back = await manage(server, client, "PUT", { ...again(client), token_endpoint_auth_method: "none" });
		assert.ok(!("client_secret" in back.json) && !("client_secret_expires_at" in back.json));
		assert.equal((await server.cliJson(["app", "show", client.client_id])).secrets.length, 0);
	});

	it("what must be there, what must not, and what is no good [RFC7592#2.2]", async () => {
		const client = await fresh();
		const other = await fresh();
		for (const [change, error] of [
			[{ client_id: undefined }, "invalid_client_metadata"],
			[{ client_id: other.client_id }, "invalid_client_metadata"],
			[{ client_id: 1 }, "invalid_client_metadata"],
			[{ registration_access_token: client.registration_access_token }, "invalid_client_metadata"],
			[{ registration_client_uri: client.registration_client_uri }, "invalid_client_metadata"],
			[{ client_secret_expires_at: 0 }, "invalid_client_metadata"],
			[{ client_id_issued_at: 1 }, "invalid_client_metadata"],
			[{ redirect_uris: ["http://app.example/"] }, "invalid_redirect_uri"],
			[{ software_statement: "x" }, "invalid_software_statement"],
		])
			assertError(await manage(server, client, "PUT", { ...again(client), ...change }), 400, error);
		assertError(await manage(server, client, "PUT", "{"), 400, "invalid_client_metadata");
		const { client_secret, ...rest } = client;
		assert.deepEqual((await manage(server, client, "GET")).json, rest, "nothing came of it");
	});

	it("a change asks for a new review, and allows no more than before", async () => {
		const client = await fresh({ grant_types: [code, "client_credentials"] });
		await server.cliJson(["app", "set", client.client_id, "--reviewed", "yes"]);
		const put = await manage(server, client, "PUT", { ...again(client), grant_types: [code, "client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"] });
		assert.deepEqual(put.json.grant_types, [code, "client_credentials", "refresh_token"]);
		assert.equal((await server.cliJson(["app", "show", client.client_id])).reviewed, false);
		const less = await manage(server, client, "PUT", { ...again(client), grant_types: [code] });
		assert.deepEqual(less.json.grant_types, [code, "refresh_token"]);
		const more = await manage(server, client, "PUT", { ...again(client), grant_types: [code, "client_credentials"] });
		assert.deepEqual(more.json.grant_types, [code, "refresh_token"], "what was given up is gone");
	});

	it("what an administrator has said of it stays, but for what was trust in what it was [RFC7591#5]", async () => {
		assert.equal((await server.cli(["resource", "add", "https://narrow.example/", "--name", "API"])).code, 0);
		const client = await fresh();
		const said = ["--resources", "https://narrow.example/", "--access-token-format", "jwt", "--skip-authorization", "yes"];
		await server.cliJson(["app", "set", client.client_id, ...said]);
		const put = await manage(server, client, "PUT", { ...again(client), client_uri: "https://app.example/" });
		assert.equal(put.status, 200, put.text);
		const { settings } = await server.cliJson(["app", "show", client.client_id]);
		assert.deepEqual([settings.client_uri, settings.resources, settings.access_token_format, settings.skip_authorization], ["https://app.example/", "https://narrow.example/", "jwt", undefined]);
	});

	it("it does not learn by what it was given what people are called elsewhere [OIDC#8.1, OIDC#12.2]", async () => {
		const pairwise = await fresh({ subject_type: "pairwise" });
		const shop = ["https://shop.example/cb"];
		assertError(await manage(server, pairwise, "PUT", { ...again(pairwise), redirect_uris: shop }), 400, "invalid_client_metadata");
		assert.equal((await manage(server, pairwise, "PUT", { ...again(pairwise), redirect_uris: ["https://app.example/new"] })).status, 200);
		const both = await fresh({ redirect_uris: [...shop, cb] });
		assertError(await manage(server, both, "PUT", { ...again(both), redirect_uris: shop, subject_type: "pairwise" }), 400, "invalid_client_metadata");
	});

	it("is removed with all that hangs on it [RFC7592#2.3]", async () => {
		const client = await fresh({ grant_types: ["client_credentials", deviceGrant], redirect_uris: undefined });
		const watcher = await server.addClient({ name: "RS", type: "confidential", grants: ["client-credentials"] });
		await server.cliJson(["resource", "add", "https://api.example/", "--name", "API", "--client", watcher.client_id]);
		const { access_token } = await ok(postAs(server, client, "/o/token/", { grant_type: "client_credentials", resource: "https://api.example/" }));
		assert.equal((await introspected(server, watcher, access_token)).active, true);
		const pending = await newGrant(server, client);
		const gone = await manage(server, client, "DELETE");
		assert.equal(gone.status, 204);
		assert.equal(gone.text, "");
		assert.deepEqual(await introspected(server, watcher, access_token), { active: false });
		assertError(await postAs(server, client, "/o/token/", { grant_type: deviceGrant, device_code: pending.device_code }), 401, "invalid_client");
		for (const method of ["GET", "PUT", "DELETE"]) assert.equal((await manage(server, client, method, method === "PUT" ? again(client) : undefined)).status, 401, method);
	});

	it("no token, a wrong one, and that of another client get one answer [RFC7592#2]", async () => {
		const client = await fresh();
		const other = await fresh();
		const tv = await server.addClient();
		const wrong = [other.registration_access_token, client.client_secret, ticket, "x"];
		for (const method of ["GET", "PUT", "DELETE"]) {
			const body = method === "PUT" ? again(client) : undefined;
			const texts = new Set();
			for (const token of wrong) {
				const answer = await manage(server, client, method, body, token);
				assert.equal(answer.status, 401);
				assert.match(answer.headers.get("www-authenticate"), /^Bearer .*invalid_token/);
				texts.add(answer.text);
			}
			for (const id of ["nobody", tv.client_id]) texts.add((await send(server, `/o/register/${id}/`, method, body, { authorization: `Bearer ${client.registration_access_token}` })).text);
			assert.equal(texts.size, 1);
			const none = await manage(server, client, method, body, null);
			assert.equal(none.status, 401);
			assert.equal(none.headers.get("www-authenticate"), 'Bearer realm="doorcode"');
		}
		assert.equal((await manage(server, client, "GET")).status, 200, "it is still there");
	});

	it("a client that an administrator has disabled is left alone", async () => {
		const client = await fresh();
		await server.cliJson(["app", "set", client.client_id, "--enabled", "no"]);
		for (const method of ["GET", "PUT", "DELETE"]) assert.equal((await manage(server, client, method, method === "PUT" ? again(client) : undefined)).status, 401);
		assert.equal((await server.cliJson(["app", "show", client.client_id])).enabled, false);
	});

	it("other methods and other types are refused [RFC7592#2]", async () => {
		const client = await fresh();
		const answer = await manage(server, client, "POST", again(client));
		assert.equal(answer.status, 405);
		assert.equal(answer.headers.get("allow"), "GET, HEAD, PUT, DELETE, OPTIONS");
		const typed = await send(server, client.registration_client_uri, "PUT", "x=1", { authorization: `Bearer ${client.registration_access_token}`, "content-type": "application/x-www-form-urlencoded" });
		assertError(typed, 400, "invalid_request");
	});
});
