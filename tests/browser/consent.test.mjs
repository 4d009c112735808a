// SPDX-License-Identifier: Apache-2.0
//
// An application sends a person here to sign in: on a phone, on a desktop, and with scripts switched off.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { password, startServer } from "../e2e/support/server.mjs";
import { Listener, addWebApp, authorizePath } from "../e2e/support/web_app.mjs";
import { assertGood, assertQuiet, launch, openPage, signIn, ways } from "./support.mjs";

describe("an application that asks for access", () => {
	let server, browser, there, further;

	before(async () => {
		further = await Listener.start();
		// a callback that goes on to another site, as a proxy that signs people in for several does
		there = await Listener.start((heard) => (heard.url.startsWith("/goes-on") ? `${further.base}/thanks` : 200));
		[server, browser] = await Promise.all([startServer({ flags: { sign_up: "open" } }), launch()]);
		for (const name of ["ada", "bob"]) await server.addUser(name);
	});
	after(async () => {
		await browser?.close();
		await server?.close();
		await Promise.all([there.close(), further.close()]);
	});

	const newApp = (name, options = {}) => addWebApp(server, { name, callback: `${there.base}/callback`, ...options });
	const answerOf = (page) => new URL(page.url()).searchParams;
	const fill = async (page, name, secret) => {
		await page.getByLabel("User name").fill(name);
		await page.getByLabel("Password").fill(secret);
		await page.getByRole("button", { name: "Sign in" }).click();
	};

	it("in a window that the application opened: it comes back to it, and goes again by the sign-out [OIDC#3.1.2.1]", async () => {
		const app = await newApp("Window", { flags: ["--post-logout-redirect-uri", `${there.base}/bye`] });
		const page = await openPage(browser, server);
		await page.goto(`${there.base}/`);
		const hasOpener = () => window.opener !== null;
		const [popup] = await Promise.all([page.waitForEvent("popup"), page.evaluate((url) => void window.open(url, "w"), server.base + authorizePath(app))]);
		await fill(popup, "ada", "wrong");
		await popup.getByRole("alert").waitFor();
		await fill(popup, "ada", password);
		await popup.getByRole("button", { name: "Allow" }).click();
		await popup.waitForURL(`${app.callback}?*`);
		assert.ok(await popup.evaluate(hasOpener), "after signing in");
		const query = new URLSearchParams({ client_id: app.client_id, post_logout_redirect_uri: `${there.base}/bye` });
		await popup.goto(`${server.base}/o/logout/?${query}`);
		await popup.getByRole("button", { name: "Sign out" }).last().click();
		await popup.waitForURL(`${there.base}/bye`);
		assert.ok(await popup.evaluate(hasOpener), "after signing out");
		await page.context().close();
	});

	for (const [way, options] of Object.entries(ways)) {
		const check = options.javaScriptEnabled === false ? async () => {} : assertGood;

		it(`${way}: sign in after a mistake, see what is asked, allow, and come back`, async () => {
			const app = await newApp(`Album ${way}`, {
				type: "confidential", // what a public client on loopback was allowed is asked each time
				settings: {
					client_uri: "https://album.example/",
					policy_uri: "https://album.example/privacy",
					tos_uri: "https://album.example/terms?a=1&b=2",
					logo_uri: `${there.base}/logo.png`,
				},
			});
			const page = await openPage(browser, server, options);
			const asked = [];
			page.on("request", (request) => asked.push(request.url()));
			await page.goto(authorizePath(app, { scope: "openid email offline_access", prompt: "consent", login_hint: "ada" }));
			assert.equal(await page.getByLabel("User name").inputValue(), "ada");
			await page.getByText(`To go on to Album ${way}`).waitFor();
			await check(page, "the sign-in page");
			await fill(page, "ada", "wrong");
			await page.getByRole("alert").waitFor();
			await fill(page, "ada", password);

			await page.getByRole("heading", { name: `Let Album ${way} use your account?` }).waitFor();
			const words = await page.getByRole("main").innerText();
			for (const part of ["See your email address", "It stays connected while you are away", "ada", new URL(there.base).host, "Nobody here has checked them", "need not ask again"])
				assert.ok(words.includes(part), `${part} in ${words}`);
			assert.equal(await page.getByRole("link", { name: "Its terms" }).getAttribute("href"), "https://album.example/terms?a=1&b=2");
			assert.ok(!asked.some((url) => url.includes("logo")), "the logo is not loaded");
			const [deny, allow] = [page.getByRole("button", { name: "Deny" }), page.getByRole("button", { name: "Allow" })];
			const [denyBox, allowBox] = [await deny.boundingBox(), await allow.boundingBox()];
			assert.ok(Math.abs(denyBox.width - allowBox.width) < 2 && Math.abs(denyBox.height - allowBox.height) < 2, "both are as prominent");
			await check(page, "the consent page");
			await allow.click();
			await page.waitForURL(`${app.callback}?*`);
			assert.match(answerOf(page).get("code"), /^dcc_/);
			assert.equal(answerOf(page).get("state"), "a state");

			await page.goto(authorizePath(app, { scope: "openid email" }));
			await page.waitForURL(`${app.callback}?*`);
			assert.ok(answerOf(page).get("code"), "what was allowed is not asked again");
			assertQuiet(page);
			await page.context().close();
		});

		it(`${way}: deny`, async () => {
			const app = await newApp("Denied");
			const page = await openPage(browser, server, options);
			await signIn(page, "ada");
			await page.goto(authorizePath(app));
			await page.getByRole("button", { name: "Deny" }).click();
			await page.waitForURL(`${app.callback}?*`);
			assert.equal(answerOf(page).get("error"), "access_denied");
			assertQuiet(page);
			await page.context().close();
		});

		it(`${way}: an answer that is posted to the application`, async () => {
			const app = await newApp("Posted");
			const page = await openPage(browser, server, options);
			await signIn(page, "ada");
			await page.goto(authorizePath(app, { response_mode: "form_post" }));
			await page.getByRole("button", { name: "Allow" }).click();
			if (options.javaScriptEnabled === false) await page.getByRole("button", { name: "Continue" }).click();
			await page.getByRole("heading", { name: "Elsewhere" }).waitFor();
			const heard = there.heard.filter(({ method }) => method === "POST").at(-1);
			assert.equal(heard.url, "/callback");
			const fields = new URLSearchParams(heard.body);
			assert.match(fields.get("code"), /^dcc_/);
			assert.equal(fields.get("state"), "a state");
			assertQuiet(page);
			await page.context().close();
		});

		it(`${way}: sign in and go on, where the application's callback leads to another site`, async () => {
			const app = await newApp("Onward", { callback: `${there.base}/goes-on`, settings: { skip_authorization: "yes" } });
			const page = await openPage(browser, server, options);
			await page.goto(authorizePath(app));
			await fill(page, "ada", "wrong");
			await page.getByRole("alert").waitFor();
			await fill(page, "ada", password);
			await page.waitForURL(`${further.base}/thanks`);
			assertQuiet(page);
			await page.context().close();
		});

		it(`${way}: choose among several people, or sign in as another`, async () => {
			const app = await newApp("Choosy", { settings: { skip_authorization: "yes" } });
			const page = await openPage(browser, server, options);
			await signIn(page, "ada");
			await page.goto(authorizePath(app, { prompt: "select_account" }));
			await page.getByRole("heading", { name: "Choose an account" }).waitFor();
			await page.getByRole("link", { name: "Use another account" }).click();
			await page.getByText("You stay signed in as ada as well").waitFor();
			await check(page, "the page that adds somebody");
			await fill(page, "bob", password);
			await page.waitForURL(`${app.callback}?*`);
			await page.goto(authorizePath(app, { prompt: "select_account" }));
			await page.getByRole("button", { name: "bob" }).waitFor();
			await check(page, "the chooser");
			await page.getByRole("button", { name: "ada" }).click();
			await page.waitForURL(`${app.callback}?*`);
			await page.goto("/");
			await page.getByRole("heading", { name: "Hello, ada" }).waitFor();
			await page.getByRole("link", { name: "Change" }).click();
			await page.getByRole("button", { name: "bob" }).click();
			await page.getByRole("heading", { name: "Hello, bob" }).waitFor();
			await page.getByRole("button", { name: "Sign out all" }).click();
			await page.getByRole("link", { name: "Sign in" }).waitFor();
			assertQuiet(page);
			await page.context().close();
		});

		it(`${way}: show once more who one is`, async () => {
			const app = await newApp("Careful", { settings: { skip_authorization: "yes" } });
			const page = await openPage(browser, server, options);
			await signIn(page, "ada");
			await page.goto(authorizePath(app, { prompt: "login" }));
			await page.getByRole("heading", { name: "Is it you, ada?" }).waitFor();
			await check(page, "the page that asks once more");
			await page.getByLabel("Password").fill("wrong");
			await page.keyboard.press("Enter");
			await page.getByRole("alert").waitFor();
			await page.getByRole("heading", { name: "Is it you, ada?" }).waitFor();
			await page.getByLabel("Password").fill(password);
			await page.keyboard.press("Enter");
			await page.waitForURL(`${app.callback}?*`);
			assert.ok(answerOf(page).get("code"));
			assertQuiet(page);
			await page.context().close();
		});

		it(`${way}: make an account on the way, after mistakes`, async () => {
			const app = await newApp("Newcomer", { settings: { skip_authorization: "yes" } });
			const page = await openPage(browser, server, options);
			await page.goto(authorizePath(app));
			await page.getByRole("link", { name: "Make one" }).click();
			await page.getByRole("heading", { name: "Make an account" }).waitFor();
			await check(page, "the form for an account");
			await page.getByLabel("User name").fill("ada");
			await page.getByLabel("Password").fill(password);
			await page.getByRole("button", { name: "Make the account" }).click();
			await page.getByRole("alert").waitFor();
			await check(page, "the form with its mistakes");
			const name = `new-${way.split(" ").at(-1)}`;
			await page.getByLabel("User name").fill(name);
			await page.getByLabel("Password").fill(password);
			await page.getByRole("button", { name: "Make the account" }).click();
			await page.waitForURL(`${app.callback}?*`);
			await page.goto("/");
			await page.getByRole("heading", { name: `Hello, ${name}` }).waitFor();
			assertQuiet(page);
			await page.context().close();
		});
	}

	it("what is remembered can be seen, and forgotten", async () => {
		const app = await newApp("Remembered", { type: "confidential" }); // see above: others are asked each time
		const page = await openPage(browser, server);
		await signIn(page, "bob");
		await page.goto(authorizePath(app));
		await page.getByRole("button", { name: "Allow" }).click();
		await page.waitForURL(`${app.callback}?*`);
		await page.goto("/o/authorized_tokens/");
		await assertGood(page, "what was allowed");
		const row = page.getByRole("listitem").filter({ hasText: "Remembered" }).filter({ has: page.getByRole("button", { name: /^Forget/ }) });
		await row.getByRole("button", { name: /^Forget/ }).click();
		await row.waitFor({ state: "detached" });
		await page.goto(authorizePath(app));
		await page.getByRole("button", { name: "Allow" }).waitFor();
		assertQuiet(page);
		await page.context().close();
	});
});

describe("the consent page with the keyboard alone", () => {
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

	async function consentPage() {
		const app = await addWebApp(server, { name: "Keys", callback: `${there.base}/callback` });
		const page = await openPage(browser, server);
		await signIn(page, "ada");
		await page.goto(authorizePath(app));
		await page.getByRole("heading", { name: "Let Keys use your account?" }).waitFor();
		return page;
	}
	const focused = (page) =>
		page.evaluate(() => ({ text: document.activeElement.innerText?.trim(), outline: parseFloat(getComputedStyle(document.activeElement).outlineWidth) }));

	it("Enter and Space right after it opened allow nothing", async () => {
		const page = await consentPage();
		const url = page.url();
		for (const key of ["Enter", "Space", "Enter"]) await page.keyboard.press(key);
		assert.equal(await page.evaluate(() => location.href), url);
		assert.equal(there.heard.length, 0);
		await page.context().close();
	});

	it("Deny comes before Allow on the way of the focus, and each stop can be seen", async () => {
		const page = await consentPage();
		const stops = [];
		while (stops.at(-1) !== "Allow" && stops.length < 40) {
			await page.keyboard.press("Tab");
			const { text, outline } = await focused(page);
			assert.ok(outline >= 2, `the focus cannot be seen on ${text}`);
			stops.push(text);
		}
		assert.deepEqual(stops.slice(-3), ["Use another account", "Deny", "Allow"]);
		await page.keyboard.press("Space");
		await page.waitForURL(`${there.base}/callback?*`);
		await page.context().close();
	});
});
