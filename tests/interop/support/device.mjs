// SPDX-License-Identifier: Apache-2.0
//
// Tokens by the device flow, in as few calls as it takes, for clients that are about something else.
import { env, open } from "./lines.mjs";

const post = async (path, fields) => {
	const answer = await fetch(`${env.ISSUER}${path}`, { method: "POST", body: new URLSearchParams(fields) });
	const json = await answer.json();
	if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(json)}`);
	return json;
};

/** The token answer for these fields of the request (scope, resource). */
export async function tokens(clientId, fields) {
	const codes = await post("/device-authorization/", { client_id: clientId, ...fields });
	await open(codes.verification_uri_complete);
	return post("/token/", { grant_type: "urn:ietf:params:oauth:grant-type:device_code", client_id: clientId, device_code: codes.device_code });
}

export const revoke = (clientId, token) =>
	fetch(`${env.ISSUER}/revoke_token/`, { method: "POST", body: new URLSearchParams({ client_id: clientId, token }) });
