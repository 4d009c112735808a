// SPDX-License-Identifier: Apache-2.0
//
// What can happen to the world, one record each: `choose` draws what is left open, `inject` makes it happen, `heal` ends it as
// an operator would. `on` is what it happens to: two faults overlap only when these differ, since what follows from losing the
// standby and the primary at once is known (answered writes are gone) and proves nothing about the program. It is there as
// a proof of the checker, `isProof`, which happens only when it is named.
//
// plan() draws a round. Everything is drawn from the dice, so that a seed brings the same faults again.
import { sleep } from "./child.mjs";

/** Reproducible random numbers (mulberry32). */
export class Dice {
	constructor(seed) {
		this.state = seed >>> 0;
	}
	next() {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let t = this.state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	}
	below(count) {
		return Math.floor(this.next() * count);
	}
	between(low, high) {
		return Math.round((low + this.next() * (high - low)) * 10) / 10;
	}
	pick(list) {
		return list[this.below(list.length)];
	}
}

const nodes = ["node1", "node2", "node3"];
const databases = ["db1", "db2"];

const oneNode = (low, high) => (dice) => ({ node: dice.pick(nodes), hold: dice.between(low, high) });
const cutOff = (how) => ({
	on: "network",
	choose: oneNode(1, 6),
	inject: (world, { node }) => world.cut(node, databases, how),
	heal: (world, { node }) => world.mend(node),
});
const clockAway = (seconds) => ({
	on: "clock",
	choose: oneNode(3, 6),
	inject: (world, { node }) => world.node(node).moveClock(seconds),
	heal: (world, { node }) => world.node(node).moveClock(0),
});

export const faults = [
	{
		name: "kill_node",
		on: "node",
		choose: oneNode(0.3, 3),
		inject: (world, { node }) => world.node(node).kill(),
		heal: (world, { node }) => world.node(node).start(),
	},
	{
		name: "kill_two_nodes",
		on: "node",
		choose: (dice) => ({ spared: dice.pick(nodes), hold: dice.between(0.3, 3) }),
		inject: (world, { spared }) => Promise.all(world.nodesBut(spared).map((node) => node.kill())),
		heal: (world, { spared }) => world.nodesBut(spared).forEach((node) => node.start()),
	},
	{
		name: "stop_node", // SIGSTOP: it holds its connections and answers nothing
		on: "node",
		choose: oneNode(1, 6),
		inject: (world, { node }) => world.node(node).pause(),
		heal: (world, { node }) => world.node(node).resume(),
	},
	{
		name: "kill_primary",
		on: "database",
		choose: (dice) => ({ hold: dice.between(1, 3) }),
		inject: (world) => world.failOver(),
		heal: (world) => world.pair.rebuildStandby(),
	},
	{
		name: "kill_primary_unnoticed", // the operator takes some seconds to promote the standby
		on: "database",
		choose: (dice) => ({ unnoticed: dice.between(2, 6), hold: dice.between(1, 3) }),
		inject: (world, { unnoticed }) => world.failOver(unnoticed),
		heal: (world) => world.pair.rebuildStandby(),
	},
	{
		name: "lose_commits", // the checker has to find what is lost here
		on: "database",
		isProof: true,
		choose: () => ({ hold: 1 }),
		async inject(world) {
			await world.cut(world.pair.standby.name, [world.pair.primary.name], "silence");
			world.pair.forgetStandby();
			await sleep(3000);
			await world.failOver();
			await world.mend(world.pair.primary.name);
		},
		heal: (world) => world.pair.rebuildStandby(),
	},
	{
		name: "fill_disk",
		on: "database",
		choose: (dice) => ({ hold: dice.between(0.5, 3) }),
		async inject(world) {
			if (!(await world.pair.fillUntilPrimaryEnds(10))) throw new Error("the full disk did not stop the primary");
		},
		heal: (world) => world.pair.drainPrimary(),
	},
	{
		name: "cut_standby", // commits hang until it is back, or until the operator gives it up
		on: "database",
		choose: (dice) => ({ hold: dice.between(1, 5), isGivenUp: dice.below(2) === 1 }),
		inject: (world) => world.cut(world.pair.standby.name, [world.pair.primary.name], "silence"),
		async heal(world, { isGivenUp }) {
			if (isGivenUp) {
				world.pair.forgetStandby();
				await sleep(1000);
			}
			await world.mend(world.pair.standby.name);
			await world.pair.waitForStandby();
		},
	},
	{ name: "cut_node_silently", ...cutOff("silence") },
	{ name: "cut_node_with_resets", ...cutOff("reset") },
	{ name: "lose_database_answers", ...cutOff("deaf") }, // commits take place, and nobody hears of it
	{
		name: "lose_answers", // on the way from HAProxy to the driver
		on: "way",
		choose: (dice) => ({ hold: dice.between(0.5, 2) }),
		inject: (world) => world.cut("proxy", ["driver"], "mute"),
		heal: (world) => world.mend("proxy"),
	},
	{
		name: "lose_node_answers", // on the way from a node to HAProxy
		on: "network",
		choose: oneNode(0.5, 3),
		inject: (world, { node }) => world.cut(node, ["proxy"], "mute"),
		heal: (world, { node }) => world.mend(node),
	},
	{ name: "clock_an_hour_fast", ...clockAway(3600) },
	{ name: "clock_an_hour_slow", ...clockAway(-3600) },
	{
		name: "lose_notifications", // whoever listens is hung up on, again and again
		on: "listeners",
		choose: (dice) => ({ hold: dice.between(2, 5) }),
		inject: (world) => world.startHangingUp(),
		heal: (world) => world.stopHangingUp(),
	},
	{
		name: "restart_proxy",
		on: "way",
		choose: (dice) => ({ hold: dice.between(0, 0.5) }),
		inject: (world) => world.proxy.kill(),
		heal: (world) => world.proxy.start(),
	},
];

/** The faults of a round: [[{fault, params}, ...], ...]; those of one inner list overlap. `names` narrows the choice. */
export function plan(dice, names = null) {
	const left = faults.filter((fault) => (names ? names.includes(fault.name) : !fault.isProof));
	const steps = [];
	for (let wanted = 2 + dice.below(2); wanted > 0 && left.length > 0; wanted--) {
		const [fault] = left.splice(dice.below(left.length), 1);
		const drawn = { fault, params: fault.choose(dice) };
		const before = steps.at(-1);
		const overlaps = dice.below(4) === 0;
		if (overlaps && before?.length === 1 && before[0].fault.on !== fault.on) before.push(drawn);
		else steps.push([drawn]);
	}
	return steps;
}

export function describe({ fault, params }) {
	const words = Object.entries(params).map(([name, value]) => (typeof value === "number" ? `${value} s` : value === true ? name : value));
	return `${fault.name}(${words.filter((word) => word !== false).join(", ")})`;
}
