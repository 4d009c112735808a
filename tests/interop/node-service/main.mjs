// SPDX-License-Identifier: Apache-2.0
//
// The service of docs/guide/node as it stands there.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync } from "node:fs";
import path from "node:path";

import { tokens } from "../support/device.mjs";
import { done, env, run, version } from "../support/lines.mjs";

const resource = "https://notes.example.org/";
const ask = (token) => fetch(`http://127.0.0.1:${env.PORT}/`, { headers: token ? { authorization: `Bearer ${token}` } : {} });

run(async () => {
	version("jose");
	// beside its packages
	copyFileSync(path.join(env.REPOSITORY, "docs/guide/node/server.mjs"), "server.mjs");
	const service = spawn("node", ["server.mjs"], { env: { ...env, RESOURCE: resource }, stdio: ["ignore", "pipe", "inherit"] });
	try {
		await once(service.stdout, "data");
		assert.equal((await ask()).status, 401);
		const good = await tokens(env.CLIENT_ID_TV, { scope: "openid email", resource });
		const answer = await ask(good.access_token);
		assert.equal(answer.status, 200);
		assert.equal((await answer.json()).client, env.CLIENT_ID_TV);
		done("jwt");
		const narrow = await tokens(env.CLIENT_ID_TV, { scope: "openid", resource });
		assert.equal((await ask(narrow.access_token)).status, 403);
		done("needs the scope");
		const other = await tokens(env.CLIENT_ID_TV, { scope: "openid email" });
		for (const token of [other.access_token, good.id_token, `${good.access_token}x`]) assert.equal((await ask(token)).status, 401);
		done("refuses what is for others");
	} finally {
		service.kill();
	}
});
