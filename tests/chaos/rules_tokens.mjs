// SPDX-License-Identifier: Apache-2.0
//
// Refresh tokens and revocation: RFC 6749 section 6, RFC 7009, RFC 9700 section 4.14. Rotated once, good until then, and dead once a
// revocation was answered or the token was used twice.
import { familyOf, isRefused, isTokens, slackMs } from "./record.mjs";
import { judgeAnswersOfOne } from "./rules_codes.mjs";

const complain = (flow, what, ...entries) => ({ what, flow: flow.name, entries });
const flowsOf = (record) => [...record.flows.values()];

export function refreshTokensRotateOnce(record) {
	const presented = (flow) => flow.spendables.filter((value) => value !== flow.code);
	return flowsOf(record).flatMap((flow) => presented(flow).flatMap((token) => judgeAnswersOfOne(record, flow, token, "one refresh token")));
}

/** Tokens are nobody else's, and never come twice but in the identical answer. */
export function tokensAreUnique(record) {
	const seen = new Map();
	const found = [];
	for (const flow of flowsOf(record)) {
		for (const entry of flow.tokenAnswers) {
			const { access_token, refresh_token } = entry.body;
			for (const token of [access_token, refresh_token]) {
				const other = seen.get(token);
				if (other && other.bytes !== entry.bytes) found.push(complain(flow, "a token was given twice", other, entry));
				seen.set(token, entry);
			}
			if (flow.root && familyOf(access_token) !== familyOf(flow.root))
				found.push(complain(flow, "tokens of another authorization", flow.issue ?? flow.given, entry));
		}
	}
	return found;
}

/** invalid_grant: after a revocation, or when a token of the family may have been used twice. */
export function refreshTokensWork(record) {
	const found = [];
	for (const flow of flowsOf(record)) {
		for (const entry of flow.refreshes.filter(isRefused)) {
			if (record.mayBeRevoked(flow, entry)) continue;
			if (flow.spendables.some((token) => record.mayBeReuse(flow, token, entry))) continue;
			found.push(complain(flow, "a refresh token that was given does not work", ...flow.tokenAnswers, entry));
		}
	}
	return found;
}

const doneStatus = { revoke: 200, take_back: 303, sign_out: 303, burn: 400 };
const isRevoked = ({ kind, outcome, status }) => outcome === "answered" && status === doneStatus[kind];

export function revocationsHold(record) {
	const found = [];
	for (const flow of flowsOf(record)) {
		for (const revocation of flow.revocations.filter((entry) => isRevoked(entry) && entry.saw !== "login")) {
			for (const entry of flow.tokenAnswers)
				if (entry.at > revocation.end) found.push(complain(flow, "tokens after an answered revocation", revocation, entry));
		}
	}
	return found;
}

/** A second use of a refresh token or of an authorization code that was refused has ended the family. */
export function reuseEndsFamily(record) {
	const found = [];
	for (const flow of flowsOf(record)) {
		for (const token of flow.spendables) {
			const uses = flow.presentations(token);
			const first = uses.find(isTokens);
			const isLate = (one) => !flow.hasProof(token) || one.at > first.end + record.windowMs + slackMs;
			const second = first && uses.find((one) => one.at > first.end && isRefused(one) && isLate(one));
			if (!second) continue;
			for (const entry of flow.refreshes)
				if (isTokens(entry) && entry.at > second.end) found.push(complain(flow, "tokens after a code or a refresh token was used twice", first, second, entry));
		}
	}
	return found;
}
