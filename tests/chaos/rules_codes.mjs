// SPDX-License-Identifier: Apache-2.0
//
// Device codes: RFC 8628. An answered device authorization is known for its whole life, the first decision wins and stays, and a code
// is redeemed once.
import { errorOf, isRefused, isTokens, isWaiting, settleMs, slackMs } from "./record.mjs";

const complain = (flow, what, ...entries) => ({ what, flow: flow.name, entries });
const issued = (record) => [...record.flows.values()].filter(({ issue }) => issue);
const lifeMs = ({ issue }) => issue.body.expires_in * 1000;

export function codesAreUnique(record) {
	const seen = new Map();
	const found = [];
	for (const flow of issued(record)) {
		for (const value of [flow.issue.body.device_code, flow.issue.body.user_code]) {
			const other = seen.get(value);
			if (other) found.push(complain(flow, `${value} was given twice`, other.issue, flow.issue));
			seen.set(value, flow);
		}
	}
	return found;
}

/** Two different answers are two redemptions; identical ones are one, and are for whoever has a proof, and for ten seconds. */
export function judgeAnswersOfOne({ windowMs }, flow, value, word) {
	const given = flow.presentations(value).filter(isTokens);
	const [first, ...more] = given.sort((a, b) => a.end - b.end);
	const found = [];
	for (const next of more) {
		if (next.bytes !== first.bytes) found.push(complain(flow, `${word} gave two different answers`, first, next));
		else if (!flow.hasProof(value)) found.push(complain(flow, `${word} was answered again to a client without proof`, first, next));
		else if (next.at > first.end + windowMs + slackMs) found.push(complain(flow, `${word} was answered again after the window`, first, next));
	}
	return found;
}

export function codesAreRedeemedOnce(record) {
	return issued(record).flatMap((flow) => judgeAnswersOfOne(record, flow, flow.issue.body.device_code, "one device code"));
}

const verdictOfStatus = { approved: "accept", denied: "deny" };
function verdictOf(entry) {
	if (entry.kind === "status") return verdictOfStatus[entry.saw];
	if (isTokens(entry)) return "accept";
	return errorOf(entry) === "access_denied" ? "deny" : undefined;
}

/** Attempts to decide that may have come first: not those that began after another was answered. */
function possibleWinners(flow, before) {
	const answered = flow.decides.filter(({ outcome, status }) => outcome === "answered" && status === 303);
	const isTooLate = (one) => answered.some((other) => other !== one && other.end < one.at);
	return flow.decides.filter((one) => one.outcome !== "refused" && one.at < before && !isTooLate(one));
}

/** Whoever was told how it was decided was told the same, and the first answered decision it was. */
export function decisionsStand(record) {
	const found = [];
	for (const flow of issued(record)) {
		const told = [...flow.statuses, ...flow.polls].filter(verdictOf);
		for (const entry of told) {
			const verdict = verdictOf(entry);
			if (verdict !== verdictOf(told[0])) found.push(complain(flow, "two were told different decisions", told[0], entry));
			const winners = possibleWinners(flow, entry.end);
			if (!winners.some(({ ask }) => ask.action === verdict))
				found.push(complain(flow, `it ended as ${verdict}, which nobody can have decided first`, ...flow.decides, entry));
		}
	}
	return found;
}

/** When the first decision had been answered; Infinity when none was. */
const decidedAt = (flow) => Math.min(...flow.decides.filter(({ outcome, status }) => outcome === "answered" && status === 303).map(({ end }) => end), Infinity);

export function decisionsAreKept(record) {
	const found = [];
	for (const flow of issued(record)) {
		const decided = decidedAt(flow);
		for (const entry of flow.statuses)
			if (entry.saw === "pending" && entry.at > decided) found.push(complain(flow, "an answered decision is missing", ...flow.decides, entry));
		for (const entry of flow.polls)
			if (isWaiting(entry) && record.isCalm(entry, decided))
				found.push(complain(flow, `still ${errorOf(entry)} more than ${settleMs} ms after an answered decision`, ...flow.decides, entry));
	}
	return found;
}

/** Once a poll has brought the end, no later one is told to wait, save by a node that cannot look. */
export function endsAreFinal(record) {
	const found = [];
	for (const flow of issued(record)) {
		const ends = flow.polls.filter((entry) => entry.outcome === "answered" && !isWaiting(entry));
		const [first] = ends.sort((a, b) => a.end - b.end);
		if (!first) continue;
		for (const entry of flow.polls)
			if (isWaiting(entry) && record.isCalm(entry, first.end)) found.push(complain(flow, `${errorOf(entry)} after the end`, first, entry));
	}
	return found;
}

export function expiryIsRight(record) {
	const found = [];
	for (const flow of issued(record)) {
		for (const entry of flow.polls) {
			if (errorOf(entry) === "expired_token" && entry.end < flow.issue.at + lifeMs(flow) - slackMs)
				found.push(complain(flow, "expired before its time", flow.issue, entry));
			if ((isWaiting(entry) || isTokens(entry)) && entry.at > flow.issue.end + lifeMs(flow) + slackMs && record.isCalm(entry))
				found.push(complain(flow, "lives longer than it should", flow.issue, entry));
		}
	}
	return found;
}

/** invalid_grant: after the redemption, told or not, or after a revocation. With proof a lost answer is given again. */
export function codesAreKnown(record) {
	const found = [];
	for (const flow of issued(record)) {
		const code = flow.issue.body.device_code;
		const from = Math.min(...flow.decides.map(({ at }) => at));
		for (const entry of flow.polls.filter(isRefused)) {
			if (record.mayBeRevoked(flow, entry) || record.mayBeReuse(flow, code, entry, from)) continue;
			found.push(complain(flow, "invalid_grant for a code that is not used up", flow.issue, entry));
		}
		for (const entry of flow.enters) {
			const isDecided = flow.decides.some((one) => one.at < entry.end) || entry.end > flow.issue.at + lifeMs(flow) - slackMs;
			if (entry.outcome === "answered" && entry.status === 400 && !isDecided)
				found.push(complain(flow, "the page does not know a code that was given and not decided", flow.issue, entry));
		}
	}
	return found;
}
