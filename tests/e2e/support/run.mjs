// SPDX-License-Identifier: Apache-2.0
//
// Programs that run to their end, and ports for those that stay.
import { execFile } from "node:child_process";
import { once } from "node:events";
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

export async function freePort() {
	const probe = createServer();
	probe.listen(0, "127.0.0.1");
	await once(probe, "listening");
	const { port } = probe.address();
	probe.close();
	await once(probe, "close");
	return port;
}
