// SPDX-License-Identifier: Apache-2.0
//
// The history, put in order for the rules: by flow, with what may and what may not have happened on the other side.
//
// A request whose outcome is unknown may have taken effect at any time after it was sent, or never. So may one that was answered
// 503, or whose poll was told to wait, while the world suffered: the database may have committed and its answer been lost. In
// calm times these two are what they say.
const windowMs = 15_000; // replay_window of the servers, and the database_wait of those that have one to wait for
export const slackMs = 2000; // they count in whole seconds
export const settleMs = 3000; // after a heal, or after a decision: until every node must have heard of it

export const errorOf = (entry) => (entry.outcome === "answered" ? entry.body?.error : undefined);
export const isWaiting = (entry) => ["authorization_pending", "slow_down"].includes(errorOf(entry));
export const isTokens = (entry) => entry.outcome === "answered" && entry.status === 200 && entry.body?.access_token !== undefined;
export const isRefused = (entry) => errorOf(entry) === "invalid_grant";
const endOf = (entry) => entry.end ?? Infinity;

/** Which authorization a token or code belongs to; all of one flow carry its id. */
export const familyOf = (value) => value?.slice(4, 26);

// Where the entries of a flow go. Whoever presents a code without its verifier means to have it, and gets it voided.
const lists = {
	poll: "polls",
	redeem: "redeems",
	refresh: "refreshes",
	revoke: "revocations",
	take_back: "revocations",
	burn: "revocations",
	decide: "decides",
	status: "statuses",
	enter: "enters",
};

class Flow {
	constructor(name) {
		this.name = name;
		this.all = []; // every entry
		this.polls = [];
		this.redeems = []; // of the authorization code
		this.refreshes = [];
		this.revocations = []; // by whatever way, answered or not
		this.decides = [];
		this.statuses = [];
		this.enters = [];
	}
	add(entry) {
		this.all.push(entry);
		if (lists[entry.kind]) this[lists[entry.kind]].push(entry);
		if (entry.kind === "issue" && entry.outcome === "answered" && entry.status === 200) this.issue = entry;
		if (entry.outcome === "answered" && entry.code) this.given ??= entry;
	}
	/** What an application got in a session ends when the person signs out of it, unless it is for the time when he is away. */
	endWith(session) {
		if (!this.given.isOffline) this.revocations.push(...session.filter(({ kind }) => kind === "sign_out"));
	}
	/** The authorization code that a person came back with. */
	get code() {
		return this.given?.code;
	}
	/** What all tokens of this flow have their family from. */
	get root() {
		return this.issue?.body.device_code ?? this.code;
	}
	/** Whether who presents the value proves that he is who may: the client by its secret, and a verifier with the code. */
	hasProof(value) {
		const { client } = this.issue ?? this.given ?? {};
		return client === "confidential" || client === "web" || (value !== undefined && value === this.code);
	}
	/** Requests that present this very code or refresh token. */
	presentations(value) {
		return this.tokenRequests.filter(({ ask }) => (ask.device_code ?? ask.code ?? ask.refresh_token) === value);
	}
	get tokenRequests() {
		return [...this.polls, ...this.redeems, ...this.refreshes];
	}
	get tokenAnswers() {
		return this.tokenRequests.filter(isTokens);
	}
	/** What ends the family when it is used twice. */
	get spendables() {
		return [...new Set([...(this.code ? [this.code] : []), ...this.refreshes.map(({ ask }) => ask.refresh_token)])];
	}
}

export class Record {
	constructor(entries, options = {}) {
		this.entries = entries;
		this.windowMs = options.windowMs ?? windowMs;
		this.flows = new Map();
		this.sessions = new Map();
		for (const entry of entries) {
			if (entry.flow) this.flow(entry.flow).add(entry);
			for (const label of [entry.session, entry.opens]) if (label) this.session(label).push(entry);
		}
		for (const flow of this.flows.values()) if (flow.given) flow.endWith(this.session(flow.given.session));
		this.marks = entries.filter(({ kind }) => kind === "calm" || kind === "trouble");
	}

	flow(name) {
		if (!this.flows.has(name)) this.flows.set(name, new Flow(name));
		return this.flows.get(name);
	}

	session(label) {
		if (!this.sessions.has(label)) this.sessions.set(label, []);
		return this.sessions.get(label);
	}

	/** Since when the world has been whole at this time; Infinity when it was not, or nobody said so. */
	calmSince(at) {
		const before = this.marks.filter((mark) => mark.at <= at);
		const trouble = before.findLastIndex(({ kind }) => kind === "trouble");
		return before[trouble + 1]?.at ?? Infinity;
	}

	/** Whether all was well for some seconds before this request and until its end. */
	isCalm(entry, since = -Infinity) {
		const calm = this.calmSince(endOf(entry));
		return Math.max(calm, since) + settleMs < entry.at;
	}

	/** Whether nobody can tell from its outcome what it has done. */
	isUnknown(entry) {
		if (entry.outcome === "refused") return false;
		if (entry.outcome !== "answered") return true;
		if (entry.status !== 503 && !(entry.kind === "poll" && isWaiting(entry))) return false;
		return !this.isCalm(entry);
	}

	mayHaveActed(entry) {
		return this.isUnknown(entry) || (entry.outcome === "answered" && entry.status < 400);
	}

	/** Whether an answered token request was undone: attempts to revoke that may have come before its end. */
	mayBeRevoked(flow, entry) {
		return flow.revocations.some((one) => one.outcome !== "refused" && one.at < endOf(entry));
	}

	/**
	 * Whether this refusal may stem from a second use of the value: of two presentations that may both have arrived, whoever has no
	 * proof gets nothing for the second; with proof it is so only after the window. `from`: before that nothing could be had.
	 */
	mayBeReuse(flow, value, entry, from = -Infinity) {
		const some = flow.presentations(value).filter((one) => one.at < endOf(entry) && one.outcome !== "refused");
		const isEarly = (one) => one.outcome === "answered" && one.end < from;
		const acting = some.filter((one) => one !== entry && this.mayHaveActed(one) && !isEarly(one));
		if (acting.length === 0 || some.length < 2) return false;
		if (!flow.hasProof(value)) return true;
		// the window runs from when that request came, which may have waited for the database since before `from`
		const first = Math.min(...acting.map(({ at }) => at));
		const last = Math.max(...some.map((one) => (this.isUnknown(one) ? endOf(entry) : one.end)));
		return last >= first + this.windowMs - slackMs;
	}
}

const shorten = (value) => (typeof value === "string" && /^dc[a-z]_/.test(value) ? `${value.slice(0, 8)}...${value.slice(-8)}` : value);
const time = (ms) => (ms === undefined ? "?" : (ms / 1000).toFixed(3));

/** An entry in one line. */
export function tell(entry) {
	const { id, at, end, kind, actor, flow, session, outcome, status, origin, ask, body, bytes, client, html, retryAfter, ...rest } = entry;
	const words = { ...(client ? { client } : {}), ...ask, ...(outcome ? { outcome } : {}), ...(status ? { status } : {}), ...body, ...rest };
	delete words.grant_type;
	delete words.error_description;
	const told = Object.entries(words).map(([name, value]) => `${name}=${shorten(typeof value === "object" ? JSON.stringify(value) : value)}`);
	const who = [actor, session, flow].filter(Boolean).join(" ");
	return `${time(at)}-${time(end)} ${who} ${kind}${origin ? ` at ${origin}` : ""}: ${told.join(" ")}`;
}
