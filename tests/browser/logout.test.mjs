// SPDX-License-Identifier: Apache-2.0
//
// Signing out, as an application asks for it: the question, the frames, and the way back; on a phone, on a desktop, and with
// scripts switched off.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { startServer } from "../e2e/support/server.mjs";
import { until } from "../e2e/support/until.mjs";
import { Listener, addWebApp, authorizePath } from "../e2e/support/web_app.mjs";
import { assertGood, assertQuiet, launch, openPage, signIn, ways } from "./support.mjs";

describe("signing out for an application", () => {
	let server, browser, there;

	before(async () => {
		there = await Listener.start();
		[server, browser] = await Promise.all([startServer(), launch()]);
		await server.addUser("ada");
	});
	after(async () => {
		await browser?.close();
		await server?.close();
		await there.close();
	});

	const newApp = (place, settings = {}) =>
		addWebApp(server, {
			name: "Album",
			callback: `${there.base}/${place}/callback`,
			settings: { skip_authorization: "yes", ...settings },
			flags: ["--post-logout-redirect-uri", `${there.base}/${place}/bye`],
		});
	const heardAt = (path) => there.heard.filter((heard) => heard.url.startsWith(path));
	async function visiting(app, options) {
		const page = await openPage(browser, server, options);
		await signIn(page, "ada");
		await page.goto(authorizePath(app));
		await page.waitForURL(`${app.callback}?*`);
		return page;
	}
	const logout = (app, place) =>
		`/o/logout/?${new URLSearchParams({ client_id: app.client_id, post_logout_redirect_uri: `${there.base}/${place}/bye`, state: "s" })}`;

	for (const [way, options] of Object.entries(ways)) {
		const check = options.javaScriptEnabled === false ? async () => {} : assertGood;
		const place = way.replaceAll(" ", "-");

		it(`${way}: no, and then yes: the frame is loaded, and the way back is taken by itself`, async () => {
			const app = await newApp(place, {
				frontchannel_logout_uri: `${there.base}/${place}/out`,
				frontchannel_logout_session_required: "yes",
			});
			const page = await visiting(app, options);
			// the page stays until it has been looked at, however long the browser takes for it
			let goOn;
			const seen = new Promise((resolve) => (goOn = resolve));
			await page.route(`${there.base}/${place}/bye?*`, (route) => seen.then(() => route.continue()));
			await page.goto(logout(app, place));
			await page.getByRole("heading", { name: "Sign out?" }).waitFor();
			await check(page, "the question");
			await page.getByRole("button", { name: "Stay signed in" }).click();
			await page.getByRole("heading", { name: "Hello, ada" }).waitFor();
			await page.goto(logout(app, place));
			await page.getByRole("main").getByRole("button", { name: "Sign out" }).click();
			await page.getByRole("heading", { name: "You are signed out" }).waitFor();
			await until(() => heardAt(`/${place}/out?`).length === 1, "the frame");
			const query = new URLSearchParams(heardAt(`/${place}/out?`)[0].url.split("?")[1]);
			assert.equal(query.get("iss"), `${server.base}/o`);
			assert.match(query.get("sid"), /^[0-9A-Za-z]{22}$/);
			goOn();
			await page.waitForURL(`${there.base}/${place}/bye?state=s`);
			await page.goto("/");
			await page.getByRole("link", { name: "Sign in" }).waitFor();
			assertQuiet(page);
			await page.context().close();
		});

		it(`${way}: the page after signing out here, with a frame`, async () => {
			const app = await newApp(`${place}-here`, { frontchannel_logout_uri: `${there.base}/${place}-here/out` });
			const page = await visiting(app, options);
			await page.goto("/");
			await page.getByRole("button", { name: "Sign out" }).click();
			await page.getByRole("heading", { name: "You are signed out" }).waitFor();
			await until(() => heardAt(`/${place}-here/out`).length === 1, "the frame");
			await check(page, "the page after it");
			await page.getByRole("link", { name: "Sign in again" }).click();
			await page.getByLabel("User name").waitFor();
			assertQuiet(page);
			await page.context().close();
		});
	}

	it("a form of another site signs nobody out by itself", async () => {
		const app = await newApp("foreign");
		const page = await visiting(app);
		await page.setContent(`<form method="post" action="${server.base}/o/logout/"><input name="client_id" value="${app.client_id}"><button>Go</button></form>`);
		await page.getByRole("button", { name: "Go" }).click();
		await page.getByRole("heading", { name: "Sign out?" }).waitFor();
		await page.goto("/");
		await page.getByRole("heading", { name: "Hello, ada" }).waitFor();
		await page.context().close();
	});

	it("Enter right after the question opened signs nobody out", async () => {
		const app = await newApp("keys");
		const page = await visiting(app);
		await page.goto(logout(app, "keys"));
		await page.getByRole("heading", { name: "Sign out?" }).waitFor();
		await page.keyboard.press("Enter");
		await page.goto("/");
		await page.getByRole("heading", { name: "Hello, ada" }).waitFor();
		await page.context().close();
	});
});
