// SPDX-License-Identifier: Apache-2.0
//
// Every page there is, in light and dark, wide and narrow: no violation that axe finds, nothing to scroll sideways, nothing
// that the page's own policy had to stop.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { newGrant, poll } from "../e2e/support/device.mjs";
import { startServer } from "../e2e/support/server.mjs";
import { assertGood, assertQuiet, enterCode, launch, openPage, signIn } from "./support.mjs";

describe("every page", () => {
	let server, browser, tv, vault, stranger, ada, root;

	before(async () => {
		[server, browser] = await Promise.all([startServer({ moved: true, flags: { cap_exempt: "127.0.0.0/8" } }), launch()]);
		await server.addUser("ada");
		await server.addUser("root", "--admin");
		// words as long as people and their devices make them
		tv = await server.addClient({ name: "Wohnzimmerfernsehempfangsgerätefernbedienungshalterung", flags: ["--scope", "openid profile email address phone offline_access"] });
		[stranger, ada, root] = [await openPage(browser, server), await openPage(browser, server), await openPage(browser, server)];
		await signIn(ada, "ada");
		await signIn(root, "root");
		vault = await registerVault();
	});
	after(async () => {
		await browser?.close();
		await server?.close();
	});

	/** A confidential application of ada's with everything in it: its path. */
	async function registerVault() {
		await ada.goto("/o/applications/register/");
		await ada.getByLabel("Name", { exact: true }).fill("Vault");
		await ada.getByRole("radio", { name: /^Confidential/ }).check();
		for (const grant of ["Device code", "Authorization code", "Client credentials"]) await ada.getByLabel(grant).check();
		await ada.locator("#redirect_uris").fill(`https://vault.example/a/rather/long/path/${"x".repeat(120)}\ncom.example.vault:/cb`);
		await ada.getByRole("button", { name: "Register" }).click();
		await ada.getByText("Copy the client secret now").waitFor();
		await assertGood(ada, "the secret that is shown once");
		await ada.goto("/o/applications/");
		return ada.getByRole("link", { name: "Vault" }).getAttribute("href");
	}
	const grantFor = (client, headers) => newGrant(server, client, { scope: "openid profile email address phone offline_access" }, headers);

	/** Opens pages one after the other; each step leaves the page to be looked at. */
	const pages = {
		"home, nobody signed in": [() => stranger, (page) => page.goto("/")],
		"sign-in": [() => stranger, (page) => page.goto("/accounts/login/")],
		"sign-in, refused": [() => stranger, async (page) => {
			await page.goto("/accounts/login/");
			await page.getByLabel("User name").fill("nobody");
			await page.getByLabel("Password").fill("wrong");
			await page.getByRole("button", { name: "Sign in" }).click();
			await page.getByRole("alert").waitFor();
		}],
		"home": [() => ada, (page) => page.goto("/")],
		"home of an administrator": [() => root, (page) => page.goto("/")],
		"code entry": [() => ada, (page) => page.goto("/o/device")],
		"code entry, filled in": [() => ada, (page) => page.goto("/o/device?user_code=WDJB-MJHT")],
		"code entry, refused": [() => ada, async (page) => {
			await page.goto("/o/device");
			await page.getByLabel("Code").fill("BBBB-BBBB");
			await page.getByRole("button", { name: "Continue" }).click();
			await page.getByRole("alert").waitFor();
		}],
		"confirm": [() => ada, async (page) => enterCode(page, (await grantFor(tv)).user_code)],
		"confirm, not reviewed": [() => ada, async (page) => {
			await enterCode(page, (await unreviewed()).user_code);
			await page.getByText("not reviewed by an administrator").waitFor();
		}],
		"status, approved": [() => ada, async (page) => {
			await enterCode(page, (await grantFor(tv)).user_code);
			await page.getByRole("button", { name: "Approve" }).click();
			await page.getByRole("heading", { name: "Device Authorized" }).waitFor();
		}],
		"status, connected": [() => ada, async (page) => {
			const grant = await grantFor(tv);
			await enterCode(page, grant.user_code);
			await page.getByRole("button", { name: "Approve" }).click();
			await page.getByRole("heading", { name: "Device Authorized" }).waitFor();
			assert.equal((await poll(server, tv, grant.device_code)).status, 200);
			await page.reload();
			await page.getByText("Your device is connected").waitFor();
		}],
		"status, denied": [() => ada, async (page) => {
			await enterCode(page, (await grantFor(tv)).user_code);
			await page.getByRole("button", { name: "Deny" }).click();
			await page.getByRole("heading", { name: "Device Denied" }).waitFor();
		}],
		"status, pending": [() => ada, async (page) => {
			await enterCode(page, (await grantFor(tv)).user_code);
			await page.goto(page.url().replace("device-confirm", "device-grant-status"));
			await page.getByRole("heading", { name: "Authorization pending" }).waitFor();
		}],
		"what was authorised": [() => ada, (page) => page.goto("/o/authorized_tokens/")],
		"what was authorised, nothing": [() => root, (page) => page.goto("/o/authorized_tokens/")],
		"applications": [() => ada, (page) => page.goto("/o/applications/")],
		"applications of everybody": [() => root, (page) => page.goto("/o/applications/")],
		"an application": [() => ada, (page) => page.goto(vault)],
		"an application, for an administrator": [() => root, (page) => page.goto(vault)],
		"change an application": [() => root, (page) => page.goto(`${vault}update/`)],
		"delete an application": [() => ada, (page) => page.goto(`${vault}delete/`)],
		"register": [() => ada, (page) => page.goto("/o/applications/register/")],
		"register, refused": [() => ada, async (page) => {
			await page.goto("/o/applications/register/");
			await page.getByLabel("Name", { exact: true }).fill("x");
			await page.getByLabel("Client credentials").check();
			await page.locator("#redirect_uris").fill("nowhere");
			await page.locator("#allowed_origins").fill("https://a.example/path");
			await page.locator("#default_scopes").fill("nonsense");
			await page.getByRole("button", { name: "Register" }).click();
			await page.getByRole("alert").waitFor();
			assert.ok((await page.locator(".error").count()) >= 4);
		}],
		"not there": [() => stranger, (page) => page.goto("/nothing/here")],
		"not there, signed in": [() => ada, (page) => page.goto("/o/device-confirm/nonsense")],
	};

	async function unreviewed() {
		await ada.goto("/o/applications/register/");
		await ada.getByLabel("Name", { exact: true }).fill("Lamp");
		const client_id = await ada.getByLabel("Client id").inputValue();
		await ada.getByLabel("Device code").check();
		await ada.getByRole("button", { name: "Register" }).click();
		await ada.getByRole("heading", { name: "Lamp" }).waitFor();
		return newGrant(server, { client_id });
	}

	for (const [name, [who, open]] of Object.entries(pages))
		it(name, async () => {
			const page = who();
			page.complaints.length = 0;
			await open(page);
			await assertGood(page, name);
			assertQuiet(page);
			const title = await page.title();
			assert.match(title, / - Doorcode$/);
			assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
			assert.equal(await page.evaluate(() => document.scripts.length), 0);
		});

	it("status, expired", async () => {
		await enterCode(ada, (await grantFor(tv)).user_code);
		const url = ada.url();
		server.clock.advance(540); // of ten minutes
		await ada.goto(url);
		await ada.getByRole("button", { name: "Approve" }).waitFor();
		const old = await grantFor(tv);
		server.clock.advance(1500);
		await enterCode(ada, old.user_code);
		server.clock.advance(310);
		await ada.goto(ada.url());
		await ada.getByRole("heading", { name: "Device Expired" }).waitFor();
		await assertGood(ada, "status, expired");
		assertQuiet(ada);
	});
});
