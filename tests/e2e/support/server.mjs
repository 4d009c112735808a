// SPDX-License-Identifier: Apache-2.0
//
// Starts the real program on a port of its own with a database of its own, and ends it. Everything is in a temporary folder that
// goes away with the test, and on PostgreSQL in a database that does.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { newDatabase } from "./database.mjs";
import { freePort, optionWords, run } from "./run.mjs";

export { freePort, optionWords, run };

const root = fileURLToPath(new URL("../../../", import.meta.url));
export const repository = root;
export const binary = process.env.DOORCODE_TEST_BIN ?? path.join(root, "build/debug/doorcode");
export const movedBinary = process.env.DOORCODE_TEST_MOVED_BIN ?? path.join(root, "build/debug/doorcode-moved");
// Sanitizers slow things down; waits that only bound a failure grow with them.
export const patience = ["asan", "tsan"].includes(process.env.DOORCODE_TEST_CONFIG) ? 6 : 1;

/** A clock that tests move: the file that the test build maps. */
class Clock {
	constructor(file) {
		this.file = file;
		this.ms = 0n;
		this.standing = null; // what both clocks show, in microseconds
		writeFileSync(file, Buffer.alloc(24));
	}

	/** What the server takes for the time. */
	get now() {
		return new Date(this.standing ? Number(this.standing.wall / 1000n) : Date.now() + Number(this.ms));
	}

	/** Moves wall clock and interval clock forward. */
	advance(seconds) {
		const ms = BigInt(Math.round(seconds * 1000));
		this.ms += ms;
		if (this.standing) for (const name of ["interval", "wall"]) this.standing[name] += ms * 1000n;
		this.write();
	}

	/** While this runs time stands still but for advance(), and goes on from there: for what is about moments, or one minute. */
	async still(task) {
		const moved = this.ms * 1000n;
		this.standing = { interval: process.hrtime.bigint() / 1000n + moved, wall: BigInt(Date.now()) * 1000n + moved };
		this.write();
		try {
			return await task();
		} finally {
			this.ms = (this.standing.interval - process.hrtime.bigint() / 1000n) / 1000n;
			this.write(); // the server looks at this once nothing stands any more
			this.standing = null;
			this.write();
		}
	}

	write() {
		const words = [this.ms, this.standing?.interval ?? 0n, this.standing?.wall ?? 0n];
		const bytes = Buffer.from(BigInt64Array.from(words).buffer);
		const fd = openSync(this.file, "r+");
		writeSync(fd, bytes, 0, bytes.length, 0);
		closeSync(fd);
	}
}

/**
 * options: {flags, env, moved, quiet, wrap, store: "sqlite" or "postgres", shared: the database of several servers, early: it is
 * not waited for until it has its signing keys, or it listens elsewhere than at its origin, fresh: nothing is there before the
 * first start, as in an operator's; without it the database may be a copy of one that has signing keys (template.mjs)}
 */
export class Server {
	constructor(options) {
		this.options = options;
		this.folder = mkdtempSync(path.join(tmpdir(), "doorcode-e2e-"));
		this.store = options.shared ?? newDatabase(this.folder, options.store);
		this.lines = [];
		this.program = options.moved ? movedBinary : binary;
		this.env = {};
		if (options.moved) {
			this.clock = new Clock(path.join(this.folder, "clock"));
			this.env.DOORCODE_TEST_CLOCK = this.clock.file;
		}
	}

	/** The database as the option of that name has it. */
	get database() {
		return this.store.option;
	}

	get keyFile() {
		return this.store.keyFile;
	}

	get arguments() {
		return optionWords({
			...this.store.flags,
			listen: `127.0.0.1:${this.port}`,
			base_url: this.base,
			applications: "everyone",
			password_memory: 8192,
			password_passes: 1,
			...this.options.flags,
		});
	}

	/** Makes the database, where the program does not do it by itself. */
	prepare() {
		if (!this.options.shared) this.made ??= this.options.fresh ? this.store.make(this.program, this.env) : this.store.begin(this.program, this.env);
		return this.made;
	}

	async start() {
		await this.prepare();
		this.port ??= await freePort();
		this.base = this.options.flags?.base_url ?? `http://127.0.0.1:${this.port}`;
		this.origin = `http://127.0.0.1:${this.port}`;
		// `wrap` is a command that ends by becoming the server, with the same process id
		const [command, ...words] = [...(this.options.wrap?.(this) ?? []), this.program, ...this.arguments, "serve"];
		this.child = spawn(command, words, {
			env: { ...process.env, ...this.env, ...this.options.env },
			stdio: ["ignore", "pipe", "pipe"],
		});
		// It has ended when all that it said has been read, too.
		this.ended = once(this.child, "close");
		this.lines = [];
		let rest = "";
		const ready = new Promise((resolve, reject) => {
			this.child.stderr.setEncoding("utf8");
			this.child.stderr.on("data", (text) => {
				const parts = (rest + text).split("\n");
				rest = parts.pop();
				for (const line of parts) {
					this.lines.push(line);
					if (/msg"?[=:]"?ready/.test(line)) resolve();
				}
			});
			this.child.on("close", (code, signal) => reject(new Error(`server ended (${code ?? signal}):\n${this.lines.join("\n")}${rest}`)));
		});
		await (this.options.quiet ? Promise.race([ready, this.takesRequests()]) : ready);
		// Whoever needs a signing key is sent away when it takes a busy machine too long to make them.
		if (!this.options.early) await this.takesRequests();
		return this;
	}

	/** Until /readyz is 200: for a server that is told to log warnings alone, or that is new and makes its signing keys. */
	async takesRequests() {
		for (;;) {
			const ok = await fetch(`${this.origin}/readyz`, { headers: { connection: "close" } }).then((answer) => answer.ok, () => false);
			if (ok) return;
			if (this.child.exitCode !== null || this.child.signalCode !== null) throw new Error(`server ended:\n${this.logText()}`);
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	}

	/** The program's other commands on the same database. */
	async cli(args, input = "") {
		await this.prepare();
		return run(this.program, [...this.arguments, ...args], { input, env: this.env });
	}

	async cliJson(args, input = "") {
		const result = await this.cli([...args, "--json"], input);
		if (result.code !== 0) throw new Error(`${args.join(" ")}: ${result.stderr}`);
		return JSON.parse(result.stdout);
	}

	/** Adds a person; the password is always the same here. */
	async addUser(name, ...flags) {
		const result = await this.cli(["user", "add", name, ...flags], `${password}\n`);
		if (result.code !== 0) throw new Error(result.stderr);
	}

	/** Adds a client: {client_id, client_secret?}. */
	addClient({ name = "Living room TV", type = "public", grants = ["device-code"], flags = [] } = {}) {
		return this.cliJson(["app", "add", "--name", name, "--type", type, ...grants.flatMap((g) => ["--grant", g]), ...flags]);
	}

	async stop(signal = "SIGTERM") {
		if (!this.child) return null;
		if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
		const [code, died] = await this.ended;
		this.child = null;
		return { code, signal: died };
	}

	/** Kills without warning; start() goes on with the same database and port. */
	kill() {
		return this.stop("SIGKILL");
	}

	async close() {
		const end = await this.stop();
		if (this.made) await this.store.drop();
		rmSync(this.folder, { recursive: true, force: true });
		return end;
	}

	logText() {
		return this.lines.join("\n");
	}
}

export const password = "correct horse battery staple";

/** Starts a server that ends with the test context or suite `t` (anything with after()). */
export async function startServer(options = {}) {
	const server = new Server(options);
	try {
		return await server.start();
	} catch (error) {
		await server.close().catch(() => {});
		throw error;
	}
}
