// SPDX-License-Identifier: Apache-2.0
//
// Holds the history against what may never happen. First the servers, which are whole by now, are asked what they know of
// every flow and every session; these questions and answers go to the history like all others. Then the rules look at it: they know
// nothing but what was sent and what came back, and when.
import { deviceGrant } from "../e2e/support/device.mjs";
import { Caller, jsonDigest } from "./caller.mjs";
import { sleep } from "./child.mjs";
import { callback } from "./consenting.mjs";
import { Record, isTokens, isWaiting, settleMs, tell } from "./record.mjs";
import { answersAreAllowed, calmAnswersAreGood, everyDeviceEnds, runWasSound } from "./rules_answers.mjs";
import { codesAreKnown, codesAreRedeemedOnce, codesAreUnique, decisionsAreKept, decisionsStand, endsAreFinal, expiryIsRight } from "./rules_codes.mjs";
import {
	authorizationCodesAreRedeemedOnce,
	authorizationCodesAreUnique,
	authorizationCodesExpire,
	authorizationCodesWork,
	consentsStand,
} from "./rules_authorize.mjs";
import { sessionsStand, signOutsHold } from "./rules_people.mjs";
import { refreshTokensRotateOnce, refreshTokensWork, reuseEndsFamily, revocationsHold, tokensAreUnique } from "./rules_tokens.mjs";

export const rules = [
	runWasSound,
	everyDeviceEnds,
	answersAreAllowed,
	calmAnswersAreGood,
	codesAreUnique,
	codesAreRedeemedOnce,
	decisionsStand,
	decisionsAreKept,
	endsAreFinal,
	expiryIsRight,
	codesAreKnown,
	authorizationCodesAreUnique,
	authorizationCodesAreRedeemedOnce,
	authorizationCodesWork,
	authorizationCodesExpire,
	consentsStand,
	refreshTokensRotateOnce,
	tokensAreUnique,
	refreshTokensWork,
	revocationsHold,
	reuseEndsFamily,
	sessionsStand,
	signOutsHold,
];

const askersAtATime = 12;
const tries = 20;

/** The rules alone: [] or [{what, rule, history: [lines]}]. */
export function judge(entries, options) {
	const record = new Record(entries, options);
	return rules.flatMap((rule) => rule(record).map((anomaly) => report(record, rule, anomaly)));
}

// What the rule points at, and then all that is known of that flow.
function report(record, rule, { what, flow, entries }) {
	const rest = flow ? record.flow(flow).all.filter((entry) => !entries.includes(entry)) : [];
	const history = [...entries.filter(Boolean).map((entry) => `> ${tell(entry)}`), ...retell(rest)];
	return { what: flow ? `${what} (${flow})` : what, rule: rule.name, history };
}

/** A line for each entry; of polls in a row that were told to wait only the first and the last. */
function retell(entries) {
	const isDull = (entry) => entry?.kind === "poll" && isWaiting(entry);
	const lines = [];
	let left = 0;
	entries.forEach((entry, i) => {
		if (isDull(entry) && isDull(entries[i - 1]) && isDull(entries[i + 1])) left++;
		else {
			if (left > 0) lines.push(`  (${left} more like these)`);
			left = 0;
			lines.push(`  ${tell(entry)}`);
		}
	});
	return lines;
}

/** [] or [{what, rule, history}]. options: windowMs, for how long a lost answer is given again. */
export async function check(history, { origin, clients, ...options }) {
	const caller = new Caller(history, "checker");
	await sleepUntilCalm(history);
	await askAll(history, { origin, clients, caller });
	caller.close();
	return judge(history.entries, options);
}

// The rules are strict some seconds after the heal; a fleet that finished sooner would let questions pass that should not.
async function sleepUntilCalm(history) {
	const record = new Record(history.entries);
	const calm = record.calmSince(performance.now());
	if (calm !== Infinity) await sleep(Math.max(0, calm + settleMs + 100 - performance.now()));
}

async function askAll(history, asking) {
	const record = new Record([...history.entries]);
	const questions = [
		...[...record.flows.values()].filter(({ issue }) => issue).map((flow) => () => askDevice(flow, asking)),
		...[...record.flows.values()].filter(({ code }) => code).map((flow) => () => askApp(flow, asking)),
		...history.entries.filter(({ kind }) => kind === "session").map((note) => () => askSession(note, asking)),
	];
	const worker = async () => {
		for (let next = questions.pop(); next; next = questions.pop()) await next();
	};
	await Promise.all(Array.from({ length: askersAtATime }, worker));
}

/** Asks until it is answered one way or the other. */
async function insist(send) {
	for (let i = 0; i < tries; i++) {
		const entry = await send();
		if (entry.outcome === "answered" && entry.status < 500) return entry;
		await sleep(250);
	}
	return null;
}

/** Asks the token endpoint as the client of this flow. */
function askerOf(flow, { origin, clients, caller }) {
	const { client } = flow.issue ?? flow.given;
	const { client_id, client_secret } = clients[client];
	const credentials = client_secret ? { client_id, client_secret } : { client_id };
	return (kind, fields) => {
		const entry = { kind, flow: flow.name, client, ask: fields };
		return insist(() => caller.send({ path: "/o/token/", fields: { ...fields, ...credentials }, origin }, entry, jsonDigest));
	};
}

const refreshed = (ask, { body }) => ask("refresh", { grant_type: "refresh_token", refresh_token: body.refresh_token });

/**
 * The code once more; the newest refresh token, which works or is known not to; one that was used long ago, which must not; and what
 * became of the newest then.
 */
async function askDevice(flow, asking) {
	const ask = askerOf(flow, asking);
	const refresh = (entry) => refreshed(ask, entry);
	const polled = await ask("poll", { grant_type: deviceGrant, device_code: flow.issue.body.device_code });
	const answers = polled && isTokens(polled) ? [...flow.tokenAnswers, polled] : flow.tokenAnswers;
	const newest = answers.filter((one) => !isSpent(flow, one)).at(-1) ?? answers.at(-1);
	const spent = answers.find((one) => isSpent(flow, one));
	const last = newest && (await refresh(newest));
	if (spent) await refresh(spent);
	if (spent && last && isTokens(last)) await refresh(last);
}

/** The newest refresh token; the code once more, which ends all of it when it is late; and what became of the newest then. */
async function askApp(flow, asking) {
	const ask = askerOf(flow, asking);
	const newest = flow.tokenAnswers.filter((one) => !isSpent(flow, one)).at(-1);
	const last = newest && (await refreshed(ask, newest));
	const fields = { grant_type: "authorization_code", code: flow.code, redirect_uri: callback, code_verifier: flow.given.verifier };
	await ask("redeem", fields);
	if (last && isTokens(last)) await refreshed(ask, last);
}

const isSpent = (flow, { body }) => flow.presentations(body.refresh_token).length > 0;

function askSession({ session, cookie }, { origin, caller }) {
	const digest = ({ headers }) => (headers.location?.startsWith("/accounts/login") ? { saw: "login" } : {});
	const ask = { method: "GET", path: "/o/device", headers: { cookie, "x-forwarded-for": "198.51.100.1" }, origin };
	return insist(() => caller.send(ask, { kind: "page", session }, digest));
}
