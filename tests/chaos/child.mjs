// SPDX-License-Identifier: Apache-2.0
//
// Processes of the world: commands that run to their end, and programs that stay and write a log. Nothing here outlives the run:
// scripts/chaos is the first process of a process namespace, and the kernel ends all others with it.
import { execFile, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { once } from "node:events";

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again and again until the answer is yes; throws when it never is. */
export async function until(test, what, seconds = 30) {
	const deadline = Date.now() + seconds * 1000;
	while (!(await test())) {
		if (Date.now() > deadline) throw new Error(`in vain waited ${seconds} s for ${what}`);
		await sleep(25);
	}
}

/** Runs a command to its end; its standard output. Throws with what it complained of. */
export function run([command, ...args], { input = "", env = {}, seconds = 60 } = {}) {
	return new Promise((resolve, reject) => {
		const options = { env: { ...process.env, ...env }, timeout: seconds * 1000, killSignal: "SIGKILL", maxBuffer: 1 << 26 };
		const child = execFile(command, args, options, (error, stdout, stderr) => {
			if (!error) resolve(stdout);
			else reject(new Error(`${command} ${args.join(" ")}: ${stderr.trim() || error.message}`));
		});
		child.stdin.on("error", () => {});
		child.stdin.end(input);
	});
}

/** The command, as it is typed to run in the network namespace `host`. */
export const inside = (host, command) => ["nsenter", `--net=/run/netns/${host}`, "--", ...command];

/** The command, as PostgreSQL demands it: not as root. */
export const asPostgres = (command) => ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--", ...command];

/** A program that stays. Its output goes to the end of the file `log`; `ended` resolves to {code, signal}. */
export function stay([command, ...args], { log, env = {} }) {
	const fd = openSync(log, "a");
	const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", fd, fd] });
	closeSync(fd);
	child.ended = once(child, "exit").then(([code, signal]) => ({ code, signal }));
	return child;
}

export const isRunning = (child) => child !== null && child.exitCode === null && child.signalCode === null;
