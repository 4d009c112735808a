// SPDX-License-Identifier: Apache-2.0
//
// node tests/interop/run.mjs [WORD...]: runs the clients whose folder's name contains one of the words (all without any), one after
// the other, each with a server of its own, and writes docs/interop.md when all were run. The status is 1 when one failed.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { freePort, password, repository } from "../e2e/support/server.mjs";
import { Authority, tlsServer } from "../e2e/support/tls.mjs";
import { install, missing, readClient, runClient } from "./client.mjs";
import { Person } from "./person.mjs";
import { report } from "./report.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const builds = path.join(repository, "build/interop");
const words = process.argv.slice(2);

const clients = readdirSync(here, { withFileTypes: true })
	.filter((entry) => entry.isDirectory() && existsSync(path.join(here, entry.name, "client.json")))
	.map((entry) => readClient(path.join(here, entry.name)))
	.filter((client) => words.length === 0 || words.some((word) => path.basename(client.folder).includes(word)));

/** What the program finds in its environment. */
async function environment(client, server, authority, work) {
	const env = {
		ISSUER: `${server.base}/o`,
		ISSUER_HTTP: `${server.origin}/o`,
		CA_FILE: authority.file("ca.pem"),
		CA_KEY: authority.file("ca.key"),
		NODE_EXTRA_CA_CERTS: authority.file("ca.pem"),
		SSL_CERT_FILE: authority.file("ca.pem"),
		REQUESTS_CA_BUNDLE: authority.file("ca.pem"),
		CURL_CA_BUNDLE: authority.file("ca.pem"),
		USER_NAME: "ada",
		USER_PASSWORD: password,
		WORK: work,
		PORT: String(await freePort()),
		REPOSITORY: repository,
	};
	// "${PORT}" stands for a free port of the client's own
	const fill = (word) => word.replaceAll(/\$\{(\w+)\}/g, (_, name) => env[name]);
	const named = { ...(client.client && { "": client.client }), ...client.clients };
	for (const [name, wanted] of Object.entries(named)) {
		const made = await server.addClient({ name: client.name, ...wanted, flags: (wanted.flags ?? []).map(fill) });
		const suffix = name && `_${name.toUpperCase()}`;
		env[`CLIENT_ID${suffix}`] = made.client_id;
		env[`CLIENT_SECRET${suffix}`] = made.client_secret ?? "";
	}
	for (const resource of client.resources ?? []) {
		const result = await server.cli(["resource", "add", ...resource.map(fill)]);
		if (result.code !== 0) throw new Error(result.stderr);
	}
	if (client.steps.includes("registration")) env.INITIAL_ACCESS_TOKEN = (await server.cliJson(["ticket", "add", "registration", "--uses", "10"])).ticket;
	return env;
}

async function withServer(client, authority, work) {
	const server = await tlsServer(authority, {
		registration: "token",
		cap_exempt: "127.0.0.0/8",
		fetch_allow: ["127.0.0.0/8", "::1/128"],
		fetch_ca: authority.file("ca.pem"),
		...client.options,
	});
	try {
		await server.start();
		await server.addUser("ada");
		await server.cli(["user", "set", "ada", "name=Ada Lovelace", "email=ada@example.org", "email_verified=true"]);
		const env = await environment(client, server, authority, work);
		const person = new Person(server, "ada");
		const result = await runClient(client, install(client, builds), env, (url) => person.open(url));
		return { ...result, log: result.status === 0 ? result.log : `${result.log}\n--- the server's log\n${server.logText()}` };
	} finally {
		await server.close();
	}
}

async function runOne(client, authority) {
	const lacks = missing(client);
	if (lacks) return { client, missing: lacks, done: new Set(), version: "", ok: () => false };
	const work = mkdtempSync(path.join(tmpdir(), "doorcode-interop-"));
	try {
		const result = await withServer(client, authority, work).catch((error) => ({ version: "", done: new Set(), status: 1, log: `${error.stack}\n` }));
		return { client, ...result, ok: (step) => result.done.has(step) };
	} finally {
		rmSync(work, { recursive: true, force: true });
	}
}

const isGreen = (result) => result.status === 0 && result.client.steps.every((step) => result.ok(step));

function say(result) {
	const name = path.basename(result.client.folder);
	if (result.missing) return console.log(`LEFT OUT  ${name}: ${result.missing}`);
	if (isGreen(result)) return console.log(`ok        ${name} ${result.version}: ${result.client.steps.join(", ")}`);
	const lacking = result.client.steps.filter((step) => !result.ok(step));
	console.log(`FAILED    ${name} ${result.version}: status ${result.status}, without ${lacking.join(", ") || "nothing"}`);
	console.log(result.log.replace(/^/gm, "          "));
}

mkdirSync(builds, { recursive: true });
cpSync(path.join(here, "support"), path.join(builds, "support"), { recursive: true });
const authority = new Authority();
const results = [];
try {
	await authority.selfSigned("ca");
	await authority.signed("tls");
	for (const client of clients) {
		results.push(await runOne(client, authority));
		say(results.at(-1));
	}
} finally {
	authority.remove();
}
const failed = results.filter((result) => !result.missing && !isGreen(result));
const left = results.filter((result) => result.missing);
console.log(`interop: ${results.length - failed.length - left.length} clients passed, ${failed.length} failed, ${left.length} left out`);
if (words.length === 0) {
	const date = new Date().toISOString().slice(0, 10);
	writeFileSync(path.join(repository, "docs/interop.md"), report(results, { date, machine: `Node ${process.versions.node}` }));
}
process.exitCode = failed.length > 0 || results.length === 0 ? 1 : 0;
