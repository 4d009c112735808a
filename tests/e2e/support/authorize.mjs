// SPDX-License-Identifier: Apache-2.0
//
// The authorization code grant as clients and browsers go through it.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";

import { formFields, unescapeHtml } from "./browser.mjs";
import { post } from "./device.mjs";
import { password } from "./server.mjs";

export const callback = "https://app.example/callback";
const s256 = (verifier) => createHash("sha256").update(verifier).digest("base64url");

/** A client with the authorization code grant; flags are those of `app add`. */
export const addApp = (server, { name = "Photo album", type = "confidential", uris = [callback], flags = [] } = {}) =>
	server.addClient({ name, type, grants: ["authorization-code"], flags: [...uris.flatMap((uri) => ["--redirect-uri", uri]), ...flags] });

/** A request that a client begins, with its secrets: {fields, path, state, verifier}. A field that is undefined is left out. */
export function begin(client, fields = {}) {
	const verifier = randomBytes(32).toString("base64url");
	const all = {
		response_type: "code",
		client_id: client.client_id,
		redirect_uri: callback,
		scope: "openid",
		state: randomBytes(8).toString("hex"),
		code_challenge: s256(verifier),
		code_challenge_method: "S256",
		...fields,
	};
	const entries = Object.entries(all).filter(([, value]) => value !== undefined);
	return { fields: Object.fromEntries(entries), path: `/o/authorize/?${new URLSearchParams(entries)}`, state: all.state, verifier };
}

/** What a redirect says: {where, params} of its query or fragment. */
export function arrival(response) {
	assert.equal(response.status, 303, `${response.status} instead of a redirect`);
	const location = response.headers.get("location");
	const [where, text] = location.split(/[?#](.*)/s);
	const names = [...new URLSearchParams(text)].map(([name]) => name);
	assert.equal(new Set(names).size, names.length, "no parameter twice");
	return { where, params: Object.fromEntries(new URLSearchParams(text)), mode: location.includes("#") ? "fragment" : "query" };
}

/** The consent page as the browser sees it: {html, allow(), deny()}. */
export async function consentPage(browser, path) {
	const response = await browser.request(path);
	const html = await response.text();
	assert.equal(response.status, 200, html);
	const { action, fields } = formFields(html, "/o/authorize/decide");
	const send = (decision) => browser.postForm(action, { ...fields, action: decision });
	return { html, response, action, fields, allow: () => send("accept"), deny: () => send("deny") };
}

/** Goes to the endpoint and allows what is asked, if it is asked: what the client is told. */
export async function allow(browser, path) {
	const response = await browser.request(path);
	if (response.status === 303) return arrival(response);
	const { action, fields } = formFields(await response.text(), "/o/authorize/decide");
	return arrival(await browser.postForm(action, { ...fields, action: "accept" }));
}

/** The sign-in form that stands in the place of the page: fills it in, and gives the answer that follows. */
export async function signInHere(browser, response, username) {
	const html = await response.text();
	assert.equal(response.status, 200, html);
	const { action, fields } = formFields(html, "/accounts/login");
	const answer = await browser.postForm(action, { ...fields, username, password });
	assert.equal(answer.status, 303, "signed in");
	return browser.request(answer.headers.get("location"));
}

const secretOf = (client) => (client.client_secret ? { client_secret: client.client_secret } : {});

/** The token request for a code. */
export function redeem(server, client, request, code, fields = {}, headers) {
	const all = {
		grant_type: "authorization_code",
		code,
		redirect_uri: request.fields.redirect_uri,
		code_verifier: request.verifier,
		client_id: client.client_id,
		...secretOf(client),
		...fields,
	};
	const entries = Object.entries(all).filter(([, value]) => value !== undefined);
	return post(server, "/o/token/", entries, headers);
}

/** All of it: the answer of the token endpoint. */
export async function tokensBy(server, browser, client, fields = {}, headers) {
	const request = begin(client, fields);
	const { params } = await allow(browser, request.path);
	assert.ok(params.code, JSON.stringify(params));
	const answer = await redeem(server, client, request, params.code, {}, headers);
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
}

/** Pushes a request: the answer of /o/par/. */
export const push = (server, client, fields, headers) =>
	post(server, "/o/par/", Object.entries({ ...fields, client_id: client.client_id, ...secretOf(client) }).filter(([, value]) => value !== undefined), headers);

export const pushedPath = (client, answer) =>
	`/o/authorize/?${new URLSearchParams({ client_id: client.client_id, request_uri: answer.json.request_uri })}`;

/** The fields of the page that posts itself: {action, fields}. */
export function selfPosting(html) {
	const { action, fields } = formFields(html, "http");
	return { action, fields };
}

export const textOf = (html) => unescapeHtml(html.replace(/<[^>]*>/g, " ")).replace(/\s+/g, " ");
