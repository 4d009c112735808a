// SPDX-License-Identifier: Apache-2.0
//
// PostgreSQL as an operator has it who means it: a primary and a streaming standby, fsync on, and every commit waits until it is
// on the standby's disk as well. Server is one of the two, with its data on a small file system of its own; Pair is the two of
// them, and what the operator does when one is lost.
//
// A server that is primary no more never comes back as one: it is made anew from the other, as its last commits may be on it
// alone. After a promotion the new primary commits alone until then.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";

import { asPostgres, inside, isRunning, run, sleep, stay, until } from "./child.mjs";
import { addresses, subnet } from "./network.mjs";

export const databasePassword = "lost-and-found";
const diskBytes = 1 << 30; // sparse

function newestPrograms() {
	const base = "/usr/lib/postgresql";
	const versions = existsSync(base) ? readdirSync(base).map(Number) : [];
	const newest = Math.max(...versions.filter((version) => version >= 15));
	if (!Number.isFinite(newest)) throw new Error(`there is no PostgreSQL 15 or newer below ${base}`);
	return `${base}/${newest}/bin`;
}

const settings = (server) => `
listen_addresses = '${server.address}'
unix_socket_directories = '${server.socket}'
max_connections = 300
shared_buffers = 32MB
huge_pages = off
fsync = on
full_page_writes = on
synchronous_commit = on
wal_level = replica
wal_keep_size = 64MB
wal_recycle = off  # new segments take new space: a full disk is felt soon
max_wal_size = 128MB
hot_standby = on
wal_sender_timeout = 3s
wal_receiver_timeout = 3s
wal_receiver_status_interval = 1s
wal_retrieve_retry_interval = 200ms
log_line_prefix = '%m [%p] %a '
include 'role.conf'
`;

const access = `
local all all trust
host replication replicator ${subnet} trust
host all all ${subnet} scram-sha-256
`;

export class Server {
	constructor(name, logs) {
		this.name = name;
		this.address = addresses[name];
		this.disk = `/run/chaos/${name}.disk`;
		this.data = path.join(this.disk, "data");
		this.socket = `/run/chaos/${name}.socket`;
		this.log = path.join(logs, `${name}.log`);
		this.programs = newestPrograms();
		this.child = null;
	}

	/** The command NAME of PostgreSQL, on this host. */
	command(name, ...args) {
		return inside(this.name, asPostgres([path.join(this.programs, name), ...args]));
	}

	// The image has no name any more once it is mounted, and its space is free as soon as the mount is gone.
	async makeDisk(folder) {
		const image = path.join(folder, `${this.name}.image`);
		for (const made of [this.disk, this.socket]) mkdirSync(made, { recursive: true });
		await run(["truncate", "-s", String(diskBytes), image]);
		await run(["mkfs.ext4", "-q", "-m", "0", "-N", "16384", image]);
		await run(["mount", "-o", "loop", image, this.disk]);
		rmSync(image);
		await run(["chown", "postgres:", this.disk, this.socket]);
	}

	async initialise() {
		await run(this.command("initdb", "-D", this.data, "-A", "trust", "-E", "UTF8", "--locale=C", "--wal-segsize=1"));
		writeFileSync(path.join(this.data, "pg_hba.conf"), access);
	}

	/** primary: whose commits wait for the standby of that name, or for none; standby: of the server `primary`. */
	setRole({ waitsFor = "", primary = null }) {
		const signal = path.join(this.data, "standby.signal");
		const source = primary && `host=${primary.address} user=replicator application_name=${this.name} tcp_user_timeout=3000`;
		writeFileSync(path.join(this.data, "postgresql.conf"), settings(this));
		writeFileSync(
			path.join(this.data, "role.conf"),
			`synchronous_standby_names = '${waitsFor}'\n` + (source ? `primary_conninfo = '${source}'\n` : ""),
		);
		if (primary) writeFileSync(signal, "");
		if (isRunning(this.child)) this.child.kill("SIGHUP");
	}

	async start() {
		await run(["chown", "-R", "postgres:", this.data]);
		this.child = stay(this.command("postgres", "-D", this.data), { log: this.log });
		const { child } = this;
		await until(() => !isRunning(child) || this.answers(), `${this.name} to take connections`);
		if (!isRunning(child)) throw new Error(`${this.name} ended as it started; see ${this.log}`);
	}

	answers() {
		return run([path.join(this.programs, "pg_isready"), "-q", "-h", this.socket, "-U", "postgres"]).then(() => true, () => false);
	}

	/** Rows as text. For the operator's own statements: they do not wait for the standby. */
	async sql(statement, database = "postgres") {
		const env = { PGCONNECT_TIMEOUT: "2", PGOPTIONS: "-c synchronous_commit=local" };
		const args = ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", this.socket, "-U", "postgres", "-d", database];
		return (await run(["psql", ...args, "-c", statement], { env, seconds: 10 })).trim();
	}

	// Backends are sessions of their own; the postmaster is stopped first, so that it starts no other meanwhile.
	/** kill -9 of the postmaster and of all that it started. */
	async kill() {
		const { child } = this;
		child.kill("SIGSTOP");
		const all = [...childrenOf(child.pid), child.pid];
		for (const pid of all) {
			try {
				process.kill(pid, "SIGKILL");
			} catch {} // ended by itself meanwhile
		}
		await child.ended;
		await until(() => !all.some((pid) => existsSync(`/proc/${pid}`)), `the processes of ${this.name} to be gone`);
	}

	/** Takes what room is left on the disk. What PostgreSQL gives free meanwhile is taken with the next call. */
	async fill() {
		this.ballasts = (this.ballasts ?? 0) + 1;
		const ballast = path.join(this.disk, `ballast${this.ballasts}`);
		const free = Number((await run(["df", "--output=avail", "-B1", this.disk])).split("\n")[1]);
		if (free > 1 << 20) await run(["fallocate", "-l", String(free - (1 << 19)), ballast]).catch(() => {});
		await run(["dd", "if=/dev/zero", `of=${ballast}.rest`, "bs=4096"]).catch(() => {}); // until nothing is left
	}

	async drain() {
		for (const name of readdirSync(this.disk).filter((name) => name.startsWith("ballast"))) await rm(path.join(this.disk, name));
	}

	async wipe() {
		await rm(this.data, { recursive: true, force: true });
	}
}

function childrenOf(parent) {
	return readdirSync("/proc").filter((pid) => {
		if (!/^\d+$/.test(pid)) return false;
		try {
			return Number(readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) \S+ /s, "").split(" ")[0]) === parent;
		} catch {
			return false; // ended while we looked
		}
	}).map(Number);
}

export class Pair {
	constructor(logs) {
		this.servers = ["db1", "db2"].map((name) => new Server(name, logs));
		[this.primary, this.standby] = this.servers;
	}

	async initialise(folder) {
		for (const server of this.servers) await server.makeDisk(folder);
		await this.primary.initialise();
		this.primary.setRole({});
		await this.primary.start();
		await this.primary.sql(`CREATE ROLE doorcode LOGIN PASSWORD '${databasePassword}'`);
		await this.primary.sql("CREATE ROLE replicator LOGIN REPLICATION");
		await this.primary.sql("CREATE DATABASE doorcode OWNER doorcode");
		await this.rebuildStandby();
	}

	/** Makes the standby anew from the primary; commits wait for it as soon as it streams. */
	async rebuildStandby() {
		const { primary, standby } = this;
		await standby.wipe();
		const source = `host=${primary.address} user=replicator`;
		await run(standby.command("pg_basebackup", "-d", source, "-D", standby.data, "-X", "stream", "--checkpoint=fast"));
		standby.setRole({ primary });
		await standby.start();
		await this.waitForStandby();
	}

	/** From here on commits wait for the standby; returns when it follows. */
	async waitForStandby() {
		const { primary, standby } = this;
		const state = () => primary.sql(`SELECT state || ' ' || sync_state FROM pg_stat_replication
			WHERE application_name = '${standby.name}'`).catch(() => "");
		await until(async () => (await state()).startsWith("streaming"), `${standby.name} to stream`);
		primary.setRole({ waitsFor: standby.name });
		await until(async () => (await state()) === "streaming sync", `${standby.name} to be synchronous`);
	}

	/** The operator gives the standby up: commits wait for nobody. */
	forgetStandby() {
		this.primary.setRole({});
	}

	/** The standby becomes the primary, and commits alone for the time being. */
	async promote() {
		[this.primary, this.standby] = [this.standby, this.primary];
		await run(this.primary.command("pg_ctl", "promote", "-D", this.primary.data, "-s", "-w", "-t", "30"));
	}

	/** Takes all the room until the primary falls over; false when it never did. */
	async fillUntilPrimaryEnds(seconds) {
		const { primary } = this;
		const deadline = Date.now() + seconds * 1000;
		while (isRunning(primary.child) && Date.now() < deadline) {
			await primary.fill();
			// a little that has to be logged, in a segment of its own, which needs room now
			await primary.sql("SELECT pg_logical_emit_message(true, 'chaos', ''), pg_switch_wal()").catch(() => {});
			await sleep(100);
		}
		return !isRunning(primary.child);
	}

	async drainPrimary() {
		const { primary } = this;
		await primary.drain();
		if (!isRunning(primary.child)) await primary.start();
		await until(() => primary.answers(), `${primary.name} to take connections with room again`);
		await this.waitForStandby();
	}

	/** Ends the connections on which nodes listen for decisions; how many. */
	async endListeners() {
		const ended = await this.primary.sql(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = 'doorcode' AND pid <> pg_backend_pid() AND application_name = 'doorcode herald'`);
		return Number(ended);
	}
}
