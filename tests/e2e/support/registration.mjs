// SPDX-License-Identifier: Apache-2.0
//
// A client that registers itself.
import assert from "node:assert/strict";

import { readAnswer } from "./answer.mjs";
import { freshConnection } from "./device.mjs";

export async function send(server, url, method, body, headers = {}) {
	const response = await fetch(new URL(url, server.origin), {
		method,
		body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
		headers: { ...(body !== undefined && { "content-type": "application/json" }), ...freshConnection(server), ...headers },
	});
	return readAnswer(response);
}

export const bearer = (token) => (token ? { authorization: `Bearer ${token}` } : {});
export const register = (server, metadata, token, headers = {}) => send(server, "/o/register/", "POST", metadata, { ...bearer(token), ...headers });

/** The same for one that must succeed: the client information response. */
export async function registered(server, metadata, token) {
	const answer = await register(server, metadata, token);
	assert.equal(answer.status, 201, answer.text);
	assert.match(answer.headers.get("content-type"), /^application\/json/);
	assert.match(answer.headers.get("cache-control"), /no-store/);
	return answer.json;
}

/** A request to what a client was told is its own place. */
export const manage = (server, client, method, body, token = client.registration_access_token) => send(server, client.registration_client_uri, method, body, bearer(token));
