// SPDX-License-Identifier: Apache-2.0
//
// A device: it polls at the interval that it was given, until there is an end. What it does beyond that (two polls at once, an old
// code once more) is drawn for each flow.
import { deviceGrant } from "../e2e/support/device.mjs";
import { sleep } from "./child.mjs";
import { Program, errorOf, isAnswer, isTokens } from "./program.mjs";

export class Device extends Program {
	draw() {
		const { dice } = this;
		return {
			type: dice.pick(["public", "public", "confidential"]),
			decision: dice.pick([..."aaaaaaaaaaaaaaaaa".split(""), "d", "race", "late"]),
			wait: this.chance(10) ? dice.between(2000, 9000) : dice.between(0, 900),
			isDouble: this.chance(20),
			asksAgain: this.chance(15),
			...this.drawLife(),
		};
	}

	async live() {
		const plan = this.draw();
		this.become(plan.type);
		const codes = await this.start();
		if (!codes) return "stopped";
		const approval = this.fleet.approve({ flow: this.flow, code: codes.user_code, plan });
		const polled = await this.poll(codes, plan, approval);
		const approver = await approval.done;
		if (!isTokens(polled)) return errorOf(polled) ?? "stopped";
		if (plan.asksAgain) await this.pollOnce(codes.device_code);
		return this.enjoy(polled.body, plan, approver);
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
}
