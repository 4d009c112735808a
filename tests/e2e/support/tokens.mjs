// SPDX-License-Identifier: Apache-2.0
//
// Tokens as those who get them look at them: verified with an independent library against the keys that the server publishes;
// and the proofs of RFC 9449.
import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";

import * as jose from "jose";

import { freshConnection, newGrant, poll } from "./device.mjs";

export async function keysOf(server) {
	const response = await fetch(`${server.origin}/o/.well-known/jwks.json`, { headers: freshConnection(server) });
	assert.equal(response.status, 200);
	return response.json();
}

export const nowOf = (server) => server.clock?.now ?? new Date();

/** {payload, protectedHeader} of a token that the server has signed; anything else throws. */
export async function verified(server, token, options = {}) {
	const keys = jose.createLocalJWKSet(await keysOf(server));
	return jose.jwtVerify(token, keys, { issuer: `${server.base}/o`, currentDate: nowOf(server), ...options });
}

/** at_hash and c_hash: OIDC#3.1.3.6 */
export const halfHash = (text) => createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");

/** Codes, approved by `person`, redeemed: the answer of the token endpoint. */
export async function tokensFor(server, person, client, fields = {}, { headers, token = {} } = {}) {
	const grant = await newGrant(server, client, fields);
	assert.match((await person.decide(grant.user_code)).html, /Device Authorized/);
	const answer = await poll(server, client, grant.device_code, token, typeof headers === "function" ? await headers() : headers);
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
}

/** A key that a client makes proofs with. */
export class ProofKey {
	static async make(server, alg = "ES256") {
		const pair = await jose.generateKeyPair(alg);
		const jwk = await jose.exportJWK(pair.publicKey);
		return Object.assign(new ProofKey(), { server, alg, pair, jwk, thumbprint: await jose.calculateJwkThumbprint(jwk) });
	}

	/** The header of a request: {dpop}. */
	async header(path, { method = "POST", token, ...claims } = {}) {
		const ath = token && { ath: createHash("sha256").update(token).digest("base64url") };
		const proof = new jose.SignJWT({
			jti: randomUUID(),
			htm: method,
			htu: `${this.server.base}${path}`,
			iat: Math.floor(nowOf(this.server).getTime() / 1000),
			...ath,
			...claims,
		});
		return { dpop: await proof.setProtectedHeader({ typ: "dpop+jwt", alg: this.alg, jwk: this.jwk }).sign(this.pair.privateKey) };
	}
}
