// SPDX-License-Identifier: Apache-2.0
//
// Nonces in proofs (RFC9449#8) where a client meets them beside the code grant: when it pushes a request, and when a device polls.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { addApp, begin, push } from "./support/authorize.mjs";
import { Browser } from "./support/browser.mjs";
import { assertError, newGrant, poll } from "./support/device.mjs";
import { password, startServer } from "./support/server.mjs";
import { ProofKey } from "./support/tokens.mjs";

describe("a server that asks for nonces", () => {
	let server, key;

	before(async () => {
		server = await startServer({ flags: { dpop_nonce: "yes", cap_exempt: "127.0.0.0/8" } });
		await server.addUser("ada");
		key = await ProofKey.make(server);
	});
	after(() => server.close());

	it("tells one to who pushes a request with a proof, and takes it [RFC9449#8, RFC9449#10.1]", async () => {
		const web = await addApp(server);
		const asked = await push(server, web, begin(web).fields, await key.header("/o/par/"));
		assertError(asked, 400, "use_dpop_nonce");
		const nonce = asked.headers.get("dpop-nonce");
		assert.ok(nonce);
		assertError(await push(server, web, begin(web).fields, await key.header("/o/par/", { nonce: `${nonce}x` })), 400, "use_dpop_nonce");
		assert.equal((await push(server, web, begin(web).fields, await key.header("/o/par/", { nonce }))).status, 201);
		assert.equal((await push(server, web, begin(web).fields)).status, 201, "without a proof there is nothing to ask for");
	});

	it("asks a device only once its person has decided, and the code stays good [RFC9449#8, RFC8628#3.5, RFC10027#6.1.12]", async () => {
		const tv = await server.addClient();
		const person = new Browser(server);
		await person.signIn("ada", password);
		const grant = await newGrant(server, tv, {});
		const ask = async (claims) => poll(server, tv, grant.device_code, {}, await key.header("/o/token/", claims));
		assertError(await ask(), 400, "authorization_pending");
		await person.decide(grant.user_code);
		const asked = await ask();
		assertError(asked, 400, "use_dpop_nonce");
		const answer = await ask({ nonce: asked.headers.get("dpop-nonce") });
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.json.token_type, "DPoP");
	});
});
