// SPDX-License-Identifier: Apache-2.0
//
// The whole way with the keyboard alone, and where the focus is on it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { assertError, newGrant, poll } from "../e2e/support/device.mjs";
import { password, startServer } from "../e2e/support/server.mjs";
import { until } from "../e2e/support/until.mjs";
import { ask, assertQuiet, launch, openPage, sizes } from "./support.mjs";

/** What has the focus: its words, its kind, and whether one can see that it has it. */
const focused = (page) =>
	ask(page, () => {
		const element = document.activeElement;
		const style = getComputedStyle(element);
		const box = element.getBoundingClientRect();
		return {
			tag: element.tagName,
			text: (element.innerText || element.value || "").trim(),
			name: element.getAttribute("name"),
			value: element.getAttribute("value"),
			outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
			inside: box.width > 0 && box.height > 0 && box.left >= 0 && box.right <= innerWidth + 1 && box.bottom > 0 && box.top < innerHeight,
		};
	});

/** A page gives the focus to its first field when it is drawn, which may be a moment after it was loaded. */
const untilFocused = (page, name) => until(async () => (await focused(page))?.name === name, `the focus on ${name}`);

describe("with the keyboard alone", () => {
	let server, browser, tv;

	before(async () => {
		[server, browser] = await Promise.all([startServer({ flags: { cap_exempt: "127.0.0.0/8" } }), launch()]);
		await server.addUser("ada");
		tv = await server.addClient();
	});
	after(async () => {
		await browser?.close();
		await server?.close();
	});

	/** Tab until the test holds; every stop on the way must be seen. */
	async function tabTo(page, test, what) {
		for (let i = 0; i < 60; i++) {
			await page.keyboard.press("Tab");
			const stop = await focused(page);
			if (!stop || stop.tag === "BODY") continue; // round the window's own controls
			assert.ok(stop.outline && stop.inside, `the focus cannot be seen on ${JSON.stringify(stop)}`);
			if (test(stop)) return stop;
		}
		return assert.fail(`no way to ${what}`);
	}
	const press = (name) => (stop) => stop.tag === "BUTTON" && stop.text === name;

	/** Signs in and enters the code without touching anything but keys: the confirm page. */
	async function walkToConfirm(page, code) {
		await page.goto("/o/device");
		await untilFocused(page, "username");
		await page.keyboard.type("ada");
		await page.keyboard.press("Tab");
		await page.keyboard.type(password);
		await page.keyboard.press("Enter");
		await page.waitForURL("**/o/device");
		await untilFocused(page, "user_code");
		await page.keyboard.type(code.toLowerCase().replace("-", ""));
		await page.keyboard.press("Enter");
		await page.waitForURL("**/o/device-confirm/*");
	}

	for (const [size, viewport] of Object.entries(sizes)) {
		it(`${size}: sign in, enter the code, approve with Space`, async () => {
			const page = await openPage(browser, server, { viewport });
			const grant = await newGrant(server, tv);
			await walkToConfirm(page, grant.user_code);
			await tabTo(page, press("Approve"), "Approve");
			await page.keyboard.press("Space");
			await page.getByRole("heading", { name: "Device Authorized" }).waitFor();
			assert.equal((await poll(server, tv, grant.device_code)).status, 200);
			assertQuiet(page);
			await page.context().close();
		});

		it(`${size}: deny with Enter`, async () => {
			const page = await openPage(browser, server, { viewport });
			const grant = await newGrant(server, tv);
			await walkToConfirm(page, grant.user_code);
			await tabTo(page, press("Deny"), "Deny");
			await page.keyboard.press("Enter");
			await page.getByRole("heading", { name: "Device Denied" }).waitFor();
			assertError(await poll(server, tv, grant.device_code), 400, "access_denied");
			await page.context().close();
		});
	}

	it("Enter and Space right after the confirm page opened approve nothing [RFC10027#6.1.13]", async () => {
		const page = await openPage(browser, server);
		const grant = await newGrant(server, tv);
		await walkToConfirm(page, grant.user_code);
		const { pathname } = new URL(page.url());
		for (const key of ["Enter", "Enter", "Space", "Enter"]) await page.keyboard.press(key);
		// had a form been sent, this would wait for its answer
		assert.equal(await page.evaluate(() => location.pathname), pathname);
		assertError(await poll(server, tv, grant.device_code), 400, "authorization_pending");
		await page.context().close();
	});

	it("Deny comes before Approve on the way of the focus", async () => {
		const page = await openPage(browser, server);
		const grant = await newGrant(server, tv);
		await walkToConfirm(page, grant.user_code);
		const first = await tabTo(page, (stop) => press("Approve")(stop) || press("Deny")(stop), "a decision");
		assert.equal(first.text, "Deny");
		assert.equal((await tabTo(page, press("Approve"), "Approve")).value, "accept");
		await page.context().close();
	});

	it("the skip link is the first stop, can be seen then, and leads past the menu", async () => {
		const page = await openPage(browser, server);
		const grant = await newGrant(server, tv);
		await walkToConfirm(page, grant.user_code);
		await page.keyboard.press("Tab");
		const stop = await focused(page);
		assert.match(stop.text, /skip/i);
		assert.ok(stop.outline && stop.inside);
		await page.keyboard.press("Enter");
		await until(async () => (await page.evaluate(() => document.activeElement.id)) === "content", "the focus on the content");
		await page.keyboard.press("Tab");
		assert.equal(await page.evaluate(() => document.activeElement.closest("main") !== null), true, "the next stop is in the content");
		await page.context().close();
	});

	it("registering an application, wrong and then right: the summary of errors has the focus and leads to the field", async () => {
		const page = await openPage(browser, server);
		await page.goto("/o/applications/register/");
		await untilFocused(page, "username");
		await page.keyboard.type("ada");
		await page.keyboard.press("Tab");
		await page.keyboard.type(password);
		await page.keyboard.press("Enter");
		await page.waitForURL("**/o/applications/register/");
		await untilFocused(page, "name");
		await page.keyboard.type("Typed");
		await tabTo(page, press("Register"), "Register");
		await page.keyboard.press("Enter");
		await page.getByRole("alert").waitFor();
		await until(() => page.evaluate(() => document.activeElement.getAttribute("role") === "alert"), "the focus on the summary");
		await tabTo(page, (stop) => stop.tag === "A" && /gets access/.test(stop.text), "the link to the field");
		await page.keyboard.press("Enter");
		await tabTo(page, (stop) => stop.value === "device-code", "the grant type");
		await page.keyboard.press("Space");
		await tabTo(page, press("Register"), "Register");
		await page.keyboard.press("Enter");
		await page.getByRole("heading", { name: "Typed" }).waitFor();
		await page.context().close();
	});
});
