// SPDX-License-Identifier: Apache-2.0
//
// oidc-agent, which keeps refresh tokens for command-line programs as ssh-agent keeps keys: the device flow with a client that was
// made for it, and with one that it registers.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";

import { done, env, open, run } from "../support/lines.mjs";

const folder = path.join(env.WORK, "accounts");
const own = { ...env, HOME: env.WORK, OIDC_CONFIG_DIR: folder, PASSPHRASE: "of the account's file" };

function call(program, ...words) {
	const result = spawnSync(program, words, { env: own, encoding: "utf8", timeout: 30_000 });
	assert.equal(result.status, 0, `${program} ${words.join(" ")}: ${result.stdout}${result.stderr}`);
	return result.stdout;
}

function startAgent() {
	const words = call("oidc-agent", "--no-autoload");
	for (const [, name, value] of words.matchAll(/(OIDC_SOCK|OIDCD_PID)=([^;]+);/g)) own[name] = value;
	return () => call("oidc-agent", "--kill");
}

/** oidc-gen, which waits for a person. */
async function generate(name, ...words) {
	const child = spawn("oidc-gen", ["--flow=device", `--iss=${env.ISSUER}`, `--cp=${env.CA_FILE}`, "--pw-env=PASSPHRASE", "--confirm-yes", ...words, name], {
		env: own,
		stdio: ["ignore", "pipe", "pipe"],
	});
	const ended = new Promise((resolve) => child.on("exit", resolve));
	let text = "";
	let opened;
	const see = (part) => {
		text += part;
		const code = /code(?: on that page)?:?\s+([A-Z0-9]{4}-[A-Z0-9]{4})/i.exec(text)?.[1];
		if (code) opened ??= open(`${env.ISSUER}/device?user_code=${code}`);
	};
	child.stdout.setEncoding("utf8").on("data", see);
	child.stderr.setEncoding("utf8").on("data", see);
	const code = await ended;
	await opened;
	assert.equal(code, 0, text);
}

async function userInfo(token) {
	const answer = await fetch(`${env.ISSUER}/userinfo/`, { headers: { authorization: `Bearer ${token}` } });
	return { status: answer.status, json: await answer.json().catch(() => null) };
}

run(async () => {
	console.log(`version ${call("oidc-gen", "--version").match(/[\d.]+/)[0]}`);
	mkdirSync(folder);
	const end = startAgent();
	try {
		await generate("known", `--client-id=${env.CLIENT_ID}`, "--pub", "--scope=openid email offline_access");
		done("discovery");
		const first = call("oidc-token", "known").trim();
		done("device");
		const second = call("oidc-token", "--force-new", "known").trim();
		assert.notEqual(second, first);
		done("refresh");
		assert.equal((await userInfo(second)).json.email, "ada@example.org");
		done("userinfo");
		call("oidc-gen", "--delete", "--pw-env=PASSPHRASE", "--confirm-yes", "known");
		assert.equal((await userInfo(second)).status, 401);
		done("revocation");
		await generate("made", `--at=${env.INITIAL_ACCESS_TOKEN}`, "--scope=openid offline_access");
		assert.ok(call("oidc-token", "made").trim());
		done("registration");
	} finally {
		end();
	}
});
