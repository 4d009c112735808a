// SPDX-License-Identifier: Apache-2.0
//
// Makes the pictures of docs/images, by hand after the pages have changed: node tests/browser/screenshots.mjs [FOLDER]
// With a FOLDER it puts pictures of all pages there as well, in both sizes and both colors, to be looked at.
import { mkdirSync } from "node:fs";
import path from "node:path";

import { newGrant } from "../e2e/support/device.mjs";
import { password, repository, startServer } from "../e2e/support/server.mjs";
import { addWebApp, authorizePath } from "../e2e/support/web_app.mjs";
import { enterCode, launch, openPage, signIn, sizes } from "./support.mjs";

const images = path.join(repository, "docs/images");
const folder = process.argv[2];
const phone = { viewport: sizes.phone, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
// as a trusted proxy would tell it: the device and the person are at home, on one network
const home = { "x-forwarded-for": "203.0.113.24" };

const server = await startServer({ moved: true, flags: { trusted_proxies: "127.0.0.1", sign_up: "invite" } });
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

	await server.addUser("jonas");
	await server.cli(["resource", "add", "https://photos.example.com/", "--name", "the photo store"]);
	const album = await addWebApp(server, {
		name: "Photo album",
		type: "confidential",
		callback: "https://album.example.com/callback",
		settings: {
			client_uri: "https://album.example.com/",
			policy_uri: "https://album.example.com/privacy",
			tos_uri: "https://album.example.com/terms",
			frontchannel_logout_uri: "https://album.example.com/out",
		},
		flags: ["--post-logout-redirect-uri", "https://album.example.com/bye"],
	});
	const consent = authorizePath(album, {
		scope: "openid profile email offline_access",
		prompt: "consent",
		resource: "https://photos.example.com/",
	});

	await confirmPicture(newCode);
	await consentPicture(consent);
	if (folder) await allPictures(newCode, { album, consent });
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

async function consentPicture(consent) {
	const page = await openPage(browser, server, { ...phone, extraHTTPHeaders: home });
	await signIn(page, "maria");
	await page.goto(consent);
	await page.getByRole("button", { name: "Allow" }).waitFor();
	await page.screenshot({ path: path.join(images, "consent.png"), fullPage: true });
	await page.context().close();
}

/** What an application that sends people here makes them see; ends signed out. */
async function webPictures(page, take, { album, consent }) {
	await page.goto(consent);
	await page.getByRole("button", { name: "Allow" }).waitFor();
	await take("consent");
	await page.goto("/accounts/login/?mode=add&next=/");
	await take("login-add");
	await page.getByLabel("User name").fill("jonas");
	await page.getByLabel("Password").fill(password);
	await page.getByRole("button", { name: "Sign in" }).click();
	await page.getByRole("heading", { name: "Hello, jonas" }).waitFor();
	await take("home-two");
	await page.goto("/accounts/select/");
	await take("chooser");
	await page.goto("/accounts/login/?mode=again&next=/");
	await take("login-again");
	await page.goto("/accounts/sign-up/");
	await take("sign-up");
	await page.getByLabel("Invitation").fill("dct_of-yesterday");
	await page.getByLabel("User name").fill("maria");
	await page.getByLabel("Password").fill(password);
	await page.getByRole("button", { name: "Make the account" }).click();
	await page.getByRole("alert").waitFor();
	await take("sign-up-refused");
	await page.goto(`/o/logout/?client_id=${album.client_id}`);
	await take("end-session");
	await page.getByRole("main").getByRole("button", { name: "Sign out" }).click();
	await page.getByRole("heading", { name: "You are signed out" }).waitFor();
	await take("logged-out");
}

async function allPictures(newCode, web) {
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
			await webPictures(page, take, web);
			await page.context().close();
		}
}
