// SPDX-License-Identifier: Apache-2.0
//
// A person with a browser: signs in, enters codes, decides on the confirm page, looks what became of it, takes access back, signs
// out. One thing at a time, as people do, since many codes at once are taken for guessing. Like a person he tries again when no
// page came; what he was shown is written down as one word, `saw`.
import { formFields } from "../e2e/support/browser.mjs";
import { Caller } from "./caller.mjs";
import { sleep } from "./child.mjs";

const devicePage = "/o/device";
const titles = { "Authorization pending": "pending", "Device Authorized": "approved", "Device Denied": "denied", "Device Expired": "expired" };

export const titleOf = (html) => /<title>(?:Error: )?(.*?) - Doorcode<\/title>/.exec(html)?.[1];

/** What is written down of a page: where it led, or one word for what it said. */
function pageDigest({ status, headers, text }) {
	const { location } = headers;
	if (location?.startsWith("/accounts/login")) return { saw: "login" };
	if (location) return { location };
	if (status === 200) return { saw: titles[titleOf(text)] ?? titleOf(text) };
	return { saw: titleOf(text), text: status === 503 ? undefined : text.replaceAll(/<[^>]*>|\s+/g, " ").slice(0, 600) };
}

export const isPage = (entry) => entry.outcome === "answered" && ![429, 503].includes(entry.status);
const isOut = (entry) => entry.outcome === "answered" && (entry.saw === "login" || entry.status === 403);

export class Approver {
	constructor(fleet, { name, password }, dice) {
		Object.assign(this, { fleet, name, password, dice });
		this.caller = new Caller(fleet.history, name);
		this.sessions = 0;
		this.session = null; // {label, cookie, token}
		this.last = Promise.resolve();
		this.tiredUntil = 0;
	}

	/** One after the other. */
	queue(work) {
		const mine = this.last.then(work);
		this.last = mine.catch((error) => this.fleet.complain(error));
		return mine;
	}

	get isTired() {
		return performance.now() < this.tiredUntil;
	}

	async request(method, path, fields, entry, { session = this.session, mayLose = true, look = pageDigest } = {}) {
		let html;
		const digest = (answer) => {
			html = answer.text;
			this.setCookie = answer.headers["set-cookie"] ?? [];
			return look(answer);
		};
		const hangUp = mayLose && this.dice.below(100) < this.fleet.lossPercent ? this.dice.pick([0, 0, 0, 1, 2, 5]) : undefined;
		const headers = { "x-forwarded-for": this.address, ...(session ? { cookie: session.cookie } : {}) };
		const origin = this.fleet.pickOrigin(this.dice);
		const written = { ...entry, ...(session?.label ? { session: session.label } : {}) };
		const seen = await this.caller.send({ method, path, fields, headers, origin, hangUp }, written, digest);
		return { ...seen, html };
	}

	/** Tries again until a page came; null when the run is over. */
	async insist(send) {
		while (!this.fleet.isDead) {
			const seen = await send();
			if (seen.outcome === "answered" && seen.status === 429) this.tire();
			if (isPage(seen)) return seen;
			const told = seen.outcome === "answered" ? Math.min(Number(seen.retryAfter) || 1, 2) * 1000 : 0;
			await sleep(told + this.dice.between(50, 600));
			if (this.isTired) return null;
		}
		return null;
	}

	// Too many codes that were never given back, since the node died over them: somebody else has to do it.
	tire() {
		this.tiredUntil = performance.now() + 60_000;
	}

	/* --- sessions --- */

	async signIn() {
		while (!this.session && !this.fleet.isDead && !this.isTired) {
			const { dice } = this;
			this.address = `198.${18 + dice.below(2)}.${dice.below(256)}.${1 + dice.below(254)}`;
			await this.signInOnce();
		}
		return this.session !== null;
	}

	async signInOnce() {
		const next = encodeURIComponent(devicePage);
		const form = await this.insist(() => this.request("GET", `/accounts/login/?next=${next}`, null, { kind: "login_form" }, { session: null }));
		if (!form || form.status !== 200) return;
		const { fields } = formFields(form.html, "/accounts/login");
		const anonymous = { cookie: this.cookies("doorcode_anonymous") };
		const values = { ...fields, username: this.name, password: this.password };
		const label = `${this.name}#${++this.sessions}`;
		const entry = { kind: "sign_in", opens: label };
		const seen = await this.request("POST", "/accounts/login/", values, entry, { session: anonymous });
		if (seen.outcome === "answered" && seen.status === 429) this.tire();
		if (!isPage(seen) || seen.status !== 303) return void (await sleep(this.dice.between(50, 500)));
		this.session = { label, cookie: this.cookies("doorcode_session") };
		this.fleet.history.note("session", { session: label, cookie: this.session.cookie });
		await this.readToken();
	}

	cookies(name) {
		return this.setCookie.map((line) => line.split(";")[0]).find((pair) => pair.startsWith(`${name}=`)) ?? "";
	}

	async readToken() {
		const seen = await this.insist(() => this.request("GET", devicePage, null, { kind: "page" }));
		if (!seen || this.isLeft(seen)) return;
		this.session.token = formFields(seen.html, devicePage).fields.csrf_token;
	}

	/** When the servers do not know the session (which the checker will hear of): true, and there is none any more. */
	isLeft(seen) {
		if (isOut(seen)) this.session = null;
		return this.session === null;
	}

	post(path, fields, entry, options) {
		return this.request("POST", path, { csrf_token: this.session.token, ...fields }, entry, options);
	}

	/** Signs out, and tries whether that holds. */
	async signOut() {
		const { session } = this;
		const seen = await this.insist(() => this.post("/accounts/logout/", {}, { kind: "sign_out" }));
		this.session = null;
		if (seen) await this.request("GET", devicePage, null, { kind: "page" }, { session, mayLose: false });
	}

	/** One thing after the other, by somebody who is signed in; "tired" is for somebody else to do. `work` says "again" or its result. */
	whileSignedIn(work) {
		return this.queue(async () => {
			let told = "again";
			while (told === "again" && !this.fleet.isDead) {
				if (!this.session?.token && !(await this.signIn())) return "tired";
				if (this.session?.token) told = await work();
			}
			if (this.session?.token && this.dice.below(100) < 7) await this.signOut();
			return told;
		});
	}

	/* --- deciding --- */

	/**
	 * Enters the code and decides: "decided", "gone" (the code can no longer be entered), or "tired" (ask somebody else). `meet` is
	 * waited for between the confirm page and the decision.
	 */
	decide({ flow, code, action, meet = async () => {}, onDecided = () => {} }) {
		const task = { flow, code, action, meet, onDecided };
		return this.whileSignedIn(() => this.decideOnce(task));
	}

	async decideOnce({ flow, code, action, meet, onDecided }) {
		const entered = await this.insist(() => this.post(devicePage, { user_code: code }, { kind: "enter", flow, ask: { user_code: code } }));
		if (!entered) return "tired";
		if (this.isLeft(entered)) return "again";
		if (entered.status !== 303) return "gone";
		const handle = entered.location.split("/").at(-1);
		for (;;) {
			const shown = await this.confirm(handle, flow, code);
			if (!shown) return "tired";
			if (this.isLeft(shown)) return "again";
			if (shown.location) return this.look(handle, flow, onDecided); // the earlier try has arrived
			if (shown.status !== 200) return "gone";
			await meet();
			meet = async () => {};
			const ask = { action };
			const decided = await this.post(`/o/device-confirm/${handle}`, { action }, { kind: "decide", flow, ask });
			if (this.fleet.isDead) return "tired";
			if (isPage(decided)) return this.isLeft(decided) ? "again" : this.look(handle, flow, onDecided);
			await sleep(this.dice.between(50, 600));
		}
	}

	async confirm(handle, flow, code) {
		const seen = await this.insist(() => this.request("GET", `/o/device-confirm/${handle}`, null, { kind: "confirm", flow }));
		if (seen?.status === 200 && !seen.html.includes(code)) throw new Error(`${flow}: the confirm page does not show ${code}`);
		return seen;
	}

	async look(handle, flow, onDecided) {
		onDecided();
		await this.insist(() => this.request("GET", `/o/device-grant-status/${handle}`, null, { kind: "status", flow }));
		return "decided";
	}

	/** Takes back what was approved. */
	takeBack({ flow, authorization }) {
		return this.queue(async () => {
			while (!this.fleet.isDead) {
				if (!this.session?.token && !(await this.signIn())) return;
				if (!this.session?.token) continue;
				const entry = { kind: "take_back", flow, ask: { authorization } };
				const seen = await this.insist(() => this.post("/o/authorized_tokens/", { authorization }, entry));
				if (seen && this.isLeft(seen)) continue;
				return;
			}
		});
	}
}
