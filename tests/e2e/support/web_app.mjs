// SPDX-License-Identifier: Apache-2.0
//
// A web application: sends people here to sign in, redeems the code, and hears of their signing out, at a listener of its own
// that can be told to behave badly.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import http from "node:http";

import * as jose from "jose";

import { formFields } from "./browser.mjs";
import { post } from "./device.mjs";

const callback = "https://app.example/callback";

/** A client with the authorization code grant; `settings` as {backchannel_logout_uri: ...}, `callback` its redirect URI. */
export async function addWebApp(server, { name = "Photo album", type = "public", settings = {}, flags = [], ...options } = {}) {
	const words = Object.entries(settings).flatMap(([key, value]) => [`--${key.replaceAll("_", "-")}`, String(value)]);
	const uri = options.callback ?? callback;
	const client = await server.addClient({ name, type, grants: ["authorization-code"], flags: ["--redirect-uri", uri, ...words, ...flags] });
	return { ...client, callback: uri };
}

const s256 = (verifier) => createHash("sha256").update(verifier).digest("base64url");

/** The path of an authorization request. */
export function authorizePath(client, fields = {}, verifier = "v".repeat(43)) {
	const query = new URLSearchParams({
		response_type: "code",
		client_id: client.client_id,
		redirect_uri: client.callback,
		scope: "openid profile",
		state: "a state",
		code_challenge: s256(verifier),
		code_challenge_method: "S256",
		...fields,
	});
	return `/o/authorize/?${query}`;
}

/** Goes to the client with whoever is signed in in this browser, allowing what is asked: {tokens, claims, location}. */
export async function visit(server, browser, client, fields = {}) {
	const verifier = randomBytes(32).toString("base64url");
	const path = authorizePath(client, fields, verifier);
	let response = await browser.request(path);
	if (response.status === 200) {
		const { action, fields: hidden } = formFields(await response.text(), "/o/authorize/decide");
		response = await browser.postForm(action, { ...hidden, action: "accept" });
	}
	const location = response.headers.get("location");
	assert.ok(location?.startsWith(client.callback), `${response.status} ${location}`);
	const code = new URL(location).searchParams.get("code");
	assert.ok(code, location);
	const secret = client.client_secret ? { client_secret: client.client_secret } : {};
	const answer = await post(server, "/o/token/", {
		grant_type: "authorization_code",
		code,
		redirect_uri: client.callback,
		client_id: client.client_id,
		code_verifier: verifier,
		...secret,
	});
	assert.equal(answer.status, 200, answer.text);
	return { tokens: answer.json, claims: jose.decodeJwt(answer.json.id_token), location };
}

/** What becomes of a request with prompt=none: an error, or "code". */
export async function silently(browser, client) {
	const response = await browser.request(authorizePath(client, { prompt: "none" }));
	const { searchParams } = new URL(response.headers.get("location"));
	return searchParams.get("error") ?? (searchParams.get("code") ? "code" : undefined);
}

/**
 * Hears logout tokens and frames. `behave(request, number)` gives the status of the answer, or where it leads;
 * undefined means that no answer ever comes.
 */
export class Listener {
	static async start(behave = () => 200) {
		const listener = new Listener();
		listener.behave = behave;
		listener.heard = [];
		listener.server = http.createServer((request, response) => listener.hear(request, response));
		listener.server.listen(0, "127.0.0.1");
		await once(listener.server, "listening");
		listener.base = `http://127.0.0.1:${listener.server.address().port}`;
		return listener;
	}

	async hear(request, response) {
		let body = "";
		for await (const part of request) body += part;
		const heard = { method: request.method, url: request.url, headers: request.headers, body, token: new URLSearchParams(body).get("logout_token") };
		const status = await this.behave(heard, this.heard.push(heard));
		if (status === undefined) return; // hangs until it is closed
		if (typeof status === "string") response.writeHead(303, { location: status });
		else response.writeHead(status, { "content-type": "text/html" });
		response.end("<!doctype html><html lang=en><title>Elsewhere</title><h1>Elsewhere</h1>");
	}

	close() {
		this.server.closeAllConnections();
		return new Promise((resolve) => this.server.close(resolve));
	}
}

/** Options of a server that may send requests to this machine over plain http. */
export const mayFetchHere = { fetch_allow: "127.0.0.0/8", fetch_http: "yes" };
