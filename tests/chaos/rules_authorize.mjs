// SPDX-License-Identifier: Apache-2.0
//
// Authorization codes and consents: RFC 6749 section 4.1, OIDC Core section 3.1.2.4. A code gives at most one token set, to its own
// client, while it lives; and what a person allowed is not asked again until he takes it back. That a code that was used twice
// takes everything with it is among the rules of tokens.
import { isRefused, isTokens, slackMs } from "./record.mjs";
import { judgeAnswersOfOne } from "./rules_codes.mjs";

export const codeLifeMs = 60_000; // authorization_code_lifetime of the servers

const complain = (flow, what, ...entries) => ({ what, flow: flow.name, entries });
const given = (record) => [...record.flows.values()].filter(({ code }) => code);

export function authorizationCodesAreUnique(record) {
	const seen = new Map();
	const found = [];
	for (const flow of given(record)) {
		const other = seen.get(flow.code);
		if (other) found.push(complain(flow, `${flow.code} was given twice`, other.given, flow.given));
		seen.set(flow.code, flow);
	}
	return found;
}

export function authorizationCodesAreRedeemedOnce(record) {
	return given(record).flatMap((flow) => judgeAnswersOfOne(record, flow, flow.code, "one authorization code"));
}

/** invalid_grant: after a redemption, told or not, whose window is over; after a revocation, or a second use of a refresh token; after the expiry. */
export function authorizationCodesWork(record) {
	const found = [];
	for (const flow of given(record)) {
		for (const entry of flow.redeems.filter(isRefused)) {
			const isKnown = flow.redeems.some((one) => one !== entry && isTokens(one) && one.end < entry.at);
			if (!isKnown && entry.end > flow.given.at + codeLifeMs - slackMs) continue;
			if (record.mayBeRevoked(flow, entry) || flow.spendables.some((value) => record.mayBeReuse(flow, value, entry))) continue;
			found.push(complain(flow, "invalid_grant for an authorization code that is good", flow.given, entry));
		}
	}
	return found;
}

/** Tokens for one that has expired are at most the answer of somebody who was in time. */
export function authorizationCodesExpire(record) {
	const found = [];
	for (const flow of given(record)) {
		const dead = flow.given.end + codeLifeMs + slackMs;
		const wasInTime = flow.redeems.some((one) => one.outcome !== "refused" && one.at < dead);
		for (const entry of flow.redeems)
			if (isTokens(entry) && entry.at > dead && !wasInTime) found.push(complain(flow, "an authorization code lives longer than it should", flow.given, entry));
	}
	return found;
}

/* --- consents --- */

const endOf = (entry) => (entry.outcome === "answered" && entry.status < 500 ? entry.end : Infinity);
const isAttempt = ({ outcome }) => outcome !== "refused";

/** For each person and application their entries. */
function byPerson(record) {
	const groups = new Map();
	for (const entry of record.entries) {
		if (!["authorize", "allow", "forget"].includes(entry.kind)) continue;
		const key = `${entry.actor} ${entry.ask.client}`;
		if (!groups.has(key)) groups.set(key, []);
		groups.get(key).push(entry);
	}
	return [...groups.values()];
}

const complainOf = (what, ...entries) => ({ what, flow: entries.at(-1).flow, entries });

/** One that was answered before this entry, and after which no `other` may have come. */
function standing(entry, ones, others) {
	const before = ones.filter((one) => endOf(one) < entry.at);
	return before.find((one) => !others.some((other) => endOf(other) > one.at && other.at < entry.end));
}

export function consentsStand(record) {
	const found = [];
	for (const entries of byPerson(record)) {
		const allows = entries.filter((one) => one.kind === "allow" && one.ask.action === "accept" && isAttempt(one));
		const forgets = entries.filter((one) => one.kind === "forget" && isAttempt(one));
		const answered = { allows: allows.filter(({ code }) => code), forgets: forgets.filter(({ status }) => status === 303) };
		for (const entry of entries.filter((one) => one.kind === "authorize" && one.outcome === "answered" && !one.ask.prompt)) {
			const allowed = standing(entry, answered.allows, forgets);
			if (entry.saw === "consent" && allowed) found.push(complainOf("what a person has allowed is asked again", allowed, entry));
			const forgotten = standing(entry, answered.forgets, allows);
			if (entry.saw === "code" && forgotten) found.push(complainOf("a code for what a person took back", forgotten, entry));
		}
	}
	return found;
}
