// SPDX-License-Identifier: Apache-2.0
//
// Clients that prove themselves by assertions (RFC 7523): a key, and what is signed with it, by an independent library; and a
// web server that publishes keys.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";

import * as jose from "jose";

import { nowOf } from "./tokens.mjs";

export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

export class ClientKey {
	static async make(alg = "ES256") {
		const pair = await jose.generateKeyPair(alg);
		const jwk = await jose.exportJWK(pair.publicKey);
		const kid = await jose.calculateJwkThumbprint(jwk);
		return Object.assign(new ClientKey(), { alg, secret: pair.privateKey, kid, jwk: { ...jwk, kid, alg } });
	}

	/** client_secret_jwt: the secret is the key. */
	static ofSecret(secret, alg = "HS256") {
		return Object.assign(new ClientKey(), { alg, secret: Buffer.from(secret) });
	}

	get set() {
		return { keys: [this.jwk] };
	}

	/** The parameters that a client adds to a request. Claims of undefined are left out. */
	async parameters(server, client, { header, ...claims } = {}) {
		const now = Math.floor(nowOf(server).getTime() / 1000);
		const payload = { iss: client.client_id, sub: client.client_id, aud: `${server.base}/o`, iat: now, exp: now + 60, jti: randomUUID(), ...claims };
		const token = new jose.SignJWT(JSON.parse(JSON.stringify(payload)));
		token.setProtectedHeader({ alg: this.alg, typ: "JWT", ...(this.kid && { kid: this.kid }), ...header });
		return { client_assertion_type: assertionType, client_assertion: await token.sign(this.secret) };
	}
}

/** A web server on loopback that publishes `document`, counts who asks, and can be told to fail. */
export class Publisher {
	constructor(document) {
		Object.assign(this, { document, asked: 0, failing: false });
		this.server = createServer((request, response) => {
			this.asked++;
			response.statusCode = this.failing ? 500 : 200;
			response.setHeader("content-type", "application/json");
			response.end(JSON.stringify(this.document));
		});
	}

	async start() {
		this.server.listen(0, "127.0.0.1");
		await once(this.server, "listening");
		this.url = `http://127.0.0.1:${this.server.address().port}/keys`;
		return this;
	}

	close() {
		this.server.closeAllConnections();
		this.server.close();
	}
}
