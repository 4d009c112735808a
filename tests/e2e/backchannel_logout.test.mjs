// SPDX-License-Identifier: Apache-2.0
//
// Logout tokens: what is in them, who gets one, and what happens when an application hangs, fails, or is gone.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Browser } from "./support/browser.mjs";
import { onPostgres, psql } from "./support/database.mjs";
import { password, patience, startServer } from "./support/server.mjs";
import { sqliteNumber } from "./support/sqlite.mjs";
import { nowOf, tokensFor, verified } from "./support/tokens.mjs";
import { until } from "./support/until.mjs";
import { Listener, addWebApp, mayFetchHere, visit } from "./support/web_app.mjs";

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout";

describe("logout tokens", () => {
	let server, listener;

	before(async () => {
		[server, listener] = await Promise.all([startServer({ moved: true, flags: { ...mayFetchHere, cap_exempt: "127.0.0.0/8" } }), Listener.start()]);
		for (const name of ["ada", "bob"]) await server.addUser(name);
	});
	after(async () => {
		await server.close();
		await listener.close();
	});

	const wanting = (place, settings = {}) => addWebApp(server, { name: place, settings: { backchannel_logout_uri: `${listener.base}/${place}`, ...settings } });
	const heardAt = (place) => listener.heard.filter((heard) => heard.url === `/${place}`);
	async function signedIn(name = "ada") {
		const browser = new Browser(server);
		await browser.signIn(name, password);
		return browser;
	}
	const signOut = (browser) => browser.submit("/", {}, { action: "/accounts/logout" });
	/** When this one has been told, everything that was made before it has been tried. */
	async function flush() {
		const place = `flush${listener.heard.length}`;
		const browser = await signedIn("bob");
		await visit(server, browser, await wanting(place));
		await signOut(browser);
		await until(() => heardAt(place).length > 0, `a logout token at ${place}`);
	}

	it("are posted as a form, signed like ID tokens, and say who signed out of what [BCLOGOUT#2.4, #2.5, #2.6]", async () => {
		const app = await wanting("one");
		const browser = await signedIn();
		const { claims } = await visit(server, browser, app);
		await signOut(browser);
		await until(() => heardAt("one").length === 1, "the logout token");
		const [heard] = heardAt("one");
		assert.equal(heard.method, "POST");
		assert.equal(heard.headers["content-type"], "application/x-www-form-urlencoded");
		assert.deepEqual([...new URLSearchParams(heard.body).keys()], ["logout_token"]);
		const { payload, protectedHeader } = await verified(server, heard.token, { audience: app.client_id, typ: "logout+jwt" });
		assert.equal(protectedHeader.alg, "RS256");
		assert.deepEqual(Object.keys(payload).sort(), ["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"]);
		assert.deepEqual(payload.events, { [logoutEvent]: {} });
		assert.equal(payload.sub, claims.sub);
		assert.equal(payload.sid, claims.sid);
		assert.equal(payload.exp - payload.iat, 120);
		assert.ok(Math.abs(payload.iat - nowOf(server).getTime() / 1000) < 60);
		assert.equal("nonce" in payload, false);
	});

	it("stand in the metadata, and ID tokens name the session [BCLOGOUT#2.1]", async () => {
		const metadata = await (await fetch(`${server.origin}/o/.well-known/openid-configuration`)).json();
		assert.equal(metadata.backchannel_logout_supported, true);
		assert.equal(metadata.backchannel_logout_session_supported, true);
		const { claims } = await visit(server, await signedIn(), await wanting("meta"));
		assert.match(claims.sid, /^[0-9A-Za-z]{22}$/);
	});

	it("are signed by the algorithm of the client, and name people as it does [BCLOGOUT#2.6, OIDC#8]", async () => {
		const app = await addWebApp(server, { name: "EC", settings: { backchannel_logout_uri: `${listener.base}/ec`, subject_type: "pairwise" }, flags: ["--algorithm", "ES256"] });
		const browser = await signedIn();
		const { claims } = await visit(server, browser, app);
		await signOut(browser);
		await until(() => heardAt("ec").length === 1, "the logout token");
		const { payload, protectedHeader } = await verified(server, heardAt("ec")[0].token);
		assert.equal(protectedHeader.alg, "ES256");
		assert.equal(payload.sub, claims.sub);
	});

	it("go to each application of the session once, and to no other [BCLOGOUT#2.5]", async () => {
		const [a, b, c] = [await wanting("a"), await wanting("b"), await wanting("c")];
		const [browser, elsewhere] = [await signedIn(), await signedIn()];
		await visit(server, browser, a);
		await visit(server, browser, a);
		await visit(server, browser, b);
		await visit(server, elsewhere, c);
		await signOut(browser);
		await flush();
		await until(() => heardAt("a").length + heardAt("b").length >= 2, "two logout tokens");
		assert.equal(heardAt("a").length, 1);
		assert.equal(heardAt("b").length, 1);
		assert.equal(heardAt("c").length, 0);
	});

	it("never go to a device, nor end what it has", async () => {
		const tv = await server.addClient({ name: "TV", flags: ["--backchannel-logout-uri", `${listener.base}/tv`] });
		const browser = await signedIn();
		await tokensFor(server, browser, tv, { scope: "openid" });
		await signOut(browser);
		await flush();
		assert.equal(heardAt("tv").length, 0);
	});

	it("are sent when an application asks for the logout", async () => {
		const [app, other] = [await wanting("asks"), await wanting("hears")];
		const browser = await signedIn();
		const { tokens } = await visit(server, browser, app);
		await visit(server, browser, other);
		await browser.request(`/o/logout/?id_token_hint=${tokens.id_token}`);
		await until(() => heardAt("asks").length === 1 && heardAt("hears").length === 1, "both logout tokens");
	});

	const ends = {
		"a new password": (name) => server.cli(["user", "passwd", name], "another good password\n"),
		"a disabled account": (name) => server.cli(["user", "disable", name]),
	};
	for (const [what, end] of Object.entries(ends))
		it(`are sent for ${what}, which another process wrote`, async () => {
			const [name, place] = [`user-${what.split(" ")[1]}`, what.replaceAll(" ", "-")];
			await server.addUser(name);
			const browser = await signedIn(name);
			await visit(server, browser, await wanting(place));
			const result = await end(name);
			assert.equal(result.code, 0, result.stderr);
			await until(() => heardAt(place).length === 1, "the logout token");
		});

	it("are sent for whoever was signed in when somebody else signs in over him", async () => {
		const browser = await signedIn();
		await visit(server, browser, await wanting("over"));
		const page = await browser.get("/accounts/login/?mode=add");
		const csrf = /name="csrf_token" value="([^"]+)"/.exec(page.html)[1];
		await browser.postForm("/accounts/login/", { csrf_token: csrf, username: "bob", password });
		await until(() => heardAt("over").length === 1, "the logout token");
	});
});

/** Logout tokens that are still to be delivered. */
async function waiting(server) {
	const count = "SELECT count(*) FROM job";
	return Number(onPostgres ? await psql(server.database, count) : await sqliteNumber(server.database, count));
}

describe("an application that does not take its logout token", () => {
	let server, listener;
	const behave = {};

	before(async () => {
		listener = await Listener.start((heard, number) => (behave[heard.url] ?? (() => 200))(number, heard));
		server = await startServer({ moved: true, flags: mayFetchHere });
		await server.addUser("ada");
	});
	after(async () => {
		await server.close();
		await listener.close();
	});

	const wanting = (place) => addWebApp(server, { name: place, settings: { backchannel_logout_uri: place.startsWith("http") ? place : `${listener.base}/${place}` } });
	const heardAt = (place) => listener.heard.filter((heard) => heard.url === `/${place}`);
	async function signOutOf(...places) {
		const browser = new Browser(server);
		await browser.signIn("ada", password);
		for (const place of places) await visit(server, browser, await wanting(place));
		const began = performance.now();
		await browser.submit("/", {}, { action: "/accounts/logout" });
		return performance.now() - began;
	}
	/** Time passes; and something else is delivered, so that the server looks for what is due without waiting for its next look. */
	async function pass(seconds) {
		server.clock.advance(seconds);
		await signOutOf("bell");
	}
	const events = async (kind) => server.logText().split("\n").filter((line) => line.includes(kind));

	it("holds up neither the person nor the others when it hangs [BCLOGOUT#2.5]", async () => {
		// Whoever waited for it would wait for five seconds each time; other work of the machine holds him up now and then.
		const times = [];
		while (times.length < 5 && !times.some((took) => took < 3000 * patience)) {
			behave["/hangs"] = () => undefined;
			times.push(await signOutOf("hangs", "quick"));
		}
		assert.ok(times.at(-1) < 3000 * patience, `${times} ms`);
		await until(() => heardAt("quick").length > 0, "the other logout token");
		await until(() => heardAt("hangs").length > 0, "the one that hangs");
		behave["/hangs"] = () => 200;
		const tries = heardAt("hangs").length;
		await until(async () => (await events("was not delivered")).some((line) => /timeout/.test(line)), "the time-out");
		await pass(11);
		await until(() => heardAt("hangs").length > tries, "another try");
	});

	it("gets it again, fresh, until it takes it; then no more [BCLOGOUT#2.8]", () =>
		server.clock.still(async () => {
			let calls = 0;
			behave["/fails"] = () => (++calls <= 2 ? [500, 400][calls - 1] : 204);
			await signOutOf("fails");
			await until(() => heardAt("fails").length === 1, "the first try");
			await until(async () => (await events("status 500")).length === 1, "its failure");
			await pass(11);
			await until(() => heardAt("fails").length === 2, "the second try");
			await until(async () => (await events("status 400")).length === 1, "its failure");
			await pass(31);
			await until(() => heardAt("fails").length === 3, "the third try");
			const tries = await Promise.all(heardAt("fails").map(({ token }) => verified(server, token, { currentDate: new Date(0) })));
			assert.equal(new Set(tries.map(({ payload }) => payload.jti)).size, 3, "a jti each");
			assert.ok(tries[2].payload.iat > tries[0].payload.iat, "and a time each");
			await until(async () => (await waiting(server)) === 0, "nothing that waits");
			await pass(86400);
			await signOutOf("after");
			await until(() => heardAt("after").length === 1, "a later logout token");
			assert.equal(heardAt("fails").length, 3);
		}));

	it("is given up after a day", () =>
		server.clock.still(async () => {
			behave["/never"] = () => 503;
			await signOutOf("never");
			for (let tries = 1; tries <= 4; tries++) {
				await until(() => heardAt("never").length >= tries, `try ${tries}`);
				await until(async () => (await events("status 503")).length >= tries, `its failure`);
				if (tries < 4) await pass(tries === 3 ? 86400 : 15000);
			}
			await pass(15000);
			await signOutOf("later");
			await until(() => heardAt("later").length === 1, "a later logout token");
			assert.equal(heardAt("never").length, 4);
		}));

	it("is not asked at an address that is not allowed [SSRF]", async () => {
		await signOutOf("https://10.255.255.1:9/out", "near");
		await until(() => heardAt("near").length > 0, "the other logout token");
		await until(async () => (await events("was not delivered")).some((line) => /address/.test(line)), "the refusal");
	});

	it("leads nowhere else by a redirect", async () => {
		behave["/moved"] = () => 307;
		await signOutOf("moved");
		await until(async () => (await events("status 307")).length > 0, "the refusal");
	});

	it("is told nothing more once it is removed or wants it no more", async () => {
		behave["/regrets"] = () => 500;
		const before = (await events("status 500")).length;
		await signOutOf("regrets");
		await until(async () => (await events("status 500")).length > before, "the first failure");
		const apps = await server.cliJson(["app", "list"]);
		const app = (apps.applications ?? apps).find(({ name }) => name === "regrets");
		assert.equal((await server.cli(["app", "set", app.client_id, "--backchannel-logout-uri", ""])).code, 0);
		const tries = heardAt("regrets").length;
		await pass(20);
		await signOutOf("last");
		await until(() => heardAt("last").length === 1, "a later logout token");
		assert.equal(heardAt("regrets").length, tries);
	});
});

describe("logout tokens and a server that ends", () => {
	it("are delivered after a kill -9, by whoever comes next", async () => {
		let open = false;
		const listener = await Listener.start(() => (open ? 200 : 503));
		const server = await startServer({ moved: true, flags: mayFetchHere });
		try {
			await server.addUser("ada");
			const browser = new Browser(server);
			await browser.signIn("ada", password);
			await visit(server, browser, await addWebApp(server, { settings: { backchannel_logout_uri: `${listener.base}/x` } }));
			await browser.submit("/", {}, { action: "/accounts/logout" });
			await server.kill();
			open = true;
			const before = listener.heard.length;
			await server.start();
			server.clock.advance(200);
			await until(() => listener.heard.length > before, "the logout token");
		} finally {
			await server.close();
			await listener.close();
		}
	});
});
