// SPDX-License-Identifier: Apache-2.0
//
// One node: `doorcode serve` on an address of its own, started again when it ends, as systemd would. The test build is what
// runs, so that its wall clock can be moved; the interval clock never is, as no machine's ever jumps. That a node ends by itself
// after it was ready, or by a signal that nobody sent, is a finding.
import { closeSync, createWriteStream, openSync, writeFileSync, writeSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

import { inside, isRunning, sleep } from "./child.mjs";
import { addresses } from "./network.mjs";

const restartPause = 300;

export class Node {
	/** settings: {program, flags: [...], env, logs, found(what, history)} */
	constructor(name, settings) {
		Object.assign(this, settings);
		this.name = name;
		this.address = addresses[name];
		this.port = 8000;
		this.origin = `http://${this.address}:${this.port}`;
		this.clock = `/run/chaos/${name}.clock`;
		this.output = createWriteStream(path.join(this.logs, `${name}.log`), { flags: "a" });
		this.wanted = false;
		this.child = null;
		this.last = []; // lines, for a finding
		writeFileSync(this.clock, Buffer.alloc(8));
	}

	start() {
		this.wanted = true;
		const words = inside(this.name, [this.program, ...this.flags, `--listen=${this.address}:${this.port}`, "serve"]);
		const env = { ...process.env, ...this.env, DOORCODE_TEST_CLOCK: this.clock, DOORCODE_TEST_CLOCK_FOLLOWS: "yes" };
		const child = spawn(words[0], words.slice(1), { env, stdio: ["ignore", "pipe", "pipe"] });
		this.child = child;
		this.wasReady = false;
		for (const stream of [child.stdout, child.stderr]) this.read(stream);
		child.ended = once(child, "exit").then((end) => this.onEnd(child, end));
	}

	read(stream) {
		let rest = "";
		stream.setEncoding("utf8");
		stream.on("data", (text) => {
			this.output.write(text);
			const lines = (rest + text).split("\n");
			rest = lines.pop();
			if (lines.some((line) => /msg"?[=:]"?ready/.test(line))) this.wasReady = true;
			this.last = [...this.last, ...lines].slice(-40);
		});
	}

	async onEnd(child, [code, signal]) {
		this.output.write(`---- ended: ${signal ?? code}\n`);
		if (!this.wanted || this.child !== child) return;
		if (signal || this.wasReady) this.found(`${this.name} ended by itself: ${signal ?? `status ${code}`}`, this.last);
		await sleep(restartPause);
		if (this.wanted && this.child === child) this.start();
	}

	/** kill -9; stays down until start(). */
	async kill() {
		this.wanted = false;
		const { child } = this;
		child.kill("SIGKILL");
		await child.ended;
	}

	/** Orderly, at the end of the run; its exit status. */
	async stop() {
		this.wanted = false;
		const { child } = this;
		if (isRunning(child)) child.kill("SIGTERM");
		await child.ended;
		return child.exitCode;
	}

	pause() {
		this.child.kill("SIGSTOP");
	}

	resume() {
		this.child.kill("SIGCONT");
	}

	/** Sets the wall clock so many seconds beside the true time. */
	moveClock(seconds) {
		const bytes = Buffer.alloc(8);
		bytes.writeBigInt64LE(BigInt(seconds) * 1000n);
		const fd = openSync(this.clock, "r+");
		writeSync(fd, bytes, 0, 8, 0);
		closeSync(fd);
	}

	/** Whether it says that it takes requests. */
	async isReady() {
		const seen = await fetch(`${this.origin}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(() => null);
		await seen?.arrayBuffer().catch(() => null);
		return seen?.status === 200;
	}
}
