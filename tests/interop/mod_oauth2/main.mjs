// SPDX-License-Identifier: Apache-2.0
//
// Apache as a resource server, with the configuration of docs/guide/apache. The module knows the authorities of the system alone, so
// it asks the plain listener here.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

import { get, startApache } from "../support/apache.mjs";
import { revoke, tokens } from "../support/device.mjs";
import { done, env, run } from "../support/lines.mjs";

const resource = "https://notes.example.org/";
const ask = (token) => get("/api/index.html", token ? { authorization: `Bearer ${token}` } : {});

run(async () => {
	const installed = spawnSync("dpkg-query", ["-W", "-f", "${Version}", "libapache2-mod-oauth2"], { encoding: "utf8" }).stdout;
	console.log(`version ${installed || "(of this machine)"}`);
	const apache = await startApache("resource-server.conf", "oauth2", {
		"https://login.example.org/o": env.ISSUER_HTTP,
		"=CLIENT_ID": `=${env.CLIENT_ID_API}`,
		"=CLIENT_SECRET": `=${env.CLIENT_SECRET_API}`,
	});
	try {
		assert.equal((await ask()).status, 401);
		const good = await tokens(env.CLIENT_ID_TV, { scope: "openid email", resource });
		const answer = await ask(good.access_token);
		assert.equal(answer.status, 200, answer.text);
		assert.ok(answer.headers["x-remote-user"]);
		done("introspection");
		const ended = await tokens(env.CLIENT_ID_TV, { scope: "openid email", resource });
		await revoke(env.CLIENT_ID_TV, ended.access_token);
		assert.equal((await ask(ended.access_token)).status, 401);
		done("refuses what is not active");
	} finally {
		apache.end();
	}
});
