// SPDX-License-Identifier: Apache-2.0
//
// A program that lives whole flows, one after the other, as real clients do: it asks again when no answer came or the servers are
// busy, and gives up at anything else. How it comes by its tokens is its own (device.mjs, web_app.mjs); what it does with them is
// here. It judges nothing: that is for the checker, who reads the history.
import { Caller, jsonDigest } from "./caller.mjs";
import { sleep } from "./child.mjs";

export const errorOf = (entry) => entry.body?.error;
export const isAnswer = (entry) => entry.outcome === "answered" && entry.status < 500;
export const isTokens = (entry) => entry.outcome === "answered" && entry.status === 200;

export class Program {
	/** fleet: what start() of fleet.mjs made; dice: its own. live() is one flow, and says how it ended. */
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

	/** What becomes of tokens, whoever has them. */
	drawLife() {
		return {
			refreshes: this.dice.below(5),
			stealsBack: this.chance(6), // an old refresh token, as a thief would use
			revokes: this.chance(40) ? this.dice.pick(["refresh", "access", "person", "racing"]) : null,
		};
	}

	/** Of `type`, one of fleet.clients. */
	become(type) {
		this.type = type;
		this.client = this.fleet.clients[type];
	}

	get credentials() {
		const { client_id, client_secret } = this.client;
		return client_secret ? { client_id, client_secret } : { client_id };
	}

	/** One request: its entry. A secret is not for the history. */
	send(kind, path, fields, mayLose = true) {
		const origin = this.fleet.pickOrigin(this.dice);
		const hangUp = mayLose && this.chance(this.fleet.lossPercent) ? this.dice.pick([0, 0, 0, 1, 2, 5]) : undefined;
		const entry = { kind, flow: this.flow, client: this.type, ask: fields };
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

	refreshOnce(token, mayLose) {
		return this.send("refresh", "/o/token/", { grant_type: "refresh_token", refresh_token: token }, mayLose);
	}

	/** The life after: some refreshes, perhaps a revocation, by the person who approved (or null). */
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
