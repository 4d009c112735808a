// SPDX-License-Identifier: Apache-2.0
//
// PostgreSQL servers of a test's own, for what the one server of all tests is not to be bothered with: TLS, a standby, being
// stopped. scripts/test-postgres makes the first of a cluster, and everything ends with the test.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { psql } from "./database.mjs";
import { freePort, repository, run } from "./server.mjs";
import { until } from "./until.mjs";

// As root, PostgreSQL is run as the user postgres. With the parent's end comes its own.
const identity = process.getuid() === 0 ? ["--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
const asPostgres = (program, ...args) => ["setpriv", ["--pdeathsig=KILL", ...identity, "--", program, ...args]];
const script = path.join(repository, "scripts/test-postgres");

function programs() {
	const base = "/usr/lib/postgresql";
	const newest = readdirSync(base).map(Number).sort((a, b) => b - a)[0];
	return path.join(base, `${newest}`, "bin");
}

async function must(program, args) {
	const { code, stdout, stderr } = await run(program, args);
	assert.equal(code, 0, `${program} ${args.join(" ")}: ${stdout}${stderr}`);
	return stdout.trim();
}

/** What they share: answers at `url`. */
class Server {
	sql(statement) {
		return psql(this.url.href, statement);
	}

	/** Takes connections again. */
	answers() {
		return run(path.join(programs(), "pg_isready"), ["-q", "-h", this.url.hostname, "-p", this.url.port]).then(({ code }) => code === 0);
	}

	control(...words) {
		return must(...asPostgres(path.join(programs(), "pg_ctl"), "-s", "-w", "-t", "300", "-D", this.data, ...words));
	}

	/** At once, as if the machine had lost its power. */
	kill() {
		return this.control("stop", "-m", "immediate");
	}
}

export class Cluster extends Server {
	/** `settings` are lines of postgresql.conf. */
	async start(settings = "") {
		this.folder = mkdtempSync(path.join(tmpdir(), "doorcode-cluster-"));
		this.data = path.join(this.folder, "data");
		this.url = new URL(await must(script, ["start", this.folder, `${process.pid}`]));
		if (settings) {
			appendFileSync(path.join(this.data, "postgresql.conf"), settings);
			await this.control("restart", "-m", "immediate", "-l", path.join(this.folder, "log"));
		}
		return this;
	}

	/** TLS with this certificate and key, and nobody is let in without. */
	async useTls(certificate, key) {
		const owner = process.getuid() === 0 ? ["-o", "postgres", "-g", "postgres"] : [];
		await must("install", [...owner, "-m", "0600", certificate, path.join(this.data, "server.crt")]);
		await must("install", [...owner, "-m", "0600", key, path.join(this.data, "server.key")]);
		writeFileSync(path.join(this.data, "pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
		await this.sql("ALTER SYSTEM SET ssl = on");
		await this.control("reload");
		await until(async () => (await run("psql", ["-XAtq", "-d", `${this.url.href}?sslmode=require`, "-c", "SELECT 1"])).code === 0, "TLS");
	}

	/** A streaming standby, which commits of this server wait for from now on. */
	async addStandby() {
		const standby = new Standby(this);
		await standby.start();
		await this.sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
		await this.control("reload");
		await until(async () => (await this.sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")) === "1", "the standby to be waited for");
		return standby;
	}

	async close() {
		await must(script, ["stop", this.folder]);
	}
}

class Standby extends Server {
	constructor(primary) {
		super();
		this.primary = primary;
		this.data = path.join(primary.folder, "standby");
	}

	async start() {
		const port = await freePort();
		this.url = new URL(this.primary.url);
		this.url.port = port;
		await must(...asPostgres(path.join(programs(), "pg_basebackup"), "-d", this.primary.url.href, "-D", this.data, "-R", "-X", "stream", "-c", "fast"));
		const [program, words] = asPostgres(path.join(programs(), "postgres"), "-D", this.data, "-p", `${port}`);
		this.child = spawn(program, words, { stdio: ["ignore", "ignore", "pipe"] });
		this.log = "";
		this.child.stderr.setEncoding("utf8").on("data", (text) => (this.log += text));
		this.ended = once(this.child, "exit");
		await until(() => {
			if (this.child.exitCode !== null) throw new Error(`the standby ended:\n${this.log}`);
			return this.answers();
		}, "the standby");
	}

	promote() {
		return this.control("promote");
	}

	async close() {
		this.child.kill("SIGQUIT");
		await this.ended;
	}
}
