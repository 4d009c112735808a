// SPDX-License-Identifier: Apache-2.0
//
// `make chaos`: rounds of faults while a fleet of devices and people uses the servers, and after each the question whether
// anything that was answered is missing, or was given twice. To be started by scripts/chaos alone, in namespaces of its own.
// ROUNDS, SEED, DEVICES and FAULTS (names with commas between) come from the environment. The status is 1 after an anomaly; the logs of
// everything then stay in the folder that is named.
import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { sleep } from "./child.mjs";
import { check } from "./checker.mjs";
import { Dice, describe, faults, plan } from "./faults.mjs";
import { Fleet } from "./fleet.mjs";
import { History } from "./history.mjs";
import { World } from "./world.mjs";

const rounds = Number(process.env.ROUNDS || 1);
const seed = Number(process.env.SEED || Date.now() % 1_000_000);
const names = process.env.FAULTS ? process.env.FAULTS.split(",") : null;
const devices = Number(process.env.DEVICES || 64);
const patienceMs = 60_000;
const settleMs = 1500; // of undisturbed use, before the first fault and after each
const shownAnomalies = 5;
const overlapMs = 400; // after which the second of two faults that overlap begins

const folder = fileURLToPath(new URL(`../../build/chaos/${new Date().toISOString().replaceAll(/[:.]/g, "-")}`, import.meta.url));

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** One line for each thing that was done to the world, with the monotonic time that the history has, too. */
class Log {
	constructor(file) {
		this.file = file;
	}
	add(what) {
		appendFileSync(this.file, `${performance.now().toFixed(1)} ${new Date().toISOString()} ${what}\n`);
	}
}

async function sufferOne(world, one, log) {
	log.add(`inject ${describe(one)}`);
	await one.fault.inject(world, one.params);
	log.add(`injected ${one.fault.name}`);
	await sleep(one.params.hold * 1000);
	log.add(`heal ${one.fault.name}`);
	await one.fault.heal(world, one.params);
	log.add(`healed ${one.fault.name}`);
}

async function suffer(world, steps, { history, log }) {
	for (const step of steps) {
		history.note("trouble", { faults: step.map(describe) });
		await Promise.all(step.map((one, i) => sleep(i * overlapMs).then(() => sufferOne(world, one, log))));
		await world.recover();
		log.add("recovered");
		history.note("calm");
		await sleep(settleMs);
	}
}

async function playRound(world, number) {
	const started = performance.now();
	const dice = new Dice(seed * 1009 + number);
	const steps = plan(dice, names);
	const file = path.join(world.folder, `round${number}.jsonl`);
	const history = new History(file);
	const { origin, people, clients } = world;
	const origins = world.nodes.map((node) => node.origin);
	const fleet = new Fleet({ origin, origins, history, people, clients, devices, seed: dice.below(1 << 30) });
	world.failovers = [];
	await fleet.start();
	await sleep(settleMs);
	await suffer(world, steps, { history, log: new Log(path.join(world.folder, `round${number}.faults`)) });
	await fleet.finish(patienceMs);
	const failovers = await Promise.all(world.failovers);
	const anomalies = [...world.findings.splice(0), ...(await check(history, { origin, clients }))];
	history.close();
	return { number, steps, file, flows: fleet.flows, answers: history.counts, failovers, anomalies, ms: performance.now() - started };
}

function printRound({ number, steps, flows, answers, failovers, anomalies, ms }) {
	const suffered = steps.map((step) => step.map(describe).join(" + ")).join(", ");
	const kinds = Object.entries(answers ?? {}).map(([kind, count]) => `${kind} ${count}`).join(", ");
	console.log(`round ${number}: ${suffered}`);
	console.log(`    flows ${flows}; answers: ${kinds}; anomalies ${anomalies.length}; ${seconds(ms)}`);
	if (failovers.length > 0) console.log(`    primary's death to the first good answer: ${failovers.map(spellFailover).join(", ")}`);
}

const spell = (ms) => (ms === null ? "never" : `${Math.round(ms)} ms`);
const spellFailover = ({ unnoticed, took }) => spell(took) + (unnoticed > 0 ? ` (promoted after ${unnoticed} s)` : "");

const tellAnomaly = ({ what, history }) =>
	[`ANOMALY: ${what}`, ...(history ?? []).map((entry) => `    ${typeof entry === "string" ? entry : JSON.stringify(entry)}`)].join("\n");

/** The first of them here, all in a file of the folder. */
function printAnomalies(anomalies) {
	if (anomalies.length === 0) return;
	appendFileSync(path.join(folder, "anomalies.txt"), `${anomalies.map(tellAnomaly).join("\n")}\n`);
	console.log(anomalies.slice(0, shownAnomalies).map(tellAnomaly).join("\n"));
	if (anomalies.length > shownAnomalies) console.log(`and ${anomalies.length - shownAnomalies} more, all in ${folder}/anomalies.txt`);
}

function printSums(results) {
	const injected = results.flatMap(({ steps }) => steps.flat());
	const sum = (values) => values.reduce((a, b) => a + b, 0);
	console.log(`\n${results.length} rounds with seed ${seed}: ${injected.length} faults, ${sum(results.map((r) => r.flows))} flows, ` +
		`${sum(results.map((r) => r.anomalies.length))} anomalies`);
	for (const { name } of faults) {
		const count = injected.filter(({ fault }) => fault.name === name).length;
		if (count > 0) console.log(`    ${name}: ${count}`);
	}
	printFailovers(results.flatMap((result) => result.failovers));
}

// Of those that were noticed at once: the rest is the operator's time.
function printFailovers(failovers) {
	const times = failovers.filter(({ unnoticed, took }) => unnoticed === 0 && took !== null).map(({ took }) => took);
	if (times.length === 0) return;
	times.sort((a, b) => a - b);
	const median = times[Math.floor((times.length - 1) / 2)];
	console.log(`primary's death to the first good answer, standby promoted at once, ${times.length} times: ` +
		`least ${spell(times[0])}, median ${spell(median)}, most ${spell(times.at(-1))}`);
}

function checkWords() {
	const unknown = (names ?? []).filter((name) => !faults.some((fault) => fault.name === name));
	if (!(rounds >= 1) || !Number.isInteger(seed)) throw new Error("ROUNDS and SEED are numbers");
	if (unknown.length > 0) throw new Error(`no fault is called ${unknown}; there are: ${faults.map(({ name }) => name).join(" ")}`);
}

async function main() {
	checkWords();
	mkdirSync(folder, { recursive: true });
	const world = new World(folder);
	const started = performance.now();
	await world.build();
	console.log(`the world stands after ${seconds(performance.now() - started)}; seed ${seed}`);
	const results = [];
	for (let number = 1; number <= rounds; number++) {
		const result = await playRound(world, number);
		results.push(result);
		printRound(result);
		printAnomalies(result.anomalies);
		if (result.anomalies.length > 0) break;
		rmSync(result.file, { force: true });
	}
	await world.end();
	printAnomalies(world.findings);
	printSums(results);
	return results.every(({ anomalies }) => anomalies.length === 0) && world.findings.length === 0;
}

function breakOff(error) {
	console.error(error);
	console.log(`the run broke off; logs: ${folder}`);
	process.exit(2);
}

process.on("uncaughtException", breakOff);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));
main().then(
	(isGood) => {
		if (isGood && !process.env.KEEP) rmSync(folder, { recursive: true, force: true });
		else console.log(`logs: ${folder}`);
		process.exit(isGood ? 0 : 1);
	},
	breakOff,
);
