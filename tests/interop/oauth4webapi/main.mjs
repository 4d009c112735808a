// SPDX-License-Identifier: Apache-2.0
//
// oauth4webapi, call by call: the strictest reader of single answers.
import assert from "node:assert/strict";

import * as oauth from "oauth4webapi";

import { done, env, open, run, version } from "../support/lines.mjs";

const issuer = new URL(env.ISSUER);
const tv = { client_id: env.CLIENT_ID_TV };
const web = { client_id: env.CLIENT_ID_WEB };
const webAuth = oauth.ClientSecretBasic(env.CLIENT_SECRET_WEB);
const redirectUri = "https://web.example/cb";

async function discover() {
	const found = {};
	for (const algorithm of ["oidc", "oauth2"])
		found[algorithm] = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm }));
	assert.deepEqual(found.oidc, found.oauth2);
	done("discovery");
	return found.oidc;
}

async function device(as) {
	const answer = await oauth.deviceAuthorizationRequest(as, tv, oauth.None(), { scope: "openid email offline_access" });
	const codes = await oauth.processDeviceAuthorizationResponse(as, tv, answer);
	const poll = async () => oauth.deviceCodeGrantRequest(as, tv, oauth.None(), codes.device_code);
	await assert.rejects(async () => oauth.processDeviceCodeResponse(as, tv, await poll()), (error) => error.error === "authorization_pending");
	await open(codes.verification_uri_complete);
	const tokens = await oauth.processDeviceCodeResponse(as, tv, await poll());
	assert.ok(oauth.getValidatedIdTokenClaims(tokens).sub);
	done("device");
	return tokens;
}

async function refresh(as, client, auth, tokens, options) {
	const answer = await oauth.refreshTokenGrantRequest(as, client, auth, tokens.refresh_token, options);
	return oauth.processRefreshTokenResponse(as, client, answer);
}

/** What an authorization request holds, and what is needed afterwards. */
async function codeRequest(parameters = {}) {
	const kept = { verifier: oauth.generateRandomCodeVerifier(), state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce() };
	kept.parameters = new URLSearchParams({
		client_id: web.client_id,
		redirect_uri: redirectUri,
		response_type: "code",
		scope: "openid profile email offline_access",
		prompt: "consent",
		code_challenge: await oauth.calculatePKCECodeChallenge(kept.verifier),
		code_challenge_method: "S256",
		state: kept.state,
		nonce: kept.nonce,
		...parameters,
	});
	return kept;
}

async function redeem(as, kept, where, options) {
	const parameters = oauth.validateAuthResponse(as, web, new URL(where), kept.state);
	const ask = () => oauth.authorizationCodeGrantRequest(as, web, webAuth, parameters, redirectUri, kept.verifier, options);
	const answer = await ask();
	return oauth.processAuthorizationCodeResponse(as, web, answer, { expectedNonce: kept.nonce, requireIdToken: true });
}

async function code(as) {
	const kept = await codeRequest();
	const tokens = await redeem(as, kept, await open(`${as.authorization_endpoint}?${kept.parameters}`));
	done("code");
	return tokens;
}

async function userInfo(as, tokens) {
	const { sub } = oauth.getValidatedIdTokenClaims(tokens);
	const claims = await oauth.processUserInfoResponse(as, web, sub, await oauth.userInfoRequest(as, web, tokens.access_token));
	assert.equal(claims.email, "ada@example.org");
	assert.equal(claims.email_verified, true);
	done("userinfo");
}

async function pushed(as) {
	const kept = await codeRequest();
	const answer = await oauth.pushedAuthorizationRequest(as, web, webAuth, kept.parameters);
	const { request_uri: uri } = await oauth.processPushedAuthorizationResponse(as, web, answer);
	const short = new URLSearchParams({ client_id: web.client_id, request_uri: uri });
	await redeem(as, kept, await open(`${as.authorization_endpoint}?${short}`));
	done("pushed");
}

async function dpop(as) {
	const DPoP = oauth.DPoP(web, await oauth.generateKeyPair("ES256"));
	const kept = await codeRequest();
	const tokens = await redeem(as, kept, await open(`${as.authorization_endpoint}?${kept.parameters}`), { DPoP });
	assert.equal(tokens.token_type, "dpop");
	const { sub } = oauth.getValidatedIdTokenClaims(tokens);
	await oauth.processUserInfoResponse(as, web, sub, await oauth.userInfoRequest(as, web, tokens.access_token, { DPoP }));
	done("dpop");
}

async function introspect(as, token) {
	const answer = await oauth.introspectionRequest(as, web, webAuth, token);
	return oauth.processIntrospectionResponse(as, web, answer);
}

async function endOf(as, tokens) {
	const before = await introspect(as, tokens.access_token);
	assert.equal(before.active, true);
	assert.equal(before.client_id, web.client_id);
	done("introspection");
	await oauth.processRevocationResponse(await oauth.revocationRequest(as, web, webAuth, tokens.refresh_token));
	assert.equal((await introspect(as, tokens.access_token)).active, false);
	done("revocation");
}

async function logout(as, tokens) {
	const address = new URL(as.end_session_endpoint);
	address.search = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: "https://web.example/out", state: "bye" });
	assert.equal(await open(address.href), "https://web.example/out?state=bye");
	done("logout");
}

async function register(as) {
	const metadata = { client_name: "Registered", redirect_uris: [redirectUri], grant_types: ["authorization_code"], response_types: ["code"] };
	const answer = await oauth.dynamicClientRegistrationRequest(as, metadata, { initialAccessToken: env.INITIAL_ACCESS_TOKEN });
	const made = await oauth.processDynamicClientRegistrationResponse(answer);
	assert.ok(made.client_id && made.client_secret);
	done("registration");
}

/** A client that proves itself by a key of its own. */
async function privateKey(as) {
	const { privateKey: key, publicKey } = await oauth.generateKeyPair("ES256", { extractable: true });
	const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
	const metadata = {
		token_endpoint_auth_method: "private_key_jwt",
		grant_types: ["client_credentials"],
		response_types: [],
		jwks: { keys: [{ kty, crv, x, y, kid: "one", alg: "ES256", use: "sig" }] },
	};
	const answer = await oauth.dynamicClientRegistrationRequest(as, metadata, { initialAccessToken: env.INITIAL_ACCESS_TOKEN });
	const made = await oauth.processDynamicClientRegistrationResponse(answer);
	const auth = oauth.PrivateKeyJwt({ key, kid: "one" });
	await oauth.processClientCredentialsResponse(as, made, await oauth.clientCredentialsGrantRequest(as, made, auth, {}));
	done("private_key_jwt");
}

async function clientCredentials(as) {
	const tokens = await oauth.processClientCredentialsResponse(as, web, await oauth.clientCredentialsGrantRequest(as, web, webAuth, {}));
	assert.equal(tokens.refresh_token, undefined);
	done("client credentials");
}

run(async () => {
	version("oauth4webapi");
	const as = await discover();
	await refresh(as, tv, oauth.None(), await device(as));
	const first = await code(as);
	await userInfo(as, first);
	const tokens = await refresh(as, web, webAuth, first);
	done("refresh");
	await pushed(as);
	await dpop(as);
	await clientCredentials(as);
	await endOf(as, tokens);
	await register(as);
	await privateKey(as);
	const kept = await codeRequest();
	await logout(as, await redeem(as, kept, await open(`${as.authorization_endpoint}?${kept.parameters}`)));
});
