// SPDX-License-Identifier: Apache-2.0
//
// A single-page application in a real browser: every call of the library to this server crosses origins. The person signs in and
// approves on the real pages.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";

import { chromium } from "playwright-core";

import { done, env, run, version } from "../support/lines.mjs";

const origin = `http://127.0.0.1:${env.PORT}`;
const library = readFileSync("node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js");
const settings = {
	authority: env.ISSUER,
	client_id: env.CLIENT_ID,
	redirect_uri: `${origin}/cb`,
	post_logout_redirect_uri: `${origin}/out`,
	scope: "openid profile email offline_access",
	prompt: "consent",
	loadUserInfo: true,
	automaticSilentRenew: false,
	revokeTokensOnSignout: false,
};
const page = `<!doctype html><title>application</title><script src="/library.js"></script>
<script>window.manager = new oidc.UserManager(${JSON.stringify(settings)});</script>`;

function serve() {
	const server = createServer((request, answer) => {
		const isLibrary = request.url === "/library.js";
		answer.writeHead(200, { "content-type": isLibrary ? "text/javascript" : "text/html" });
		answer.end(isLibrary ? library : page);
	});
	return new Promise((resolve) => server.listen(Number(env.PORT), "127.0.0.1", resolve));
}

const flags = [
	"--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync", "--ignore-certificate-errors",
];

async function signIn(tab) {
	await tab.goto(origin);
	await Promise.all([tab.waitForURL(/accounts\/login|o\/authorize/), tab.evaluate(() => void window.manager.signinRedirect())]);
	if (await tab.locator('input[name="password"]').count()) {
		await tab.fill('input[name="username"]', env.USER_NAME);
		await tab.fill('input[name="password"]', env.USER_PASSWORD);
		await tab.press('input[name="password"]', "Enter");
	}
	await tab.click('button[value="accept"]');
	await tab.waitForURL(`${origin}/cb?*`);
	return tab.evaluate(async () => {
		const { access_token, refresh_token, profile } = await window.manager.signinCallback();
		return { access_token, refresh_token, profile };
	});
}

run(async () => {
	version("oidc-client-ts");
	await serve();
	const browser = await chromium.launchPersistentContext(mkdtempSync(path.join(env.WORK, "profile-")), {
		executablePath: "/usr/bin/chromium",
		headless: true,
		args: flags,
		ignoreHTTPSErrors: true,
	});
	try {
		const tab = await browser.newPage();
		tab.setDefaultTimeout(30_000);
		tab.on("console", (message) => console.error("console:", message.text()));
		const user = await signIn(tab);
		done("discovery");
		assert.ok(user.profile.sub);
		done("code");
		assert.equal(user.profile.email, "ada@example.org");
		done("userinfo");
		const again = await tab.evaluate(async () => {
			const { access_token, refresh_token } = await window.manager.signinSilent();
			return { access_token, refresh_token };
		});
		assert.notEqual(again.access_token, user.access_token);
		assert.notEqual(again.refresh_token, user.refresh_token);
		done("refresh");
		await tab.evaluate(() => window.manager.revokeTokens());
		done("revocation");
		await Promise.all([tab.waitForURL(`${origin}/out*`), tab.evaluate(() => void window.manager.signoutRedirect())]);
		await tab.evaluate(() => window.manager.signoutCallback());
		done("logout");
	} finally {
		await browser.close();
	}
});
