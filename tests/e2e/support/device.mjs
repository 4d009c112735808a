// SPDX-License-Identifier: Apache-2.0
//
// A device: asks for codes, polls, refreshes.
import assert from "node:assert/strict";

import { readAnswer } from "./answer.mjs";

export const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

// When the clock jumps, connections that stand idle are overdue, and the server ends them at a moment of its own.
export const freshConnection = (server) => (server.clock ? { connection: "close" } : {});

export async function post(server, path, fields, headers = {}) {
	const body = typeof fields === "string" ? fields : new URLSearchParams(fields).toString();
	const response = await fetch(new URL(path, server.origin), {
		method: "POST",
		redirect: "manual",
		body,
		headers: { "content-type": "application/x-www-form-urlencoded", ...freshConnection(server), ...headers },
	});
	return readAnswer(response);
}

export const basic = (id, secret = "") => ({
	authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64")}`,
});

export const authorizeDevice = (server, fields, headers) => post(server, "/o/device-authorization/", fields, headers);

export async function newGrant(server, client, fields = {}, headers = {}) {
	const credentials = client.client_secret ? { client_secret: client.client_secret } : {};
	const answer = await authorizeDevice(server, { client_id: client.client_id, ...credentials, ...fields }, headers);
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
}

export function poll(server, client, deviceCode, fields = {}, headers) {
	const credentials = client.client_secret ? { client_secret: client.client_secret } : {};
	return post(server, "/o/token/", { grant_type: deviceGrant, device_code: deviceCode, client_id: client.client_id, ...credentials, ...fields }, headers);
}

export function refresh(server, client, refreshToken, fields = {}) {
	const credentials = client.client_secret ? { client_secret: client.client_secret } : {};
	return post(server, "/o/token/", { grant_type: "refresh_token", refresh_token: refreshToken, client_id: client.client_id, ...credentials, ...fields });
}

/** An answer that is an RFC 6749 section 5.2 error: checks what all of them have. */
export function assertError(answer, status, error) {
	assert.equal(answer.json?.error, error, answer.text);
	assert.equal(answer.status, status, answer.text);
	assert.match(answer.headers.get("content-type"), /^application\/json/);
	assert.match(answer.headers.get("cache-control"), /no-store/);
	if (status === 400) assert.equal(answer.headers.get("www-authenticate"), null);
	if (answer.json.error_description) assert.match(answer.json.error_description, /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
}
