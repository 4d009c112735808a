// SPDX-License-Identifier: Apache-2.0
//
// Many devices and applications, and the people who approve them. Everything that is drawn comes from the seed, apart from time. The
// fleet ends when it is told to: no program starts another flow, and each gets its patience to come to an end; who does not is
// written down.
import { Approver } from "./approver.mjs";
import { sleep } from "./child.mjs";
import { Device } from "./device.mjs";
import { Dice } from "./faults.mjs";
import { WebApp } from "./web_app.mjs";

const directPercent = 15; // requests past the load balancer, when nodes can be reached
const meetMs = 3000;
const devicesPerApp = 4;

export class Fleet {
	constructor({ origin, origins = [], history, people, clients, devices = 24, seed = 1, lossPercent = 6 }) {
		Object.assign(this, { origin, origins, history, clients, lossPercent });
		this.flows = 0;
		this.isOver = false; // no new flows
		this.isDead = false; // no new requests
		this.dice = new Dice(seed);
		this.approvers = people.map((person) => new Approver(this, person, this.newDice()));
		const apps = Math.ceil(devices / devicesPerApp);
		this.programs = [
			...Array.from({ length: devices }, (_, i) => new Device(this, `device${i}`, this.newDice())),
			...Array.from({ length: apps }, (_, i) => new WebApp(this, `app${i}`, this.newDice())),
		];
	}

	newDice() {
		return new Dice(this.dice.below(0xffffffff));
	}

	async start() {
		await Promise.all(this.approvers.map((approver) => approver.queue(() => approver.signIn())));
		this.loops = this.programs.map((program) => program.run().catch((error) => this.complain(error, program.flow)));
	}

	async finish(patienceMs) {
		this.isOver = true;
		this.history.note("calm");
		await Promise.race([Promise.all(this.loops), sleep(patienceMs)]);
		for (const { flow } of this.programs) if (flow) this.history.note("unfinished", { flow });
		this.isDead = true;
		await Promise.all([...this.loops, ...this.approvers.map((approver) => approver.last)]);
		for (const { caller } of [...this.programs, ...this.approvers]) caller.close();
	}

	/** A fault of ours, which must not pass for a good run. */
	complain(error, flow) {
		this.history.note("harness_error", { flow, text: error.stack ?? `${error}` });
	}

	pickOrigin(dice) {
		return this.origins.length > 0 && dice.below(100) < directPercent ? dice.pick(this.origins) : this.origin;
	}

	/** Sees to it that people decide on a code: {done: resolves to the one who decided, decided, isDecided}. */
	approve({ flow, code, plan }) {
		const approval = { isDecided: false };
		approval.decided = new Promise((resolve) => {
			approval.onDecided = () => {
				approval.isDecided = true;
				resolve();
			};
		});
		approval.done = this.decide({ flow, code, plan, onDecided: approval.onDecided }).catch((error) => this.complain(error, flow));
		return approval;
	}

	async decide({ flow, code, plan, onDecided }) {
		await sleep(plan.wait);
		const task = { flow, code, onDecided };
		if (plan.decision === "race") return this.race(task);
		if (plan.decision === "late") return this.comeLate(task);
		return this.delegate({ ...task, action: plan.decision === "d" ? "deny" : "accept" });
	}

	/** Somebody who is fit for it; null when the run is over. */
	async somebody(but = null) {
		while (!this.isDead) {
			const fit = this.approvers.filter((approver) => !approver.isTired && approver !== but);
			if (fit.length > 0) return this.dice.pick(fit);
			await sleep(500);
		}
		return null;
	}

	/** Somebody who is fit for it, and if he gets tired over it somebody else: who did it. */
	async delegate(task, but = null) {
		for (let approver = await this.somebody(but); approver; approver = await this.somebody(but))
			if ((await approver.decide(task)) !== "tired") return approver;
		return null;
	}

	/** Two people decide differently at the same moment. */
	async race(task) {
		let here = 0;
		let open;
		const both = new Promise((resolve) => (open = resolve));
		const meet = () => {
			if (++here === 2) open();
			return Promise.race([both, sleep(meetMs)]);
		};
		const [first, second] = this.two();
		await Promise.all([
			this.delegateTo(first, { ...task, action: "accept", meet }),
			this.delegateTo(second, { ...task, action: "deny", meet }),
		]);
		return null;
	}

	/** Two people have the page before them; one decides, and then the other decides differently. */
	async comeLate(task) {
		let isIn;
		const arrived = new Promise((resolve) => (isIn = resolve));
		const [first, second] = this.two();
		const deny = this.dice.below(2) === 0;
		const early = this.delegateTo(first, { ...task, action: deny ? "deny" : "accept", meet: () => Promise.race([arrived, sleep(meetMs)]) });
		const wait = () => {
			isIn();
			return Promise.race([early, sleep(meetMs)]);
		};
		await Promise.all([early, this.delegateTo(second, { ...task, action: deny ? "accept" : "deny", meet: wait })]);
		return null;
	}

	two() {
		const first = this.dice.pick(this.approvers);
		return [first, this.dice.pick(this.approvers.filter((approver) => approver !== first))];
	}

	// Whoever is tired leaves it to another, so that the code is decided in any case.
	async delegateTo(approver, task) {
		if ((await approver.decide(task)) === "tired" && !this.isDead) await this.delegate(task, approver);
	}
}
