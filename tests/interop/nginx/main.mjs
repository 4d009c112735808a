// SPDX-License-Identifier: Apache-2.0
//
// The configuration of docs/guide/nginx as it stands there, with the addresses of this run, before an application that prints what
// it was told.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";

import { revoke, tokens } from "../support/device.mjs";
import { done, env, run } from "../support/lines.mjs";

const guide = path.join(env.REPOSITORY, "docs/guide/nginx");
const resource = "https://notes.example.org/";
const listen = `127.0.0.1:${env.PORT}`;

async function application() {
	const server = createServer((request, answer) => answer.end(JSON.stringify({ subject: request.headers["x-subject"], token: request.headers.authorization })));
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	return server.address().port;
}

function site(applicationPort) {
	const secret = Buffer.from(`${env.CLIENT_ID_API}:${env.CLIENT_SECRET_API}`).toString("base64");
	const replaced = {
		"/etc/nginx/introspect.js": path.join(guide, "introspect.js"),
		"/var/cache/nginx/tokens": path.join(env.WORK, "cache"),
		"127.0.0.1:8080": listen,
		"http://127.0.0.1:3000": `http://127.0.0.1:${applicationPort}`,
		BASE64_OF_ID_COLON_SECRET: secret,
		"https://login.example.org/o": env.ISSUER,
		"/etc/ssl/certs/ca-certificates.crt": env.CA_FILE,
	};
	return Object.entries(replaced).reduce((text, [from, to]) => {
		assert.ok(text.includes(from), `the guide says ${from}`);
		return text.replaceAll(from, to);
	}, readFileSync(path.join(guide, "site.conf"), "utf8"));
}

const whole = (text) => `
load_module modules/ngx_http_js_module.so;
daemon off;
master_process off;
pid ${env.WORK}/nginx.pid;
error_log stderr warn;
events {}
http {
	access_log off;
	client_body_temp_path ${env.WORK}/body;
	proxy_temp_path ${env.WORK}/proxy;
	fastcgi_temp_path ${env.WORK}/fastcgi;
	uwsgi_temp_path ${env.WORK}/uwsgi;
	scgi_temp_path ${env.WORK}/scgi;
	${text}
}`;

async function startNginx() {
	const file = path.join(env.WORK, "nginx.conf");
	mkdirSync(path.join(env.WORK, "cache"));
	writeFileSync(file, whole(site(await application())));
	const child = spawn("nginx", ["-p", "/usr/share/nginx", "-c", file], { stdio: ["ignore", "inherit", "inherit"] });
	for (;;) {
		if (child.exitCode !== null) throw new Error("nginx ended");
		if (await fetch(`http://${listen}/`).then(() => true, () => false)) return child;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

const ask = (token) => fetch(`http://${listen}/notes`, { headers: token ? { authorization: `Bearer ${token}` } : {} });

run(async () => {
	const version = spawnSync("nginx", ["-v"], { encoding: "utf8" }).stderr;
	console.log(`version ${version.trim().split("/").at(-1)}`);
	const nginx = await startNginx();
	try {
		const refused = await ask();
		assert.equal(refused.status, 401);
		assert.match(refused.headers.get("www-authenticate"), /^Bearer realm=/);
		const good = await tokens(env.CLIENT_ID_TV, { scope: "openid email", resource });
		const answer = await ask(good.access_token);
		assert.equal(answer.status, 200);
		const told = await answer.json();
		assert.ok(told.subject);
		assert.equal(told.token, undefined);
		done("introspection");
		const narrow = await tokens(env.CLIENT_ID_TV, { scope: "openid", resource });
		assert.equal((await ask(narrow.access_token)).status, 403);
		done("needs the scope");
		const other = await tokens(env.CLIENT_ID_TV, { scope: "email" });
		assert.equal((await ask(other.access_token)).status, 401, "a token for nothing in particular is not for this resource");
		const ended = await tokens(env.CLIENT_ID_TV, { scope: "openid email", resource });
		await revoke(env.CLIENT_ID_TV, ended.access_token);
		assert.equal((await ask(ended.access_token)).status, 401);
		done("refuses what is not active");
	} finally {
		nginx.kill();
	}
});
