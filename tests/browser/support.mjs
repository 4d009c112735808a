// SPDX-License-Identifier: Apache-2.0
//
// Real pages in a real browser: starting it, watching what it complains of, and the checks that hold for every page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { chromium } from "playwright-core";

import { password, patience } from "../e2e/support/server.mjs";
import { until } from "../e2e/support/until.mjs";

const flags = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };
// Only what never comes takes it.
const mostMs = 60000 * patience;

/** Each page has to work in all of them. */
export const ways = {
	"on a phone": { viewport: sizes.phone, isMobile: true, hasTouch: true },
	"on a desktop": { viewport: sizes.desktop },
	"with scripts switched off": { viewport: sizes.desktop, javaScriptEnabled: false },
};

export const launch = () =>
	chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: flags, timeout: mostMs });

// What the browser says by itself: of answers of 400 and above, also those that we mean to get; and that a field which a page
// would have entered was left alone, when the test had entered another before; and that the icon of a page which was left before
// it had come is not for the next one.
const ownWords = [
	/^Loading the image 'http:\/\/127\.0\.0\.1:\d+\/favicon\.ico' violates the following Content Security Policy directive/,
	/^Failed to load resource: the server responded with a status of 4\d\d/,
	/^Autofocus processing was blocked because a document already has a focused element/,
];

/** A fresh profile, and a page in it whose complaints are kept. */
export async function openPage(browser, server, options = {}) {
	const context = await browser.newContext({ baseURL: server.base, reducedMotion: "reduce", viewport: sizes.desktop, ...options });
	context.setDefaultTimeout(mostMs);
	const page = await context.newPage();
	page.complaints = [];
	page.on("pageerror", (error) => page.complaints.push(`error: ${error}`));
	page.on("requestfailed", (request) => {
		// what the browser gives up by itself when one goes on to the next page is nobody's fault
		if (request.failure()?.errorText !== "net::ERR_ABORTED") page.complaints.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
	});
	page.on("console", (message) => {
		if (!ownWords.some((words) => words.test(message.text()))) page.complaints.push(`${message.type()}: ${message.text()}`);
	});
	return page;
}

/** Content-Security-Policy violations are console errors: nothing at all may have been said. */
export function assertQuiet(page) {
	assert.deepEqual(page.complaints, []);
}

export async function signIn(page, name, where = "/") {
	await page.goto(`/accounts/login/?next=${encodeURIComponent(where)}`);
	await page.getByLabel("User name").fill(name);
	await page.getByLabel("Password").fill(password);
	await page.getByRole("button", { name: "Sign in" }).click();
	// who goes on before it has been answered takes the form back
	await page.waitForURL((url) => !url.pathname.startsWith("/accounts/login"));
}

/** What the page says of itself now; undefined while one gives way to the next. */
export const ask = (page, question) =>
	page.evaluate(question).catch((error) => {
		if (!/context was destroyed|navigat/i.test(error.message)) throw error;
	});

/** A window of that size, when the page has got it. */
async function resize(page, size) {
	await page.setViewportSize(size);
	await until(async () => (await page.evaluate(() => innerWidth)) === size.width, `a window ${size.width} pixels wide`);
}

/** Enters a code: the confirm page. */
export async function enterCode(page, code) {
	await page.goto("/o/device");
	await page.getByLabel("Code").fill(code);
	await page.getByRole("button", { name: "Continue" }).click();
	await page.waitForURL("**/o/device-confirm/*");
}

export const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

/** No violation of the rules of accessibility, in the colors that are set now. */
export async function assertAccessible(page, name) {
	await page.evaluate(axeSource);
	// without preload axe fetches nothing, so that the page's policy has nothing to refuse; what is in a frame is somebody else's
	const { violations, passes } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: values, preload: false, iframes: false }), tags);
	const told = violations.map((each) => `${each.id}: ${each.help}\n${each.nodes.map((node) => `   ${node.html}\n   ${node.failureSummary}`).join("\n")}`);
	assert.deepEqual(told, [], name);
	assert.ok(passes.length > 10, `${name}: hardly a rule applied`);
}

/** Nothing is wider than the window: people scroll in one direction alone. */
export async function assertFits(page, name) {
	const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
	assert.ok(content <= window, `${name}: ${content} pixels wide in ${window}`);
}

/** Both color schemes, and the narrowest screen. */
export async function assertGood(page, name) {
	const size = page.viewportSize();
	for (const colorScheme of ["light", "dark"]) {
		await page.emulateMedia({ colorScheme });
		await assertAccessible(page, `${name}, ${colorScheme}`);
	}
	await page.emulateMedia({ colorScheme: "light" });
	await resize(page, { width: 320, height: 640 });
	await assertFits(page, `${name} at 320 pixels`);
	await assertAccessible(page, `${name}, narrow`);
	await resize(page, size);
	await assertFits(page, name);
}
