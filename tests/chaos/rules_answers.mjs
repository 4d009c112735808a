// SPDX-License-Identifier: Apache-2.0
//
// What each kind of request may be answered at all, whatever has happened before, and that the run itself was sound.
const busy = { needsRetryAfter: true };
const fine = {};

// Per kind: status to what must hold for it.
const answers = {
	issue: { 200: fine, 503: busy },
	poll: { 200: fine, 400: { errors: ["authorization_pending", "slow_down", "access_denied", "expired_token", "invalid_grant"] } },
	refresh: { 200: fine, 400: { errors: ["invalid_grant"] }, 503: busy },
	redeem: { 200: fine, 400: { errors: ["invalid_grant"] }, 503: busy },
	burn: { 400: { errors: ["invalid_grant"] }, 503: busy },
	revoke: { 200: fine, 503: busy },
	authorize: { 200: fine, 303: fine, 503: busy },
	allow: { 303: fine, 403: fine, 503: busy },
	forget: { 303: fine, 403: fine, 503: busy },
	enter: { 303: fine, 400: fine, 403: fine, 429: busy, 503: busy },
	confirm: { 200: fine, 303: fine, 404: fine, 503: busy },
	decide: { 303: fine, 403: fine, 404: fine, 503: busy },
	status: { 200: fine, 303: fine, 404: fine, 503: busy },
	login_form: { 200: fine, 503: busy },
	sign_in: { 303: fine, 429: busy, 503: busy },
	sign_out: { 303: fine, 403: fine, 503: busy },
	take_back: { 303: fine, 403: fine, 503: busy },
	page: { 200: fine, 303: fine, 503: busy },
};
const proxyStatuses = [502, 503, 504];

function judgeAnswer({ kind, outcome, status, retryAfter, body }) {
	if (outcome === "proxy") return proxyStatuses.includes(status) ? null : `somebody before the nodes answered ${status}`;
	if (outcome !== "answered") return null;
	const rule = answers[kind]?.[status];
	if (!rule) return `${kind} must not be answered ${status}`;
	if (rule.needsRetryAfter && !retryAfter) return `${kind} answered ${status} without Retry-After`;
	if (rule.errors && !rule.errors.includes(body?.error)) return `${kind} must not be answered ${body?.error}`;
	return null;
}

export function answersAreAllowed(record) {
	const found = record.entries.map((entry) => ({ entry, what: judgeAnswer(entry) }));
	return found.filter(({ what }) => what).map(({ entry, what }) => ({ what, flow: entry.flow, entries: [entry] }));
}

/** Once all is well nobody is told to come back. */
export function calmAnswersAreGood(record) {
	const bad = record.entries.filter((entry) => {
		const failed = ["refused", "reset", "timeout", "proxy"].includes(entry.outcome) || (entry.outcome === "answered" && entry.status === 503);
		return failed && record.isCalm(entry);
	});
	return bad.map((entry) => ({ what: `${entry.kind} failed though nothing was wrong`, flow: entry.flow, entries: [entry] }));
}

export function everyDeviceEnds(record) {
	const notes = record.entries.filter(({ kind }) => kind === "unfinished");
	return notes.map((note) => ({ what: "a device has neither tokens nor a final error", flow: note.flow, entries: [note] }));
}

export function runWasSound(record) {
	const notes = record.entries.filter(({ kind }) => kind === "harness_error");
	return notes.map((note) => ({ what: `the run itself failed: ${note.text}`, flow: note.flow, entries: [note] }));
}
