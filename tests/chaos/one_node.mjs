// SPDX-License-Identifier: Apache-2.0
//
// The same fleet and the same checker on one node with its SQLite file: it is killed, stopped, paused, its disk is full, its power is
// cut. To be started by hand:
//	node tests/chaos/one_node.mjs --rounds 10 --seed 7 [--faults kill,power_cut] [--devices 96] [--keep]
// What happens to the disk happens to a file system of its own in a file, mounted in a mount namespace of this process; without
// root these faults are left out. --faults older_copy is no fault but a proof: the database is put back to an older copy behind the
// server's back, and the checker must say so. The status is 1 after an anomaly.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { SqliteDatabase } from "../e2e/support/database.mjs";
import { Server, password } from "../e2e/support/server.mjs";
import { check } from "./checker.mjs";
import { isRunning, sleep } from "./child.mjs";
import { appTypes, callback } from "./consenting.mjs";
import { Disk, whyNoDisk } from "./disk.mjs";
import { Dice } from "./faults.mjs";
import { Fleet } from "./fleet.mjs";
import { History } from "./history.mjs";

const peopleCount = 24;
const patienceMs = 60_000;
const windowMs = 10_000; // replay_window: there is no server to wait for
const betweenMs = [1000, 4500]; // sometimes long enough for the strict rules of calm times
const flags = { device_interval: "1s", cap_exempt: "0.0.0.0/0", trusted_proxies: "127.0.0.1" };
const shownAnomalies = 5;

const files = ["", "-wal", "-shm"];
const copyDatabase = (from, to) => {
	for (const end of files) {
		rmSync(to + end, { force: true });
		if (existsSync(from + end)) copyFileSync(from + end, to + end);
	}
};

// Each: what happens, from hale to hale. `hold` is drawn between the two seconds. isDrawn: taken unless others are named.
const faults = {
	kill: {
		isDrawn: true,
		hold: [0, 0.6],
		async happen({ server }, hold) {
			await server.kill();
			await sleep(hold);
			await server.start();
		},
	},
	stop: {
		isDrawn: true,
		hold: [0, 0.3],
		async happen({ server, complain }, hold) {
			const end = await server.stop();
			if (end.code !== 0) complain(`told to stop it ended with ${end.signal ?? end.code}`);
			await sleep(hold);
			await server.start();
		},
	},
	pause: {
		isDrawn: true,
		hold: [0.3, 5],
		async happen({ server }, hold) {
			server.child.kill("SIGSTOP");
			await sleep(hold);
			server.child.kill("SIGCONT");
		},
	},
	disk_full: {
		isDrawn: true,
		needsDisk: true,
		hold: [0.5, 3],
		async happen({ disk, server }, hold) {
			await server.stop(); // a fresh log has to grow; an old one has room inside
			await server.start();
			await disk.fill();
			await sleep(hold);
			disk.drain();
		},
	},
	kill_while_full: {
		isDrawn: true,
		needsDisk: true,
		hold: [0.3, 1.5],
		async happen({ disk, server }, hold) {
			await disk.fill();
			await sleep(hold);
			await server.kill();
			disk.drain();
			await server.start();
		},
	},
	power_cut: {
		isDrawn: true,
		needsDisk: true,
		hold: [0, 0.6],
		async happen({ disk, server }, hold) {
			await disk.cutPower();
			await server.kill();
			await disk.comeBack();
			await sleep(hold);
			await server.start();
		},
	},
	older_copy: {
		hold: [1.5, 2.5],
		async happen({ server }, hold) {
			const copy = path.join(server.folder, "copy.db");
			await server.kill();
			copyDatabase(server.database, copy);
			await server.start();
			await sleep(hold);
			await server.kill();
			copyDatabase(copy, server.database);
			await server.start();
		},
	},
};

/** The node with its disk and its people. */
class World {
	async build(folder) {
		this.findings = [];
		this.complain = (what) => this.findings.push({ what, history: this.server.lines.slice(-30) });
		this.lacks = await whyNoDisk(folder);
		if (!this.lacks) this.disk = await new Disk(folder).make();
		process.on("exit", () => this.server.child?.kill("SIGKILL"));
		this.server = new Server({ flags, early: true, shared: new SqliteDatabase(this.disk?.folder ?? folder) });
		await this.server.start();
		this.people = Array.from({ length: peopleCount }, (_, i) => ({ name: `person${i}`, password }));
		for (const { name } of this.people) await this.server.addUser(name);
		this.clients = { public: await this.server.addClient(), confidential: await this.server.addClient({ type: "confidential" }) };
		for (const [name, type] of Object.entries(appTypes)) {
			const flags = ["--redirect-uri", callback];
			this.clients[name] = await this.server.addClient({ name: `A ${name} application`, type, grants: ["authorization-code"], flags });
		}
		return this;
	}

	/** A server that ends by itself is an anomaly, and the run goes on with a new one. */
	async lookAfter() {
		const { child } = this.server;
		if (isRunning(child)) return;
		this.complain(`the server ended by itself: ${child?.signalCode ?? child?.exitCode}`);
		await this.server.start();
	}

	async end() {
		const end = await this.server.stop();
		if (end && end.code !== 0) this.complain(`told to stop at the end it ended with ${end.signal ?? end.code}`);
		rmSync(this.server.folder, { recursive: true, force: true });
		await this.disk?.end();
	}
}

function drawFaults(dice, names) {
	const between = ([low, high]) => dice.between(low, high) * 1000;
	return Array.from({ length: 3 }, () => dice.pick(names)).map((name) => ({ name, hold: between(faults[name].hold) }));
}

async function playRound(world, { number, seed, names, devices, folder }) {
	const started = performance.now();
	const dice = new Dice(seed * 1009 + number);
	const file = path.join(folder, `round${number}.jsonl`);
	const history = new History(file);
	const { people, clients, server } = world;
	const fleet = new Fleet({ origin: server.origin, history, people, clients, devices, seed: dice.below(1 << 30) });
	const suffered = drawFaults(dice, names);
	await fleet.start();
	history.note("calm");
	for (const { name, hold } of suffered) {
		await sleep(dice.between(...betweenMs));
		history.note("trouble", { name, hold });
		await faults[name].happen(world, hold);
		await world.lookAfter();
		history.note("calm", { name });
	}
	await sleep(betweenMs[0]);
	await fleet.finish(patienceMs);
	const anomalies = await check(history, { origin: server.origin, clients, windowMs });
	await world.lookAfter();
	history.close();
	anomalies.push(...world.findings.splice(0));
	return { number, suffered, flows: fleet.flows, counts: history.counts, anomalies, file, ms: performance.now() - started };
}

function printRound({ number, suffered, flows, counts, anomalies, ms }) {
	const did = suffered.map(({ name, hold }) => `${name}(${(hold / 1000).toFixed(1)} s)`).join(" ");
	const became = Object.entries(counts).map(([word, count]) => `${word} ${count}`).join(", ");
	console.log(`round ${number}: ${did}; flows ${flows}; ${became}; anomalies ${anomalies.length}; ${(ms / 1000).toFixed(1)} s`);
	for (const { what, rule, history } of anomalies.slice(0, shownAnomalies)) {
		console.log(`ANOMALY: ${what}${rule ? ` [${rule}]` : ""}`);
		for (const line of history) console.log(`    ${line}`);
	}
	if (anomalies.length > shownAnomalies) console.log(`and ${anomalies.length - shownAnomalies} more`);
}

function printSums(results, seed) {
	const sum = (pick) => results.reduce((total, result) => total + pick(result), 0);
	const injected = {};
	for (const { name } of results.flatMap(({ suffered }) => suffered)) injected[name] = (injected[name] ?? 0) + 1;
	const words = Object.entries(injected).map(([name, count]) => `${name} ${count}`).join(", ");
	console.log(`${results.length} rounds with seed ${seed}; ${words}; flows ${sum(({ flows }) => flows)}; ` +
		`anomalies ${sum(({ anomalies }) => anomalies.length)}`);
}

const wrong = (words) => {
	console.error(`one_node.mjs: ${words}`);
	process.exit(2);
};

function readWords() {
	const text = (initial) => ({ type: "string", default: initial });
	const options = { rounds: text("1"), seed: text(`${Date.now() % 1_000_000}`), faults: text(""), devices: text("96"), keep: { type: "boolean" } };
	const { values } = parseArgs({ options });
	const numbers = ["rounds", "seed", "devices"].map((name) => Number(values[name]));
	if (!numbers.every((number) => Number.isInteger(number) && number >= 0)) wrong("rounds, seed and devices are numbers");
	const [rounds, seed, devices] = numbers;
	const names = values.faults ? values.faults.split(",") : Object.keys(faults).filter((name) => faults[name].isDrawn);
	for (const name of names) if (!faults[name]) wrong(`no fault is called ${name}; there are: ${Object.keys(faults).join(" ")}`);
	return { rounds, seed, devices, names, keep: values.keep };
}

async function main({ rounds, seed, devices, names, keep }) {
	const folder = mkdtempSync(path.join(tmpdir(), "doorcode-chaos-"));
	const world = await new World().build(folder);
	const left = names.filter((name) => !faults[name].needsDisk || !world.lacks);
	if (left.length < names.length) console.log(`left out, since ${world.lacks}: ${names.filter((name) => !left.includes(name)).join(" ")}`);
	if (left.length === 0) wrong("nothing is left to do");
	const results = [];
	for (let number = 1; number <= rounds; number++) {
		const result = await playRound(world, { number, seed, names: left, devices, folder });
		results.push(result);
		printRound(result);
		if (result.anomalies.length === 0 && !keep) rmSync(result.file);
	}
	await world.end();
	for (const { what } of world.findings) console.log(`ANOMALY: ${what}`);
	printSums(results, seed);
	const isGood = results.every(({ anomalies }) => anomalies.length === 0) && world.findings.length === 0;
	if (isGood && !keep) rmSync(folder, { recursive: true, force: true });
	else console.log(`histories: ${folder}`);
	return isGood;
}

/** The same words once more, where mounts are this process's own and end with it. */
async function inOwnMounts() {
	const words = ["--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private", "--", process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
	const child = spawn("setpriv", words, { stdio: "inherit", env: { ...process.env, CHAOS_OWN_MOUNTS: "yes" } });
	for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
	const [code] = await once(child, "exit");
	process.exit(code ?? 1);
}

const words = readWords();
if (process.getuid() === 0 && !process.env.CHAOS_OWN_MOUNTS) await inOwnMounts();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));
main(words).then(
	(isGood) => process.exit(isGood ? 0 : 1),
	(error) => {
		console.error(error);
		console.log("the run broke off");
		process.exit(2);
	},
);
