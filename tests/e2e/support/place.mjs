// SPDX-License-Identifier: Apache-2.0
//
// A database of its own for tests of the command line, without a server.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { newDatabase } from "./database.mjs";
import { binary, optionWords, run } from "./server.mjs";

export const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** A folder with a database, and the program on it. */
export class Place {
	constructor() {
		this.folder = mkdtempSync(path.join(tmpdir(), "doorcode-cli-"));
		this.store = newDatabase(this.folder);
	}

	get database() {
		return this.store.option;
	}

	get keyFile() {
		return this.store.keyFile;
	}

	file(name) {
		return path.join(this.folder, name);
	}

	get flags() {
		return optionWords({ ...this.store.flags, password_memory: 8192, password_passes: 1 });
	}

	run(args, input = "", env = {}) {
		return run(binary, [...this.flags, ...args], { input, env });
	}

	/** Runs what must work, and gives its output. */
	async done(args, input) {
		const { code, stdout, stderr } = await this.run(args, input);
		assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
		return stdout;
	}

	async json(args, input) {
		return JSON.parse(await this.done([...args, "--json"], input));
	}

	/** Runs what must be refused, with this status and words on standard error that fit. */
	async refused(status, words, args, input) {
		const { code, stdout, stderr } = await this.run(args, input);
		assert.equal(code, status, `${args.join(" ")}: ${stdout}${stderr}`);
		assert.match(stderr, words);
		assert.equal(stdout, "");
	}

	async remove() {
		if (this.made) await this.store.drop();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

export async function migrated() {
	const place = new Place();
	place.made = true;
	await place.store.make(binary);
	await place.done(["db", "migrate"]);
	return place;
}
