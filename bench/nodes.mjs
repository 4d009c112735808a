// SPDX-License-Identifier: Apache-2.0
//
// bench/nodes: pending polls and whole flows per second over HTTP, for one SQLite node, one node of PostgreSQL and three of
// them, one after the other on this machine, each flow's requests going round the nodes. PostgreSQL is a private one with
// fsync on, in a folder of its own. Only the ratios of one run mean anything.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { Client, Person } from "../tests/e2e/support/keepalive.mjs";
import { startNodes } from "../tests/e2e/support/nodes.mjs";
import { Server } from "../tests/e2e/support/server.mjs";

const seconds = Number(process.env.SECONDS_EACH ?? 5);
const people = Number(process.env.PEOPLE ?? 32);
const execute = promisify(execFile);
const folder = mkdtempSync(path.join(tmpdir(), "doorcode-bench-"));
const flags = { cap_exempt: "0.0.0.0/0", trusted_proxies: "127.0.0.1", issue_per_minute: 1000000, log_level: "warn" };

async function signInAll(node) {
	const client = new Client(node);
	const lines = [];
	for (let i = 0; i < people; i++) {
		await node.addUser(`person${i}`);
		const person = await new Person(client, `person${i}`, { "x-forwarded-for": `10.${i >> 8}.${i & 255}.1` }).signIn();
		lines.push(`${person.cookie}\t${person.token}\n`);
	}
	client.close();
	const file = path.join(folder, "people");
	writeFileSync(file, lines.join(""));
	return file;
}

async function pollRate(nodes, tv) {
	const client = new Client(nodes[0]);
	const { device_code } = (await client.authorizeDevice(tv)).json;
	client.close();
	const grant = encodeURIComponent("urn:ietf:params:oauth:grant-type:device_code");
	const script = path.join(folder, "poll.lua");
	writeFileSync(
		script,
		`wrk.method="POST"; wrk.headers["Content-Type"]="application/x-www-form-urlencoded"
wrk.body="client_id=${tv.client_id}&device_code=${device_code}&grant_type=${grant}"`,
	);
	const runs = nodes.map(({ port }) => execute("wrk", ["-t1", "-c32", `-d${seconds}s`, "-s", script, `http://127.0.0.1:${port}/o/token/`]));
	const rates = (await Promise.all(runs)).map(({ stdout }) => Number(/Requests\/sec:\s*([\d.]+)/.exec(stdout)[1]));
	return Math.round(rates.reduce((sum, rate) => sum + rate, 0));
}

async function measure(name, nodes) {
	const tv = await nodes[0].addClient();
	const file = await signInAll(nodes[0]);
	const load = path.join(process.env.DOORCODE_BENCH_BUILD ?? "build/release", "flow_load");
	const ports = nodes.map(({ port }) => port).join(",");
	const { stdout, stderr } = await execute(load, [tv.client_id, String(seconds), file, ports]);
	process.stderr.write(stderr);
	const flows = stdout.trim();
	console.log(`${name}: ${flows} (${people} at a time); ${await pollRate(nodes, tv)} pending polls/s`);
}

try {
	const one = await new Server({ flags, store: "sqlite", quiet: true }).start();
	await measure("one node, SQLite", [one]);
	await one.close();
	for (const count of [1, 3]) {
		const all = await startNodes(count, { flags, quiet: true });
		await measure(`${count} node${count > 1 ? "s" : ""}, PostgreSQL`, all.nodes);
		await all.close();
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}
