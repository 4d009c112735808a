// SPDX-License-Identifier: Apache-2.0
//
// PgBouncer in transaction mode between a node and the PostgreSQL server of the tests. As root it is run as the user postgres,
// since it refuses to be root.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { freePort } from "./run.mjs";
import { until } from "./until.mjs";

// With the parent's end comes its own, however that ends.
const words = ["setpriv", "--pdeathsig=KILL"];
const asPostgres = process.getuid() === 0 ? [...words, "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] : [...words, "--"];

const configuration = (server, port, users) => `
[databases]
* = host=${server.hostname} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 4
max_client_conn = 400
`;

const takesConnections = (port) =>
	new Promise((resolve) => {
		const socket = connect(port, "127.0.0.1", () => resolve(true));
		socket.on("error", () => resolve(false));
		socket.on("connect", () => socket.destroy());
	});

export class PgBouncer {
	/** For all databases of the server: give nodes `database.via(bouncer.port)`. */
	async start() {
		const server = new URL(process.env.DOORCODE_TEST_POSTGRES);
		this.folder = mkdtempSync(path.join(tmpdir(), "doorcode-pgbouncer-"));
		this.port = await freePort();
		this.log = "";
		const [file, users] = ["pgbouncer.ini", "users"].map((name) => path.join(this.folder, name));
		writeFileSync(users, `"${server.username}" "${server.password}"\n`);
		writeFileSync(file, configuration(server, this.port, users));
		chmodSync(this.folder, 0o755);
		this.child = spawn(asPostgres[0], [...asPostgres.slice(1), "/usr/sbin/pgbouncer", file], { stdio: ["ignore", "ignore", "pipe"] });
		this.child.stderr.setEncoding("utf8").on("data", (text) => (this.log += text));
		this.ended = once(this.child, "exit");
		await until(() => {
			if (this.child.exitCode !== null) throw new Error(`pgbouncer ended:\n${this.log}`);
			return takesConnections(this.port);
		}, "pgbouncer to take connections");
		return this;
	}

	async close() {
		this.child.kill("SIGKILL");
		await this.ended;
		rmSync(this.folder, { recursive: true, force: true });
	}
}
