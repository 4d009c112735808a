// SPDX-License-Identifier: Apache-2.0
//
// The keys that sign: published, made once for all nodes, rotated with overlap, moved to another master key. OIDC#10.1.1, RFC 7517.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";

import * as jose from "jose";

import { Browser } from "./support/browser.mjs";
import { postgresOnly } from "./support/database.mjs";
import { startNodes } from "./support/nodes.mjs";
import { password, startServer } from "./support/server.mjs";
import { keysOf, tokensFor, verified } from "./support/tokens.mjs";
import { until } from "./support/until.mjs";

const algs = ["ES256", "PS256", "RS256"];
const path = "/o/.well-known/jwks.json";
const get = (server, headers = {}, options = {}) => fetch(server.origin + path, { headers: { connection: "close", ...headers }, ...options });
const kids = async (server) => (await keysOf(server)).keys.map(({ kid }) => kid).sort();
const headerOf = (token) => jose.decodeProtectedHeader(token);

describe("the key set", () => {
	let server;
	before(async () => (server = await startServer({ fresh: true })));
	after(() => server.close());

	it("holds one public key for each algorithm, which says what it is for [RFC7517#4, RFC8725#3.5]", async () => {
		const { keys } = await keysOf(server);
		assert.deepEqual(keys.map(({ alg }) => alg).sort(), algs);
		for (const key of keys) {
			assert.equal(key.use, "sig"); // RFC7517#4.2
			assert.equal(key.kid, await jose.calculateJwkThumbprint(key)); // RFC 7638
			for (const name of ["d", "p", "q", "dp", "dq", "qi", "k"]) assert.equal(key[name], undefined, `${name} is nobody's business`);
			if (key.kty === "RSA") assert.ok(Buffer.from(key.n, "base64url").length >= 256);
			else assert.deepEqual([key.kty, key.crv], ["EC", "P-256"]);
		}
	});

	it("may be kept for a while, and is asked for again by its tag [RFC9110#13.1.2]", async () => {
		const first = await get(server);
		assert.match(first.headers.get("content-type"), /^application\/json/);
		const maxAge = Number(/^public, max-age=(\d+)$/.exec(first.headers.get("cache-control"))[1]);
		assert.ok(maxAge > 0 && maxAge <= 1800, "a new key is published an hour before it signs");
		const etag = first.headers.get("etag");
		for (const known of [etag, `"other", W/${etag}`, "*"]) {
			const again = await get(server, { "if-none-match": known });
			assert.deepEqual([again.status, await again.text(), again.headers.get("etag")], [304, "", etag], known);
		}
		assert.equal((await get(server, { "if-none-match": '"other"' })).status, 200);
	});

	it("is for scripts of any origin, by GET and HEAD alone [RFC9700#2.6]", async () => {
		assert.equal((await get(server, { origin: "https://any.example" })).headers.get("access-control-allow-origin"), "*");
		assert.equal((await get(server, {}, { method: "HEAD" })).status, 200);
		const post = await get(server, {}, { method: "POST" });
		assert.deepEqual([post.status, post.headers.get("allow")], [405, "GET, HEAD, OPTIONS"]);
	});

	it("answers with its slash as well, and is named by the metadata", async () => {
		const response = await fetch(`${server.origin}${path}/`);
		assert.deepEqual(await response.json(), await keysOf(server));
		const metadata = await (await fetch(`${server.origin}/o/.well-known/openid-configuration`)).json();
		assert.equal(metadata.jwks_uri, `${server.base}${path}`);
	});

	it("stands in the database sealed", async () => {
		const bytes = await server.store.bytes();
		for (const text of ['"d":"', '"qi":"']) assert.equal(bytes.includes(text), false);
	});

	it("is the same after a start anew, and there at once", async () => {
		const known = await kids(server);
		await server.stop();
		await server.start();
		assert.equal((await fetch(`${server.origin}/readyz`)).status, 200);
		assert.deepEqual(await kids(server), known);
	});
});

describe("a fresh start", () => {
	const longestWait = 5000; // of who needs a key that is being made
	it("lives at once, is ready when there are keys, and lets who needs one wait for it", async (t) => {
		const server = await startServer({ early: true, fresh: true });
		t.after(() => server.close());
		assert.equal((await fetch(`${server.origin}/healthz`)).status, 200);
		await until(async () => {
			const began = performance.now();
			const answer = await fetch(`${server.origin}/o/.well-known/jwks.json`);
			const count = answer.ok ? (await answer.json()).keys.length : 0;
			// a machine that is too busy to make them meanwhile may send somebody away, but not before he has waited
			assert.ok(count === 3 || performance.now() - began > longestWait * 0.9, `the set is whole, however early it is asked for: ${answer.status}, ${count}`);
			return count === 3;
		}, "the keys");
		await server.takesRequests();
	});
});

describe("rotation", () => {
	let server, tv, person;

	before(async () => {
		server = await startServer({ moved: true, flags: { cap_exempt: "127.0.0.0/8", session_idle: "364d", session_absolute: "365d", signing_key_lifetime: "90d" } });
		await server.addUser("ada");
		tv = await server.addClient();
		person = new Browser(server);
		await person.signIn("ada", password);
	});
	after(() => server.close());

	const idToken = async () => (await tokensFor(server, person, tv)).id_token;
	const states = async () => (await server.cliJson(["key", "list"])).signing.filter(({ alg }) => alg === "RS256").map(({ state }) => state);
	const holds = (kid) => until(async () => (await kids(server)).includes(kid), "the node hears of it");

	it("by hand: published before it signs, and the old one as long as what it signed [OIDC#10.1.1]", async () => {
		const old = await idToken();
		const [made] = await server.cliJson(["key", "rotate", "--algorithm", "RS256"]);
		const rotated = server.clock.now;
		assert.equal(made.alg, "RS256");
		assert.deepEqual(await states(), ["waits", "signs"]);
		server.clock.advance(11);
		await holds(made.kid);
		assert.notEqual(headerOf(await idToken()).kid, made.kid, "not yet");
		server.clock.advance(3600);
		const last = await idToken();
		assert.equal(headerOf(last).kid, made.kid);
		await verified(server, last);
		assert.deepEqual(await states(), ["signs", "verifies"]);
		// access tokens last for ten hours, and the old key might have signed one until a moment ago
		server.clock.advance((rotated - server.clock.now) / 1000 + 3600 + 36000 + 5);
		assert.ok((await kids(server)).includes(headerOf(old).kid));
		server.clock.advance(180);
		await until(async () => !(await kids(server)).includes(headerOf(old).kid), "the old one leaves");
		assert.deepEqual(await states(), ["signs", "retired"]);
	});

	it("by the clock, all algorithms, under a lease", async () => {
		const before = await kids(server);
		server.clock.advance(90 * 86400 - 3600);
		await until(async () => (await kids(server)).length === before.length + 3, "three more");
		const all = await kids(server);
		assert.deepEqual(before.every((kid) => all.includes(kid)), true);
		assert.ok(before.includes(headerOf(await idToken()).kid));
		server.clock.advance(3700);
		person = new Browser(server);
		await person.signIn("ada", password);
		assert.ok(!before.includes(headerOf(await idToken()).kid));
	});

	it("at once: the old ones are gone, with what they signed [RFC8725#3.5]", async () => {
		const old = await idToken();
		const made = await server.cliJson(["key", "rotate", "--at-once"]);
		assert.deepEqual(made.map(({ alg }) => alg).sort(), algs);
		server.clock.advance(11);
		await until(async () => (await kids(server)).length === 3, "no other is left");
		assert.deepEqual(await kids(server), made.map(({ kid }) => kid).sort());
		const next = await idToken();
		assert.equal(headerOf(next).kid, made.find(({ alg }) => alg === "RS256").kid);
		await verified(server, next);
		await assert.rejects(verified(server, old), { code: "ERR_JWKS_NO_MATCHING_KEY" });
	});

	it("is told by the events, and shown without private halves", async () => {
		const text = (await server.cli(["key", "list"])).stdout;
		assert.match(text, /SIGNING KEY/);
		assert.match(text, /RS256 +signs/);
		assert.doesNotMatch(text + JSON.stringify(await server.cliJson(["key", "list"])), /"d"|"qi"/);
	});

	for (const [words, pattern] of [
		[["--algorithm", "HS256"], /is RS256, ES256 or PS256/],
		[["--algorithm", "none"], /is RS256, ES256 or PS256/],
		[["--algorithm", ""], /is RS256, ES256 or PS256/],
		[["--master", "--at-once"], /about signing keys/],
	])
		it(`key rotate ${words.join(" ")} is refused`, async () => {
			const before = await server.cliJson(["key", "list"]);
			const { code, stderr } = await server.cli(["key", "rotate", ...words]);
			assert.equal(code, 2);
			assert.match(stderr, pattern);
			assert.deepEqual(await server.cliJson(["key", "list"]), before);
		});
});

describe("another master key", () => {
	it("opens what the old one sealed, gets it all by key reseal, and pairwise subjects stay as they are", async (t) => {
		const server = await startServer({ flags: { cap_exempt: "127.0.0.0/8" } });
		t.after(() => server.close());
		await server.addUser("ada");
		const client = await server.addClient({ name: "Pairwise", flags: ["--subject-type", "pairwise"] });
		await server.addClient({ name: "Assertion", type: "confidential", flags: ["--token-endpoint-auth-method", "client_secret_jwt"] });
		const subject = async () => {
			const person = new Browser(server);
			await person.signIn("ada", password);
			return (await verified(server, (await tokensFor(server, person, client)).id_token)).payload.sub;
		};
		const usesOf = async (key) => (await server.cliJson(["key", "list"])).master.find((each) => each.key === key).uses;
		const [sub, known] = [await subject(), await kids(server)];
		const [{ key }] = (await server.cliJson(["key", "list"])).master;

		await server.cliJson(["key", "rotate", "--master"]);
		await server.stop();
		await server.start();
		assert.deepEqual([await subject(), await kids(server)], [sub, known]);

		const before = await usesOf(key);
		await server.cliJson(["key", "reseal"]);
		// three signing keys, a secret that a client signs with, and the secret of pairwise subjects
		assert.equal(await usesOf(key), before - 5);
		assert.deepEqual([await subject(), await kids(server)], [sub, known]);
		await server.stop();
		await server.start();
		assert.deepEqual([await subject(), await kids(server)], [sub, known]);
		await server.cliJson(["key", "reseal"]);
		assert.equal(await usesOf(key), before - 5, "once is enough");
	});

	it("without the old one, which is still needed, the server does not start", async (t) => {
		const server = await startServer();
		t.after(() => server.close());
		await keysOf(server);
		await server.cliJson(["key", "rotate", "--master"]);
		await server.stop();
		const [newest] = readFileSync(server.keyFile, "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
		writeFileSync(server.keyFile, `${newest}\n`);
		const { code, stderr } = await server.cli(["key", "list"]);
		assert.equal(code, 1);
		assert.match(stderr, /not those that the database was made with/);
	});
});

describe("several nodes", postgresOnly, () => {
	it("that start at once make one key for each algorithm, and hear of each other's", async (t) => {
		const all = await startNodes(3, { moved: true, fresh: true });
		t.after(() => all.close());
		const { nodes } = all;
		await Promise.all(nodes.map((node) => keysOf(node)));
		await until(async () => {
			const sets = await Promise.all(nodes.map((node) => kids(node)));
			return sets.every((set) => set.length === 3 && set.join() === sets[0].join());
		}, "all have the same");
		const known = await kids(nodes[0]);
		assert.equal(await all.sql("SELECT count(*) FROM signing_key"), "3");
		const [made] = await nodes[1].cliJson(["key", "rotate", "--algorithm", "ES256", "--at-once"]);
		assert.ok(!known.includes(made.kid));
		all.advance(11);
		for (const node of nodes) await until(async () => (await kids(node)).includes(made.kid) && (await kids(node)).length === 3, "each node");
	});
});
