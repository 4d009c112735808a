// SPDX-License-Identifier: Apache-2.0
//
// Runs what documents tell people to type, as it stands. The documents speak of port 8000; curl is led to the server's own port
// by its configuration file, not by changing the commands.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";

import { patience } from "./server.mjs";

/** The environment in which curl takes port 8000 of this machine for the server's. With `status`, it prints that as a last line. */
export function curlEnvironment(server, { status = false } = {}) {
	const lines = ["127.0.0.1", "localhost"].map((host) => `connect-to = "${host}:8000:127.0.0.1:${server.port}"`);
	if (status) lines.push("silent", String.raw`write-out = "\n%{http_code}"`);
	writeFileSync(path.join(server.folder, ".curlrc"), `${lines.join("\n")}\n`);
	return { ...process.env, CURL_HOME: server.folder };
}

/** A shell that keeps its variables from one piece to the next. */
export class Shell {
	constructor(cwd, env) {
		this.folder = cwd;
		this.count = 0;
		this.child = spawn("bash", ["--norc"], { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
		this.output = "";
		this.errors = "";
		this.changed = () => {};
		for (const [stream, name] of [["stdout", "output"], ["stderr", "errors"]]) {
			this.child[stream].setEncoding("utf8");
			this.child[stream].on("data", (text) => {
				this[name] += text;
				this.changed();
			});
		}
	}

	/** Runs a piece; `typed` is what is typed while it runs. {code, output, errors} */
	async run(piece, typed = "") {
		const file = path.join(this.folder, `piece-${++this.count}.sh`);
		const end = `--- end of ${this.count}:`;
		writeFileSync(file, piece);
		[this.output, this.errors] = ["", ""];
		this.child.stdin.write(`. ${file}\n${typed}printf '\\n%s%s\\n' '${end}' $?\n`);
		const deadline = setTimeout(() => this.child.kill("SIGKILL"), 120_000 * patience);
		try {
			for (;;) {
				const found = new RegExp(`\n${end}(\\d+)\n`).exec(this.output);
				if (found) return { code: Number(found[1]), output: this.output.slice(0, found.index), errors: this.errors };
				if (this.child.exitCode !== null || this.child.signalCode !== null) throw new Error(`the shell ended in:\n${piece}\n${this.errors}`);
				await new Promise((resolve) => {
					this.changed = resolve;
					this.child.once("exit", resolve);
				});
			}
		} finally {
			clearTimeout(deadline);
		}
	}

	async close() {
		this.child.stdin.end();
		if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
	}
}

/** What a Markdown text tells to run, in order: [{kind: "sh"|"json"|"comment", text}]. */
export function piecesOf(markdown) {
	const pieces = [];
	for (const [, comment, language, code] of markdown.matchAll(/<!--\s*([\s\S]*?)\s*-->|^```(\w+)\n([\s\S]*?)^```$/gm)) {
		if (comment !== undefined) pieces.push({ kind: "comment", text: comment });
		else if (language === "sh" || language === "json") pieces.push({ kind: language, text: code });
	}
	return pieces;
}
