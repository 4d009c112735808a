// SPDX-License-Identifier: Apache-2.0
//
// The database that servers of tests begin with: migrated, with the signing keys that a first start makes. Each is a copy of it
// with its own, and the finding of two RSA keys, which takes longer than most tests do, is paid once a run. What is about a first
// start asks for a server that is `fresh`.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { newDatabase, onPostgres } from "./database.mjs";
import { binary, optionWords, run } from "./server.mjs";

/** Makes it for the store that DOORCODE_TEST_STORE names: {folder, remove()}. The folder is what DOORCODE_TEST_TEMPLATE names. */
export async function makeTemplate() {
	const folder = mkdtempSync(path.join(tmpdir(), "doorcode-template-"));
	const database = newDatabase(folder);
	const remove = async () => {
		await database.drop();
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		await database.make(binary);
		if (onPostgres) writeFileSync(path.join(folder, "name"), database.name);
		// the keys in the order of a first start; the first one of an algorithm signs at once
		const rotations = ["ES256", "RS256", "PS256"].map((alg) => ["key", "rotate", "--algorithm", alg]);
		for (const words of [["db", "migrate"], ...rotations]) {
			const { code, stderr } = await run(binary, [...optionWords(database.flags), ...words]);
			assert.equal(code, 0, stderr);
		}
	} catch (error) {
		await remove();
		throw error;
	}
	return { folder, remove };
}
