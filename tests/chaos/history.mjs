// SPDX-License-Identifier: Apache-2.0
//
// What was asked and what was answered, with times of one monotonic clock in milliseconds: the only thing that the checker
// believes. An entry is written to the file twice, when its request begins and when its outcome is known, so that the file tells
// what was under way should the run break off.
//
// A request: {id, kind, actor, flow, at, end, outcome, status, ...}. `kind` says what was asked: issue, poll, refresh, revoke, enter,
// confirm, decide, status, login_form, sign_in, sign_out, take_back or page; authorize, allow (or deny), redeem, burn (the code by
// whoever has no verifier) or forget (a consent). `outcome`:
//	answered   by a node: status, and body (JSON) or saw (a page)
//	proxy      by HAProxy itself: status
//	refused    no connection: the request has reached nobody
//	lost       we hung up after the request was sent
//	reset, timeout
// A note has at = end and one of the kinds calm, trouble (the world is whole, or is about to suffer), flow_end, unfinished,
// harness_error.
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

export class History {
	/** Without a file it is kept in memory alone. */
	constructor(file = null) {
		this.entries = [];
		this.fd = file ? openSync(file, "a") : null;
	}

	write(line) {
		if (this.fd !== null) writeSync(this.fd, `${JSON.stringify(line)}\n`);
	}

	/** Right before a request is sent: its entry. */
	begin(fields) {
		const entry = { id: this.entries.length, at: performance.now(), ...fields };
		this.entries.push(entry);
		this.write(entry);
		return entry;
	}

	/** When its outcome is known. */
	end(entry, fields) {
		const more = { end: performance.now(), ...fields };
		Object.assign(entry, more);
		this.write({ id: entry.id, ...more });
		return entry;
	}

	note(kind, fields = {}) {
		const at = performance.now();
		return this.begin({ kind, at, end: at, ...fields });
	}

	/** {what became of requests: how many}. */
	get counts() {
		const counts = {};
		for (const { outcome, status } of this.entries) {
			if (!outcome) continue;
			const word = outcome === "answered" && [429, 503].includes(status) ? `${status}` : outcome;
			counts[word] = (counts[word] ?? 0) + 1;
		}
		return counts;
	}

	close() {
		if (this.fd !== null) closeSync(this.fd);
		this.fd = null;
	}

	/** The entries of a file that another run has left. */
	static read(file) {
		const history = new History();
		for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
			const entry = JSON.parse(line);
			history.entries[entry.id] = { ...history.entries[entry.id], ...entry };
		}
		return history;
	}
}
