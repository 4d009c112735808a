// SPDX-License-Identifier: Apache-2.0
//
// Several nodes of one issuer: servers of one PostgreSQL database, with one key file and one base_url, that of the first node. A
// test talks to each by itself, as if a load balancer had chosen it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { PostgresDatabase } from "./database.mjs";
import { freePort } from "./run.mjs";
import { Server } from "./server.mjs";

export class Nodes {
	/** options: those of Server, and reach(database, i): the URL by which node i reaches the database, if not directly. */
	constructor(count, { reach, ...options } = {}) {
		this.folder = mkdtempSync(path.join(tmpdir(), "doorcode-nodes-"));
		this.database = new PostgresDatabase(this.folder);
		this.nodes = Array.from({ length: count }, (_, i) => {
			const database = reach ? { database: reach(this.database, i) } : {};
			return new Server({ ...options, flags: { ...database, ...options.flags }, shared: this.database });
		});
	}

	async start() {
		const [first] = this.nodes;
		await (first.options.fresh ? this.database.make(first.program, first.env) : this.database.begin(first.program, first.env));
		for (const node of this.nodes) node.port = await freePort();
		for (const node of this.nodes) node.options.flags.base_url ??= `http://127.0.0.1:${first.port}`;
		await Promise.all(this.nodes.map((node) => node.start()));
		return this;
	}

	/** Rows of the database, as text. */
	sql(statement) {
		return this.database.sql(statement);
	}

	/** Moves the clocks of all nodes of the test build. */
	advance(seconds) {
		for (const { clock } of this.nodes) clock.advance(seconds);
	}

	async close() {
		await Promise.all(this.nodes.map((node) => node.close()));
		await this.database.drop();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** Starts so many nodes: `const { nodes } = await startNodes(2)`, where nodes[i] is a Server. */
export async function startNodes(count, options) {
	const all = new Nodes(count, options);
	try {
		return await all.start();
	} catch (error) {
		await all.close().catch(() => {});
		throw error;
	}
}
