// SPDX-License-Identifier: Apache-2.0
//
// `doorcode db copy` as tests run it.
import assert from "node:assert/strict";

import { PostgresDatabase } from "./database.mjs";
import { binary, run } from "./server.mjs";

export const copy = (from, to, words = [], env = {}) => run(binary, ["db", "copy", from, to, ...words], { env });
/** Where databases are made; nowhere when no server runs. */
export const server = new URL(process.env.DOORCODE_TEST_POSTGRES ?? "postgresql://nobody:nothing@127.0.0.1/none");

/** Nobody reads the password in what was said. */
export function silent({ stdout, stderr }) {
	for (const text of [stdout, stderr]) assert.ok(!text.includes(server.password), text);
}

export async function copied(from, to, words, env) {
	const result = await copy(from, to, words, env);
	assert.equal(result.code, 0, result.stdout + result.stderr);
	silent(result);
	return result.stdout;
}

export async function refused(words, from, to, ...rest) {
	const result = await copy(from, to, ...rest);
	assert.equal(result.code, 1, result.stdout + result.stderr);
	assert.match(result.stderr, words);
	silent(result);
	return result.stderr;
}

/** An empty database of the server that a server with these keys can be started on. */
export async function emptyDatabase(folder, keyFile) {
	const database = new PostgresDatabase(folder);
	await database.create();
	if (keyFile) database.flags.master_key_file = database.keyFile = keyFile;
	return database;
}
