// SPDX-License-Identifier: Apache-2.0
//
// Strangers make the server ask a host that takes connections and says nothing: for metadata documents, and for keys of clients that
// nobody has reviewed. Whoever is not of their kind notices nothing, and they themselves are told at once. The limits one by one are in
// tests/fetch/test_places.c and tests/fetch/test_slow_servers.c.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createWeb } from "node:https";
import { createServer } from "node:net";
import { after, before, describe, it } from "node:test";

import { ClientKey, Publisher } from "./support/assertions.mjs";
import { postAs } from "./support/clients.mjs";
import { assertError, deviceGrant, post } from "./support/device.mjs";
import { patience, startServer } from "./support/server.mjs";
import { Authority } from "./support/tls.mjs";
import { until } from "./support/until.mjs";

const many = 24; // more than the server has places and queues for
const soon = 4500 * patience; // a silent host is given up after five seconds, a place is waited for for two
const idp = "https://idp.example";
const methods = ["--token-endpoint-auth-method", "private_key_jwt", "--jwks-uri"];

/** Takes connections, and says nothing. */
class SilentHost {
	async start() {
		this.sockets = [];
		this.most = 0;
		this.server = createServer((socket) => {
			this.sockets.push(socket);
			this.most = Math.max(this.most, this.sockets.filter((open) => !open.readableEnded).length);
			socket.on("error", () => {}).resume();
		});
		this.server.listen(0, "127.0.1.1");
		await once(this.server, "listening");
		this.place = `127.0.1.1:${this.server.address().port}`;
		return this;
	}

	/** Somebody waits for its first answer. */
	get isAsked() {
		return this.sockets.length > 0 && !this.sockets[0].readableEnded && !this.sockets[0].destroyed;
	}

	close() {
		this.sockets.forEach((socket) => socket.destroy());
		this.server.close();
	}
}

/** The silent host was given up before anything could be seen. */
class TooSlow extends Error {}

async function timed(promise) {
	const began = performance.now();
	const answer = await promise;
	return { answer, took: performance.now() - began };
}

/** For most there is no room, which says nothing against them, and they are told so at once or after a short while. */
function assertTold(answers) {
	const told = answers.filter(({ answer }) => answer.status === 503);
	assert.ok(told.length >= many - 6, `${told.length} were told`);
	for (const { answer, took } of told) {
		assertError(answer, 503, "temporarily_unavailable");
		assert.ok(Number(answer.headers.get("retry-after")) > 0);
		assert.ok(took < soon, `${took} ms`);
	}
	for (const { answer } of answers.filter((each) => !told.includes(each))) assertError(answer, 401, "invalid_client");
}

describe("slow hosts of strangers", () => {
	let authority, silent, web, publisher, server, key, trusted, portal, person;

	before(async () => {
		authority = new Authority();
		await authority.selfSigned("ca");
		await authority.signed("web");
		key = await ClientKey.make();
		publisher = await new Publisher(key.set).start();
		web = createWeb({ key: readFileSync(authority.file("web.key")), cert: readFileSync(authority.file("web.pem")) }, (request, response) => {
			const client_id = `https://localhost:${web.address().port}${request.url}`;
			response.setHeader("content-type", "application/json");
			response.end(JSON.stringify({ client_id, client_name: "Honest", redirect_uris: ["https://app.example/callback"], token_endpoint_auth_method: "none", grant_types: [deviceGrant] }));
		});
		web.listen(0, "127.0.0.1");
		await once(web, "listening");
	});
	after(() => {
		web.closeAllConnections();
		web.close();
		publisher.close();
		authority.remove();
	});

	/** A server that knows nobody's keys yet, and a host that nobody has asked. */
	const start = async () => {
		silent = await new SilentHost().start();
		const flags = { client_metadata_documents: "yes", fetch_allow: "127.0.0.0/8", fetch_http: "yes", fetch_ca: authority.file("ca.pem"), cap_exempt: "127.0.0.0/8", trusted_proxies: "127.0.0.1", assertion_issuers: [`${idp}=${publisher.url}`], workers: 32 };
		server = await startServer({ flags });
		await server.addUser("ada");
		person = (await server.cliJson(["user", "list"])).find((user) => user.name === "ada");
		trusted = await server.addClient({ name: "Trusted", type: "confidential", flags: [...methods, publisher.url] });
		portal = await server.addClient({ name: "Portal", type: "confidential", grants: ["jwt-bearer"] });
	};
	const stop = async () => {
		silent.close(); // or it would be waited for
		await server.close();
	};

	const from = (i) => ({ "x-forwarded-for": `198.51.${i}.1` }); // so many new ones a minute from one address
	const unknown = (client_id, i) => post(server, "/o/device-authorization/", { client_id }, from(i));
	const honestDocument = (name) => unknown(`https://localhost:${web.address().port}/${name}`, 200);
	const proved = async (client, i = 201) => post(server, "/o/device-authorization/", await key.parameters(server, client), from(i));
	const bearer = async () => {
		const { client_assertion } = await key.parameters(server, { client_id: "unused" }, { iss: idp, sub: person.id });
		return postAs(server, portal, "/o/token/", { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: client_assertion });
	};

	async function passes(what, promise) {
		const answer = await promise;
		if (!silent.isAsked) throw new TooSlow(what);
		assert.equal(answer.status, 200, `${what}: ${answer.text}`);
	}

	/** What counts is what comes while the silent host is waited for: on a busy machine that may take more than one try. */
	async function meanwhile(task) {
		for (let tries = 1; ; tries++) {
			await start();
			try {
				return await task();
			} catch (error) {
				if (!(error instanceof TooSlow) || tries === 5) throw error;
			} finally {
				await stop();
			}
		}
	}

	it("documents: keys of trusted clients and issuers, and other documents, are had meanwhile", () =>
		meanwhile(async () => {
			const asked = Array.from({ length: many }, (_, i) => timed(unknown(`https://${silent.place}/${i}`, i)));
			await until(() => silent.sockets.length > 0, "the silent host to be asked");
			await passes("a trusted client", proved(trusted));
			await passes("a trusted issuer", bearer());
			await passes("another document", honestDocument("a"));
			const answers = await Promise.all(asked);
			assertTold(answers);
			assert.ok(silent.most <= 2, `${silent.most} at a time`);
		}));

	it("keys of clients that nobody reviewed: those of trusted clients and issuers, and of others like them, are had meanwhile", () =>
		meanwhile(async () => {
			const add = async (url, i) => {
				const client = await server.addClient({ name: `Stranger ${i}`, type: "confidential", flags: [...methods, url] });
				await server.cliJson(["app", "set", client.client_id, "--reviewed", "no"]);
				return client;
			};
			const honest = await add(publisher.url, "of good will");
			const strangers = [];
			for (let i = 0; i < 8; i++) strangers.push(await add(`http://${silent.place}/${i}`, i));
			const asked = Array.from({ length: many }, (_, i) => timed(proved(strangers[i % strangers.length], i)));
			await until(() => silent.sockets.length > 0, "the silent host to be asked");
			await passes("a trusted client", proved(trusted));
			await passes("a trusted issuer", bearer());
			await passes("another one like them", proved(honest));
			const answers = await Promise.all(asked);
			assertTold(answers);
			assert.ok(silent.most <= 2, `${silent.most} at a time`);
		}));
});
