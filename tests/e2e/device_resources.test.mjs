// SPDX-License-Identifier: Apache-2.0
//
// Resources (RFC 8707) as people see them: whoever approves a device is told where its tokens will be good, and finds it again in
// the list of what has access.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { addApp, begin, consentPage, redeem, textOf, arrival } from "./support/authorize.mjs";
import { Browser } from "./support/browser.mjs";
import { jwtPart } from "./support/clients.mjs";
import { assertError, authorizeDevice, newGrant, poll, refresh } from "./support/device.mjs";
import { password, startServer } from "./support/server.mjs";

const photos = "https://photos.example/";
const mail = "https://mail.example/v1";

describe("resources that are asked for", () => {
	let server, tv, person;

	before(async () => {
		server = await startServer({ flags: { cap_exempt: "127.0.0.0/8" } });
		await server.addUser("ada");
		for (const [uri, name] of [[photos, "Your <i>photos</i>"], [mail, "Your mail"]]) {
			const added = await server.cli(["resource", "add", uri, "--name", name, "--format", "jwt"]);
			assert.equal(added.code, 0, added.stderr);
		}
		tv = await server.addClient();
		person = new Browser(server);
		await person.signIn("ada", password);
	});
	after(() => server.close());

	// newGrant() takes a field once
	async function grantFor(...resources) {
		const form = new URLSearchParams([["client_id", tv.client_id], ["scope", "openid"], ...resources.map((uri) => ["resource", uri])]);
		const answer = await authorizeDevice(server, form.toString());
		assert.equal(answer.status, 200, answer.text);
		return answer.json;
	}

	it("by a device stand on the page that approves it, in words and as they are [RFC8707#2, RFC8628#3.3]", async () => {
		const grant = await grantFor(photos, mail);
		const page = textOf((await person.enterCode(grant.user_code)).html);
		assert.ok(page.includes(`At: Your <i>photos</i> ${photos}`), page);
		assert.ok(page.includes(`At: Your mail ${mail}`), page);
		const plain = textOf((await person.enterCode((await newGrant(server, tv)).user_code)).html);
		assert.ok(!plain.includes("At:"), plain);
	});

	it("by a device stand in the list of what has access", async () => {
		const ada = new Browser(server);
		await ada.signIn("ada", password);
		await ada.decide((await grantFor(mail)).user_code);
		const page = textOf((await ada.get("/o/authorized_tokens/")).html);
		assert.ok(page.includes(`At: Your mail ${mail}`), page);
		assert.ok(!page.includes(photos), page);
	});

	it("by an application stand there as well", async () => {
		await server.addUser("bob");
		const bob = new Browser(server);
		await bob.signIn("bob", password);
		const web = await addApp(server);
		const request = begin(web, { resource: photos });
		const consent = await consentPage(bob, request.path);
		assert.ok(textOf(consent.html).includes(`At: Your <i>photos</i> ${photos}`));
		const { params } = arrival(await consent.allow());
		const answer = await redeem(server, web, request, params.code);
		assert.equal(answer.status, 200, answer.text);
		const page = textOf((await bob.get("/o/authorized_tokens/")).html);
		const [given] = page.split("What is not asked again");
		assert.ok(given.includes(`At: Your <i>photos</i> ${photos}`), page);
	});

	it("by a device may be fewer at each poll and refresh, and others never [RFC8707#2.2]", async () => {
		const grant = await grantFor(photos, mail);
		await person.decide(grant.user_code);
		assertError(await poll(server, tv, grant.device_code, { resource: "https://other.example/" }), 400, "invalid_target");
		const first = await poll(server, tv, grant.device_code, { resource: mail });
		assert.equal(first.status, 200, first.text);
		assert.equal(jwtPart(first.json.access_token, 1).aud, mail);
		const second = await refresh(server, tv, first.json.refresh_token, { resource: photos });
		assert.equal(jwtPart(second.json.access_token, 1).aud, photos);
		const third = await refresh(server, tv, second.json.refresh_token);
		assert.deepEqual(jwtPart(third.json.access_token, 1).aud, [photos, mail]);
	});
});
