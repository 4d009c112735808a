// SPDX-License-Identifier: Apache-2.0
//
// Apache as a relying party, with the configuration of docs/guide/apache: a person signs in, signs out there, and is signed out
// there when he signs out here.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

import { authority, get, startApache } from "../support/apache.mjs";
import { done, env, open, run } from "../support/lines.mjs";

const home = `https://localhost:${env.PORT}`;

/** The person's cookies at the application. */
class Visit {
	cookies = new Map();

	async get(target) {
		const cookie = [...this.cookies].map((pair) => pair.join("=")).join("; ");
		// who does not want a page is not sent to sign in
		const answer = await get(target, { accept: "text/html", ...(cookie && { cookie }) });
		for (const line of answer.headers["set-cookie"] ?? []) {
			const [name, value] = line.split(";")[0].split(/=(.*)/s);
			if (value) this.cookies.set(name, value);
			else this.cookies.delete(name);
		}
		return answer;
	}

	async signIn() {
		const start = await this.get("/private/index.html");
		assert.equal(start.status, 302);
		assert.ok(start.headers.location.startsWith(`${env.ISSUER}/authorize/`), start.headers.location);
		const back = await this.get(await open(start.headers.location));
		assert.equal(back.status, 302, back.text);
		const page = await this.get(back.headers.location);
		assert.equal(page.status, 200, page.text);
		return page;
	}
}

run(async () => {
	const installed = spawnSync("dpkg-query", ["-W", "-f", "${Version}", "libapache2-mod-auth-openidc"], { encoding: "utf8" }).stdout;
	console.log(`version ${installed || "(of this machine)"}`);
	const apache = await startApache("relying-party.conf", "auth_openidc", {
		"https://login.example.org/o": env.ISSUER,
		CLIENT_ID: env.CLIENT_ID,
		CLIENT_SECRET: env.CLIENT_SECRET,
		LONG_RANDOM_TEXT: "for-this-test-alone",
		"https://app.example.org": home,
		"/etc/ssl/certs/ca-certificates.crt": authority,
	});
	try {
		const visit = new Visit();
		const page = await visit.signIn();
		done("discovery");
		done("code");
		assert.match(page.headers["x-remote-user"], /^ada@example\.org/);
		done("userinfo");
		const out = await visit.get(`/private/callback?logout=${encodeURIComponent(`${home}/goodbye`)}`);
		assert.equal(out.status, 302);
		assert.equal(await open(out.headers.location), `${home}/goodbye`);
		assert.equal((await visit.get("/private/index.html")).status, 302);
		done("logout");
		await visit.signIn();
		await open(`${env.ISSUER}/logout/`);
		for (let tries = 0; (await visit.get("/private/index.html")).status !== 302; tries++) {
			assert.ok(tries < 100, "the session of the application lives on");
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
		done("back-channel logout");
	} finally {
		apache.end();
	}
});
