// SPDX-License-Identifier: Apache-2.0
//
// Sessions and pages: whoever was told that he is signed in is, until he signs out, and from then on is not; and a page that was
// given is there.
const complain = (what, ...entries) => ({ what, flow: entries.at(-1).flow, entries });
const isAnswered = (entry) => entry.outcome === "answered" && ![429, 503].includes(entry.status);
const isOut = (entry) => isAnswered(entry) && (entry.saw === "login" || entry.status === 403);

export function sessionsStand(record) {
	const found = [];
	for (const entries of record.sessions.values()) {
		const opened = entries.find(({ opens }) => opens);
		const attempts = entries.filter(({ kind, outcome }) => kind === "sign_out" && outcome !== "refused");
		for (const entry of entries) {
			const mayBeOut = attempts.some((one) => one !== entry && one.at < (entry.end ?? Infinity));
			if (entry !== opened && isOut(entry) && !mayBeOut) found.push(complain("a session that was given is not known", opened, entry));
			if (entry.status === 404 && entry.outcome === "answered" && !mayBeOut) found.push(complain("a page that was given is not there", opened, entry));
		}
	}
	return found;
}

export function signOutsHold(record) {
	const found = [];
	for (const entries of record.sessions.values()) {
		const out = entries.find(({ kind, outcome, status, saw }) => kind === "sign_out" && outcome === "answered" && status === 303 && saw !== "login");
		if (!out) continue;
		for (const entry of entries)
			if (entry.kind !== "sign_out" && entry.at > out.end && isAnswered(entry) && !isOut(entry))
				found.push(complain("a session that was signed out is known", out, entry));
	}
	return found;
}
