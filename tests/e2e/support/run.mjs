// SPDX-License-Identifier: Apache-2.0
//
// Programs that run to their end, their options, and ports for those that stay.
import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

/** Runs the program to its end: {code, stdout, stderr}. */
export function run(program, args, { input = "", env = {} } = {}) {
	return new Promise((resolve) => {
		const child = execFile(program, args, { env: { ...process.env, ...env }, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
			resolve({ code: error ? (error.code ?? -1) : 0, signal: error?.signal, stdout, stderr });
		});
		child.stdin.on("error", () => {});
		child.stdin.end(input);
	});
}

/** Options as a command line has them: {base_url: "x", listen: ["a", "b"]} is --base-url=x --listen=a --listen=b. */
export const optionWords = (flags) =>
	Object.entries(flags).flatMap(([name, value]) => [].concat(value).map((item) => `--${name.replaceAll("_", "-")}=${item}`));

/** A server of this process at this place, or undefined where there is one already. */
async function listening(place) {
	const server = createServer();
	server.listen(place);
	const isThere = await once(server, "listening").then(() => true, () => false);
	return isThere ? server : undefined;
}

async function closed(server) {
	server.close();
	await once(server, "close");
}

// Connections that go out are given ports of this range, whenever somebody makes one. A port below it stays free between the
// question and the start, and from one start to the next.
const [firstOutgoing] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s/).map(Number);
const ports = { from: 10_000, to: Math.min(firstOutgoing, 30_000) }; // those of scripts/test-postgres come behind them

/** A port of 127.0.0.1 for this process and its children, until it ends: by its name, other tests know that it is taken. */
export async function freePort() {
	for (;;) {
		const port = ports.to > ports.from ? randomInt(ports.from, ports.to) : 0;
		const probe = await listening({ host: "127.0.0.1", port });
		if (!probe) continue;
		const found = probe.address().port;
		const claim = await listening({ path: `\0doorcode-test-port-${found}` });
		await closed(probe);
		if (!claim) continue;
		claim.unref();
		return found;
	}
}
