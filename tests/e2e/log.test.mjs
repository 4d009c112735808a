// SPDX-License-Identifier: Apache-2.0
//
// The log: every line can be parsed, there is one for each request, and no secret is in any of them.
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { registered } from "./support/applications.mjs";
import { Browser } from "./support/browser.mjs";
import { authorizeDevice, basic, newGrant, poll, post, refresh } from "./support/device.mjs";
import { password, startServer } from "./support/server.mjs";
import { until } from "./support/until.mjs";

function parseLogfmt(line) {
	const fields = {};
	let rest = line;
	while (rest) {
		const found = /^([\w.-]+)=("(?:[^"\\]|\\.)*"|[^\s"=\\]+)(?: |$)/.exec(rest);
		assert.ok(found, `cannot be parsed: ${rest}`);
		fields[found[1]] = found[2].startsWith('"') ? found[2].slice(1, -1) : found[2];
		rest = rest.slice(found[0].length);
	}
	return fields;
}

const parsers = { logfmt: parseLogfmt, json: JSON.parse };

/** All that can be a secret in the life of a device and its person, and things gone wrong. */
async function live(server) {
	const secrets = new Set([password]);
	let requests = 0;
	const count = async (promise, times = 1) => {
		requests += times;
		return promise;
	};
	await server.addUser("ada");
	const vault = await server.addClient({ name: "Vault", type: "confidential" });
	const tv = await server.addClient();
	const ada = new Browser(server);
	const request = ada.request.bind(ada);
	ada.request = (...args) => {
		requests++;
		return request(...args);
	};
	await ada.signIn("ada", password);
	await new Browser(server, {}).request("/accounts/login/?next=%2Fo%2Fdevice%3Fuser_code%3DWDJB-MJHT");
	requests++;
	secrets.add("WDJB-MJHT").add(vault.client_secret);
	for (const client of [vault, tv]) {
		const grant = await count(newGrant(server, client, { scope: "openid offline_access" }));
		secrets.add(grant.device_code).add(grant.user_code).add(grant.user_code.replace("-", ""));
		await ada.get(`/o/device?user_code=${grant.user_code}`);
		const page = await ada.decide(grant.user_code);
		secrets.add(page.path.split("/").at(-1));
		const tokens = (await count(poll(server, client, grant.device_code))).json;
		const next = (await count(refresh(server, client, tokens.refresh_token))).json;
		for (const answer of [tokens, next]) secrets.add(answer.access_token).add(answer.refresh_token);
		// secrets in places where they do not belong
		await count(post(server, `/o/token/?device_code=${grant.device_code}`, {}));
		await count(fetch(`${server.base}/o/tokens/${tokens.access_token}`));
		await count(fetch(`${server.base}/o/device-confirm/${grant.device_code}/${next.refresh_token}`));
		await count(fetch(`${server.base}/healthz`, { headers: { authorization: `Bearer ${tokens.access_token}`, cookie: "doorcode_session=stolen-cookie-value" } }));
	}
	secrets.add("stolen-cookie-value");
	await count(authorizeDevice(server, {}, basic(vault.client_id, vault.client_secret)));
	await count(authorizeDevice(server, { client_id: vault.client_id, client_secret: "dcs_a-wrong-secret" }));
	await ada.enterCode("BCDF-GHJK");
	for (const [, value] of ada.cookies) secrets.add(value);
	const own = await registered(ada, { name: "Own\r\nlevel=error msg=forged", client_type: "confidential" }).catch(() => null);
	if (own?.client_secret) secrets.add(own.client_secret);
	await ada.submit("/", {}, { action: "/accounts/logout" });
	await ada.submit("/accounts/login/", { username: "password-typed-as-name", password: "wrong password" }, { action: "/accounts/login" });
	for (const secret of ["dcs_a-wrong-secret", "wrong password", "password-typed-as-name", "BCDF-GHJK", "BCDFGHJK"]) secrets.add(secret);
	for (const [, value] of ada.cookies) secrets.add(value);
	await count(fetch(`${server.base}/${"x".repeat(2000)}`, { headers: { "user-agent": 'evil" level=error \\' } }));
	return { secrets, requests };
}

describe("the log", () => {
	for (const log_format of ["logfmt", "json"])
		it(`as ${log_format}: every line parses, one per request with an id of its own, and no secret`, async () => {
			const server = await startServer({ flags: { log_format, log_level: "debug" } });
			let story;
			try {
				story = await live(server);
			} finally {
				await server.stop();
			}
			const lines = server.lines.map(parsers[log_format]);
			for (const line of lines) {
				assert.match(line.ts, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
				assert.ok(["debug", "info", "warn", "error"].includes(line.level));
				assert.equal(typeof line.msg, "string");
			}
			const requests = lines.filter((line) => line.msg === "request" && line.path !== "/readyz"); // whose start was waited for
			assert.equal(requests.length, story.requests);
			assert.equal(new Set(requests.map((line) => line.request)).size, requests.length);
			for (const line of requests) {
				assert.match(line.method, /^[A-Z]+$/);
				assert.match(`${line.status}`, /^\d{3}$/);
				assert.match(`${line.us}`, /^\d+$/);
				assert.doesNotMatch(line.path, /\?/);
				assert.equal(line.from, "127.0.0.1");
			}
			const text = server.logText();
			for (const secret of story.secrets) {
				assert.equal(text.includes(secret), false, `in the log: ${secret}`);
				assert.equal(text.includes(encodeURIComponent(secret)), false, `in the log, escaped: ${secret}`);
			}
			assert.equal(lines.some((line) => line.msg === "forged"), false);
			await server.close();
		});

	it("an error page names the request id of its line", async () => {
		const server = await startServer();
		try {
			const html = await (await fetch(`${server.base}/nothing`)).text();
			const id = /request <span class="mono">([^<]+)</.exec(html)[1];
			const isIt = (line) => line.msg === "request" && line.request === id && line.status === "404";
			await until(() => server.lines.map(parseLogfmt).some(isIt), "the line of that request");
		} finally {
			await server.close();
		}
	});

	it("names the client that a trusted proxy names, and what anybody else claims not", async () => {
		for (const [trusted_proxies, seen] of [["127.0.0.1", "203.0.113.7"], [undefined, "127.0.0.1"]]) {
			const server = await startServer({ flags: trusted_proxies ? { trusted_proxies } : {} });
			try {
				await fetch(`${server.base}/healthz`, { headers: { "x-forwarded-for": "198.51.100.1, 203.0.113.7" } });
				const requests = () => server.lines.map(parseLogfmt).filter((each) => each.msg === "request" && each.path === "/healthz");
				await until(() => requests().length === 1, "the line of that request");
				assert.equal(requests()[0].from, seen);
			} finally {
				await server.close();
			}
		}
	});
});
