// SPDX-License-Identifier: Apache-2.0
//
// Secrets of applications over their lives, and reviews by administrators.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { applicationPath, openForm, register, registered, rowsOf, secretIds, secretIn } from "./support/applications.mjs";
import { Browser, formFields } from "./support/browser.mjs";
import { assertError, authorizeDevice, newGrant } from "./support/device.mjs";
import { password, startServer } from "./support/server.mjs";

const day = 86400;
const flags = { cap_exempt: "127.0.0.0/8", session_idle: 30 * day, session_absolute: 300 * day };

async function people(server, ...names) {
	const browsers = [];
	for (const name of names) {
		await server.addUser(name, ...(name === "root" ? ["--admin"] : []));
		browsers.push(new Browser(server));
		await browsers.at(-1).signIn(name, password);
	}
	return browsers;
}

describe("client secrets", () => {
	let server, ada;

	before(async () => {
		server = await startServer({ moved: true, flags });
		[ada] = await people(server, "ada");
	});
	after(() => server.close());

	const works = async (client_id, client_secret) => {
		const answer = await authorizeDevice(server, { client_id, client_secret });
		if (answer.status !== 200) assertError(answer, 401, "invalid_client");
		return answer.status === 200;
	};
	const act = async (path, fields) => {
		const { csrf_token } = formFields((await ada.get("/o/device")).html, "/o/device").fields;
		const response = await ada.postForm(`${path}update/`, { csrf_token, ...fields });
		return { status: response.status, html: await response.text() };
	};
	const rotate = (path) => act(path, { action: "rotate_secret" });

	it("overlap: a new one works beside the old, which ends after a week", async () => {
		const { client_id, client_secret: first, path } = await registered(ada, { name: "Vault", client_type: "confidential" });
		const page = await rotate(path);
		const second = secretIn(page.html);
		assert.equal(page.status, 200);
		assert.ok(second && second !== first);
		assert.equal((await ada.get(path)).html.includes(second), false, "shown once");
		assert.deepEqual([await works(client_id, first), await works(client_id, second)], [true, true]);
		server.clock.advance(7 * day - 60);
		assert.deepEqual([await works(client_id, first), await works(client_id, second)], [true, true]);
		server.clock.advance(120);
		assert.deepEqual([await works(client_id, first), await works(client_id, second)], [false, true]);
	});

	it("are two at most: a third is not made while two live", async () => {
		const { client_id, client_secret: first, path } = await registered(ada, { name: "Two", client_type: "confidential" });
		const second = secretIn((await rotate(path)).html);
		assert.doesNotMatch((await ada.get(path)).html, /rotate_secret/, "the button is not offered");
		const third = await rotate(path);
		assert.equal(third.status, 303);
		assert.equal(secretIn(third.html), undefined);
		assert.deepEqual([await works(client_id, first), await works(client_id, second)], [true, true]);
	});

	it("can be removed, and end at once", async () => {
		const { client_id, client_secret: first, path } = await registered(ada, { name: "Leaked", client_type: "confidential" });
		const [old] = secretIds((await ada.get(path)).html);
		const second = secretIn((await rotate(path)).html);
		assert.equal(await works(client_id, first), true);
		assert.equal((await act(path, { action: "remove_secret", secret_id: old })).status, 303);
		assert.deepEqual([await works(client_id, first), await works(client_id, second)], [false, true]);
		assert.equal(secretIds((await ada.get(path)).html).length, 1);
		assert.equal((await act(path, { action: "remove_secret", secret_id: old })).status, 404, "it is gone");
	});

	it("of another application are not removed through one's own", async () => {
		const [one, two] = [
			await registered(ada, { name: "One", client_type: "confidential" }),
			await registered(ada, { name: "Other", client_type: "confidential" }),
		];
		const [id] = secretIds((await ada.get(two.path)).html);
		assert.equal((await act(one.path, { action: "remove_secret", secret_id: id })).status, 404);
		assert.equal(await works(two.client_id, two.client_secret), true);
		for (const secret_id of ["", "x", "A".repeat(22)]) assert.equal((await act(one.path, { action: "remove_secret", secret_id })).status, 404);
	});

	it("need the form token, and an action that exists", async () => {
		const { client_id, client_secret, path } = await registered(ada, { name: "Careful", client_type: "confidential" });
		const [secret_id] = secretIds((await ada.get(path)).html);
		for (const fields of [{ action: "rotate_secret" }, { action: "remove_secret", secret_id }])
			assert.equal((await ada.postForm(`${path}update/`, fields)).status, 403);
		assert.equal((await act(path, { action: "explode" })).status, 400);
		assert.equal(secretIds((await ada.get(path)).html).length, 1);
		assert.equal(await works(client_id, client_secret), true);
	});

	it("are never made for a public application", async () => {
		const { client_id, path } = await registered(ada, { name: "Open" });
		const page = await rotate(path);
		assert.equal(page.status, 303);
		assert.equal(secretIn(page.html), undefined);
		assert.equal((await authorizeDevice(server, { client_id })).status, 200);
	});

	it("come when a public application becomes confidential, shown once", async () => {
		const { client_id, path } = await registered(ada, { name: "Growing" });
		const form = await openForm(ada, `${path}update/`);
		const response = await ada.postForm(form.action, form.with({ name: "Growing", client_type: "confidential" }));
		assert.equal(response.status, 200);
		const secret = secretIn(await response.text());
		assertError(await authorizeDevice(server, { client_id }), 401, "invalid_client");
		assert.equal(await works(client_id, secret), true);
		assert.equal((await ada.get(path)).html.includes(secret), false);
	});

	it("are counted in the list with when they were last used", async () => {
		const { client_id, client_secret, path } = await registered(ada, { name: "Seen", client_type: "confidential" });
		assert.match((await ada.get(path)).html, /Not used yet/);
		assert.equal(await works(client_id, client_secret), true);
		assert.match((await ada.get(path)).html, /Last used/);
	});
});

describe("reviews", () => {
	let server, ada, bea, root;

	before(async () => {
		server = await startServer({ moved: true, flags });
		[ada, bea, root] = await people(server, "ada", "bea", "root");
	});
	after(() => server.close());

	const warning = /not reviewed by an administrator/i;
	const confirmPage = async (client_id) => {
		const grant = await newGrant(server, { client_id });
		const page = await bea.enterCode(grant.user_code);
		assert.match(page.path, /device-confirm/);
		return page.html;
	};
	const save = async (browser, path, values) => {
		const form = await openForm(browser, `${path}update/`);
		const response = await browser.postForm(form.action, form.with(values));
		assert.equal(response.status, 303, await response.text());
	};

	it("an administrator sees all applications and whose they are; others see their own", async () => {
		const { client_id, path } = await registered(ada, { name: "Ada's lamp" });
		const row = rowsOf((await root.get("/o/applications/")).html).find((each) => each.client_id === client_id);
		assert.match(row.html, /ada/);
		assert.match(row.html, /Not reviewed/);
		assert.equal((await root.request(path)).status, 200);
		assert.equal((await bea.request(path)).status, 404);
	});

	it("what nobody reviewed is shown as such; after a review it is not; a change by its owner asks for a new one", async () => {
		const { client_id, path } = await registered(ada, { name: "Unknown lamp" });
		assert.match(await confirmPage(client_id), warning);
		await save(root, path, { name: "Unknown lamp", enabled: "yes", reviewed: "yes" });
		assert.doesNotMatch(await confirmPage(client_id), warning);
		assert.match((await ada.get(path)).html, /Reviewed/);
		await save(ada, path, { name: "Your bank" });
		const html = await confirmPage(client_id);
		assert.match(html, warning);
		assert.match(html, /Your bank/);
	});

	it("an owner cannot review his own, nor switch on what an administrator switched off", async () => {
		const { client_id, path } = await registered(ada, { name: "Sly" });
		await save(ada, path, { name: "Sly", reviewed: "yes", enabled: "yes" });
		assert.match(await confirmPage(client_id), warning);
		await save(root, path, { name: "Sly" });
		assertError(await authorizeDevice(server, { client_id }), 401, "invalid_client");
		await save(ada, path, { name: "Sly", enabled: "yes", reviewed: "yes" });
		assertError(await authorizeDevice(server, { client_id }), 401, "invalid_client");
		assert.match((await ada.get(path)).html, /Switched off/);
	});

	it("what an administrator registers is reviewed", async () => {
		const { client_id } = await registered(root, { name: "House lamp" });
		assert.doesNotMatch(await confirmPage(client_id), warning);
	});

	it("an administrator may delete any", async () => {
		const { client_id, path } = await registered(ada, { name: "Unwanted" });
		await root.submit(`${path}delete/`, {}, { action: `${path}delete` });
		assertError(await authorizeDevice(server, { client_id }), 401, "invalid_client");
	});
});

describe("applications = admins", () => {
	let server, ada, root;

	before(async () => {
		server = await startServer({ flags: { ...flags, applications: "admins" } });
		[ada, root] = await people(server, "ada", "root");
	});
	after(() => server.close());

	it("refuses others with 403, the page and the form", async () => {
		assert.equal((await ada.request("/o/applications/register/")).status, 403);
		const form = await openForm(root);
		const { csrf_token } = formFields((await ada.get("/o/device")).html, "/o/device").fields;
		const response = await ada.postForm("/o/applications/register/", form.with({ name: "Mine", csrf_token }));
		assert.equal(response.status, 403);
		assertError(await authorizeDevice(server, { client_id: form.fields.client_id }), 401, "invalid_client");
		assert.doesNotMatch((await ada.get("/")).html, /\/o\/applications\//, "and offers them no way there");
	});

	it("lets administrators in", async () => {
		const { client_id } = await register(root, { name: "House" });
		assert.equal((await authorizeDevice(server, { client_id })).status, 200);
		assert.ok(await applicationPath(root, client_id));
	});
});
