// SPDX-License-Identifier: Apache-2.0
//
// Tokens of a person through the device grant, tokens of a client for itself, and looks at both.
import assert from "node:assert/strict";

import { basic, newGrant, poll, post } from "./device.mjs";

export const clientCredentials = "client_credentials";

/** A part of a JWT: 0 is its header, 1 its claims. */
export const jwtPart = (token, part) => JSON.parse(Buffer.from(token.split(".")[part], "base64url"));

/** How this client proves itself: in the header, or in the form where it is public. */
export const proof = (client) => (client.client_secret ? [{}, basic(client.client_id, client.client_secret)] : [{ client_id: client.client_id }, {}]);

/** A request of this client with its proof. */
export function postAs(server, client, path, fields, headers = {}) {
	const [form, header] = proof(client);
	const body = new URLSearchParams({ ...form });
	for (const [name, value] of Object.entries(fields)) for (const each of [].concat(value)) body.append(name, each);
	return post(server, path, body.toString(), { ...header, ...headers });
}

export async function ok(answer) {
	const got = await answer;
	assert.equal(got.status, 200, got.text);
	return got.json;
}

/** What a person (a Browser that is signed in) approves on a device of this client. */
export async function deviceTokens(server, person, client, fields = {}) {
	const grant = await newGrant(server, client, fields);
	await person.decide(grant.user_code);
	return ok(poll(server, client, grant.device_code));
}

export const tokenOf = (server, client, fields = {}) => ok(postAs(server, client, "/o/token/", { grant_type: clientCredentials, ...fields }));
export const introspect = (server, client, token, fields = {}, headers = {}) => postAs(server, client, "/o/introspect/", { token, ...fields }, headers);
export const introspected = (...words) => ok(introspect(...words));
