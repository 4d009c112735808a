// SPDX-License-Identifier: Apache-2.0
//
// The checker of tests/chaos must be believed when it finds nothing. So for each of its rules there is a history that breaks it, made
// by hand, and a clean one beside it that differs in what makes it right; and there is a server that has forgotten.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it } from "node:test";

import { check, judge, rules } from "../chaos/checker.mjs";
import { History } from "../chaos/history.mjs";

const id = "0".repeat(21) + "7";
const deviceCode = `dcd_${id}code`;
const userCode = "BCDF-GHJK";
const answer = (n, family = id) => ({
	outcome: "answered",
	status: 200,
	body: { access_token: `dca_${family}a${n}`, refresh_token: `dcr_${family}r${n}` },
	bytes: `${family}${n}`,
});
const refusal = (error) => ({ outcome: "answered", status: 400, body: { error } });
const pending = refusal("authorization_pending");
const invalid = refusal("invalid_grant");
const lost = { outcome: "lost" };
const page = (status, more = {}) => ({ outcome: "answered", status, ...more });
const busy = page(503, { retryAfter: "5" });
const login = page(303, { saw: "login" });

/** Entries of one flow; times in seconds, [from, to] or a moment. */
const entry = (kind, time, fields) => {
	const [at, end] = [time].flat().map((seconds) => seconds * 1000);
	return { kind, at, end: end ?? at + 5, flow: "d1.1", ...fields };
};
const mark = (kind, at) => ({ kind, at: at * 1000, end: at * 1000 });
const issue = (fields = {}) => entry("issue", 1, { client: "public", ...page(200, { body: { device_code: deviceCode, user_code: userCode, expires_in: 1800 } }), ...fields });
const poll = (time, outcome) => entry("poll", time, { client: "public", ask: { device_code: deviceCode }, ...outcome });
const refresh = (time, n, outcome) => entry("refresh", time, { client: "public", ask: { refresh_token: `dcr_${id}r${n}` }, ...outcome });
const decide = (time, action, outcome = page(303)) => entry("decide", time, { session: "ada#1", ask: { action }, ...outcome });
const status = (time, saw) => entry("status", time, { session: "ada#1", ...page(200, { saw }) });
const enter = (time, outcome) => entry("enter", time, { session: "ada#1", ask: { user_code: userCode }, ...outcome });
const revoke = (time, outcome = page(200)) => entry("revoke", time, { ask: { token: `dca_${id}a1` }, ...outcome });
const takeBack = (time, outcome = page(303)) => entry("take_back", time, { session: "ada#1", ask: { authorization: id }, ...outcome });
const visit = (time, outcome = page(200)) => entry("page", time, { flow: undefined, session: "ada#1", ...outcome });
const signIn = (time = 0.5) => entry("sign_in", time, { flow: undefined, opens: "ada#1", ...page(303) });
const signOut = (time, outcome = page(303)) => entry("sign_out", time, { flow: undefined, session: "ada#1", ...outcome });

const code = `dcc_${id}code`;
const byAda = { client: "web", actor: "ada", session: "ada#1" };
const authorize = (time, fields = {}) => entry("authorize", time, { ...byAda, ask: { client: "web" }, ...page(200, { saw: "consent" }), ...fields });
const allow = (time, outcome = page(303, { saw: "code", code })) => entry("allow", time, { ...byAda, ask: { client: "web", action: "accept" }, ...outcome });
const forget = (time, outcome = page(303)) => entry("forget", time, { ...byAda, flow: undefined, ask: { client: "web" }, ...outcome });
const redeem = (time, outcome) => entry("redeem", time, { client: "web", ask: { code }, ...outcome });
const burn = (time, outcome = invalid) => entry("burn", time, { client: "web", ask: { code }, ...outcome });
const renew = (time, n, outcome) => ({ ...refresh(time, n, outcome), client: "web" });
const later = { flow: "d2.1" };
const atOnce = { ...page(303, { saw: "code", code: "dcc_other" }), ...later };
/** As those of an application without a secret. */
const secretless = (entries) => entries.map((one) => (one.client === "web" ? { ...one, client: "spa" } : one));

const allowed = [signIn(), authorize(2), allow(3)];
const exchanged = [...allowed, redeem(4, answer(1))];
const offline = exchanged.map((one) => (one.kind === "allow" ? { ...one, isOffline: true } : one));
const approved = [signIn(), issue(), poll(2, pending), decide(3, "accept"), status(3.1, "approved")];
const redeemed = [...approved, poll(4, answer(1))];
const confidential = (entries) => entries.map((one) => (one.client ? { ...one, client: "confidential" } : one));
const calm = mark("calm", 0);

// rule: [{name, breaks: a history, passes: one that is right}, ...]
const cases = {
	runWasSound: [{ name: "an error of the run itself", breaks: [{ ...mark("harness_error", 1), text: "oops" }], passes: [] }],
	everyDeviceEnds: [
		{ name: "a device that has nothing at the end", breaks: [...approved, { ...mark("unfinished", 90), flow: "d1.1" }], passes: redeemed },
	],
	answersAreAllowed: [
		{ name: "tokens for whoever has no verifier", breaks: [...allowed, burn(4, answer(1))], passes: [...allowed, burn(4, busy)] },
		{ name: "a poll answered 503", breaks: [issue(), poll(2, busy)], passes: [issue(), poll(2, { outcome: "proxy", status: 503 })] },
		{ name: "a poll answered 429", breaks: [issue(), poll(2, page(429, { retryAfter: "1" }))], passes: [issue(), poll(2, refusal("slow_down"))] },
		{ name: "a poll with another error", breaks: [issue(), poll(2, refusal("invalid_client"))], passes: [issue(), poll(2, pending)] },
		{ name: "a page answered 503 without Retry-After", breaks: [signIn(), visit(2, page(503))], passes: [signIn(), visit(2, busy)] },
		{ name: "a refresh answered 500", breaks: [...redeemed, refresh(5, 1, page(500))], passes: [...redeemed, refresh(5, 1, busy)] },
		{ name: "HAProxy answering 400", breaks: [issue({ outcome: "proxy", status: 400 })], passes: [issue({ outcome: "proxy", status: 502 })] },
	],
	calmAnswersAreGood: [
		{ name: "503 in calm times", breaks: [calm, signIn(), visit(20, busy)], passes: [mark("trouble", 10), mark("calm", 19), signIn(), visit(20, busy)] },
		{ name: "a reset in calm times", breaks: [calm, ...approved, poll(20, { outcome: "reset" })], passes: [...approved, poll(20, { outcome: "reset" })] },
	],
	codesAreUnique: [
		{
			name: "a user code of two devices",
			breaks: [issue(), { ...issue({ body: { device_code: "dcd_other", user_code: userCode, expires_in: 1800 } }), flow: "d2.1" }],
			passes: [issue(), { ...issue({ body: { device_code: "dcd_other", user_code: "XXXX-XXXX", expires_in: 1800 } }), flow: "d2.1" }],
		},
	],
	codesAreRedeemedOnce: [
		{ name: "two answers for one code", breaks: confidential([...redeemed, poll(5, answer(2))]), passes: confidential([...redeemed, poll(5, answer(1))]) },
		{ name: "the same answer without proof", breaks: [...redeemed, poll(5, answer(1))], passes: [...redeemed, poll(5, invalid)] },
		{ name: "the same answer after the window", breaks: confidential([...redeemed, poll(25, answer(1))]), passes: confidential([...redeemed, poll(25, invalid)]) },
	],
	decisionsStand: [
		{ name: "tokens after a denial", breaks: [signIn(), issue(), decide(3, "deny"), poll(4, answer(1))], passes: [signIn(), issue(), decide(3, "deny"), poll(4, refusal("access_denied"))] },
		{ name: "a denial after an approval", breaks: [...approved, poll(4, refusal("access_denied"))], passes: redeemed },
		{ name: "tokens that nobody approved", breaks: [issue(), poll(4, answer(1))], passes: [issue(), decide(3, "accept", lost), poll(4, answer(1))] },
		{
			name: "the second decision winning",
			breaks: [signIn(), issue(), decide(3, "accept"), decide(4, "deny"), status(4.1, "denied")],
			passes: [signIn(), issue(), decide(3, "accept"), decide(4, "deny"), status(4.1, "approved")],
		},
		{
			name: "rivals who are told differently",
			breaks: [signIn(), issue(), decide([3, 3.5], "accept"), decide([3, 3.5], "deny"), status(3.6, "approved"), status(3.6, "denied")],
			passes: [signIn(), issue(), decide([3, 3.5], "accept"), decide([3, 3.5], "deny"), status(3.6, "denied"), status(3.6, "denied")],
		},
	],
	decisionsAreKept: [
		{ name: "pending for long after an approval", breaks: [calm, ...approved, poll(9, pending)], passes: [calm, ...approved, poll(4, pending), poll(5, answer(1))] },
		{ name: "pending after the heal", breaks: [...approved, mark("calm", 10), poll(15, pending)], passes: [...approved, poll(9, pending), mark("calm", 10)] },
		{ name: "a decision that its page does not know", breaks: [...approved, status(5, "pending")], passes: [...approved, status(5, "connected")] },
	],
	endsAreFinal: [
		{
			name: "pending after a denial",
			breaks: [calm, signIn(), issue(), decide(3, "deny", lost), poll(4, refusal("access_denied")), poll(9, pending)],
			passes: [calm, signIn(), issue(), decide(3, "deny", lost), poll(4, refusal("access_denied")), mark("trouble", 8), poll(9, pending)],
		},
	],
	expiryIsRight: [
		{ name: "a code that expires early", breaks: [issue(), poll(1700, refusal("expired_token"))], passes: [issue(), poll(1802, refusal("expired_token"))] },
		{ name: "a code that does not expire", breaks: [calm, issue(), poll(1810, pending)], passes: [calm, issue(), poll(1799, pending)] },
	],
	codesAreKnown: [
		{ name: "an answered code that is gone", breaks: [issue(), poll(2, pending), poll(3, invalid)], passes: [...redeemed, poll(5, invalid)] },
		{ name: "an approved code that is gone", breaks: [...approved, poll(4, invalid)], passes: [...approved, poll(4, lost), poll(5, invalid)] },
		{
			name: "a lost answer that is not given again to who has proof",
			breaks: confidential([...approved, poll(4, lost), poll(5, invalid)]),
			passes: confidential([...approved, poll(4, lost), poll(20, invalid)]),
		},
		{
			name: "the same of a poll that waited for the decision: the window runs from when it came",
			breaks: confidential([signIn(), issue(), poll(2, lost), decide(3, "accept"), poll(14, invalid)]),
			passes: confidential([signIn(), issue(), poll(2, lost), decide(3, "accept"), poll(15.5, invalid)]),
		},
		{
			name: "a refusal that an early poll cannot explain",
			breaks: [signIn(), issue(), poll(2, pending), mark("calm", 2.5), decide(3, "accept"), poll(4, invalid)],
			passes: [...approved, poll(4, pending), poll(5, invalid)], // the commit may have been made and its answer lost
		},
		{ name: "a code that never reached the servers again", breaks: [...approved, poll(4, { outcome: "refused" }), poll(5, invalid)], passes: [...approved, revoke(4), poll(5, invalid)] },
		{ name: "a code that the page does not know", breaks: [signIn(), issue(), enter(2, page(400))], passes: [...approved, enter(4, page(400))] },
	],
	authorizationCodesAreUnique: [
		{ name: "a code of two people", breaks: [...allowed, { ...allow(3), ...later }], passes: [...allowed, { ...allow(3), code: "dcc_other", ...later }] },
	],
	authorizationCodesAreRedeemedOnce: [
		{ name: "two token sets for one authorization code", breaks: [...exchanged, redeem(5, answer(2))], passes: [...exchanged, redeem(5, answer(1))] },
		{ name: "two for who has no secret", breaks: secretless([...exchanged, redeem(5, answer(2))]), passes: secretless([...exchanged, redeem(5, answer(1))]) },
		{ name: "the same token set after the window", breaks: [...exchanged, redeem(25, answer(1))], passes: [...exchanged, redeem(25, invalid)] },
	],
	authorizationCodesWork: [
		{ name: "an authorization code that was given and is gone", breaks: [...allowed, redeem(4, invalid)], passes: [...allowed, redeem(63, invalid)] },
		{ name: "an answered redemption that is forgotten", breaks: [...exchanged, redeem(6, invalid)], passes: [...exchanged, revoke(5), redeem(6, invalid)] },
		{ name: "a lost redemption that is not answered again", breaks: [...allowed, redeem(4, lost), redeem(6, invalid)], passes: [...allowed, redeem(4, lost), redeem(22, invalid)] },
		{
			name: "a lost answer that is not given again though only one refresh token was used",
			breaks: secretless([...exchanged, renew(5, 1, answer(2)), redeem(6, invalid)]),
			passes: secretless([...exchanged, renew(5, 1, answer(2)), renew(5.5, 1, invalid), redeem(6, invalid)]),
		},
		{ name: "a code that is void though nobody tried", breaks: [...allowed, burn(3.5, { outcome: "refused" }), redeem(4, invalid)], passes: [...allowed, burn(3.5), redeem(4, invalid)] },
	],
	authorizationCodesExpire: [
		{ name: "an authorization code that does not expire", breaks: [...allowed, redeem(70, answer(1))], passes: [...allowed, redeem(60, lost), redeem(70, answer(1))] },
	],
	consentsStand: [
		{ name: "a consent that is asked for again", breaks: [...exchanged, authorize(9, later)], passes: [...exchanged, forget(8, lost), authorize(9, later)] },
		{
			name: "a consent that is asked for again after it was given anew",
			breaks: [...exchanged, forget(8), allow(8.5), authorize(9, later)],
			passes: [...exchanged, authorize(9, { ...later, ask: { client: "web", prompt: "consent" } })],
		},
		{ name: "a consent that outlives its end", breaks: [...exchanged, forget(8), authorize(9, atOnce)], passes: [...exchanged, forget(8, busy), authorize(9, atOnce)] },
	],
	refreshTokensRotateOnce: [
		{
			name: "two answers for one refresh token",
			breaks: confidential([...redeemed, refresh(5, 1, answer(2)), refresh(6, 1, answer(3))]),
			passes: confidential([...redeemed, refresh(5, 1, answer(2)), refresh(6, 1, answer(2))]),
		},
	],
	tokensAreUnique: [
		{ name: "tokens of another authorization than the code's", breaks: [...allowed, redeem(4, answer(1, "x".repeat(22)))], passes: exchanged },
		{
			name: "one token for two devices",
			breaks: [...redeemed, ...redeemed.slice(1).map((one) => ({ ...one, flow: "d2.1", ...(one.bytes ? { bytes: "others" } : {}) }))],
			passes: redeemed,
		},
		{ name: "tokens of another authorization", breaks: [...approved, poll(4, answer(1, "x".repeat(22)))], passes: redeemed },
	],
	refreshTokensWork: [
		{ name: "what was given for offline access ending with the session", breaks: [...offline, signOut(5), renew(6, 1, invalid)], passes: [...exchanged, signOut(5), renew(6, 1, invalid)] },
		{ name: "a refresh token of a code that is gone", breaks: [...exchanged, renew(5, 1, invalid)], passes: [...exchanged, redeem(22, invalid), renew(23, 1, invalid)] },
		{ name: "a refresh token that was given and is gone", breaks: [...redeemed, refresh(5, 1, invalid)], passes: [...redeemed, revoke(4.5, lost), refresh(5, 1, invalid)] },
		{ name: "one that is gone after others were used", breaks: [...redeemed, refresh(5, 1, answer(2)), refresh(6, 2, invalid)], passes: [...redeemed, refresh(5, 1, lost), refresh(6, 1, invalid)] },
		{
			name: "a lost answer that is not given again to who has proof",
			breaks: confidential([...redeemed, refresh(5, 1, lost), refresh(6, 1, invalid)]),
			passes: confidential([...redeemed, refresh(5, 1, lost), refresh(21, 1, invalid)]),
		},
		{ name: "a revocation that had not begun", breaks: [...redeemed, refresh(5, 1, invalid), revoke(6)], passes: [...redeemed, takeBack(4.5), refresh(5, 1, invalid)] },
	],
	revocationsHold: [
		{ name: "tokens of an application after the person signed out", breaks: [...exchanged, signOut(5), renew(6, 1, answer(2))], passes: [...exchanged, signOut([5, 7]), renew(6, 1, answer(2))] },
		{ name: "tokens for a code that was voided", breaks: [...allowed, burn(3.5), redeem(4, answer(1))], passes: [...allowed, burn([3.5, 5]), redeem(4, answer(1))] },
		{ name: "tokens after a revocation", breaks: [...redeemed, revoke(5), refresh(6, 1, answer(2))], passes: [...redeemed, revoke([5, 7]), refresh(6, 1, answer(2))] },
		{ name: "tokens after the person took it back", breaks: [...redeemed, takeBack(5), refresh(6, 1, answer(2))], passes: [...redeemed, takeBack(5, busy), refresh(6, 1, answer(2))] },
		{ name: "a code redeemed after the revocation", breaks: [...approved, takeBack(3.5), poll(4, answer(1))], passes: [...approved, takeBack(3.5), poll(4, invalid)] },
	],
	reuseEndsFamily: [
		{
			name: "tokens after an authorization code came twice",
			breaks: [...exchanged, redeem(25, invalid), renew(26, 1, answer(2))],
			passes: [...exchanged, redeem(25, invalid), renew(26, 1, invalid)],
		},
		{
			name: "tokens after a second use",
			breaks: [...redeemed, refresh(5, 1, answer(2)), refresh(6, 1, invalid), refresh(7, 2, answer(3))],
			passes: [...redeemed, refresh(5, 1, answer(2)), refresh(6, 1, invalid), refresh(7, 2, invalid)],
		},
	],
	sessionsStand: [
		{ name: "a session that is forgotten", breaks: [signIn(), visit(2, login)], passes: [signIn(), signOut(1.5, lost), visit(2, login)] },
		{ name: "a form token that is forgotten", breaks: [signIn(), issue(), decide(2, "accept", page(403))], passes: [signIn(), issue(), decide(2, "accept")] },
		{ name: "a handle that is forgotten", breaks: [signIn(), issue(), decide(2, "accept", page(404))], passes: [signIn(), issue(), decide(2, "accept", busy)] },
	],
	signOutsHold: [
		{ name: "a session that outlives its end", breaks: [signIn(), signOut(2), visit(3)], passes: [signIn(), signOut([2, 4]), visit(3)] },
		{ name: "a form that is taken after the end", breaks: [signIn(), issue(), signOut(2), decide(3, "accept")], passes: [signIn(), issue(), signOut(2), decide(3, "accept", page(403))] },
	],
};

const numbered = (entries) => entries.map((one, number) => ({ ...one, id: number })).sort((a, b) => a.at - b.at);

describe("the checker of tests/chaos", () => {
	it("has a history for each of its rules", () => {
		assert.deepEqual(Object.keys(cases).sort(), rules.map(({ name }) => name).sort());
	});

	for (const [rule, rows] of Object.entries(cases)) {
		for (const { name, breaks, passes } of rows) {
			it(`finds ${name}`, () => {
				const found = judge(numbered(breaks));
				assert.ok(found.some((anomaly) => anomaly.rule === rule), `found: ${JSON.stringify(found, null, 1)}`);
				assert.ok(found[0].history.length > 0, "with the entries that show it");
				assert.deepEqual(judge(numbered(passes)), [], "and nothing in what is right");
			});
		}
	}

	it("prints the history of the device", () => {
		const [{ what, history }] = judge(numbered([...redeemed, revoke(5), refresh(6, 1, answer(2))]));
		assert.match(what, /d1\.1/);
		assert.equal(history.length, 7); // five of the flow, the revocation, the refresh
		assert.ok(!history.join().includes(deviceCode.repeat(2)));
	});

	it("reads a history back from its file", () => {
		const folder = mkdtempSync(path.join(tmpdir(), "doorcode-history-"));
		try {
			const file = path.join(folder, "round.jsonl");
			const history = new History(file);
			history.end(history.begin({ kind: "issue", flow: "d1.1", ask: {} }), page(200));
			history.note("calm");
			history.begin({ kind: "poll", flow: "d1.1", ask: { device_code: "x" } });
			history.close();
			assert.deepEqual(History.read(file).entries, JSON.parse(JSON.stringify(history.entries)));
			assert.deepEqual(history.counts, { answered: 1 });
		} finally {
			rmSync(folder, { recursive: true });
		}
	});

	// What a server that is asked at the end says of a code, a refresh token, a session.
	async function ask(answers) {
		const server = createServer((request, response) => {
			const send = (status, headers, body = "") => response.writeHead(status, { "x-content-type-options": "nosniff", ...headers }).end(body);
			const json = (one) => send(one.status, { "content-type": "application/json" }, JSON.stringify(one.body));
			let text = "";
			request.on("data", (part) => (text += part));
			request.on("end", () => {
				if (request.method === "GET") return answers.session ? send(200, {}) : send(303, { location: "/accounts/login/" });
				return json(text.includes("device_code=") ? answers.code : answers.refresh);
			});
		});
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		const history = new History();
		const past = performance.now() - 1_000_000; // long before the questions
		const entries = numbered([...redeemed, { kind: "session", at: 600, end: 600, session: "ada#1", cookie: "x=y" }]);
		history.entries.push(...entries.map((one) => ({ ...one, at: one.at + past, end: one.end + past })));
		try {
			return await check(history, { origin: `http://127.0.0.1:${server.address().port}`, clients: { public: { client_id: "tv" } } });
		} finally {
			server.close();
		}
	}

	it("asks the servers what they know, and believes a good memory", async () => {
		assert.deepEqual(await ask({ code: invalid, refresh: answer(2), session: true }), []);
	});

	const memories = [
		{ name: "refresh token", answers: { code: invalid, refresh: invalid, session: true }, rule: "refreshTokensWork" },
		{ name: "redemption", answers: { code: answer(9), refresh: answer(2), session: true }, rule: "codesAreRedeemedOnce" },
		{ name: "session", answers: { code: invalid, refresh: answer(2), session: false }, rule: "sessionsStand" },
	];
	for (const { name, answers, rule } of memories) {
		it(`asks the servers what they know, and finds a ${name} forgotten`, async () => {
			assert.deepEqual((await ask(answers)).map((anomaly) => anomaly.rule), [rule]);
		});
	}
});
