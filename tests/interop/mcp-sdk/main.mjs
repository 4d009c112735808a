// SPDX-License-Identifier: Apache-2.0
//
// The MCP SDK before a server that wants a token: from the challenge to the metadata of the resource, to this server, to a
// registration, to a token for that resource alone. The server is a stand-in that does nothing but check tokens.
import assert from "node:assert/strict";
import { createServer } from "node:http";

import { auth } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { createRemoteJWKSet, jwtVerify } from "jose";

import { done, env, open, run, version } from "../support/lines.mjs";

const resource = `http://127.0.0.1:${env.PORT}/mcp`;
const metadata = `http://127.0.0.1:${env.PORT}/.well-known/oauth-protected-resource/mcp`;
const redirectUri = "http://127.0.0.1:4321/cb";

async function claimsOf(request, keys) {
	const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
	if (!token) return null;
	const { payload } = await jwtVerify(token, keys, { issuer: env.ISSUER, audience: resource, typ: "at+jwt" });
	return payload;
}

/** Answers 401 without a good token, and otherwise as an MCP server that has nothing. */
function resourceServer(seen) {
	const keys = createRemoteJWKSet(new URL(`${env.ISSUER}/.well-known/jwks.json`));
	const send = (answer, status, body, headers = {}) => {
		answer.writeHead(status, { "content-type": "application/json", ...headers });
		answer.end(body && JSON.stringify(body));
	};
	return createServer(async (request, answer) => {
		if (request.url === new URL(metadata).pathname)
			return send(answer, 200, { resource, authorization_servers: [env.ISSUER], scopes_supported: ["openid"] });
		const claims = await claimsOf(request, keys).catch((error) => void console.error(error));
		if (!claims) return send(answer, 401, null, { "www-authenticate": `Bearer resource_metadata="${metadata}"` });
		seen.push(claims);
		let text = "";
		for await (const part of request) text += part;
		const { id, method } = text ? JSON.parse(text) : {};
		if (method !== "initialize") return send(answer, request.method === "POST" ? 202 : 405, null);
		const result = { protocolVersion: "2025-06-18", capabilities: {}, serverInfo: { name: "notes", version: "1" } };
		return send(answer, 200, { jsonrpc: "2.0", id, result });
	});
}

/** What an application keeps, in memory. */
class Provider {
	redirectUrl = redirectUri;
	clientMetadata = {
		client_name: "MCP client",
		redirect_uris: [redirectUri],
		grant_types: ["authorization_code", "refresh_token"],
		response_types: ["code"],
		token_endpoint_auth_method: "none",
		scope: "openid offline_access",
	};
	clientInformation() {
		return this.information;
	}
	saveClientInformation(information) {
		this.information = information;
	}
	tokens() {
		return this.kept;
	}
	saveTokens(tokens) {
		this.kept = tokens;
	}
	redirectToAuthorization(address) {
		this.address = address;
	}
	saveCodeVerifier(verifier) {
		this.verifier = verifier;
	}
	codeVerifier() {
		return this.verifier;
	}
}

run(async () => {
	version("@modelcontextprotocol/sdk");
	const seen = [];
	const server = resourceServer(seen);
	await new Promise((resolve) => server.listen(Number(env.PORT), "127.0.0.1", resolve));
	const provider = new Provider();
	const connect = () => new Client({ name: "test", version: "1" }).connect(new StreamableHTTPClientTransport(new URL(resource), { authProvider: provider }));
	await assert.rejects(connect());
	assert.ok(provider.information.client_id);
	done("registration");
	done("discovery");
	assert.equal(provider.address.searchParams.get("resource"), resource);
	const where = new URL(await open(provider.address.href));
	const options = { serverUrl: resource, authorizationCode: where.searchParams.get("code"), resourceMetadataUrl: new URL(metadata) };
	assert.equal(await auth(provider, options), "AUTHORIZED");
	done("code");
	await connect();
	assert.equal(seen.at(-1).aud, resource);
	assert.equal(seen.at(-1).client_id, provider.information.client_id);
	done("jwt");
	done("resource indicator");
	const before = provider.kept;
	assert.equal(await auth(provider, { serverUrl: resource, resourceMetadataUrl: new URL(metadata) }), "AUTHORIZED");
	assert.notEqual(provider.kept.access_token, before.access_token);
	done("refresh");
});
