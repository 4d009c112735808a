// SPDX-License-Identifier: Apache-2.0
//
// A service that checks JWT access tokens (RFC 9068) by itself: the keys are fetched once and when a new one shows up, and the
// authorization server is not asked about any token. Needs the package jose.
import { createServer } from "node:http";

import { createRemoteJWKSet, jwtVerify } from "jose";

const issuer = process.env.ISSUER ?? "https://login.example.org/o";
const resource = process.env.RESOURCE ?? "https://notes.example.org/";
const port = Number(process.env.PORT ?? 3000);
const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));

/** The claims of the request's token; throws when it is no good here. */
async function authorize(request) {
	const token = /^bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
	if (!token) throw Object.assign(new Error("no token"), { challenge: 'Bearer realm="notes"' });
	const { payload } = await jwtVerify(token, keys, {
		issuer,
		audience: resource,
		typ: "at+jwt",
		algorithms: ["ES256", "RS256", "PS256"],
		requiredClaims: ["sub", "client_id", "exp", "iat", "jti"],
	});
	// bound to a key or a certificate: whoever does not check the proof must not take the token
	if (payload.cnf) throw new Error("bound token");
	return payload;
}

function send(answer, status, body, headers = {}) {
	answer.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers });
	answer.end(JSON.stringify(body));
}

createServer(async (request, answer) => {
	try {
		const claims = await authorize(request);
		if (!claims.scope?.split(" ").includes("email"))
			return send(answer, 403, { error: "insufficient_scope" }, { "www-authenticate": 'Bearer error="insufficient_scope", scope="email"' });
		return send(answer, 200, { subject: claims.sub, client: claims.client_id });
	} catch (error) {
		return send(answer, 401, { error: "invalid_token" }, { "www-authenticate": error.challenge ?? 'Bearer error="invalid_token"' });
	}
}).listen(port, "127.0.0.1", () => console.log("listening"));
