// SPDX-License-Identifier: Apache-2.0
//
// What the tutorial does, in a browser as a person has it: on a phone, on a desktop, and with scripts switched off.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { assertError, authorizeDevice, poll, refresh } from "../e2e/support/device.mjs";
import { password, startServer } from "../e2e/support/server.mjs";
import { until } from "../e2e/support/until.mjs";
import { Listener } from "../e2e/support/web_app.mjs";
import { assertGood, assertQuiet, enterCode, launch, openPage, signIn, ways } from "./support.mjs";

describe("the tutorial in a browser", () => {
	let server, browser;

	before(async () => {
		[server, browser] = await Promise.all([startServer({ flags: { cap_exempt: "127.0.0.0/8" } }), launch()]);
		await server.addUser("ada");
	});
	after(async () => {
		await browser?.close();
		await server?.close();
	});

	const newCodes = async (client_id) => {
		const answer = await authorizeDevice(server, { client_id, scope: "openid profile" });
		assert.equal(answer.status, 200, answer.text);
		return answer.json;
	};

	/** Fills the form as the tutorial's picture shows it: the client id, taken before saving. */
	async function register(page, name) {
		await page.goto("/o/applications/register/");
		await page.getByLabel("Name", { exact: true }).fill(name);
		const client_id = await page.getByLabel("Client id").inputValue();
		await page.getByRole("radio", { name: /^Public/ }).check();
		await page.getByLabel("Device code").check();
		await page.getByRole("button", { name: "Register" }).click();
		await page.getByRole("heading", { name, exact: true }).waitFor();
		return client_id;
	}

	for (const [way, options] of Object.entries(ways)) {
		const check = options.javaScriptEnabled === false ? async () => {} : assertGood;

		it(`${way}: register, approve, tokens; deny; take back`, async () => {
			const page = await openPage(browser, server, options);
			const name = `TV ${way}`;
			await signIn(page, "ada");
			await page.getByRole("heading", { name: "Hello, ada" }).waitFor();
			const client_id = await register(page, name);
			assert.ok((await page.getByRole("main").innerText()).includes(client_id));
			await check(page, "the application");

			const codes = await newCodes(client_id);
			assertError(await poll(server, { client_id }, codes.device_code), 400, "authorization_pending");
			await enterCode(page, codes.user_code);
			const words = await page.getByRole("main").innerText();
			for (const part of [name, codes.user_code, "profile", "127.0.0.1"]) assert.ok(words.includes(part), part);
			assert.equal(page.url().includes(codes.user_code), false);
			await check(page, "the confirm page");
			await page.getByRole("button", { name: "Approve" }).click();
			await page.waitForURL("**/o/device-grant-status/*");
			await page.getByRole("heading", { name: "Device Authorized" }).waitFor();
			await check(page, "the status page");
			const tokens = await poll(server, { client_id }, codes.device_code);
			assert.equal(tokens.status, 200, tokens.text);
			await page.getByRole("link", { name: "See whether it is connected" }).click();
			await page.getByText("Your device is connected").waitFor();

			const others = await newCodes(client_id);
			await enterCode(page, others.user_code);
			await page.getByRole("button", { name: "Deny" }).click();
			await page.getByRole("heading", { name: "Device Denied" }).waitFor();
			assertError(await poll(server, { client_id }, others.device_code), 400, "access_denied");

			await page.goto("/o/authorized_tokens/");
			await check(page, "what was authorised");
			await page.getByRole("listitem").filter({ hasText: name }).getByRole("button", { name: /^Take back/ }).click();
			await page.getByText(name).waitFor({ state: "detached" });
			assertError(await refresh(server, { client_id }, tokens.json.refresh_token), 400, "invalid_grant");
			assertQuiet(page);
			await page.context().close();
		});
	}

	it("by the link of a QR code, from a browser in which nobody is signed in yet", async () => {
		const { client_id } = await server.addClient({ name: "Poster" });
		const codes = await newCodes(client_id);
		const page = await openPage(browser, server, ways["on a phone"]);
		await page.goto(codes.verification_uri_complete);
		await page.getByLabel("User name").fill("ada");
		await page.getByLabel("Password").fill(password);
		await page.getByRole("button", { name: "Sign in" }).click();
		assert.equal(await page.getByLabel("Code").inputValue(), codes.user_code);
		assertError(await poll(server, { client_id }, codes.device_code), 400, "authorization_pending");
		await page.getByRole("button", { name: "Continue" }).click();
		await page.getByRole("button", { name: "Approve" }).click();
		await page.getByRole("heading", { name: "Device Authorized" }).waitFor();
		assert.equal((await poll(server, { client_id }, codes.device_code)).status, 200);
		assertQuiet(page);
		await page.context().close();
	});

	it("back and reload after the decision change nothing", async () => {
		const { client_id } = await server.addClient({ name: "Radio" });
		const codes = await newCodes(client_id);
		const page = await openPage(browser, server);
		await signIn(page, "ada");
		await enterCode(page, codes.user_code);
		await page.getByRole("button", { name: "Deny" }).click();
		await page.getByRole("heading", { name: "Device Denied" }).waitFor();
		await page.reload();
		await page.getByRole("heading", { name: "Device Denied" }).waitFor();
		await page.goBack();
		await page.waitForLoadState();
		const approve = page.getByRole("button", { name: "Approve" });
		if (await approve.isVisible()) await approve.click();
		await page.getByRole("heading", { name: "Device Denied" }).waitFor();
		assertError(await poll(server, { client_id }, codes.device_code), 400, "access_denied");
		await page.context().close();
	});

	it("a page from elsewhere cannot show ours in a frame", async (t) => {
		const elsewhere = await Listener.start();
		t.after(() => elsewhere.close());
		const page = await openPage(browser, server);
		await signIn(page, "ada");
		await page.goto(elsewhere.base);
		await page.setContent(`<iframe src="${server.base}/o/device"></iframe>`);
		await until(() => page.complaints.some((text) => /frame-ancestors|X-Frame-Options/i.test(text)), "the browser's complaint");
		assert.equal(await page.frames()[1].getByLabel("Code").count(), 0);
		await page.context().close();
	});
});
