// SPDX-License-Identifier: Apache-2.0
//
// The database of a test: a file of SQLite, or a database of its own on the PostgreSQL server that the test run has started.
// DOORCODE_TEST_STORE says which one those tests get that do not ask for one.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { optionWords, run } from "./run.mjs";

const usual = process.env.DOORCODE_TEST_STORE ?? "sqlite";
// a folder, where tests/run.mjs has made one
const template = process.env.DOORCODE_TEST_TEMPLATE;
export const onPostgres = usual === "postgres";
/** For `it` and `describe`: what is tested is the file itself. */
export const sqliteOnly = { skip: onPostgres && "about the file of SQLite" };
/** The same: about a server, and what may come between it and us. */
export const postgresOnly = { skip: !onPostgres && "about a PostgreSQL server" };

function serverUrl() {
	const url = process.env.DOORCODE_TEST_POSTGRES;
	assert.ok(url, "DOORCODE_TEST_POSTGRES names no PostgreSQL server; `make e2e` starts one, and scripts/test-postgres by hand");
	return new URL(url);
}

/** One statement, or several, by psql: the rows as text, columns divided by |. */
export async function psql(url, statement) {
	const { code, stdout, stderr } = await run("psql", ["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement]);
	assert.equal(code, 0, `${statement}: ${stderr}`);
	return stdout.trimEnd();
}

async function must(program, args, env) {
	const { code, stdout, stderr } = await run(program, args, { env });
	assert.equal(code, 0, `${args.join(" ")}: ${stdout}${stderr}`);
}

// What holds nothing holds no secret either.
function seemingWhole(bytes) {
	assert.ok(bytes.includes("offline_access"), "every database has this scope");
	return bytes;
}

export class SqliteDatabase {
	constructor(folder) {
		this.option = path.join(folder, "doorcode.db");
		this.keyFile = `${this.option}.key`;
		this.flags = { database: this.option };
	}

	/** The program makes it when it first needs it. */
	async make() {}

	/** What make() gives, or a copy of the template (template.mjs), which has signing keys. */
	async begin() {
		if (!template || onPostgres) return;
		copyFileSync(path.join(template, "doorcode.db"), this.option);
		copyFileSync(path.join(template, "doorcode.db.key"), this.keyFile);
	}

	async drop() {}

	/** All bytes that are stored. */
	async bytes() {
		const files = ["", "-wal"].map((ending) => this.option + ending).filter((file) => existsSync(file));
		return seemingWhole(Buffer.concat(files.map((file) => readFileSync(file))));
	}
}

export class PostgresDatabase {
	constructor(folder) {
		this.name = `e2e_${randomBytes(8).toString("hex")}`;
		this.server = serverUrl();
		this.option = this.via(this.server.port);
		this.keyFile = path.join(folder, "doorcode.key");
		this.flags = { database: this.option, master_key_file: this.keyFile };
	}

	/** Its URL for somebody who reaches the server by another port of this machine. */
	via(port) {
		const url = new URL(this.server);
		url.port = port;
		url.pathname = `/${this.name}`;
		return url.href;
	}

	/** An empty one, or a copy. */
	create(source = "template1") {
		return psql(this.server.href, `CREATE DATABASE ${this.name} TEMPLATE ${source}`);
	}

	/** What make() gives, or a copy of the template (template.mjs), which has signing keys. */
	async begin(program, env) {
		if (!template || !onPostgres) return this.make(program, env);
		copyFileSync(path.join(template, "doorcode.key"), this.keyFile);
		return this.create(readFileSync(path.join(template, "name"), "utf8"));
	}

	/** What an operator does before he starts the first node. */
	async make(program, env = {}) {
		await this.create();
		for (const words of [["key", "create"], ["db", "migrate"]]) await must(program, [...optionWords(this.flags), ...words], env);
	}

	drop() {
		return psql(this.server.href, `DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
	}

	sql(statement) {
		return psql(this.option, statement);
	}

	/** All bytes that are stored: the dump, and once more what is written in it as hexadecimal digits. */
	async bytes() {
		const { code, stdout, stderr } = await run("pg_dump", ["-d", this.option]);
		assert.equal(code, 0, stderr);
		const binary = [...stdout.matchAll(/\\x([0-9a-f]+)/g)].map(([, digits]) => Buffer.from(digits, "hex"));
		return seemingWhole(Buffer.concat([Buffer.from(stdout), ...binary]));
	}
}

export function newDatabase(folder, store = usual) {
	return store === "postgres" ? new PostgresDatabase(folder) : new SqliteDatabase(folder);
}
