// SPDX-License-Identifier: Apache-2.0
//
// The client credentials grant (RFC6749#4.4): who may, what it gives, and what means nothing without a person.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { assertError, basic, post } from "./support/device.mjs";
import { startServer } from "./support/server.mjs";

const grant_type = "client_credentials";
const api = "https://api.example/";
const jwtPart = (token, part) => JSON.parse(Buffer.from(token.split(".")[part], "base64url"));

describe("client credentials", () => {
	let server, batch, reader;

	before(async () => {
		server = await startServer();
		for (const scope of ["photos", "films"]) await server.cliJson(["scope", "add", scope, "--description", `See your ${scope}`]);
		await server.cliJson(["resource", "add", api, "--name", "API", "--lifetime", "5m", "--format", "jwt", "--scope", "photos"]);
		await server.cliJson(["resource", "add", "https://other.example/", "--name", "Other"]);
		const made = (name, ...flags) => server.addClient({ name, type: "confidential", grants: ["client-credentials"], flags });
		batch = await made("Batch");
		reader = await made("Reader", "--scope", "photos", "--scope", "openid", "--default-scope", "photos", "--default-scope", "openid", "--resources", api);
	});
	after(() => server.close());

	const ask = (client, fields = {}, headers = basic(client.client_id, client.client_secret)) => post(server, "/o/token/", { grant_type, ...fields }, headers);
	const tokens = async (...words) => {
		const answer = await ask(...words);
		assert.equal(answer.status, 200, answer.text);
		assert.match(answer.headers.get("cache-control"), /no-store/);
		return answer.json;
	};

	it("gives an access token and nothing else [RFC6749#4.4.3]", async () => {
		const answer = await tokens(batch, { scope: "photos films" });
		assert.deepEqual(Object.keys(answer).sort(), ["access_token", "expires_in", "scope", "token_type"]);
		assert.equal(answer.token_type, "Bearer");
		assert.equal(answer.scope, "photos films");
		assert.equal(answer.expires_in, 36000);
		assert.match(answer.access_token, /^dca_/);
	});

	it("takes the credentials in the form as well", async () => {
		const { client_id, client_secret } = batch;
		assert.equal((await ask(batch, { client_id, client_secret, scope: "photos" }, {})).status, 200);
	});

	it("without a scope it gives the defaults, less those about people", async () => {
		assert.equal((await tokens(reader)).scope, "photos");
		const empty = await tokens(batch);
		assert.ok(!("scope" in empty), "the server's default is openid, which is about somebody");
	});

	it("a scope about a person, a foreign one, or one that is not there is refused [RFC6749#5.2]", async () => {
		for (const scope of ["openid", "photos openid", "offline_access", "profile", "email", "address", "phone", "gold", '"']) assertError(await ask(batch, { scope }), 400, "invalid_scope");
		assertError(await ask(reader, { scope: "films" }), 400, "invalid_scope");
	});

	it("for a resource it gives what the resource wants [RFC8707#2] [RFC9068#2.2]", async () => {
		const answer = await tokens(reader, { resource: api });
		assert.equal(answer.expires_in, 300);
		assert.equal(jwtPart(answer.access_token, 0).typ, "at+jwt");
		const claims = jwtPart(answer.access_token, 1);
		assert.equal(claims.aud, api);
		assert.equal(claims.scope, "photos");
		assert.equal(claims.client_id, reader.client_id);
		// RFC9700#4.15: no client can look like a person
		assert.equal(claims.sub, `client:${reader.client_id}`);
		for (const name of ["auth_time", "acr", "amr"]) assert.ok(!(name in claims), name);
		// what means nothing there is left out
		assert.equal((await tokens(batch, { resource: api, scope: "photos films" })).scope, "photos");
	});

	it("several resources, unless one of them is not for this client [RFC8707#2]", async () => {
		const several = await post(server, "/o/token/", `grant_type=${grant_type}&scope=photos&resource=${encodeURIComponent(api)}&resource=${encodeURIComponent("https://other.example/")}`, basic(batch.client_id, batch.client_secret));
		assert.deepEqual(jwtPart(several.json.access_token, 1).aud, [api, "https://other.example/"]);
		for (const resource of ["https://other.example/", "https://nowhere.example/", "api", `${api}#x`]) assertError(await ask(reader, { resource }), 400, "invalid_target");
	});

	it("is for confidential clients alone, and for those that were registered for it [RFC6749#4.4]", async () => {
		await assert.rejects(() => server.addClient({ grants: ["client-credentials"] }), /client-credentials is for confidential clients/);
		const tv = await server.addClient();
		assertError(await post(server, "/o/token/", { grant_type, client_id: tv.client_id }), 400, "unauthorized_client");
		const device = await server.addClient({ name: "Vault", type: "confidential" });
		assertError(await ask(device), 400, "unauthorized_client");
	});

	it("a wrong secret, none, and a disabled client are refused [RFC6749#5.2]", async () => {
		assertError(await ask(batch, {}, basic(batch.client_id, "wrong")), 401, "invalid_client");
		assertError(await ask(batch, { client_id: batch.client_id }, {}), 401, "invalid_client");
		const off = await server.addClient({ name: "Off", type: "confidential", grants: ["client-credentials"] });
		await server.cliJson(["app", "set", off.client_id, "--enabled", "no"]);
		assertError(await ask(off), 401, "invalid_client");
	});

	it("is recorded, and listed without a person", async () => {
		await tokens(batch, { scope: "photos" });
		// what was given in one second is listed in any order
		const row = (await server.cliJson(["token", "list", "--client", batch.client_id])).find(({ scope }) => scope === "photos");
		assert.equal(row.grant_type, grant_type);
		assert.ok(!row.user);
	});
});
