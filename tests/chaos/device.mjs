// SPDX-License-Identifier: Apache-2.0
//
// A device that lives whole flows, one after the other, as real clients do: it polls at the interval that it was given, asks again
// when no answer came or the servers are busy, and gives up at anything else. What it does beyond that (two polls at once, an old
// code once more, a revocation) is drawn for each flow. It judges nothing: that is for the checker, who reads the history.
import { deviceGrant } from "../e2e/support/device.mjs";
import { Caller, jsonDigest } from "./caller.mjs";
import { sleep } from "./child.mjs";

const errorOf = (entry) => entry.body?.error;
const isAnswer = (entry) => entry.outcome === "answered" && entry.status < 500;
const isTokens = (entry) => entry.outcome === "answered" && entry.status === 200;

export class Device {
	/** fleet: what start() of fleet.mjs made; dice: its own. */
	constructor(fleet, name, dice) {
		Object.assign(this, { fleet, name, dice });
		this.caller = new Caller(fleet.history, name);
		this.flowCount = 0;
	}

	async run() {
		while (!this.fleet.isOver) {
			this.flow = `${this.name}.${++this.flowCount}`;
			const result = await this.live();
			if (this.fleet.isDead) return;
			this.fleet.history.note("flow_end", { flow: this.flow, actor: this.name, result });
			this.fleet.flows++;
			this.flow = null;
		}
		this.caller.close();
	}

	chance(percent) {
		return this.dice.below(100) < percent;
	}

	draw() {
		const { dice } = this;
		return {
			type: dice.pick(["public", "public", "confidential"]),
			decision: dice.pick([..."aaaaaaaaaaaaaaaaa".split(""), "d", "race", "late"]),
			wait: this.chance(10) ? dice.between(2000, 9000) : dice.between(0, 900),
			isDouble: this.chance(20),
			asksAgain: this.chance(15),
			refreshes: dice.below(5),
			stealsBack: this.chance(6), // an old refresh token, as a thief would use
			revokes: this.chance(40) ? dice.pick(["refresh", "access", "person", "racing"]) : null,
		};
	}

	async live() {
		const plan = this.draw();
		this.client = this.fleet.clients[plan.type];
		const codes = await this.start();
		if (!codes) return "stopped";
		const approval = this.fleet.approve({ flow: this.flow, code: codes.user_code, plan });
		const polled = await this.poll(codes, plan, approval);
		const approver = await approval.done;
		if (!isTokens(polled)) return errorOf(polled) ?? "stopped";
		if (plan.asksAgain) await this.pollOnce(codes.device_code);
		return this.enjoy(polled.body, plan, approver);
	}

	get credentials() {
		const { client_id, client_secret } = this.client;
		return client_secret ? { client_id, client_secret } : { client_id };
	}

	/** One request: its entry. A secret is not for the history. */
	send(kind, path, fields, mayLose = true) {
		const origin = this.fleet.pickOrigin(this.dice);
		const hangUp = mayLose && this.chance(this.fleet.lossPercent) ? this.dice.pick([0, 0, 0, 1, 2, 5]) : undefined;
		const entry = { kind, flow: this.flow, client: this.client.client_secret ? "confidential" : "public", ask: fields };
		return this.caller.send({ path, fields: { ...fields, ...this.credentials }, origin, hangUp }, entry, jsonDigest);
	}

	/** Until the servers have answered: what is sent again has either not arrived or may be done twice. */
	async insist(send) {
		while (!this.fleet.isDead) {
			const entry = await send();
			if (isAnswer(entry)) return entry;
			const told = entry.outcome === "answered" ? Math.min(Number(entry.retryAfter) || 1, 2) * 1000 : 0;
			await sleep(told + this.dice.between(100, 900));
		}
		return null;
	}

	async start() {
		const issued = await this.insist(() => this.send("issue", "/o/device-authorization/", {}));
		return issued?.status === 200 ? issued.body : null;
	}

	pollOnce(deviceCode) {
		return this.send("poll", "/o/token/", { grant_type: deviceGrant, device_code: deviceCode });
	}

	async poll({ device_code, interval }, plan, approval) {
		let pause = interval ?? 5;
		for (;;) {
			await Promise.race([sleep(pause * 1000), ...(plan.isDouble ? [approval.decided] : [])]);
			const polled = await this.pollOnceOrTwice(device_code, plan, approval);
			if (this.fleet.isDead) return {};
			if (!isAnswer(polled)) continue;
			if (errorOf(polled) === "slow_down") pause = Math.max(pause + 1, polled.body.interval ?? pause + 5);
			else if (errorOf(polled) !== "authorization_pending") return polled;
		}
	}

	// Both at the moment of the decision; whichever brings tokens counts.
	async pollOnceOrTwice(deviceCode, plan, approval) {
		if (!plan.isDouble || !approval.isDecided) return this.pollOnce(deviceCode);
		plan.isDouble = false;
		const both = await Promise.all([this.pollOnce(deviceCode), this.pollOnce(deviceCode)]);
		return both.find(isTokens) ?? both.find((entry) => !isAnswer(entry)) ?? both[0];
	}

	refreshOnce(token, mayLose) {
		return this.send("refresh", "/o/token/", { grant_type: "refresh_token", refresh_token: token }, mayLose);
	}

	/** The life after: some refreshes, perhaps a revocation. */
	async enjoy(first, plan, approver) {
		let tokens = first;
		for (let i = 0; i < plan.refreshes; i++) {
			await sleep(this.dice.between(20, 700));
			const refreshed = await this.insist(() => this.refreshOnce(tokens.refresh_token));
			if (!refreshed) return "stopped";
			if (!isTokens(refreshed)) return errorOf(refreshed) ?? "stopped";
			const old = tokens;
			tokens = refreshed.body;
			if (!plan.stealsBack || i > 0) continue;
			await this.refreshOnce(old.refresh_token);
		}
		if (plan.revokes) await this.revoke(tokens, plan, approver);
		return "tokens";
	}

	async revoke(tokens, plan, approver) {
		const { access_token, refresh_token } = tokens;
		const token = plan.revokes === "access" ? access_token : refresh_token;
		const racing = plan.revokes === "racing" ? this.refreshOnce(refresh_token) : null;
		if (plan.revokes === "person" && approver) {
			await approver.takeBack({ flow: this.flow, authorization: access_token.slice(4, 26) });
		} else {
			await this.insist(() => this.send("revoke", "/o/revoke_token/", { token }));
		}
		const raced = await racing;
		if (raced && isTokens(raced)) await this.refreshOnce(raced.body.refresh_token, false);
		await this.refreshOnce(refresh_token, false);
	}
}
