// SPDX-License-Identifier: Apache-2.0
//
// Applications, scopes and authorizations on the command line, and the command line beside a running server.
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { Browser } from "./support/browser.mjs";
import { newGrant, poll, refresh } from "./support/device.mjs";
import { isoTime, migrated } from "./support/place.mjs";
import { password, startServer } from "./support/server.mjs";

describe("applications", () => {
	let place;
	const tv = ["--name", "TV", "--type", "public", "--grant", "device-code"];
	before(async () => {
		place = await migrated();
		await place.done(["user", "add", "ada"], password);
	});
	after(() => place.remove());

	it("registers a public client, reviewed and without a secret", async () => {
		const app = await place.json(["app", "add", ...tv]);
		assert.match(app.client_id, /^[0-9A-Za-z]{22}$/);
		assert.equal(app.client_secret, undefined);
		assert.equal(app.reviewed, true);
		assert.deepEqual(app.grant_types, ["urn:ietf:params:oauth:grant-type:device_code"]);
		assert.match(await place.done(["app", "add", ...tv]), /^TV was registered\.\nclient_id +[0-9A-Za-z]{22}\n$/);
	});

	it("registers a confidential client with everything, and shows its secret this once", async () => {
		const args = ["app", "add", "--name", "Shop", "--type", "confidential", "--grant", "authorization-code", "--grant=client-credentials", "--redirect-uri", "https://shop.example/a", "--redirect-uri", "https://shop.example/b", "--post-logout-redirect-uri", "https://shop.example/out", "--allowed-origin", "https://shop.example", "--scope", "openid", "--scope=email", "--default-scope", "openid", "--algorithm", "ES256", "--client-id", "shop", "--owner", "ada"];
		const app = await place.json(args);
		assert.equal(app.client_id, "shop");
		assert.match(app.client_secret, /^dcs_[0-9A-Za-z]{43}$/);
		assert.equal(app.owner, "ada");
		const shown = await place.json(["app", "show", "shop"]);
		assert.equal(shown.client_secret, undefined);
		assert.equal(shown.secrets.length, 1);
		assert.deepEqual(shown.redirect_uris, ["https://shop.example/a", "https://shop.example/b"]);
		assert.deepEqual(shown.allowed_scopes, ["openid", "email"]);
		assert.equal(shown.algorithm, "ES256");
		const text = await place.done(["app", "show", "shop"]);
		assert.match(text, /redirect URIs +https:\/\/shop\.example\/a\n +https:\/\/shop\.example\/b\n/);
		assert.ok(!text.includes("dcs_"));
		await place.refused(1, /client_id shop already/, args);
		assert.deepEqual((await place.json(["app", "list", "--owner", "ada"])).map((a) => a.client_id), ["shop"]);
	});

	it("takes every setting as an option, and prints those that differ", async () => {
		const keys = place.file("keys.json");
		writeFileSync(keys, JSON.stringify({ keys: [{ kty: "EC", crv: "P-256", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }] }, null, 2));
		const said = ["--token-endpoint-auth-method", "private_key_jwt", "--jwks", `@${keys}`, "--access-token-format=jwt", "--dpop-bound-access-tokens", "yes", "--contacts", "a@a.example", "--contacts", "b@a.example"];
		const app = await place.json(["app", "add", "--name", "Batch", "--type", "confidential", "--grant", "client-credentials", ...said]);
		assert.equal(app.client_secret, undefined, "a key is its proof");
		const { jwks, ...settings } = app.settings;
		assert.equal(JSON.parse(jwks).keys[0].crv, "P-256");
		assert.deepEqual(settings, { token_endpoint_auth_method: "private_key_jwt", access_token_format: "jwt", dpop_bound_access_tokens: "true", contacts: "a@a.example b@a.example" });
		assert.match(await place.done(["app", "show", app.client_id]), /\ndpop_bound_access_tokens +true\n/);
		const changed = await place.json(["app", "set", app.client_id, "--access-token-format", "", "--dpop-bound-access-tokens", "no"]);
		assert.deepEqual(Object.keys(changed.settings), ["token_endpoint_auth_method", "jwks", "contacts"]);
		await place.refused(1, /--access-token-format: access_token_format is one of: opaque, jwt/, ["app", "set", app.client_id, "--access-token-format", "xml"]);
		await place.refused(1, /--jwks: This token_endpoint_auth_method needs keys/, ["app", "set", app.client_id, "--jwks", ""]);
		await place.refused(1, /cannot read nowhere\.json/, ["app", "set", app.client_id, "--jwks", "@nowhere.json"]);
		await place.refused(2, /--dpop-bound-access-tokens is yes or no/, ["app", "set", app.client_id, "--dpop-bound-access-tokens", "maybe"]);
		await place.refused(2, /is not an option/, ["app", "set", app.client_id, "--source", "registration"]);
	});

	it("changes what is given and leaves the rest", async () => {
		const { client_id } = await place.json(["app", "add", ...tv, "--scope", "openid", "--scope", "email"]);
		const renamed = await place.json(["app", "set", client_id, "--name", "Radio", "--enabled", "no", "--reviewed", "no"]);
		assert.deepEqual([renamed.name, renamed.enabled, renamed.reviewed, renamed.allowed_scopes], ["Radio", false, false, ["openid", "email"]]);
		const emptied = await place.json(["app", "set", client_id, "--scope", ""]);
		assert.deepEqual(emptied.allowed_scopes, []);
		assert.equal(emptied.enabled, false);
		const confidential = await place.json(["app", "set", client_id, "--type", "confidential"]);
		assert.match(confidential.client_secret, /^dcs_/);
		const again = await place.json(["app", "set", client_id, "--enabled", "yes"]);
		assert.equal(again.client_secret, undefined);
		await place.json(["app", "set", client_id, "--type", "public"]);
		assert.deepEqual((await place.json(["app", "show", client_id])).secrets, []);
	});

	it("rotates a secret, keeps the older one for a while, and holds no third", async () => {
		const app = await place.json(["app", "add", "--name", "S", "--type", "confidential", "--grant", "client-credentials"]);
		const rotated = await place.json(["app", "rotate-secret", app.client_id, "--overlap", "2h"]);
		assert.notEqual(rotated.client_secret, app.client_secret);
		const { secrets } = await place.json(["app", "show", app.client_id]);
		assert.equal(secrets.length, 2);
		const ending = secrets.filter((secret) => secret.expires !== null);
		assert.equal(ending.length, 1);
		const left = (Date.parse(ending[0].expires) - Date.now()) / 1000;
		assert.ok(left > 7000 && left <= 7200, `${left}`);
		await place.refused(1, /has two secrets already/, ["app", "rotate-secret", app.client_id]);
	});

	it("removes", async () => {
		const { client_id } = await place.json(["app", "add", ...tv]);
		await place.refused(2, /say --yes/, ["app", "remove", client_id]);
		assert.equal(await place.done(["app", "remove", client_id, "--yes"]), "TV was removed.\n");
		await place.refused(1, /there is no application with the client_id/, ["app", "show", client_id]);
	});

	for (const [what, status, words, args] of [
		["nothing at all, with a line for each option that is missing", 1, /--name: .*\n.*--type: .*\n.*--grant: /, ["app", "add"]],
		["the password grant", 1, /--grant: The password grant is not offered/, ["app", "add", "--name", "X", "--type", "public", "--grant", "password"]],
		["client credentials for a public client", 1, /--grant: client-credentials is for confidential clients alone/, ["app", "add", "--name", "X", "--type", "public", "--grant", "client-credentials"]],
		["a redirect to a fragment", 1, /--redirect-uri: /, ["app", "add", ...tv, "--redirect-uri", "https://a.example/#x"]],
		["a scope that is not there", 1, /--scope: nothere is not a scope/, ["app", "add", ...tv, "--scope", "nothere"]],
		["a client_id with a blank", 1, /--client-id: 1 to 128 visible ASCII/, ["app", "add", ...tv, "--client-id", "a b"]],
		["an owner who is not there", 1, /there is nobody named eve/, ["app", "add", ...tv, "--owner", "eve"]],
		["to change nothing", 2, /say what to set/, ["app", "set", "shop"]],
		["to change what is not there", 1, /there is no application/, ["app", "set", "gone", "--enabled", "no"]],
		["a secret for a public client", 1, /has no secret: it is public/, ["app", "rotate-secret", "tv"]],
		["an overlap that is no time", 2, /--overlap is a number of seconds/, ["app", "rotate-secret", "shop", "--overlap", "soon"]],
	])
		it(`refuses ${what}`, async () => {
			await place.run(["app", "add", ...tv, "--client-id", "tv"]);
			await place.refused(status, words, args);
		});
});

describe("scopes", () => {
	let place;
	before(async () => (place = await migrated()));
	after(() => place.remove());

	it("has those of the tutorial, and openid as the default", async () => {
		const scopes = await place.json(["scope", "list"]);
		assert.deepEqual(scopes.map((s) => s.name).sort(), ["address", "email", "offline_access", "openid", "phone", "profile"]);
		assert.deepEqual(scopes.filter((s) => s.default).map((s) => s.name), ["openid"]);
	});

	it("adds, changes and removes", async () => {
		assert.deepEqual(await place.json(["scope", "add", "photos", "--description", "See your photos"]), { name: "photos", description: "See your photos", default: false });
		assert.equal((await place.json(["scope", "set", "photos", "--default", "yes"])).description, "See your photos");
		assert.match(await place.done(["scope", "list"]), /photos +yes +See your photos\n/);
		await place.refused(1, /there is a scope named photos already/, ["scope", "add", "photos", "--description", "x"]);
		assert.match(await place.done(["scope", "remove", "photos"]), /^The scope photos was removed/);
		await place.refused(1, /there is no scope named photos/, ["scope", "remove", "photos"]);
	});

	for (const [what, status, words, args] of [
		["a scope without words", 2, /say in words what the scope allows/, ["scope", "add", "x"]],
		["a name with a quote", 1, /visible ASCII/, ["scope", "add", 'a"b', "--description", "x"]],
		["words over two lines", 1, /one line/, ["scope", "add", "x", "--description", "a\nb"]],
		["maybe", 2, /--default is yes or no/, ["scope", "set", "openid", "--default", "maybe"]],
		["nothing to set", 2, /say what to set/, ["scope", "set", "openid"]],
	])
		it(`refuses ${what}`, () => place.refused(status, words, args));
});

describe("beside a running server", () => {
	let server;
	let client;
	let browser;
	before(async () => {
		server = await startServer();
		await server.addUser("ada");
		client = await server.addClient();
		browser = new Browser(server);
		await browser.signIn("ada", password);
	});
	after(() => server.close());

	const authorized = async () => {
		const grant = await newGrant(server, client);
		await browser.decide(grant.user_code);
		const tokens = await poll(server, client, grant.device_code);
		assert.equal(tokens.status, 200, tokens.text);
		return tokens.json;
	};
	const listed = (...flags) => server.cliJson(["token", "list", ...flags]);

	it("lists what was authorised, without a token in it, and revokes one", async () => {
		const tokens = await authorized();
		const [row] = await listed();
		assert.deepEqual([row.user, row.client_id, row.client_name, row.scope], ["ada", client.client_id, "Living room TV", "openid"]);
		assert.match(row.created, isoTime);
		assert.ok(!JSON.stringify(row).includes("dca_") && !JSON.stringify(row).includes("dcr_"));
		const text = (await server.cli(["token", "list"])).stdout;
		assert.ok(text.includes(row.authorization) && !text.includes(tokens.access_token));
		assert.equal((await server.cli(["token", "revoke", row.authorization])).stdout, "1 authorization was revoked.\n");
		assert.deepEqual(await listed(), []);
		assert.equal((await listed("--all"))[0].authorization, row.authorization);
		assert.match((await listed("--all"))[0].revoked, isoTime);
		assert.equal((await refresh(server, client, tokens.refresh_token)).json.error, "invalid_grant");
	});

	it("revokes all of a person and of a client", async () => {
		const first = await authorized();
		await authorized();
		assert.equal((await listed("--user", "ada", "--client", client.client_id)).length, 2);
		assert.deepEqual(await server.cliJson(["token", "revoke", "--user", "ada"]), { revoked: 2 });
		assert.equal((await refresh(server, client, first.refresh_token)).json.error, "invalid_grant");
		await authorized();
		assert.deepEqual(await server.cliJson(["token", "revoke", "--client", client.client_id]), { revoked: 1 });
		assert.deepEqual(await server.cliJson(["token", "revoke", "--client", client.client_id]), { revoked: 0 });
	});

	for (const [what, status, words, args] of [
		["an id that is none", 1, /is not the id of an authorization/, ["token", "revoke", "nonsense"]],
		["an id of nothing", 1, /there is no authorization/, ["token", "revoke", "0000000000000000000001"]],
		["one and many at once", 2, /name one AUTHORIZATION/, ["token", "revoke", "0000000000000000000001", "--user", "ada"]],
		["neither one nor many", 2, /name one AUTHORIZATION/, ["token", "revoke"]],
		["the tokens of nobody", 1, /there is nobody named eve/, ["token", "revoke", "--user", "eve"]],
		["the tokens of no application", 1, /there is no application/, ["token", "list", "--client", "gone"]],
	])
		it(`refuses ${what}`, async () => {
			const { code, stderr } = await server.cli(args);
			assert.equal(code, status, stderr);
			assert.match(stderr, words);
		});

	it("copies, checks and purges while the server works", async () => {
		const copy = path.join(server.folder, "copy.db");
		assert.equal((await server.cli(["db", "backup", copy])).code, 0);
		assert.equal((await server.cli(["db", "check"])).code, 0);
		assert.equal((await server.cli(["db", "purge"])).code, 0);
		assert.ok(existsSync(copy));
	});
});
