// SPDX-License-Identifier: Apache-2.0
//
// What begins on one node and ends on another: registrations and their tickets, introspection, exchanges.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { introspected, ok, postAs } from "./support/clients.mjs";
import { postgresOnly } from "./support/database.mjs";
import { startNodes } from "./support/nodes.mjs";
import { manage, register, registered } from "./support/registration.mjs";

const grant_types = ["client_credentials"];

describe("two nodes", postgresOnly, () => {
	let all, a, b;
	before(async () => {
		all = await startNodes(2, { flags: { registration: "token", cap_exempt: "127.0.0.0/8" } });
		[a, b] = all.nodes;
	});
	after(() => all.close());
	const ticket = async (uses = 1) => (await a.cliJson(["ticket", "add", "registration", "--uses", `${uses}`])).ticket;
	/** Where the client was told to go to, at another node. */
	const at = (client) => ({ ...client, registration_client_uri: new URL(client.registration_client_uri).pathname });

	it("a client that registered at one is known at the other, changed there, and gone from both", async () => {
		const client = at(await registered(a, { client_name: "Batch", grant_types }, await ticket()));
		assert.equal((await manage(b, client, "GET")).json.client_name, "Batch");
		await ok(postAs(b, client, "/o/token/", { grant_type: "client_credentials" }));
		const put = await manage(b, client, "PUT", { client_id: client.client_id, client_name: "Night batch", grant_types });
		assert.equal(put.status, 200, put.text);
		assert.equal((await manage(a, client, "GET")).json.client_name, "Night batch");
		assert.equal((await manage(a, client, "DELETE")).status, 204);
		assert.equal((await manage(b, client, "GET")).status, 401);
	});

	it("the last use of a ticket goes to one, wherever it is shown", async () => {
		const token = await ticket();
		const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => register(i % 2 ? a : b, { grant_types }, token)));
		assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, ...Array(9).fill(401)]);
	});

	it("what one has revoked the other does not find good for a moment, nor what was made of it", async () => {
		const rs = await a.addClient({ name: "API", type: "confidential", grants: ["client-credentials"] });
		const shop = await a.addClient({ name: "Shop", type: "confidential", grants: ["client-credentials", "token-exchange"] });
		await a.cliJson(["resource", "add", "https://api.example/", "--name", "API", "--client", rs.client_id]);
		const first = await ok(postAs(a, shop, "/o/token/", { grant_type: "client_credentials", resource: "https://api.example/" }));
		const second = await ok(
			postAs(b, shop, "/o/token/", {
				grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
				subject_token: first.access_token,
				subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
			}),
		);
		for (const node of [a, b]) for (const { access_token } of [first, second]) assert.equal((await introspected(node, rs, access_token)).active, true);
		await ok(postAs(a, shop, "/o/revoke_token/", { token: first.access_token }));
		for (const node of [b, a]) for (const { access_token } of [first, second]) assert.deepEqual(await introspected(node, rs, access_token), { active: false });
	});

	it("both say the same of themselves", async () => {
		const document = async (node) => (await fetch(`${node.origin}/o/.well-known/openid-configuration`)).text();
		assert.equal(await document(a), await document(b));
	});
});
