// SPDX-License-Identifier: Apache-2.0
//
// How a person goes through the authorization endpoint: asks for it as an application has sent him, allows or denies when he is
// asked, and arrives. What he was shown, or what he takes to the application, is written down; codes are what a history is about.
import { formFields } from "../e2e/support/browser.mjs";
import { isPage, titleOf } from "./approver.mjs";
import { sleep } from "./child.mjs";

/** Applications with the authorization code grant, among the clients of the world. */
export const appTypes = { web: "confidential", spa: "public" };
export const callback = "https://app.example/callback";
const endpoint = "/o/authorize/";

/** {code} or {error} of the way back, or one word for the page that was shown instead. */
function arrivalDigest({ status, headers, text }) {
	const { location } = headers;
	if (location?.startsWith(callback)) {
		const told = new URL(location).searchParams;
		return told.has("code") ? { saw: "code", code: told.get("code") } : { saw: "error", error: told.get("error") };
	}
	if (location) return { saw: location.startsWith("/accounts/login") ? "login" : location };
	if (status !== 200) return { saw: titleOf(text) };
	if (text.includes('action="/o/authorize/decide/"')) return { saw: "consent" };
	return { saw: text.includes('action="/accounts/login/"') ? "login" : titleOf(text) };
}

/** One try: "again", "tired", or {code} or {error} as it was told to the application. */
async function goOnce(approver, { flow, client, query, action, verifier, isOffline }) {
	const words = { flow, client, verifier, isOffline };
	const path = `${endpoint}?${new URLSearchParams(query)}`;
	const ask = { client, ...(query.prompt ? { prompt: query.prompt } : {}) };
	const shown = await approver.insist(() => approver.request("GET", path, null, { kind: "authorize", ...words, ask }, { look: arrivalDigest }));
	if (!shown) return "tired";
	if (approver.isLeft(shown)) return "again";
	if (shown.saw !== "consent") return shown;
	const { action: decide, fields } = formFields(shown.html, "/o/authorize/decide");
	const entry = { kind: "allow", ...words, ask: { client, action } };
	const told = await approver.post(decide, { ...fields, action }, entry, { look: arrivalDigest });
	if (isPage(told)) return approver.isLeft(told) ? "again" : told;
	await sleep(approver.dice.between(50, 600));
	return "again"; // from the start: a person who got no page goes back
}

/** task: {flow, client: its type, query, action, verifier, isOffline}: "tired", or the entry that brought {code} or {error}. */
export const goThrough = (approver, task) => approver.whileSignedIn(() => goOnce(approver, task));

/** Takes back what is remembered of the application with this name, if anything is. */
export function forget(approver, { client, name }) {
	return approver.whileSignedIn(async () => {
		const page = await approver.insist(() => approver.request("GET", "/o/authorized_tokens/", null, { kind: "page" }));
		if (!page) return "tired";
		if (approver.isLeft(page)) return "again";
		const buttons = [...page.html.matchAll(/name="consent" value="([^"]+)">Forget<span class="unseen"> what ([^<]*) was allowed/g)];
		const consent = buttons.find(([, , of]) => of === name)?.[1];
		if (!consent) return "nothing";
		const seen = await approver.post("/o/authorized_tokens/", { consent }, { kind: "forget", ask: { client } });
		if (isPage(seen)) return approver.isLeft(seen) ? "again" : "forgotten";
		await sleep(approver.dice.between(50, 600));
		return "again";
	});
}
