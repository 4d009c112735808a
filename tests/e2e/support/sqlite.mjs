// SPDX-License-Identifier: Apache-2.0
//
// A file of SQLite as others than the program see it: asked, changed and written out by sqlite3.
import assert from "node:assert/strict";

import { run } from "./run.mjs";

const newline = "\x1e"; // text may hold the usual one

/** Runs statements on a file: the rows as text, columns divided by |, or as literals of SQL with the mode "quote". */
export async function sqliteRows(file, statements, mode = "list") {
	const words = ["-bail", `-${mode}`, "-newline", newline, file];
	const { code, stdout, stderr } = await run("sqlite3", words, { input: `${statements};\n` });
	assert.equal(code, 0, `${statements}: ${stderr}`);
	return stdout.split(newline).slice(0, -1);
}

/** The one number that a statement gives. */
export async function sqliteNumber(file, statement) {
	const [row] = await sqliteRows(file, statement);
	return Number(row);
}

// Of one file alone: which steps were taken when, and who may sweep.
const local = ["migration", "lease"];

/**
 * All rows of all tables as literals of SQL: {table: [row]}, in the order of their keys, events in the order in which they
 * happened. The numbers of the events, which are the file's own, are left out.
 */
export async function dump(file) {
	const names = await sqliteRows(file, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name");
	const tables = {};
	for (const table of names.filter((name) => !local.includes(name))) {
		const columns = await sqliteRows(file, `SELECT '"' || name || '"' FROM pragma_table_info('${table}') ORDER BY cid`);
		const kept = columns.filter((column) => table !== "event" || column !== '"number"');
		const order = table === "event" ? "at, number" : columns.join();
		tables[table] = await sqliteRows(file, `SELECT ${kept.join()} FROM "${table}" ORDER BY ${order}`, "quote");
	}
	return tables;
}
