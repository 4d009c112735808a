// SPDX-License-Identifier: Apache-2.0
//
// An application with the authorization code grant: it sends a person to the authorization endpoint, and redeems the code that he
// comes back with. Beyond that it is drawn that the code is sent twice at once, once more afterwards, or before by somebody who has
// not got the verifier.
import { createHash, randomBytes } from "node:crypto";

import { sleep } from "./child.mjs";
import { callback, forget, goThrough } from "./consenting.mjs";
import { Program, errorOf, isAnswer, isTokens } from "./program.mjs";

const s256 = (verifier) => createHash("sha256").update(verifier).digest("base64url");
const newVerifier = () => randomBytes(32).toString("base64url");

export class WebApp extends Program {
	draw() {
		return {
			type: this.dice.pick(["web", "web", "spa"]),
			action: this.chance(5) ? "deny" : "accept",
			isAsked: this.chance(40), // though it may be remembered
			isOffline: this.chance(30), // outlives the session
			forgets: this.chance(8),
			isStolen: this.chance(6), // the code, by whoever has no verifier
			isDouble: this.chance(25),
			asksAgain: this.chance(25),
			...this.drawLife(),
		};
	}

	async live() {
		const plan = this.draw();
		this.become(plan.type);
		const approver = await this.fleet.somebody();
		if (!approver) return "stopped";
		if (plan.forgets) await forget(approver, { client: this.type, name: this.client.name });
		const verifier = newVerifier();
		const { action, isOffline } = plan;
		const task = { flow: this.flow, client: this.type, query: this.query(plan, verifier), action, verifier, isOffline };
		const arrived = await goThrough(approver, task);
		if (!arrived.code) return arrived.error ?? "stopped";
		return this.use(arrived.code, verifier, plan, approver);
	}

	query({ isAsked, isOffline }, verifier) {
		return {
			response_type: "code",
			client_id: this.client.client_id,
			redirect_uri: callback,
			scope: isOffline ? "openid profile offline_access" : "openid profile",
			state: newVerifier().slice(0, 16),
			code_challenge: s256(verifier),
			code_challenge_method: "S256",
			...(isAsked || isOffline ? { prompt: "consent" } : {}),
		};
	}

	present(kind, code, verifier) {
		return this.send(kind, "/o/token/", { grant_type: "authorization_code", code, redirect_uri: callback, code_verifier: verifier });
	}

	async use(code, verifier, plan, approver) {
		if (plan.isStolen) await this.insist(() => this.present("burn", code, newVerifier()));
		await sleep(this.dice.between(0, 300));
		const redeemed = await this.redeem(code, verifier, plan);
		if (!redeemed) return "stopped";
		if (!isTokens(redeemed)) return errorOf(redeemed) ?? "stopped";
		if (plan.asksAgain) await this.present("redeem", code, verifier);
		return this.enjoy(redeemed.body, plan, approver);
	}

	async redeem(code, verifier, { isDouble }) {
		if (isDouble) {
			const both = await Promise.all([this.present("redeem", code, verifier), this.present("redeem", code, verifier)]);
			const answered = both.find(isTokens) ?? both.find(isAnswer);
			if (answered) return answered;
		}
		return this.insist(() => this.present("redeem", code, verifier));
	}
}
