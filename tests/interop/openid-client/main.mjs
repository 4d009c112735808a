// SPDX-License-Identifier: Apache-2.0
//
// openid-client as an application uses it: discovery, and then one call for each flow.
import assert from "node:assert/strict";
import { createServer } from "node:http";

import * as client from "openid-client";

import { done, env, open, run, version } from "../support/lines.mjs";

const issuer = new URL(env.ISSUER);

async function device() {
	const config = await client.discovery(issuer, env.CLIENT_ID_TV, undefined, client.None());
	const codes = await client.initiateDeviceAuthorization(config, { scope: "openid offline_access" });
	const [tokens] = await Promise.all([client.pollDeviceAuthorizationGrant(config, codes), open(codes.verification_uri_complete)]);
	assert.ok(tokens.claims().sub);
	done("device");
	const again = await client.refreshTokenGrant(config, tokens.refresh_token);
	assert.notEqual(again.refresh_token, tokens.refresh_token);
	done("refresh");
}

/** A listener of a native application: any port of 127.0.0.1. */
async function listen() {
	let arrived;
	const request = new Promise((resolve) => (arrived = resolve));
	const server = createServer((incoming, answer) => {
		answer.end("You may close this window.");
		arrived(incoming.url);
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address();
	return { uri: `http://127.0.0.1:${port}/cb`, request, close: () => server.close() };
}

async function authorize(config, { build, options } = {}) {
	const listener = await listen();
	const checks = { pkceCodeVerifier: client.randomPKCECodeVerifier(), expectedState: client.randomState(), expectedNonce: client.randomNonce(), idTokenExpected: true };
	const parameters = {
		redirect_uri: listener.uri,
		scope: "openid profile email",
		code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
		code_challenge_method: "S256",
		state: checks.expectedState,
		nonce: checks.expectedNonce,
	};
	const address = build ? await build(parameters) : client.buildAuthorizationUrl(config, parameters);
	await open(address.href);
	const callback = new URL(await listener.request, listener.uri);
	listener.close();
	return client.authorizationCodeGrant(config, callback, checks, {}, options);
}

async function code(config) {
	const tokens = await authorize(config);
	done("code");
	const claims = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
	assert.equal(claims.name, "Ada Lovelace");
	done("userinfo");
	assert.equal((await client.tokenIntrospection(config, tokens.access_token)).active, true);
	done("introspection");
	await client.tokenRevocation(config, tokens.access_token);
	assert.equal((await client.tokenIntrospection(config, tokens.access_token)).active, false);
	done("revocation");
}

async function dpop(config) {
	const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
	const tokens = await authorize(config, { options: { DPoP } });
	assert.equal(tokens.token_type, "dpop");
	await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP });
	done("dpop");
}

async function register() {
	const metadata = { redirect_uris: ["https://web.example/cb"], token_endpoint_auth_method: "client_secret_post" };
	const config = await client.dynamicClientRegistration(issuer, metadata, undefined, { initialAccessToken: env.INITIAL_ACCESS_TOKEN });
	assert.ok(config.clientMetadata().client_id);
	done("registration");
}

async function logout(config) {
	const tokens = await authorize(config);
	const address = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: "https://web.example/out", state: "bye" });
	assert.equal(await open(address.href), "https://web.example/out?state=bye");
	done("logout");
}

run(async () => {
	version("openid-client");
	await device();
	const config = await client.discovery(issuer, env.CLIENT_ID_WEB, env.CLIENT_SECRET_WEB);
	done("discovery");
	await code(config);
	await authorize(config, { build: (parameters) => client.buildAuthorizationUrlWithPAR(config, parameters) });
	done("pushed");
	await dpop(config);
	await register();
	await logout(config);
});
