// SPDX-License-Identifier: Apache-2.0
//
// Makes the pictures of docs/images, by hand after the pages have changed: node tests/browser/screenshots.mjs [FOLDER]
// With a FOLDER it puts pictures of all pages there as well, in both sizes and both colors, to be looked at.
import { mkdirSync } from "node:fs";
import path from "node:path";

import { newGrant } from "../e2e/support/device.mjs";
import { repository, startServer } from "../e2e/support/server.mjs";
import { enterCode, launch, openPage, signIn, sizes } from "./support.mjs";

const images = path.join(repository, "docs/images");
const folder = process.argv[2];
const phone = { viewport: sizes.phone, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
// as a trusted proxy would tell it: the device and the person are at home, on one network
const home = { "x-forwarded-for": "203.0.113.24" };

const server = await startServer({ moved: true, flags: { trusted_proxies: "127.0.0.1" } });
const browser = await launch();
try {
	await server.addUser("maria");
	const tv = await server.addClient({ name: "Living room TV", flags: ["--scope", "openid profile offline_access"] });
	const asked = { scope: "openid profile offline_access" };
	const device = { ...home, "user-agent": "TVPlayer/4.2 (Linux; armv7l)" };
	const newCode = async () => {
		const { user_code } = await newGrant(server, tv, asked, device);
		server.clock.advance(40);
		return user_code;
	};

	await confirmPicture(newCode);
	if (folder) await allPictures(newCode);
} finally {
	await browser.close();
	await server.close();
}

async function confirmPicture(newCode) {
	mkdirSync(images, { recursive: true });
	const page = await openPage(browser, server, { ...phone, extraHTTPHeaders: home });
	await signIn(page, "maria");
	await enterCode(page, await newCode());
	await page.screenshot({ path: path.join(images, "confirm.png"), fullPage: true });
	await page.context().close();
}

async function allPictures(newCode) {
	mkdirSync(folder, { recursive: true });
	for (const [size, options] of Object.entries({ phone, desktop: { viewport: sizes.desktop } }))
		for (const colorScheme of ["light", "dark"]) {
			const page = await openPage(browser, server, { ...options, colorScheme, extraHTTPHeaders: home });
			const take = (name) => page.screenshot({ path: path.join(folder, `${name}-${size}-${colorScheme}.png`), fullPage: true });
			await page.goto("/");
			await take("home-out");
			await page.goto("/accounts/login/");
			await take("login");
			await signIn(page, "maria");
			await take("home");
			await page.goto("/o/device");
			await take("device");
			await page.getByLabel("Code").fill("BBBB-BBBB");
			await page.keyboard.press("Enter");
			await page.getByRole("alert").waitFor();
			await take("device-refused");
			await enterCode(page, await newCode());
			await take("confirm");
			await page.getByRole("button", { name: "Approve" }).click();
			await page.getByRole("heading", { name: "Device Authorized" }).waitFor();
			await take("status");
			await page.goto("/o/authorized_tokens/");
			await take("authorized");
			await page.goto("/o/applications/register/");
			await take("register");
			await page.getByLabel("Name", { exact: true }).fill("Back room printer");
			await page.getByRole("radio", { name: /^Confidential/ }).check();
			await page.getByRole("button", { name: "Register" }).click();
			await page.getByRole("alert").waitFor();
			await take("register-refused");
			await page.getByLabel("Device code").check();
			await page.getByRole("button", { name: "Register" }).click();
			await page.getByText("Copy the client secret now").waitFor();
			await take("application");
			await page.goto("/o/applications/");
			await take("applications");
			await page.goto("/nothing");
			await take("error");
			await page.context().close();
		}
}
