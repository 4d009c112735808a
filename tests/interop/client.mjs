// SPDX-License-Identifier: Apache-2.0
//
// Runs one client's program and talks with it in lines, as README.md says.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";

const minutes = 2;
const installMinutes = 10;

export const readClient = (folder) => ({ folder, ...JSON.parse(readFileSync(path.join(folder, "client.json"), "utf8")) });

// "v20.20.2" holds "v20" at least when each number is as great, from the left.
const numbers = (text) => (text.match(/\d+(\.\d+)*/)?.[0] ?? "").split(".").map(Number);
function isAtLeast(text, least) {
	const [have, want] = [numbers(text), numbers(least)];
	for (let i = 0; i < want.length; i++) if ((have[i] ?? 0) !== want[i]) return (have[i] ?? 0) > want[i];
	return true;
}

/** What is missing on this machine for it, in words; "" when nothing is. */
export function missing(client) {
	for (const [program, flag, least] of client.needs ?? []) {
		const { error, status, stdout, stderr } = spawnSync(program, flag ? flag.split(" ") : [], { encoding: "utf8" });
		if (error) return `${program} is not installed`;
		if (status !== 0) return `${program} ${flag} says no`;
		if (least && !isAtLeast(`${stdout}${stderr}`, least)) return `${program} is older than ${least}`;
	}
	return "";
}

/** A copy of the folder with what it needs in it, kept between runs. Returns the copy, or throws with what was printed. */
export function install(client, builds) {
	const copy = path.join(builds, path.basename(client.folder));
	mkdirSync(copy, { recursive: true });
	cpSync(client.folder, copy, { recursive: true });
	for (const [command, ...words] of client.install ?? []) {
		const result = spawnSync(command, words, { cwd: copy, encoding: "utf8", timeout: installMinutes * 60_000, env: { ...process.env, BUILD: copy } });
		if (result.error || result.status !== 0)
			throw new Error(`${command} ${words.join(" ")}: ${result.error ?? ""}\n${result.stdout}${result.stderr}`);
	}
	return copy;
}

/** {version, done: Set, log, status}; `open(url)` is the person's. */
export function runClient(client, folder, env, open) {
	return new Promise((resolve) => {
		const [command, ...words] = client.run;
		const child = spawn(command, words, { cwd: folder, env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"], detached: true });
		const result = { version: "", done: new Set(), log: "", status: null };
		// what a program has started goes with it
		const end = () => {
			try {
				process.kill(-child.pid, "SIGKILL");
			} catch {
				// it has ended
			}
		};
		const timer = setTimeout(() => {
			result.log += "\n(it took too long)\n";
			end();
		}, minutes * 60_000);
		const handlers = {
			version: (rest) => (result.version = rest),
			done: (rest) => result.done.add(rest),
			open: async (rest) => {
				const where = await open(rest).catch((error) => `error ${error.message}`);
				result.log += `(the browser ended at ${where})\n`;
				child.stdin.write(`opened ${where}\n`);
			},
		};
		let rest = "";
		child.stdout.setEncoding("utf8").on("data", (text) => {
			result.log += text;
			const lines = (rest + text).split("\n");
			rest = lines.pop();
			for (const line of lines) {
				const [word, ...more] = line.trim().split(" ");
				if (Object.hasOwn(handlers, word)) handlers[word](more.join(" "));
			}
		});
		child.stderr.setEncoding("utf8").on("data", (text) => (result.log += text));
		child.stdin.on("error", () => {});
		child.on("error", (error) => (result.log += `${error}\n`));
		child.on("close", (code) => {
			clearTimeout(timer);
			end();
			result.status = code;
			resolve(result);
		});
	});
}
